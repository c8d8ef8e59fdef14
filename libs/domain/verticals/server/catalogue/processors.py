"""Processor names as sellers write them, brought to the maker's own spelling."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Processor:
    """A processor by its official name, and where a title said it."""

    manufacturer: str
    family: str
    model: str
    start: int
    end: int


_TIERED = re.compile(
    r"\b(?P<tier>platinum|gold|silver|bronze|plat)\b[\s-]{0,2}(?P<n>[3-9]\d{3})(?P<s>[a-z]{0,2})\b(?P<plus>\+)?"
)
_SCALABLE = re.compile(
    r"\bxeon\b(?:\s(?:scalable|processor|cpu|server|sp))?\s-?(?P<n>[3-68-9][1-9]\d\d)(?P<s>[a-z]{0,2})\b(?!\s?(?:gb|mhz|v\d))"
)
_E_SERIES = re.compile(r"\be(?P<c>[357])\s?-?\s?(?P<n>\d{4})(?P<s>(?:(?!v\d)[a-z]){0,2})[\s-]{0,2}(?:v(?P<v>[1-6]))?\b")
_W_NEW = re.compile(r"\bw(?P<t>[3579])[\s-]{1,2}(?P<n>\d{4}[a-z]?)\b")
_W = re.compile(r"\bw\s?-\s?(?P<n>[1-3]\d{3,4}[a-z]{0,2})\b|\bxeon\sw\s?(?P<m>[1-3]\d{3,4}[a-z]{0,2})\b")
_D = re.compile(r"\bxeon\sd\s?-?\s?(?P<m>[12]\d{3}[a-z]{0,3})\b|\bd-(?P<n>[12]\d{3}[a-z]{0,3})\b")
_E = re.compile(r"\be-\s?(?P<n>2[1-4]\d\d[gme]?l?)\b")
_OLD = re.compile(r"\b(?P<l>[xlew])\s?-?(?P<n>[3-7][1-9]\d{2})\b")
_SIX = re.compile(r"\bxeon\s6?\s?-?(?P<n>6[579]\d\d[ep])\b")
_MAX = re.compile(r"\bxeon\s(?:cpu\s)?max\s(?P<n>9\d{3})\b")
_PHI = re.compile(r"\bxeon\sphi\s(?P<n>\d{4}[a-z]?)\b")
_EPYC = re.compile(
    r"\bepyc\b[\s-]{0,2}(?:(?:embedded|rome|milan|naples|genoa|bergamo|turin|server|processor|cpu|siena|gen\s?\d|\dth\sgen)[\s-]{1,2}){0,2}(?P<n>[34789][0-9a-z]\d[0-9a-z](?:[pfxse]{0,2}))\b"
)
_EPYC_BARE = re.compile(r"\b(?P<n>7[0-9a-z][0-9]\d[pfx]?|9[0-9a-z]\d\d[pfxse]?)\b")
_CORE = re.compile(r"\bi(?P<t>[3579])\s?-?\s?(?P<n>\d{4,5}[a-z]{0,2}|[4-9]\d{2}[a-z]{0,2})\b")
_ULTRA = re.compile(r"\bultra\s?(?P<t>[579])[\s-]{1,2}(?P<n>\d{3}[a-z]{0,2})\b")
_THREADRIPPER = re.compile(
    r"\bthreadripper\b(?:\s(?P<p>pro))?\s?-?(?P<n>\d{4}(?:wx|x)?)\b|\b(?P<m>[35789]9[4-9]\dwx)\b"
)
_RYZEN = re.compile(r"\bryzen\s?-?(?P<t>[3579])?\s?(?P<p>pro\s)?-?(?P<n>\d{4}(?:x3d|xt|ge|gt|[xgefu]\d?)?)\b")
_OPTERON = re.compile(r"\bopteron\s(?:x2\s)?(?P<n>\d{3,4})\s?(?P<s>se|he|ee)?\b")
_SMALL = re.compile(r"\b(?P<f>pentium|celeron)\s(?:gold\s|silver\s)?(?P<n>[gjn]?\d{4}[a-z]?)\b")

S_SPEC = re.compile(r"\b(?:s[rl](?=[a-z0-9]*\d)[a-z0-9]{3}|srgz[a-z]|sr[a-z]{3}|q[a-z0-9]{3})\b")


_TIERS = {"3": "Bronze", "4": "Silver", "5": "Gold", "6": "Gold", "8": "Platinum", "9": "Platinum"}
"""The tier a scalable Xeon belongs to, by its number's first digit."""


