"""Marketplace text made harmless for Discord: no markup, no mention, no hidden or reversed characters."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

ELLIPSIS = "…"
MOST_MARKS = 4
"""Combining marks kept on one letter; writing needs three, stacks of dozens only cover their neighbours."""

_READ_LIMIT = 4096
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_DROPPED = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLANK = frozenset({"Cc", "Zl", "Zp", "Zs"})
_MARKS = frozenset({"Mn", "Mc", "Me"})
_MARKUP = re.compile(r"[\\*_~`|\[\]()<>@]|:(?=//)|^(?:#|-|\+|\d+[.)])")
"""What Discord reads as emphasis, code, links, mentions and timestamps anywhere, and as blocks at the start."""


def escape(text: str, limit: int) -> str:
    """Write foreign text as one line that shows as it is, in at most ``limit`` UTF-16 units.

    Cut at grapheme borders with an ellipsis; an escape is never torn from what it escapes.
    """
    shown = visible(text)
    marks = {match.end() - 1 for match in _MARKUP.finditer(shown)}
    pieces: list[str] = []
    position = 0
    for each in graphemes(shown):
        pieces.append(f"\\{each}" if position in marks else each)
        position += len(each)
    return fit(pieces, limit)


def fit(pieces: Iterable[str], limit: int) -> str:
    """Join as many pieces as there is room for; what is cut off is marked by an ellipsis."""
    taken: list[str] = []
    used = cut = room = 0
    for piece in pieces:
        used += units(piece)
        if used <= limit - units(ELLIPSIS):
            cut, room = len(taken) + 1, used
        if used > limit:
            return "".join(taken[:cut]).rstrip() + ELLIPSIS if room or limit else ""
        taken.append(piece)
    return "".join(taken)


def units(text: str) -> int:
    """How long Discord may count a text: UTF-16 units, never fewer than its characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible(text: str) -> str:
    """One line without controls, surrogates, zero-width and direction characters, and towers of marks.

    Never raises; what Discord's own trimming would remove is removed.
    """
    kept: list[str] = []
    marks = 0
    for character in text[:_READ_LIMIT]:
        category = unicodedata.category(character)
        if category in _DROPPED or character in _INVISIBLE:
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(" " if category in _BLANK else character)
    return " ".join("".join(kept).split())


def graphemes(text: str) -> Iterator[str]:
    """Split into what a reader takes for one character; never inside one, at times around two."""
    start = 0
    for index in range(1, len(text)):
        if not _joined(text, start, index):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _joined(text: str, start: int, index: int) -> bool:
    """Whether the character at ``index`` belongs to the cluster that began at ``start``."""
    before, character = text[index - 1], text[index]
    if unicodedata.category(character) in _MARKS or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    if _is_regional(before) and _is_regional(character):
        return (index - start) % 2 == 1
    return _is_jamo(before) and "\u1160" <= character <= "\u11ff"


def _is_regional(character: str) -> bool:
    """Half of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"
