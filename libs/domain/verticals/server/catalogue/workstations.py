"""Workstations by vendor, line and model: Precision, Pro Max, HP Z, ThinkStation, Celsius."""

import re
from collections.abc import Iterator

from libs.domain.verticals.server.catalogue.system import System, names

_TOWERS = names(
    "1500 1600 1650 1700 3400 3500 3600 3610 3620 3630 3640 3650 3660 3680 5400 5500 5600 5610 5810 5820 "
    "5860 7400 7500 7600 7610 7810 7820 7865 7875 7910 7920 7960"
)
_SMALL = names("3240 3260 3280 3420 3430 3431 3440 3450 3460 3480 3930")
_TWO_LETTERS = names("5400 5500 7910 7920")
"""Numbers that exist as a tower and as something else, so that the letter alone decides nothing."""
_PRECISION = re.compile(
    r"\b(?:precision|precison|presicion)[\s-]{0,2}(?:(?:tower|workstation|rack|mobile|compact|sff|mini)[\s-]{1,2}){0,2}"
    r"(?P<l>[tmr])?\s?-?(?P<n>\d{4}|[346789]90|[34567]80)?(?:xl|x|c)?\b"
)
_PRECISION_BARE = re.compile(r"\b(?P<l>t|r)(?P<n>\d{4})\b")
_PRO_MAX = re.compile(
    r"\b(?:dell\s)?pro\smax\b(?:\s(?:tower|slim|micro|mini|desktop))?(?:\s(?P<n>t[1-9]|fc[tsm]\d{4}|1[468]))?"
)
_HP_Z = re.compile(
    r"\bz\s?(?P<n>[1-9])\s?(?P<k>mini|sff|fury|tower|twr|entry|aio)?\s*-?(?:tower\s|workstation\s)?(?:g|gen)\s?"
    r"(?P<g>\d{1,2}[ai]?)\b(?:\s(?P<k2>mini|fury)\b)?"
)
_HP_Z_OLD = re.compile(r"\bz[\s-]?(?P<n>[2468][0-4]0)\b")
_HP_Z_ANY = re.compile(r"\b(?:hp\sz|z\sby\shp)\b")
_HP_XW = re.compile(r"\bxw\s?(?P<n>\d{4})\b")
_THINKSTATION = re.compile(
    r"\bthink\s?station[\s-]{1,2}(?:(?:tower|workstation)\s)?(?P<n>[pscde]\d{1,3}c?|px)?(?:\s(?P<k>tiny|ultra))?\b"
)
_LENOVO_P = re.compile(r"\b(?P<n>p(?:3[0-6]0|410|5[0-2]0c?|620|7[0-2]0|9[0-2]0)|[scd][23]0)\b(?:\s(?P<k>tiny))?")
_CELSIUS = re.compile(r"\bcelsius\s(?P<n>[a-z]\d{3,4}(?:-?\d)?)\b")


def dell_workstation(low: str, words: frozenset[str]) -> System | None:
    """Precision and Pro Max; the mobile Precisions are marked portable."""
    if "pre" in low and (match := _PRECISION.search(low)):
        letter, number = match["l"] or "", match["n"]
        model = precision_model(letter, number)
        return _station("dell", "precision", model, match, portable=_is_mobile(letter, number, words))
    if "dell" in words and "pro max" in low and (match := _PRO_MAX.search(low)):
        return _station("dell", "pro_max", match["n"], match, portable=bool(match["n"] and match["n"].isdigit()))
    if not words.isdisjoint(("dell", "workstation", "tower")):
        for match in precision_models(low):
            if match["l"] == "t" or match["n"] in _TWO_LETTERS:
                return _station("dell", "precision", precision_model(match["l"], match["n"]), match)
    return None


def precision_models(low: str) -> Iterator[re.Match[str]]:
    """Every bare Precision number that exists: "T7920"."""
    for match in _PRECISION_BARE.finditer(low):
        if match["n"] in _TOWERS or match["n"] in _SMALL:
            yield match


def precision_model(letter: str, number: str | None) -> str | None:
    """Dell's own spelling: T7920 for every tower, however it is written; small ones have no letter."""
    if number is None or letter in {"m", "r"}:
        return f"{letter}{number}" if number else None
    return f"t{number}" if number in _TOWERS else number


def _is_mobile(letter: str, number: str | None, words: frozenset[str]) -> bool:
    if letter == "m":
        return True
    four_digits = number is not None and len(number) == 4
    known = number in _TOWERS or number in _SMALL
    return four_digits and not known and letter != "t" and words.isdisjoint(("tower", "sff", "rack"))


def z_models(low: str) -> Iterator[re.Match[str]]:
    """Every HP Z of the three-digit generations."""
    return _HP_Z_OLD.finditer(low)


def hp_workstation(low: str, words: frozenset[str]) -> System | None:
    """Z by HP and the xw line before it."""
    if words.isdisjoint(("hp", "hewlett", "workstation", "z")) and not any(f"z{n} g" in low for n in "468"):
        return None
    if match := _HP_Z.search(low):
        kind = match["k"] if match["k"] in {"mini", "fury"} else match["k2"]
        return _station("hp", "z", f"z{match['n']}{'_' + kind if kind else ''}_g{match['g']}", match)
    if match := _HP_Z_OLD.search(low):
        return _station("hp", "z", f"z{match['n']}", match)
    if match := _HP_XW.search(low):
        return _station("hp", "xw", f"xw{match['n']}", match)
    if match := _HP_Z_ANY.search(low):
        return _station("hp", "z", None, match)
    return None


def lenovo_workstation(low: str, words: frozenset[str]) -> System | None:
    """ThinkStation, also by its bare P number, and Fujitsu's Celsius."""
    match = _THINKSTATION.search(low) if "think" in low else None
    if not match and "lenovo" in words and words.isdisjoint(("thinkpad", "quadro")):
        match = _LENOVO_P.search(low)
    if match:
        model = f"{match['n']}_{match['k']}" if match["n"] and match["k"] else match["n"]
        return _station("lenovo", "thinkstation", model, match)
    if "celsius" in words and (match := _CELSIUS.search(low)):
        return _station("fujitsu", "celsius", match["n"], match)
    return None


def _station(maker: str, line: str, model: str | None, match: re.Match[str], *, portable: bool = False) -> System:
    return System("workstation", maker, line, model, match.start(), match.end(), portable)
