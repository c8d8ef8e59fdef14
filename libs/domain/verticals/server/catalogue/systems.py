"""Servers, workstations and desktops by maker, line and model."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

type SystemType = Literal["server", "workstation", "desktop"]


@dataclass(frozen=True, slots=True)
class System:
    """A system by its canonical model, and where a title said it."""

    component_type: SystemType
    maker: str
    line: str | None
    model: str | None
    start: int
    end: int
    portable: bool = False


_POWEREDGE_NUMBERS: dict[str, frozenset[str]] = {
    "r": frozenset(
        [
            "200",
            "210",
            "220",
            "230",
            "240",
            "250",
            "260",
            "300",
            "310",
            "320",
            "330",
            "340",
            "350",
            "360",
            "410",
            "415",
            "420",
            "430",
            "440",
            "450",
            "470",
            "510",
            "515",
            "520",
            "530",
            "540",
            "550",
            "570",
            "610",
            "620",
            "630",
            "640",
            "650",
            "660",
            "670",
            "710",
            "715",
            "720",
            "730",
            "740",
            "750",
            "760",
            "770",
            "805",
            "810",
            "815",
            "820",
            "830",
            "840",
            "860",
            "900",
            "905",
            "910",
            "920",
            "930",
            "940",
            "960",
            "6415",
            "6515",
            "6525",
            "6615",
            "6625",
            "6715",
            "7415",
            "7425",
            "7515",
            "7525",
            "7615",
            "7625",
            "7715",
            "7725",
        ]
    ),
    "t": frozenset(
        [
            "20",
            "30",
            "40",
            "110",
            "130",
            "140",
            "150",
            "160",
            "300",
            "310",
            "320",
            "330",
            "340",
            "350",
            "360",
            "410",
            "420",
            "430",
            "440",
            "550",
            "560",
            "605",
            "610",
            "620",
            "630",
            "640",
            "710",
        ]
    ),
    "c": frozenset(
        [
            "1100",
            "2100",
            "4130",
            "4140",
            "5220",
            "6100",
            "6105",
            "6145",
            "6220",
            "6320",
            "6400",
            "6420",
            "6520",
            "6525",
            "6600",
            "6615",
            "6620",
            "8220",
        ]
    ),
    "m": frozenset(["420", "520", "600", "605", "610", "620", "630", "640", "710", "820", "830", "910", "915", "1000"]),
    "fc": frozenset(["430", "630", "640", "830"]),
    "mx": frozenset(["740", "750", "760", "840", "7000"]),
    "xe": frozenset(["2420", "7100", "8545", "8640", "9640", "9680", "9712"]),
    "xr": frozenset(["2", "11", "12", "4000", "5610", "7620", "8620"]),
    "xc": frozenset(["430", "630", "640", "650", "730", "740", "750", "6320", "6420", "940"]),
    "nx": frozenset(["400", "430", "440", "3000", "3100", "3200", "3230", "3240", "3300", "3330", "3340"]),
}
_POWEREDGE = re.compile(
    r"\b(?P<b>power\s?edge\s?(?:server\s)?)?(?:emc\s)?(?P<l>r|t|c|mx|m|fc|xe|xr|xc|nx)\s?-?(?P<n>\d{2,4})(?P<s>xd2|xd|xs|xa|x|p|c|e|ii|csp|sd)?\b(?!\s?(?:gb|tb|mhz|mm))"
)
_POWEREDGE_OLD = re.compile(
    r"\bpower\s?edge\s(?P<n>1850|1950|2850|2950|2970|6850|6950|1900|2900|840|860|830|sc\s?\d{3,4}|vrtx)(?P<s>\siii|\sii)?\b"
)
_PROLIANT = re.compile(
    r"\b(?P<l>dl|ml|bl|xl|sl|rl)\s?-?(?P<n>[1-9]\d{1,2})(?P<s>[acdehpstrz]{0,2})\b(?:[\s(-]{0,3}(?:server\s)?(?:g|gen)[\s.-]?(?P<g>\d{1,2})(?P<p>[\s-]?plus\b|\+|p\b)?)?"
)
_PROLIANT_GLUED = re.compile(
    r"\b(?P<l>dl|ml|bl|xl|sl)(?P<n>[1-9]\d{1,2})(?P<s>[acdehpstrz]?)g(?P<g>\d{1,2})(?P<p>\+|plus)?\b"
)
_PROLIANT_NAMED = re.compile(
    r"\b(?P<n>microserver|synergy\s(?:480|660|12000)|apollo\s(?:\d{4}|[a-z]\d{4})|moonshot)\b(?:[\s-]{0,2}(?:g|gen)\s?(?P<g>\d{1,2})(?P<p>\splus|\+)?)?"
)
_THINKSYSTEM = re.compile(r"\b(?P<l>sr|st|sd|sn|se)\s?-?(?P<n>\d{2,3}[a-z]?)\b(?:\s?(?P<v>v[2-4]))?")
_SYSTEM_X = re.compile(r"\bx\s?(?P<n>3[1-9]\d0|3[79]50|3[45]00)\s?-?(?P<m>m[1-5]|x[56])?\b")
_THINKSERVER = re.compile(r"\b(?P<n>(?:rd|ts|td|rs)[1-6]\d0)\b")
_UCS = re.compile(
    r"\b(?:ucs[cb]?[\s-]{0,2})?(?P<n>c\d{3}[a-z]?|s3260|b[24]\d0)[\s-]{0,2}(?P<m>m[1-8])(?P<f>s|sx|sn|sd|l|lx|l2)?\b"
)
_SUPERMICRO = re.compile(
    r"\b(?:super\s?server|superstorage|superchassis)?\s?(?P<n>(?:sys|as|ssg|sse|ars|cse)\s?-\s?[0-9]{3,4}[a-z0-9]*(?:-[a-z0-9+]+)*)"
)
_SUPERSERVER = re.compile(r"\b(?:super\s?server|supermicro)\s(?P<n>\d{4}[a-z]{1,3}(?:-[a-z0-9+]+)+)")
_PRIMERGY = re.compile(r"\b(?P<n>[rtcb]x\d{3,4})\s?(?P<m>m[1-7]|s[1-8])\b")
_OTHER_SERVERS = re.compile(
    r"\b(?P<n>(?:nf\d{4}m\d|rh\d{4}h?(?:\sv\d)?|[12]288h(?:\sv\d)?|r[12][23]\d[a-z0-9]{3,8}|[grhe]\d{3}-[a-z]\d{2}|x[3-9]-[248]l?|t[4578]-[1248]|s8[12]\d[la]?|nx-\d{4}[a-z0-9-]*))\b"
)
_XSERVE = re.compile(r"\bxserve\b")

_TOWERS = frozenset(
    [
        "1500",
        "1600",
        "1650",
        "1700",
        "3400",
        "3500",
        "3600",
        "3610",
        "3620",
        "3630",
        "3640",
        "3650",
        "3660",
        "3680",
        "5400",
        "5500",
        "5600",
        "5610",
        "5810",
        "5820",
        "5860",
        "7400",
        "7500",
        "7600",
        "7610",
        "7810",
        "7820",
        "7865",
        "7875",
        "7910",
        "7920",
        "7960",
    ]
)
_SMALL = frozenset(["3240", "3260", "3280", "3420", "3430", "3431", "3440", "3450", "3460", "3480", "3930"])
_PRECISION = re.compile(
    r"\b(?:precision|precison|presicion)[\s-]{0,2}(?:(?:tower|workstation|rack|mobile|compact|sff|mini)[\s-]{1,2}){0,2}(?P<l>[tmr])?\s?-?(?P<n>\d{4}|[346789]90|[34567]80)?(?:xl|x|c)?\b"
)
_PRECISION_BARE = re.compile(r"\b(?P<l>t|r)(?P<n>\d{4})\b")
_PRO_MAX = re.compile(
    r"\b(?:dell\s)?pro\smax\b(?:\s(?:tower|slim|micro|mini|desktop))?(?:\s(?P<n>t[1-9]|fct\d{4}|fcs\d{4}|fcm\d{4}|1[468]))?"
)
_HP_Z = re.compile(
    r"\bz\s?(?P<n>[1-9])\s?(?P<k>mini|sff|fury|tower|twr|entry|aio)?\s*-?(?:tower\s|workstation\s)?(?:g|gen)\s?(?P<g>\d{1,2}[ai]?)\b(?:\s(?P<k2>mini|fury)\b)?"
)
_HP_Z_OLD = re.compile(r"\bz[\s-]?(?P<n>2[0-4]0|4[0-4]0|6[0-4]0|8[0-4]0)\b")
_HP_XW = re.compile(r"\bxw\s?(?P<n>\d{4})\b")
_THINKSTATION = re.compile(
    r"\bthink\s?station[\s-]{1,2}(?:(?:tower|workstation)\s)?(?P<n>[pscde]\d{1,3}c?|px)?(?:\s(?P<k>tiny|ultra|gen\s?\d))?\b"
)
_LENOVO_P = re.compile(r"\b(?P<n>p(?:3[0-6]0|410|5[0-2]0c?|620|7[0-2]0|9[0-2]0)|[scd][23]0)\b(?:\s(?P<k>tiny))?")
_CELSIUS = re.compile(r"\bcelsius\s(?P<n>[a-z]\d{3,4}(?:-?\d)?)\b")

_OPTIPLEX = re.compile(
    r"\boptiplex[\s-]{0,2}(?:(?:micro|tower|sff|plus|mini|small|desktop|mt|dt)\s)?(?P<n>(?:gx|fx|xe)?\s?\d{1,4}|xe[234]?)?(?:\s(?P<k>plus|aio|all-in-one))?\b"
)
_OPTIPLEX_NUMBERS = frozenset(
    [
        "3010",
        "3020",
        "3040",
        "3046",
        "3050",
        "3060",
        "3070",
        "3080",
        "3090",
        "3000",
        "5040",
        "5050",
        "5055",
        "5060",
        "5070",
        "5080",
        "5090",
        "5000",
        "7010",
        "7020",
        "7040",
        "7050",
        "7060",
        "7070",
        "7071",
        "7080",
        "7090",
        "7000",
        "9010",
        "9020",
        "9030",
        "380",
        "390",
        "760",
        "780",
        "790",
        "960",
        "980",
        "990",
    ]
)
_DELL_NUMBER = re.compile(r"\bdell\s(?:inc\.?\s)?(?P<n>\d{3,4})\b")
_ELITEDESK = re.compile(
    r"\b(?P<l>elite\s?desk|pro\s?desk|elite\s?one|pro\s?one)[\s-]{0,2}(?P<n>\d{3})?(?:[\s-]{0,2}(?:mini\s|sff\s|dm\s|twr\s)?(?:g|gen)\s?(?P<g>\d{1,2}))?"
)
_HP_NEW = re.compile(r"\bhp\s(?P<l>elite|pro)\s(?P<k>mini|sff|tower|slim)\s(?P<n>\d{3})\s?(?:g|gen)\s?(?P<g>\d{1,2})\b")
_HP_OLD = re.compile(
    r"\b(?:compaq\s)?(?P<l>elite|pro|compaq)\s(?P<n>[5-8][0-3]00)\b(?:\selite|\spro)?|\b(?:compaq|dc)\s?(?P<d>(?:dc)?[5-8][0-9]00)\s?(?P<e>elite|pro)?"
)
_THINKCENTRE = re.compile(
    r"\bthink\s?cent(?:re|er)[\s-]{0,2}(?:(?:tiny|tower|sff|edge|neo)\s)?(?P<n>[meax]\d{2,4}[a-z]{0,2}|neo\s?\d{2}[a-z]?|7\dq?)?\b(?:\s?(?:g|gen)\s?(?P<g>\d))?"
)
_LENOVO_M = re.compile(
    r"\b(?P<n>m(?:7[0-3]|8[0-3]|9[0-3]|[679][0-2][05]|75|70|80|90|600|625|630|710|715|720|725|900|910|920)[qstxzpne]?)\b(?:[\s-]?(?:g|gen)[\s-]?(?P<g>\d))?"
)
_DELL_PRO = re.compile(r"\bdell\spro\s(?:(?:tower|slim|micro|mini|desktop|sff)\b)|\bdell\s(?:tower|slim|micro)\s?pro\b")
_CONSUMER = re.compile(
    r"\b(?P<l>inspiron|vostro|xps|alienware\saurora|aurora|pavilion|omen|envy|ideacentre|legion\st\w+|predator|nitro\s50|mac\smini|mac\sstudio|imac|mac\spro|esprimo)\b(?:\s(?P<n>(?:r\d{1,2}|[a-z]?\d{3,4}[a-z]?)))?"
)
_CONSUMER_MAKERS = {
    "inspiron": "dell", "vostro": "dell", "xps": "dell", "alienware aurora": "dell", "aurora": "dell", "pavilion": "hp",
    "omen": "hp", "envy": "hp", "ideacentre": "lenovo", "predator": "acer", "nitro 50": "acer", "mac mini": "apple",
    "mac studio": "apple", "imac": "apple", "mac pro": "apple", "esprimo": "fujitsu",
}  # fmt: skip

BAYS: dict[str, dict[int, str]] = {
    "r640": {4: "LFF", 8: "SFF", 10: "SFF"}, "r630": {8: "SFF", 10: "SFF", 24: "SFF"}, "r620": {4: "SFF", 8: "SFF", 10: "SFF"},
    "r650": {4: "LFF", 8: "SFF", 10: "SFF"}, "r660": {8: "SFF", 10: "SFF"}, "r440": {4: "LFF", 8: "SFF", 10: "SFF"},
    "r430": {4: "LFF", 8: "SFF", 10: "SFF"}, "r740": {16: "SFF"}, "r740xd": {12: "LFF", 18: "LFF", 24: "SFF"},
    "r740xd2": {24: "LFF", 26: "LFF"}, "r750": {12: "LFF", 16: "SFF", 24: "SFF"}, "r750xs": {12: "LFF", 16: "SFF"},
    "r760": {12: "LFF", 16: "SFF", 24: "SFF"}, "r730": {16: "SFF"}, "r730xd": {12: "LFF", 18: "LFF", 24: "SFF", 26: "SFF"},
    "r720": {16: "SFF"}, "r720xd": {12: "LFF", 24: "SFF", 26: "SFF"}, "r540": {12: "LFF", 14: "LFF"}, "r530": {8: "LFF"},
    "r510": {12: "LFF"}, "r610": {6: "SFF"}, "r710": {6: "LFF"}, "r940": {24: "SFF"}, "r930": {24: "SFF"},
    "r7525": {12: "LFF", 24: "SFF"}, "r7515": {12: "LFF", 24: "SFF"}, "r7425": {12: "LFF", 24: "SFF"},
    "r6525": {4: "LFF", 8: "SFF", 10: "SFF", 12: "SFF"}, "r6515": {4: "LFF", 8: "SFF", 10: "SFF"},
    "dl360": {4: "LFF", 8: "SFF", 10: "SFF"}, "dl360p": {4: "LFF", 8: "SFF", 10: "SFF"},
    "dl380": {12: "LFF", 16: "SFF", 24: "SFF"}, "dl380p": {12: "LFF", 16: "SFF", 25: "SFF"}, "dl385": {12: "LFF", 24: "SFF"},
    "dl380e": {12: "LFF", 25: "SFF"}, "sr630": {4: "LFF", 8: "SFF", 10: "SFF"}, "sr650": {12: "LFF", 16: "SFF", 24: "SFF"},
    "c220": {4: "LFF", 8: "SFF", 10: "SFF"}, "c240": {12: "LFF", 16: "SFF", 24: "SFF"},
}  # fmt: skip
"""Drive size by number of bays, where a chassis had that many of one size only."""


def _dell_server(low: str, words: frozenset[str]) -> System | None:
    if match := _POWEREDGE_OLD.search(low):
        return System(
            "server", "dell", None, "_".join(f"{match['n']}{match['s'] or ''}".split()), match.start(), match.end()
        )
    if not words.isdisjoint({"dell", "poweredge", "server", "idrac", "barebone", "emc"}) or "power edge" in low:
        for match in _POWEREDGE.finditer(low):
            known = match["n"] in _POWEREDGE_NUMBERS[match["l"]]
            if not known or (
                match["l"] in {"t", "c", "m", "xr", "nx"}
                and not match["b"]
                and words.isdisjoint({"poweredge", "server", "blade", "dell"})
            ):
                continue
            if match["l"] == "t" and match["n"] in {"400", "600"}:
                continue
            return System(
                "server", "dell", None, f"{match['l']}{match['n']}{match['s'] or ''}", match.start(), match.end()
            )
    return None


def _hp_server(low: str, words: frozenset[str]) -> System | None:
    for pattern in (_PROLIANT_GLUED, _PROLIANT):
        if match := pattern.search(low):
            generation = f"_g{int(match['g'])}" + ("_plus" if match["p"] else "") if match["g"] else ""
            return System(
                "server", "hp", None, f"{match['l']}{match['n']}{match['s']}{generation}", match.start(), match.end()
            )
    if (match := _PROLIANT_NAMED.search(low)) and not words.isdisjoint({"hp", "hpe", "proliant"}):
        generation = f"_g{int(match['g'])}" + ("_plus" if match["p"] else "") if match["g"] else ""
        return System("server", "hp", None, match["n"].replace(" ", "_") + generation, match.start(), match.end())
    return None


def _lenovo_server(low: str, words: frozenset[str]) -> System | None:
    if words.isdisjoint({"lenovo", "ibm", "thinksystem", "thinkserver", "server"}):
        return None
    for pattern, second in ((_THINKSYSTEM, "v"), (_SYSTEM_X, "m"), (_THINKSERVER, "")):
        if match := pattern.search(low):
            head = match["l"] if pattern is _THINKSYSTEM else "x" if pattern is _SYSTEM_X else ""
            tail = f"_{match[second]}" if second and match[second] else ""
            return System("server", "lenovo", None, f"{head}{match['n']}{tail}", match.start(), match.end())
    return None


def _other_server(low: str, words: frozenset[str]) -> System | None:
    if (match := _UCS.search(low)) and ("cisco" in words or "ucs" in low):
        return System("server", "cisco", None, f"{match['n']}_{match['m']}", match.start(), match.end())
    for pattern in (_SUPERMICRO, _SUPERSERVER):
        if match := pattern.search(low):
            name = match["n"].replace(" ", "")
            return System(
                "server", "supermicro", None, f"sys-{name}" if name[0].isdigit() else name, match.start(), match.end()
            )
    if (match := _PRIMERGY.search(low)) and not words.isdisjoint({"fujitsu", "primergy"}):
        return System("server", "fujitsu", None, f"{match['n']}_{match['m']}", match.start(), match.end())
    if not words.isdisjoint({"server", "sun", "oracle", "huawei", "inspur", "gigabyte", "nutanix", "power"}) and (
        match := _OTHER_SERVERS.search(low)
    ):
        maker = next(
            (
                name
                for word, name in (
                    ("sun", "oracle"),
                    ("oracle", "oracle"),
                    ("huawei", "huawei"),
                    ("inspur", "inspur"),
                    ("gigabyte", "gigabyte"),
                    ("nutanix", "nutanix"),
                    ("ibm", "lenovo"),
                    ("intel", "intel"),
                )
                if word in words
            ),
            None,
        )
        if maker:
            return System("server", maker, None, match["n"].replace(" ", "_"), match.start(), match.end())
    if match := _XSERVE.search(low):
        return System("server", "apple", None, "xserve", match.start(), match.end())
    return None


def _dell_workstation(low: str, words: frozenset[str]) -> System | None:
    if match := _PRECISION.search(low):
        number, letter = match["n"], match["l"] or ""
        portable = letter == "m" or (
            number is not None and len(number) == 4 and number not in _TOWERS and number not in _SMALL and letter != "t"
        )
        portable = portable and (letter == "m" or not words & {"tower", "sff", "rack"})
        return System(
            "workstation", "dell", "precision", precision_model(letter, number), match.start(), match.end(), portable
        )
    if match := _PRO_MAX.search(low):
        if "dell" in words:
            number = match["n"]
            return System(
                "workstation", "dell", "pro_max", number, match.start(), match.end(), bool(number and number.isdigit())
            )
    if words & {"dell", "workstation", "tower"}:
        for match in _PRECISION_BARE.finditer(low):
            if match["n"] in _TOWERS | _SMALL and (match["l"] == "t" or match["n"] in {"5400", "5500", "7910", "7920"}):
                return System(
                    "workstation",
                    "dell",
                    "precision",
                    precision_model(match["l"], match["n"]),
                    match.start(),
                    match.end(),
                )
    return None


def precision_model(letter: str, number: str | None) -> str | None:
    """Dell's own spelling: T7920 for every tower, however it is written; small ones have no letter."""
    if number is None or letter in {"m", "r"}:
        return f"{letter}{number}" if number else None
    return f"t{number}" if number in _TOWERS else number


