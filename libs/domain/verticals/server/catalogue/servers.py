"""Servers by maker and model: PowerEdge, ProLiant, ThinkSystem and System x, UCS, Supermicro, PRIMERGY and others."""

import re
from collections.abc import Iterator

from libs.domain.verticals.server.catalogue.system import System, names

_POWEREDGE_NUMBERS: dict[str, frozenset[str]] = {
    "r": names(
        "200 210 220 230 240 250 260 300 310 320 330 340 350 360 410 415 420 430 440 450 470 510 515 520 530 "
        "540 550 570 610 620 630 640 650 660 670 710 715 720 730 740 750 760 770 805 810 815 820 830 840 860 "
        "900 905 910 920 930 940 960 6415 6515 6525 6615 6625 6715 7415 7425 7515 7525 7615 7625 7715 7725"
    ),
    "t": names(
        "20 30 40 110 130 140 150 160 300 310 320 330 340 350 360 410 420 430 440 550 560 605 610 620 630 640 710"
    ),
    "c": names("1100 2100 4130 4140 5220 6100 6105 6145 6220 6320 6400 6420 6520 6525 6600 6615 6620 8220"),
    "m": names("420 520 605 610 620 630 640 710 820 830 910 915 1000"),
    "fc": names("430 630 640 830"),
    "mx": names("740 750 760 840 7000"),
    "xe": names("2420 7100 8545 8640 9640 9680 9712"),
    "xr": names("11 12 4000 5610 7620 8620"),
    "xc": names("430 630 640 650 730 740 750 6320 6420 940"),
    "nx": names("430 440 3000 3100 3200 3230 3240 3300 3330 3340"),
}
_POWEREDGE = re.compile(
    r"\b(?:power\s?edge\s?(?:server\s)?)?(?P<l>r|t|c|mx|m|fc|xe|xr|xc|nx)\s?-?(?P<n>\d{2,4})"
    r"(?P<s>xd2|xd|xs|xa|x|p|c|e|ii|csp|sd)?\b(?!\s?(?:gb|tb|mhz|mm))"
)
_POWEREDGE_OLD = re.compile(
    r"\bpower\s?edge\s(?P<n>1850|1950|2850|2950|2970|6850|6950|1900|2900|840|860|830|sc\s?\d{3,4}|vrtx)(?P<s>\siii|\sii)?\b"
)
_DELL_WORDS = names("dell poweredge server idrac barebone emc")

