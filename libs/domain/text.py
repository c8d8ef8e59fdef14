"""Seller text made safe and comparable: hostile characters out, spacing and case folded, split into words."""

import re
import unicodedata
from functools import cached_property
from itertools import pairwise
from typing import override

READ_LIMIT = 4096
"""Characters looked at before cleaning; marketplaces allow 80 in a title."""
TITLE_LIMIT = 400
"""Characters kept after cleaning, so that no rule ever meets an unbounded text."""

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("™®©℠", " "),
        **dict.fromkeys("×✕✖⨯", "x"),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("“”„‟″〃＂", '"'),
        **dict.fromkeys("‘’‚‛′´`", "'"),
    }
)
_VANISHING = frozenset({"Cf", "Mn", "Me"})
_BLANK = frozenset({"Cc", "Cs", "Co", "Cn", "So", "Sk", "Zl", "Zp"})
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[a-z0-9]+(?:[-/#.][a-z0-9]+)*")


def clean(text: str, limit: int = TITLE_LIMIT) -> str:
    """One line of printable text: no controls, surrogates, zero-width or direction marks, no pictures.

    Never raises and is idempotent; the result is at most ``limit`` characters long.
    """
    text = " ".join(text[:READ_LIMIT].split())
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES)).translate(_LOOKALIKES)
        text = unicodedata.normalize("NFC", "".join(map(_plain, text)))
        text = " ".join(text.split())
    return text[:limit].rstrip()


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    category = unicodedata.category(character)
    if category in _VANISHING:
        return ""
    return " " if category in _BLANK else character


def fold(text: str) -> str:
    """Lower case of the same length, so that positions in it are positions in the original."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in text)


class Text:
    """A cleaned text with its words, split once and shared by every rule."""

    __slots__ = ("__dict__", "low", "shown")

    def __init__(self, raw: str) -> None:
        self.shown = clean(raw)
        self.low = fold(self.shown)

    @override
    def __str__(self) -> str:
        return self.shown

    @cached_property
    def sequence(self) -> tuple[str, ...]:
        """Runs of letters and digits, in order."""
        return tuple(_WORD.findall(self.low))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(self.sequence)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring words."""
        return frozenset(pairwise(self.sequence))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Words that could be part numbers: letters and digits, inner hyphens and slashes kept."""
        return tuple(
            each for each in _PART.findall(self.low) if len(each) > 4 and not each.isalpha() and not each.isdigit()
        )

    def said(self, match: re.Match[str], group: int | str = 0) -> str:
        """The words a match on ``low`` stands for, as the seller wrote them."""
        return self.shown[match.start(group) : match.end(group)].strip()
