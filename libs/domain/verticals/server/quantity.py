"""How many units a listing sells: lots, packs, pairs and counted goods."""

import re
from dataclasses import dataclass

from libs.domain.text import Text

MOST = 2000
"""No lot is larger; a bigger number is a part number or a misreading."""

_WORDS = {
    name: number
    for number, names in {
        2: "two zwei deux due dos",
        3: "three drei trois tre tres",
        4: "four vier quatre quattro cuatro",
        5: "five fünf cinq",
        6: "six sechs",
        7: "seven sieben",
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
_UNIT_FOLLOWS = (
    r"(?![\d,.]*\d)(?!\s?-?\s?(?:[gtmk]i?b\b|[gt]\b|[mg]hz|[gm]t/s|gbe|gbps|gb/s|u\b|w\b|v\b|bays?\b|cores?\b|ports?\b|"
    r"pin\b|slots?\b|inch|zoll|mm\b|cm\b|rpm|bit|nm\b|k\b|th\b|gen\b|years?\b|yr|day|hour|%|\"|'))"
)
_LOTS = r"(?:lots?|lotto|lote|konvolut|bundle)"
_LOT_X = re.compile(rf"\b{_LOTS}\s*(?:of|de|di|von)?\s*[-:#(\[=.]*\s*(?P<n>\d{{1,3}})\s?x\b")
_LOT = re.compile(rf"\b{_LOTS}\s*(?:of|de|di|von|x|qty)?\s*[-:#(\[=.]*\s*{_N}\b{_UNIT_FOLLOWS}")
_PACK = re.compile(
    rf"\b(?:packs?|sets?|bundle|kits?|box|case|group|bag|satz|palette)\s+(?:of|von|de)\s*\(?\s*{_N}\b{_UNIT_FOLLOWS}"
)
_QTY = re.compile(
    r"\b(?:qty|quantity|quantit[éàä]t?|menge|anzahl|cantidad|qt[aàéy])\b\s*[.:=#-]*\s*(?:of\s*)?\(?\s*(?P<n>\d{1,4})\b"
    r"(?!\s?(?:available|avail|in\s|[gt]b))"
)
_COUNTED = re.compile(
    rf"(?<![\w.,/-])\(?{_N}\)?\s*[-x]?\s*(?:pcs?\b(?![-\d])(?!\s+(?:gaming|desktop|computer|case))|pieces?\b|pezzi\b|"
    r"piezas\b|pi[eè]ces\b|st(?:ü|ue)ck\b|stk\b|units?\b|pa?c?ks?\b|count\b|ct\b|er[\s-](?:set|pack|lot|kit)\b|lots?\b|"
    r"qty\b|each\b|ea\b)"
)
_COUNTED_GOODS = re.compile(
    rf"(?<![\w.,/-])\(?{_N}\)?\s*[-x]?\s*(?:sticks?|modules?|dimms|rdimms|riegel|module|barrettes|cpus|processors|"
    r"prozessoren|gpus|(?:graphics\s|video\s)?cards|(?:hard\s)?drives|hdds|ssds|disks|festplatten|nics|adapters|servers)\b"
)
_START = re.compile(
    r"^[^\w(]*(?:new\s|used\s)?(?:\(\s*(?:qty\s)?(?P<a>\d{1,3})\s*x?\s*\)|(?P<b>\d{1,3})\s?x(?=[\s(])|x(?P<c>\d{1,3})(?=\s))"
    r"(?!\s?\d*[.,]?\d+\s?(?:gbe|gbit|gb/s|gbps|sfp|qsfp|rj))"
)
_START_GLUED = re.compile(r"^[^\w(]*(?P<n>\d{1,3})x(?=[a-z]{3,})")
_END = re.compile(r"(?<![\w.])\(?x\s?(?P<n>\d{1,2})\)?\W*$")
_BUS = re.compile(r"(?:pci-?e?|express|gen\s?-?\d|[1-6]\.0|nvme|m\.2|lanes?)\W*$")
_PAIRS = re.compile(r"\b(?P<n>\d{1,2})\s+(?:matched\s+)?pairs\b")
_PAIR = re.compile(r"\b(?:matched\s+pairs?|(?:a\s+)?pair(?:\s+of)?|paar|paire|coppia)\b")
_NOT_PAIR = re.compile(r"twisted\s+pair|pair(?:ed|ing)|per\s+pair")

_OUTRIGHT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (_LOT_X, ("lot", "konvolut", "bundle")),
    (_LOT, ("lot", "konvolut", "bundle")),
    (_PACK, (" of ", " von ", " de ", " of(")),
    (_QTY, ("qt", "quantit", "menge", "anzahl", "cantidad")),
    (_COUNTED, ("pc", "pie", "pez", "pi", "st", "unit", "pack", "pk", "count", "ct", "er", "lot", "qty", "ea")),
)
"""Ways to state a lot, the clearest first, each with what must stand in a title before it is worth looking."""
_TAIL = 24


@dataclass(frozen=True, slots=True)
class Count:
    """A number of units and the words that said it."""

    number: int
    words: str


def as_count(text: str) -> int | None:
    """The number a word or digits stand for; ``None`` outside 1 to ``MOST``."""
    number = _WORDS.get(text) or (int(text) if text.isdigit() else 0)
    return number if 1 <= number <= MOST else None


def lot_of(title: Text, *, goods: bool = True) -> Count | None:
    """The lot a title names outright: "lot of 8", "qty 10", "5 pcs", "pair", "4x …", "… x4".

    ``goods`` reads "8 drives" as a count, which does not hold where it says what is inside a system.
    """
    low = title.low
    for pattern, hints in _OUTRIGHT:
        if any(hint in low for hint in hints) and (found := _count(pattern, title)):
            return found
    if goods and (found := _count(_COUNTED_GOODS, title)):
        return found
    return _pair(title) or _leading(title) or _trailing(title)


def _count(pattern: re.Pattern[str], title: Text) -> Count | None:
    match = pattern.search(title.low)
    number = as_count(match["n"]) if match else None
    return Count(number, title.said(match)) if match and number else None


def _pair(title: Text) -> Count | None:
    low = title.low
    if not any(word in low for word in ("pair", "paar", "coppia")) or _NOT_PAIR.search(low):
        return None
    if match := _PAIRS.search(low):
        return Count(max(1, 2 * int(match["n"])), title.said(match))
    match = _PAIR.search(low)
    return Count(2, title.said(match)) if match else None


def _leading(title: Text) -> Count | None:
    if match := _START.match(title.low):
        number = as_count(match["a"] or match["b"] or match["c"])
        return Count(number, title.said(match)) if number else None
    match = _START_GLUED.match(title.low)
    number = as_count(match["n"]) if match else None
    return Count(number, title.said(match)) if match and number else None


def _trailing(title: Text) -> Count | None:
    end = title.low[-_TAIL:]
    match = _END.search(end)
    if not match or _BUS.search(end[: match.start()]):
        return None
    number = as_count(match["n"])
    return Count(number, f"x{match['n']}") if number else None