_PROLIANT = re.compile(
    r"\b(?P<l>dl|ml|bl|xl|sl|rl)\s?-?(?P<n>[1-9]\d{1,2})(?P<s>[acdehpstrz]{0,2})\b"
    r"(?:[\s(-]{0,3}(?:server\s)?(?:g|gen)[\s.-]?(?P<g>\d{1,2})(?P<p>[\s-]?plus\b|\+|p\b)?)?"
)
_PROLIANT_GLUED = re.compile(
    r"\b(?P<l>dl|ml|bl|xl|sl)(?P<n>[1-9]\d{1,2})(?P<s>[acdehpstrz]?)g(?P<g>\d{1,2})(?P<p>\+|plus)?\b"
)
_PROLIANT_NAMED = re.compile(
    r"\b(?P<n>microserver|synergy\s(?:480|660|12000)|apollo\s(?:\d{4}|[a-z]\d{4})|moonshot)\b"
    r"(?:[\s-]{0,2}(?:g|gen)\s?(?P<g>\d{1,2})(?P<p>\splus|\+)?)?"
)
_THINKSYSTEM = re.compile(r"\b(?P<l>sr|st|sd|sn|se)\s?-?(?P<n>\d{2,3}[a-z]?)\b(?:\s?(?P<v>v[2-4]))?")
_SYSTEM_X = re.compile(r"\b(?P<l>x)\s?(?P<n>3[1-9]\d0|3[45]00)\s?-?(?P<v>m[1-5]|x[56])?\b")
_THINKSERVER = re.compile(r"\b(?P<l>rd|ts|td|rs)(?P<n>[1-6]\d0)(?P<v>)\b")
_LENOVO_WORDS = names("lenovo ibm thinksystem thinkserver server")
_UCS = re.compile(
    r"\b(?:ucs[cb]?[\s-]{0,2})?(?P<n>c\d{3}[a-z]?|s3260|b[24]\d0)[\s-]{0,2}(?P<m>m[1-8])(?:s[xnd]?|lx?|l2)?\b"
)
_SUPERMICRO = re.compile(r"\b(?P<n>(?:sys|as|ssg|sse|ars|cse)\s?-\s?[0-9]{3,4}[a-z0-9]*(?:-[a-z0-9+]+)*)")
_SUPERSERVER = re.compile(r"\b(?:super\s?server|supermicro)\s(?P<n>\d{4}[a-z]{1,3}(?:-[a-z0-9+]+)+)")
_PRIMERGY = re.compile(r"\b(?P<n>[rtcb]x\d{3,4})\s?(?P<m>m[1-7]|s[1-8])\b")
_OTHERS = re.compile(
    r"\b(?P<n>nf\d{4}m\d|rh\d{4}h?(?:\sv\d)?|[12]288h(?:\sv\d)?|r[12][23]\d[a-z0-9]{3,8}|[grhe]\d{3}-[a-z]\d{2}|"
    r"x[3-9]-[248]l?|t[4578]-[1248]|s8[12]\d[la]?|nx-\d{4}[a-z0-9-]*|xserve)\b"
)
_OTHER_MAKERS = {
    "sun": "oracle", "oracle": "oracle", "huawei": "huawei", "inspur": "inspur", "gigabyte": "gigabyte",
    "nutanix": "nutanix", "ibm": "lenovo", "intel": "intel", "apple": "apple", "xserve": "apple",
}  # fmt: skip

BAYS: dict[str, dict[int, str]] = {
    "r640": {4: "LFF", 8: "SFF", 10: "SFF"}, "r630": {8: "SFF", 10: "SFF", 24: "SFF"},
    "r620": {4: "SFF", 8: "SFF", 10: "SFF"}, "r650": {4: "LFF", 8: "SFF", 10: "SFF"},
    "r660": {8: "SFF", 10: "SFF"}, "r440": {4: "LFF", 8: "SFF", 10: "SFF"},
    "r430": {4: "LFF", 8: "SFF", 10: "SFF"}, "r740": {16: "SFF"}, "r740xd": {12: "LFF", 18: "LFF", 24: "SFF"},
    "r740xd2": {24: "LFF", 26: "LFF"}, "r750": {12: "LFF", 16: "SFF", 24: "SFF"},
    "r750xs": {12: "LFF", 16: "SFF"}, "r760": {12: "LFF", 16: "SFF", 24: "SFF"}, "r730": {16: "SFF"},
    "r730xd": {12: "LFF", 18: "LFF", 24: "SFF", 26: "SFF"}, "r720": {16: "SFF"},
    "r720xd": {12: "LFF", 24: "SFF", 26: "SFF"}, "r540": {12: "LFF", 14: "LFF"}, "r530": {8: "LFF"},
    "r510": {12: "LFF"}, "r610": {6: "SFF"}, "r710": {6: "LFF"}, "r940": {24: "SFF"}, "r930": {24: "SFF"},
    "r7525": {12: "LFF", 24: "SFF"}, "r7515": {12: "LFF", 24: "SFF"}, "r7425": {12: "LFF", 24: "SFF"},
    "r6525": {4: "LFF", 8: "SFF", 10: "SFF", 12: "SFF"}, "r6515": {4: "LFF", 8: "SFF", 10: "SFF"},
    "dl360": {4: "LFF", 8: "SFF", 10: "SFF"}, "dl360p": {4: "LFF", 8: "SFF", 10: "SFF"},
    "dl380": {12: "LFF", 16: "SFF", 24: "SFF"}, "dl380p": {12: "LFF", 16: "SFF", 25: "SFF"},
    "dl385": {12: "LFF", 24: "SFF"}, "dl380e": {12: "LFF", 25: "SFF"}, "sr630": {4: "LFF", 8: "SFF", 10: "SFF"},
    "sr650": {12: "LFF", 16: "SFF", 24: "SFF"}, "c220": {4: "LFF", 8: "SFF", 10: "SFF"},
    "c240": {12: "LFF", 16: "SFF", 24: "SFF"},
}  # fmt: skip
"""Drive size by number of bays, where a chassis had that many of one size only."""


