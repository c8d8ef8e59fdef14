"""Words of titles and queries, so that `32GB` and `32 GB` find each other."""

import re
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:\.[0-9]+[^\W_]*)*\+?")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)(gb|tb|mhz|ghz|gbe|u)")


def words_of(text: str) -> list[str]:
    """Answer the words of a query, in lower case; punctuation separates."""
    return _WORD.findall(text.lower())


def searchable(title: str) -> set[str]:
    """Answer every word by which a title is found: `32GB` also as `32` and `gb`, `32 GB` also as `32gb`."""
    words = words_of(title)
    found = set(words)
    for word in words:
        if measure := _MEASURE.fullmatch(word):
            found.update(measure.groups())
        found.add(word.removesuffix("+"))
    found.update(first + second for first, second in pairwise(words) if _MEASURE.fullmatch(first + second))
    return found