def _hp_workstation(low: str, words: frozenset[str]) -> System | None:
    if (
        words.isdisjoint({"hp", "hewlett", "workstation", "z"})
        and "z8 g" not in low
        and "z4 g" not in low
        and "z6 g" not in low
    ):
        return None
    if match := _HP_Z.search(low):
        kind = match["k"] if match["k"] in {"mini", "fury"} else match["k2"]
        return System(
            "workstation",
            "hp",
            "z",
            f"z{match['n']}{'_' + kind if kind else ''}_g{match['g']}",
            match.start(),
            match.end(),
        )
    if match := _HP_Z_OLD.search(low):
        return System("workstation", "hp", "z", f"z{match['n']}", match.start(), match.end())
    if match := _HP_XW.search(low):
        return System("workstation", "hp", "xw", f"xw{match['n']}", match.start(), match.end())
    return None


def _lenovo_workstation(low: str, words: frozenset[str]) -> System | None:
    match = _THINKSTATION.search(low)
    if not match and "lenovo" in words and "thinkpad" not in words and "quadro" not in words:
        match = _LENOVO_P.search(low)
    if match:
        model = match["n"]
        tiny = match["k"] in {"tiny", "ultra"} if match["k"] else False
        return System(
            "workstation",
            "lenovo",
            "thinkstation",
            f"{model}_{match['k']}" if model and tiny else model,
            match.start(),
            match.end(),
        )
    if (match := _CELSIUS.search(low)) and "fujitsu" in words:
        return System("workstation", "fujitsu", "celsius", match["n"], match.start(), match.end())
    return None