def poweredge_models(low: str) -> Iterator[re.Match[str]]:
    """Every PowerEdge model number that exists."""
    for match in _POWEREDGE.finditer(low):
        if match["n"] in _POWEREDGE_NUMBERS[match["l"]]:
            yield match


def proliant_models(low: str) -> Iterator[re.Match[str]]:
    """Every ProLiant model."""
    yield from _PROLIANT_GLUED.finditer(low)
    yield from _PROLIANT.finditer(low)


def dell_server(low: str, words: frozenset[str]) -> System | None:
    """PowerEdge: a letter and a number that exist together, with a word that speaks of Dell or a server."""
    if "edge" in low and (match := _POWEREDGE_OLD.search(low)):
        return _server("dell", f"{match['n']}{match['s'] or ''}", match)
    if words.isdisjoint(_DELL_WORDS) and "power edge" not in low:
        return None
    return next(
        (_server("dell", f"{each['l']}{each['n']}{each['s'] or ''}", each) for each in poweredge_models(low)), None
    )


def hp_server(low: str, words: frozenset[str]) -> System | None:
    """ProLiant with its generation, MicroServer, Synergy, Apollo."""
    match = _PROLIANT_GLUED.search(low) or _PROLIANT.search(low)
    if match:
        return _server("hp", f"{match['l']}{match['n']}{match['s']}{_generation(match)}", match)
    if words.isdisjoint(("hp", "hpe", "proliant")) or not (match := _PROLIANT_NAMED.search(low)):
        return None
    return _server("hp", f"{match['n']}{_generation(match)}", match)


def _generation(match: re.Match[str]) -> str:
    if not match["g"]:
        return ""
    return f"_g{int(match['g'])}" + ("_plus" if match["p"] else "")


def lenovo_server(low: str, words: frozenset[str]) -> System | None:
    """ThinkSystem, System x and ThinkServer."""
    if words.isdisjoint(_LENOVO_WORDS):
        return None
    for pattern in (_THINKSYSTEM, _SYSTEM_X, _THINKSERVER):
        if match := pattern.search(low):
            return _server("lenovo", f"{match['l']}{match['n']}{'_' + match['v'] if match['v'] else ''}", match)
    return None


def other_server(low: str, words: frozenset[str]) -> System | None:
    """UCS, Supermicro, PRIMERGY, and the makers whose model numbers speak for themselves."""
    if ("cisco" in words or "ucs" in low) and (match := _UCS.search(low)):
        return _server("cisco", f"{match['n']}_{match['m']}", match)
    if "-" in low or "super" in low:
        match = _SUPERMICRO.search(low) or _SUPERSERVER.search(low)
        if match:
            name = match["n"].replace(" ", "")
            return _server("supermicro", f"sys-{name}" if name[0].isdigit() else name, match)
    if not words.isdisjoint(("fujitsu", "primergy")) and (match := _PRIMERGY.search(low)):
        return _server("fujitsu", f"{match['n']}_{match['m']}", match)
    maker = next((maker for word, maker in _OTHER_MAKERS.items() if word in words), None)
    if maker and (match := _OTHERS.search(low)):
        return _server(maker, match["n"], match)
    return None


def _server(maker: str, model: str, match: re.Match[str]) -> System:
    return System("server", maker, None, "_".join(model.split()), match.start(), match.end())
