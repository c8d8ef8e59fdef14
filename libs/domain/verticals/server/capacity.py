"""Capacities in a title, and which of them is one unit's: "128GB (4x32GB)", "32GB x 4", "Lot of 4 … 128GB"."""

import re
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server.quantity import Count

_VALUE = r"\d{1,5}(?:[.,]\d{1,3})?"
_UNIT = r"gb|tb|gigabytes?|terabytes?|gig|go|g|t(?!h)|mb"
CAPACITY = re.compile(rf"(?<![\w.])(?<!-)(?P<size>{_VALUE})\s?-?(?P<unit>{_UNIT})\b(?!\s?(?:/s|ps|e\b))")
_TIMES = re.compile(
    rf"(?<![\w.])\(?(?P<n>\d{{1,3}})\)?\s?(?:x|\*|pcs\s(?:of\s)?|sticks\sof\s)\s?\(?(?P<size>{_VALUE})\s?-?(?P<unit>{_UNIT})\b(?!/s)"
)
_BRACKETED = re.compile(rf"\((?P<n>\d{{1,3}})\)\s?(?:x\s?)?(?P<size>{_VALUE})\s?-?(?P<unit>{_UNIT})\b(?!/s)")
_TIMES_AFTER = re.compile(
    rf"(?<![\w.])(?P<size>{_VALUE})\s?-?(?P<unit>{_UNIT})\s?\)?\s?[x*]\s?\(?(?P<n>\d{{1,2}})\b(?![\d.,]|\s?(?:gb|tb|bit|mhz|rpm))"
)
_ORGANISATIONS = frozenset({72, 64, 80, 32})
"""Data widths written as "x72"."""
_LARGEST_MODULE_GB = 1024
_DIVIDERS = ("kit", "each", "modules", "module", "sticks", "stick", "total", "set", "riegel", "module", "dimms")


@dataclass(frozen=True, slots=True)
class Size:
    """A capacity in decimal gigabytes and the words that said it."""

    gb: float
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class Kit:
    """So many units of one capacity."""

    count: int
    unit: Size


def gigabytes(size: str, unit: str, tera: int) -> float:
    """A written capacity in gigabytes; ``tera`` is 1024 for memory, 1000 for storage."""
    number = float(size.replace(",", "."))
    if unit[0] == "t":
        return number * tera
    return number / tera if unit == "mb" else number


def memory_gb(number: float) -> int | None:
    """Gigabytes of one module where the number may be in megabytes: 32768 and 32000 are 32; ``None`` if neither."""
    for divisor in (1, 1024, 1000):
        gb = number / divisor
        if gb.is_integer() and 1 <= gb <= _LARGEST_MODULE_GB:
            return int(gb)
    return None


def sizes(title: Text, *, tera: int, smallest: float = 0.25) -> list[Size]:
    """Every capacity a text names, in order."""
    found = []
    for match in CAPACITY.finditer(title.low):
        gb = gigabytes(match["size"], match["unit"], tera)
        if gb >= smallest:
            found.append(Size(gb, title.said(match), match.start()))
    return found


def kit(title: Text, *, tera: int) -> Kit | None:
    """The "N x capacity" of a text, in whichever order it is written."""
    low = title.low
    if "x" in low or "*" in low or "(" in low or "of" in low:
        for pattern in (_TIMES, _BRACKETED, _TIMES_AFTER):
            for match in pattern.finditer(low):
                count = int(match["n"])
                if count and not (pattern is _TIMES_AFTER and count in _ORGANISATIONS):
                    gb = gigabytes(match["size"], match["unit"], tera)
                    return Kit(count, Size(gb, title.said(match), match.start()))
    return None


def per_unit(
    title: Text, found: list[Size], lot: Count | None, parts: Kit | None, decoded_gb: float | None
) -> tuple[Size | None, int]:
    """One unit's capacity and how many units there are."""
    number = lot.number if lot else 1
    if parts is not None:
        return parts.unit, _units(parts, number, found)
    if not found:
        return None, number
    first = found[0]
    for each in found[1:]:
        small, large = sorted((first, each), key=lambda size: size.gb)
        ratio = large.gb / small.gb
        if lot and ratio == number:
            return small, number
        if not lot and ratio.is_integer() and 2 <= ratio <= 32 and not title.words.isdisjoint(_DIVIDERS):
            return small, int(ratio)
    if decoded_gb and decoded_gb < first.gb:
        ratio = first.gb / decoded_gb
        if ratio == number or (not lot and ratio.is_integer() and ratio <= 32 and "kit" in title.words):
            return Size(decoded_gb, first.words, first.start), int(ratio)
    return first, number


def _units(parts: Kit, number: int, found: list[Size]) -> int:
    if number in (1, parts.count) or parts.count == 1:
        return max(number, parts.count)
    totals = {round(each.gb, 3) for each in found}
    if round(parts.unit.gb * number, 3) in totals and round(parts.unit.gb * parts.count, 3) not in totals:
        return number
    return number * parts.count