def _dell_desktop(low: str, words: frozenset[str]) -> System | None:
    if match := _OPTIPLEX.search(low):
        number = (match["n"] or "").replace(" ", "") or None
        if number and match["k"] == "plus":
            number = f"{number}_plus"
        return System("desktop", "dell", "optiplex", number, match.start(), match.end())
    if match := _DELL_PRO.search(low):
        return System("desktop", "dell", "pro", None, match.start(), match.end())
    if (
        (match := _DELL_NUMBER.search(low))
        and match["n"] in _OPTIPLEX_NUMBERS
        and words & {"tower", "sff", "micro", "mini", "usff", "i3", "i5", "i7", "i9", "mt", "mff", "desktop", "dt"}
    ):
        return System("desktop", "dell", "optiplex", match["n"], match.start("n"), match.end())
    return None


def _hp_desktop(low: str, words: frozenset[str]) -> System | None:
    if match := _ELITEDESK.search(low):
        line = match["l"].replace(" ", "")
        model = None if not match["n"] else match["n"] + (f"_g{match['g']}" if match["g"] else "")
        return System("desktop", "hp", line, model, match.start(), match.end())
    if match := _HP_NEW.search(low):
        return System(
            "desktop", "hp", match["l"], f"{match['k']}_{match['n']}_g{match['g']}", match.start(), match.end()
        )
    if words & {"hp", "compaq"} and (match := _HP_OLD.search(low)):
        number = match["n"] or match["d"]
        line = match["l"] or match["e"] or "compaq"
        return System("desktop", "hp", line, number, match.start(), match.end())
    return None


