"""How many units a listing sells: lots, packs, pairs and kits."""

import re
from dataclasses import dataclass

from libs.domain.text import Text

MOST = 2000
"""No lot is larger; a bigger number is a part number or a misreading."""

_WORDS = {
    name: number
    for number, names in {
        2: "two both zwei deux due dos",
        3: "three drei trois tre tres",
        4: "four vier quatre quattro cuatro",
        5: "five fünf",
        6: "six sechs",
        7: "seven",
        8: "eight acht",
        9: "nine",
        10: "ten zehn",
        12: "twelve dozen zwölf",
        16: "sixteen",
        20: "twenty",
    }.items()
    for name in names.split()
}
_N = r"(?P<n>\d{1,4}|" + "|".join(_WORDS) + r")"
_NOT_A_UNIT = (
    r"(?![\d,.]*\d)(?!\s?-?\s?(?:[gtmk]i?b\b|[gt]\b|[mg]hz|[gm]t/s|gbe|gbps|gb/s|g\b|u\b|w\b|v\b|bays?\b|cores?\b|ports?\b|"
    r"pin\b|slots?\b|inch|zoll|mm\b|cm\b|rpm|bit|nm\b|k\b|th\b|gen\b|years?\b|yr|day|hour|%|\"|'))"
)
_LOT = re.compile(
    rf"\b(?:lots?|lotto|lote|konvolut|bundle|job\s?lot)\s*(?:of|de|di|von|x|qty)?\s*[-:#(\[=.]*\s*{_N}\b{_NOT_A_UNIT}"
)
_LOT_X = re.compile(r"\b(?:lots?|lotto|lote|konvolut)\s*(?:of|de|di|von)?\s*[-:#(\[=.]*\s*(?P<n>\d{1,3})\s?x\b")
_PACK = re.compile(
    rf"\b(?:packs?|sets?|bundle|kits?|box|case|group|bag|satz|palette)\s+(?:of|von|de)\s*\(?\s*{_N}\b{_NOT_A_UNIT}"
)
_QTY = re.compile(
    r"\b(?:qty|quantity|quantit[äéàa]t?|menge|anzahl|cantidad|qt[aàéeyi])\b\s*[.:=#-]*\s*(?:of\s*)?\(?\s*(?P<n>\d{1,4})\b(?!\s?(?:available|avail|in\s|[gt]b))"
)
_COUNTED = re.compile(
    rf"(?<![\w.,/-])\(?{_N}\)?\s*[-x]?\s*(?:pcs?\b(?![-\d])(?!\s+(?:gaming|desktop|computer|case))|pcs\.|pieces?\b|pezzi\b|piezas\b|"
    r"pi[eè]ces\b|st(?:ü|ue)ck\b|stk\b|units?\b|pa?c?ks?\b|count\b|ct\b|er[\s-](?:set|pack|lot|kit)\b|lots?\b|qty\b|each\b|ea\b)"
)
_COUNTED_GOODS = re.compile(
    rf"(?<![\w.,/-])\(?{_N}\)?\s*[-x]?\s*(?:sticks?|modules?|dimms|rdimms|riegel|module|barrettes|cpus|processors|prozessoren|gpus|"
    r"graphics\scards|video\scards|cards|drives|hdds|ssds|disks|festplatten|hard\sdrives|nics|adapters|servers)\b"
)
_START = re.compile(
    r"^[^\w(]*(?:new\s|used\s)?(?:\(\s*(?:qty\s)?(?P<a>\d{1,3})\s*x?\s*\)|(?P<b>\d{1,3})\s?x(?=[\s(])|x(?P<c>\d{1,3})(?=\s))(?!\s?\d*[.,]?\d+\s?(?:gbe|gbit|gb/s|gbps|sfp|qsfp|rj))"
)
_START_GLUED = re.compile(r"^[^\w(]*(?P<n>\d{1,3})x(?=[a-z]{3,})")
_END = re.compile(r"(?P<before>\S*\s)?\(?(?<![\w.])x\s?(?P<n>\d{1,3})\)?\W*$")
_BUS = re.compile(r"(?:pcie?|pci-?e|express|gen\s?-?\d|[1-6]\.0|nvme|m\.2|lanes?)\W*$")
_PAIR = re.compile(r"\b(?:matched\s+pairs?|(?:a\s+)?pair(?:\s+of)?|paar|paire|coppia)\b")
_PAIRS = re.compile(r"\b(?P<n>\d{1,2})\s+(?:matched\s+)?pairs\b")
_NOT_PAIR = re.compile(r"twisted\s+pair|pair(?:ed|ing)|per\s+pair")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units and the words that said it."""

    number: int
    words: str


def as_count(text: str) -> int | None:
    """The number a word or digits stand for; ``None`` outside 1 to ``MOST``."""
    number = _WORDS.get(text) or (int(text) if text.isdigit() else 0)
    return number if 1 <= number <= MOST else None


def lot_of(title: Text, *, start: bool = True, goods: bool = True) -> Count | None:
    """The lot a title names outright: "lot of 8", "qty 10", "5 pcs", "pair", "4x …".

    ``start`` reads a leading "4x" or "(4)" as a count, ``goods`` reads "8 drives" as one; neither
    holds where the number can describe what is inside a system.
    """
    low = title.low
    if not any(each.isdigit() for each in low) and "pair" not in low and not (title.words & _WORDS.keys()):
        return None
    for pattern in (_LOT_X, _LOT, _PACK, _QTY, _COUNTED, *((_COUNTED_GOODS,) if goods else ())):
        match = pattern.search(low)
        if match and (number := as_count(match["n"])):
            return Count(number, title.said(match))
    if ("pair" in low or "paar" in low or "coppia" in low) and not _NOT_PAIR.search(low):
        if match := _PAIRS.search(low):
            return Count(2 * int(match["n"]) or 2, title.said(match))
        if match := _PAIR.search(low):
            return Count(2, title.said(match))
    return _leading(title) or _trailing(title) if start else None


def _leading(title: Text) -> Count | None:
    match = _START.match(title.low)
    if match:
        number = as_count(match["a"] or match["b"] or match["c"])
        return Count(number, title.said(match)) if number else None
    match = _START_GLUED.match(title.low)
    number = as_count(match["n"]) if match else None
    return Count(number, title.said(match)) if match and number else None


def _trailing(title: Text) -> Count | None:
    match = _END.search(title.low[-24:])
    if not match or _BUS.search(title.low[-24:][: match.start("n")].rstrip(" x(")):
        return None
    number = as_count(match["n"])
    return Count(number, f"x{match['n']}") if number else None