def find(low: str, words: frozenset[str]) -> Processor | None:
    """The first processor a lower-case title names."""
    xeon = "xeon" in words
    tiered = xeon or not words.isdisjoint(("gold", "platinum", "silver", "bronze"))
    if tiered and (match := _TIERED.search(low)):
        tier = "platinum" if match["tier"] == "plat" else match["tier"]
        return _intel(match, f"{tier.title()} {match['n']}{match['s'].upper()}")
    if "e" in low and (match := _E_SERIES.search(low)):
        version = f" v{match['v']}" if match["v"] and match["v"] != "1" else ""
        return _intel(match, f"E{match['c']}-{match['n']}{match['s'].upper()}{version}")
    if xeon and (found := _named_xeon(low)):
        return found
    if (xeon or not words.isdisjoint(("intel", "lga3647", "cpu"))) and (found := _lettered_xeon(low, xeon=xeon)):
        return found
    return _amd(low, words) or _core(low)


def _named_xeon(low: str) -> Processor | None:
    """Xeon 6, Max, Phi, and a scalable model without its tier."""
    if match := _SIX.search(low):
        return _intel(match, match["n"].upper())
    if match := _MAX.search(low):
        return _intel(match, f"Max {match['n']}")
    if match := _PHI.search(low):
        return Processor("Intel", "Xeon Phi", match["n"].upper(), match.start(), match.end())
    if match := _SCALABLE.search(low):
        number = match["n"]
        return _intel(match, f"{_TIERS.get(number[0], 'Gold')} {number}{match['s'].upper()}")
    return None


def _lettered_xeon(low: str, *, xeon: bool) -> Processor | None:
    """Xeon W, D, E and, where "Xeon" is said, the X5690 kind."""
    if match := _W_NEW.search(low):
        return _intel(match, f"w{match['t']}-{match['n'].upper()}")
    for letter, pattern in (("W", _W), ("D", _D), ("E", _E)):
        if match := pattern.search(low):
            number = match.group(match.lastgroup or "n")
            return _intel(match, f"{letter}-{number.upper()}")
    if xeon and (match := _OLD.search(low)):
        return _intel(match, f"{match['l'].upper()}{match['n']}")
    return None


def _intel(match: re.Match[str], model: str) -> Processor:
    return _found(match, "Intel", "Xeon", model)


def _amd(low: str, words: frozenset[str]) -> Processor | None:
    if "epyc" in words:
        match = _EPYC.search(low) or _EPYC_BARE.search(low)
        if match:
            return _found(match, "AMD", "EPYC", match["n"].upper())
    if match := _THREADRIPPER.search(low):
        number = (match["n"] or match["m"]).upper()
        return _found(
            match, "AMD", "Threadripper", f"Pro {number}" if number.endswith("WX") and number[0] != "2" else number
        )
    if match := _RYZEN.search(low):
        number = match["n"].upper()
        return _found(
            match, "AMD", "Ryzen", f"{match['t'] or _ryzen_tier(number)} {'Pro ' if match['p'] else ''}{number}"
        )
    if match := _OPTERON.search(low):
        return _found(match, "AMD", "Opteron", f"{match['n']}{(match['s'] or '').upper()}")
    return None


def _ryzen_tier(number: str) -> str:
    """Ryzen 9 from x900 on, 7 from x700, 5 from x400, below that 3."""
    hundreds = int(number[1])
    return "9" if hundreds == 9 else "7" if hundreds >= 7 else "5" if hundreds >= 4 else "3"


def _core(low: str) -> Processor | None:
    if match := _CORE.search(low):
        return _found(match, "Intel", "Core", f"i{match['t']}-{match['n'].upper()}")
    if match := _ULTRA.search(low):
        return _found(match, "Intel", "Core", f"Ultra {match['t']} {match['n'].upper()}")
    if match := _SMALL.search(low):
        return _found(match, "Intel", match["f"].title(), match["n"].upper())
    return None


def _found(match: re.Match[str], manufacturer: str, family: str, model: str) -> Processor:
    return Processor(manufacturer, family, model, match.start(), match.end())