def _lenovo_desktop(low: str, words: frozenset[str]) -> System | None:
    match = _THINKCENTRE.search(low)
    if (
        not match
        and "lenovo" in words
        and words & {"tiny", "sff", "desktop", "i3", "i5", "i7", "i9", "tower", "ryzen", "mini"}
    ):
        match = _LENOVO_M.search(low)
    if match:
        model = match["n"]
        generation = f"_g{match['g']}" if model and match["g"] else ""
        return System(
            "desktop",
            "lenovo",
            "thinkcentre",
            f"{model.replace(' ', '_')}{generation}" if model else None,
            match.start(),
            match.end(),
        )
    return None


def _consumer_desktop(low: str, words: frozenset[str]) -> System | None:
    match = _CONSUMER.search(low)
    if not match or words & {"laptop", "notebook"}:
        return None
    line = match["l"]
    maker = _CONSUMER_MAKERS.get(line, "lenovo")
    return System(
        "desktop", maker, line.replace(" ", "_").replace("alienware_", ""), match["n"], match.start(), match.end()
    )


_FINDERS: tuple[Callable[[str, frozenset[str]], System | None], ...] = (
    _dell_workstation,
    _lenovo_workstation,
    _dell_desktop,
    _hp_desktop,
    _lenovo_desktop,
    _hp_workstation,
    _hp_server,
    _dell_server,
    _lenovo_server,
    _other_server,
    _consumer_desktop,
)


def find_system(low: str, words: frozenset[str]) -> System | None:
    """The first system a lower-case title names: workstation lineage before desktop before server."""
    found = [each for each in (finder(low, words) for finder in _FINDERS) if each is not None]
    if not found:
        return None
    return max(found, key=lambda each: (each.model is not None, -each.start))


def count_systems(low: str, words: frozenset[str]) -> int:
    """How many different servers a title names; more than one is a list of what the goods fit."""
    models = {
        f"{match['l']}{match['n']}"
        for match in _POWEREDGE.finditer(low)
        if match["n"] in _POWEREDGE_NUMBERS[match["l"]]
    }
    models |= {f"{match['l']}{match['n']}" for match in _PROLIANT.finditer(low)}
    models |= {f"{match['l']}{match['n']}" for match in _PROLIANT_GLUED.finditer(low)}
    models |= {match["n"] for match in _PRECISION_BARE.finditer(low) if match["n"] in _TOWERS}
    if "hp" in words:
        models |= {match["n"] for match in _HP_Z_OLD.finditer(low)}
    return len(models)
