"""Memory module part numbers decoded: Samsung, SK Hynix, Micron, Crucial, Kingston, HPE and Dell options."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """What a part number says about one memory module."""

    manufacturer: str | None = None
    generation: str | None = None
    capacity_gb: int | None = None
    speed_mhz: int | None = None
    module_type: str | None = None
    ecc: bool | None = None


_SAMSUNG_FORMS = {
    "393": ("rdimm", True),
    "392": ("rdimm", True),
    "386": ("lrdimm", True),
    "391": ("udimm", True),
    "378": ("udimm", False),
    "471": ("sodimm", False),
    "474": ("sodimm", True),
    "321": ("rdimm", True),
    "324": ("udimm", True),
    "323": ("udimm", False),
    "425": ("sodimm", False),
    "395": ("fbdimm", True),
}
_SAMSUNG_GENERATIONS = {"t": "DDR2", "b": "DDR3", "a": "DDR4", "r": "DDR5"}
_SAMSUNG_DEPTH = {"1": 8, "2": 16, "3": 24, "4": 32, "6": 48, "8": 64, "a": 128, "b": 256, "c": 96}
_SAMSUNG_SPEED = {
    "ce6": 667, "ce7": 800, "cf7": 800, "cf8": 1066, "yf8": 1066, "ch9": 1333, "yh9": 1333, "ck0": 1600,
    "yk0": 1600, "cma": 1866, "cpb": 2133, "crc": 2400, "ctd": 2666, "cvf": 2933, "cwe": 3200, "cqk": 4800,
    "cwm": 5600, "ccp": 6400,
}  # fmt: skip
_SAMSUNG = re.compile(r"m(\d{3})([tabr])([0-9a-c])([0-9a-z])[0-9a-z]*(?:-([a-z0-9]{3}))?")

_HYNIX_FORMS = {"r": "rdimm", "l": "lrdimm", "u": "udimm", "s": "sodimm", "t": "udimm", "f": "fbdimm"}
_HYNIX_DEPTH = {"1g": 8, "2g": 16, "3g": 24, "4g": 32, "8g": 64, "ag": 128, "bg": 256, "51": 4, "25": 2, "12": 1}
_HYNIX_SPEED = {
    "g7": 1066, "h9": 1333, "pb": 1600, "rd": 1866, "te": 2133, "tf": 2133, "uh": 2400, "vk": 2666, "vn": 2666,
    "wm": 2933, "wr": 2933, "xn": 3200,
}  # fmt: skip
_HYNIX = re.compile(r"hm([at])([0-9a-b])(\dg|ag|bg|51|25|12)([rlustf])([678])[0-9a-z]*(?:-([a-z0-9]{2}))?")
_HYNIX_WIDE = re.compile(r"hmt([0-9a])(51|25|12)([rlus])([67])[0-9a-z]*(?:-([a-z0-9]{2}))?")
_HYNIX_NEW_DEPTH = {"56": 4, "66": 8, "78": 16, "84": 32, "88": 32, "94": 64}
_HYNIX_NEW_SPEED = {"xn": 3200, "eb": 4800, "gb": 5600, "hb": 6400}
_HYNIX_NEW = re.compile(r"hm([ac])g(\d\d)[a-z]([a-z]{2})([rusl])[a-z]?\w*")

_MICRON_FORMS = {"p": "rdimm", "l": "lrdimm", "a": "udimm", "h": "sodimm", "r": "rdimm", "f": "fbdimm"}
_MICRON_SPEED = {
    "667": 667, "80e": 800, "800": 800, "1g0": 1066, "1g1": 1066, "1g4": 1333, "1g6": 1600, "1g9": 1866,
    "2g1": 2133, "2g3": 2400, "2g4": 2400, "2g6": 2666, "2g9": 2933, "3g2": 3200,
}  # fmt: skip
_MICRON = re.compile(r"mt(a?)(\d{1,2})([a-z]{2,3})(\d{1,3}g?|\d{3})(72|64)([plahrf])[a-z]*(?:-([0-9a-z]{3}))?")
_MICRON_DDR5 = re.compile(r"mtc(\d{1,2})[cf](\d)(\d{3})s[12]([rtuse])c(\d\d)")
_MICRON_DDR5_GB = {
    ("10", "1"): 16,
    ("20", "1"): 32,
    ("20", "2"): 32,
    ("40", "2"): 64,
    ("4", "1"): 8,
    ("8", "1"): 16,
    ("9", "1"): 16,
    ("18", "1"): 32,
    ("16", "2"): 32,
}

_CRUCIAL_FORMS = {
    "r": ("rdimm", True),
    "l": ("lrdimm", True),
    "w": ("udimm", True),
    "e": ("udimm", True),
    "d": ("udimm", False),
    "s": ("sodimm", False),
    "t": ("sodimm", True),
    "v": ("rdimm", True),
}
_CRUCIAL = re.compile(r"ct(?:\d{1,2}k)?(\d{1,3})g(4)([rlwedstv])f[a-z]?[a-z]?\d?(213|24|266|293|32|26|29)")
_CRUCIAL_SPEED = {"213": 2133, "24": 2400, "266": 2666, "26": 2666, "293": 2933, "29": 2933, "32": 3200}
_CRUCIAL_DDR5 = re.compile(r"ct(?:\d{1,2}k)?(\d{1,3})g(48|52|56|60|64)c\d\d([usrt])5")
_CRUCIAL_DDR3 = re.compile(r"ct(\d{1,2})g3(e?)([rul])\w*?(1339|160|186|18|16)")

_KINGSTON_SPEED = {
    "10": 1066,
    "13": 1333,
    "16": 1600,
    "18": 1866,
    "21": 2133,
    "24": 2400,
    "26": 2666,
    "29": 2933,
    "32": 3200,
    "48": 4800,
    "52": 5200,
    "56": 5600,
    "64": 6400,
}
_KINGSTON_FORMS = {
    "r": ("rdimm", True),
    "l": ("lrdimm", True),
    "e": ("udimm", True),
    "n": ("udimm", False),
    "s": ("sodimm", False),
    "t": ("sodimm", True),
    "u": ("udimm", False),
}
_KINGSTON = re.compile(
    r"(?:ksm|kvr|kcp)(10|13|16|18|21|24|26|29|32|48|52|56|64)(l?)([relnstu])[a-z0-9]*(?:/(\d{1,3}))?"
)
_KINGSTON_SYSTEM = re.compile(
    r"kt([dhl])-(pe|pl|ts)(3|4|5)?(13|16|18|21|24|26|29|32|48|56)(lq|lv|l|e|s|d|q)?[0-9]*[a-z0-9]*/(\d{1,3})g?"
)

_DELL = re.compile(r"snp[a-z0-9]{5}c/(\d{1,3})g")

_R, _L, _U = "rdimm", "lrdimm", "udimm"
_OPTIONS: dict[str, tuple[str, int, int, str]] = {
    "500662-b21": ("DDR3", 8, 1333, _R), "593913-b21": ("DDR3", 8, 1333, _R),
    "604506-b21": ("DDR3", 8, 1333, _R), "627812-b21": ("DDR3", 16, 1333, _R),
    "647893-b21": ("DDR3", 4, 1333, _R), "647895-b21": ("DDR3", 4, 1600, _R),
    "647897-b21": ("DDR3", 8, 1333, _R), "647899-b21": ("DDR3", 8, 1600, _R),
    "647901-b21": ("DDR3", 16, 1333, _R), "672631-b21": ("DDR3", 16, 1600, _R),
    "672612-081": ("DDR3", 16, 1600, _R), "684031-001": ("DDR3", 16, 1600, _R),
    "690802-b21": ("DDR3", 8, 1600, _R), "708639-b21": ("DDR3", 8, 1866, _R),
    "708641-b21": ("DDR3", 16, 1866, _R), "712383-081": ("DDR3", 16, 1866, _R),
    "715284-001": ("DDR3", 16, 1866, _R), "708643-b21": ("DDR3", 32, 1866, _L),
    "726717-b21": ("DDR4", 4, 2133, _R), "726718-b21": ("DDR4", 8, 2133, _R),
    "726719-b21": ("DDR4", 16, 2133, _R), "728629-b21": ("DDR4", 32, 2133, _R),
    "726722-b21": ("DDR4", 32, 2133, _L), "752368-081": ("DDR4", 8, 2133, _R),
    "752369-081": ("DDR4", 16, 2133, _R), "752370-091": ("DDR4", 32, 2133, _R),
    "774172-001": ("DDR4", 16, 2133, _R), "774175-001": ("DDR4", 32, 2133, _L),
    "774174-001": ("DDR4", 32, 2133, _R), "805347-b21": ("DDR4", 8, 2400, _R),
    "805349-b21": ("DDR4", 16, 2400, _R), "809082-b21": ("DDR4", 16, 2400, _R),
    "836220-b21": ("DDR4", 16, 2400, _R), "846740-001": ("DDR4", 16, 2400, _R),
    "819411-001": ("DDR4", 16, 2400, _R), "805351-b21": ("DDR4", 32, 2400, _R),
    "809083-091": ("DDR4", 32, 2400, _R), "819412-001": ("DDR4", 32, 2400, _R),
    "805353-b21": ("DDR4", 32, 2400, _L), "805358-b21": ("DDR4", 64, 2400, _L),
    "805669-b21": ("DDR4", 8, 2133, _U), "805671-b21": ("DDR4", 16, 2133, _U),
    "862974-b21": ("DDR4", 8, 2400, _U), "862976-b21": ("DDR4", 16, 2400, _U),
    "815097-b21": ("DDR4", 8, 2666, _R), "815098-b21": ("DDR4", 16, 2666, _R),
    "835955-b21": ("DDR4", 16, 2666, _R), "850880-001": ("DDR4", 16, 2666, _R),
    "868846-001": ("DDR4", 16, 2666, _R), "815100-b21": ("DDR4", 32, 2666, _R),
    "840758-091": ("DDR4", 32, 2666, _R), "850881-001": ("DDR4", 32, 2666, _R),
    "815101-b21": ("DDR4", 64, 2666, _L), "850882-001": ("DDR4", 64, 2666, _L),
    "879505-b21": ("DDR4", 8, 2666, _U), "879507-b21": ("DDR4", 16, 2666, _U),
    "p00918-b21": ("DDR4", 8, 2933, _R), "p00920-b21": ("DDR4", 16, 2933, _R),
    "p00922-b21": ("DDR4", 16, 2933, _R), "p00924-b21": ("DDR4", 32, 2933, _R),
    "p00930-b21": ("DDR4", 64, 2933, _R), "p00926-b21": ("DDR4", 64, 2933, _L),
    "p11040-b21": ("DDR4", 128, 2933, _L), "p06029-b21": ("DDR4", 16, 3200, _R),
    "p06031-b21": ("DDR4", 16, 3200, _R), "p06033-b21": ("DDR4", 32, 3200, _R),
    "p06035-b21": ("DDR4", 64, 3200, _R), "p07640-b21": ("DDR4", 16, 3200, _R),
    "p07642-b21": ("DDR4", 16, 3200, _R), "p07646-b21": ("DDR4", 32, 3200, _R),
    "p07650-b21": ("DDR4", 64, 3200, _R), "p38454-b21": ("DDR4", 32, 3200, _R),
    "p43019-b21": ("DDR4", 16, 3200, _U), "p43322-b21": ("DDR5", 16, 4800, _R),
    "p43328-b21": ("DDR5", 32, 4800, _R), "p43331-b21": ("DDR5", 64, 4800, _R),
    "p50312-b21": ("DDR5", 64, 4800, _R), "p64706-b21": ("DDR5", 32, 5600, _R),
    "p64707-b21": ("DDR5", 64, 5600, _R), "a7945660": ("DDR4", 16, 2133, _R),
    "a7910488": ("DDR4", 16, 2133, _R), "a8711887": ("DDR4", 16, 2400, _R), "a8711888": ("DDR4", 32, 2400, _R),
    "a9781928": ("DDR4", 16, 2666, _R), "a9781929": ("DDR4", 32, 2666, _R), "a9781930": ("DDR4", 64, 2666, _L),
    "aa138422": ("DDR4", 16, 2666, _R), "aa940922": ("DDR4", 16, 2666, _R), "aa940924": ("DDR4", 32, 2666, _R),
    "aa579531": ("DDR4", 32, 2933, _R), "aa579532": ("DDR4", 16, 2933, _R),
}  # fmt: skip
"""HPE and Dell option and spare numbers: generation, gigabytes, MT/s, form."""


def _samsung(part: str) -> Module | None:
    match = _SAMSUNG.match(part)
    if not match or match[1] not in _SAMSUNG_FORMS:
        return None
    form, ecc = _SAMSUNG_FORMS[match[1]]
    generation = _SAMSUNG_GENERATIONS[match[2]]
    first, second = match[3], match[4]
    if first == "5":
        capacity: int | None = 4 if second in "12" else 2
    else:
        capacity = _SAMSUNG_DEPTH.get(first) if second in "gk" or generation in {"DDR4", "DDR5"} else None
    if generation == "DDR5":
        capacity = _SAMSUNG_DEPTH.get(first)
    return Module("Samsung", generation, capacity, _SAMSUNG_SPEED.get(match[5] or ""), form, ecc)


def _hynix(part: str) -> Module | None:
    if match := _HYNIX_NEW.match(part):
        return Module(
            "SK Hynix",
            "DDR5" if match[1] == "c" else "DDR4",
            _HYNIX_NEW_DEPTH.get(match[2]),
            _HYNIX_NEW_SPEED.get(match[3]),
            _HYNIX_FORMS[match[4]],
            True if match[4] in "rl" else None,
        )
    match = _HYNIX_WIDE.match(part) or _HYNIX.match(part)
    if not match:
        return None
    *head, form, width, speed = match.groups()
    generation = "DDR3" if part.startswith("hmt") else "DDR4"
    return Module(
        "SK Hynix",
        generation,
        _HYNIX_DEPTH.get(head[-1]),
        _HYNIX_SPEED.get(speed or ""),
        _HYNIX_FORMS[form],
        width != "6",
    )


def _micron(part: str) -> Module | None:
    if match := _MICRON_DDR5.match(part):
        form = {"r": "rdimm", "t": "sodimm", "u": "udimm", "s": "sodimm", "e": "udimm"}[match[4]]
        capacity = _MICRON_DDR5_GB.get((match[1], match[2]))
        return Module("Micron", "DDR5", capacity, int(match[5]) * 100, form, form == "rdimm" or None)
    match = _MICRON.match(part)
    if not match:
        return None
    modern, _, family, depth, width, form, speed = match.groups()
    generation = "DDR4" if modern else ("DDR3" if family[0] in "jk" else "DDR2")
    capacity = int(depth[:-1]) * 8 if depth.endswith("g") else int(depth) // 128
    return Module("Micron", generation, capacity, _MICRON_SPEED.get(speed or ""), _MICRON_FORMS[form], width == "72")


def _crucial(part: str) -> Module | None:
    if match := _CRUCIAL.match(part):
        form, ecc = _CRUCIAL_FORMS[match[3]]
        return Module("Crucial", "DDR4", int(match[1]), _CRUCIAL_SPEED[match[4]], form, ecc)
    if match := _CRUCIAL_DDR5.match(part):
        form = {"u": "udimm", "s": "sodimm", "r": "rdimm", "t": "sodimm"}[match[3]]
        return Module("Crucial", "DDR5", int(match[1]), int(match[2]) * 100, form, form == "rdimm")
    if match := _CRUCIAL_DDR3.match(part):
        speed = {"133": 1333, "160": 1600, "16": 1600, "186": 1866, "18": 1866}.get(match[4][:3])
        form = {"r": "rdimm", "u": "udimm", "l": "lrdimm"}[match[3]]
        return Module("Crucial", "DDR3", int(match[1]), speed, form, bool(match[2]) or form != "udimm")
    return None


def _kingston(part: str) -> Module | None:
    if match := _KINGSTON_SYSTEM.match(part):
        form = {"l": "lrdimm", "lq": "lrdimm", "e": "udimm"}.get(match[5] or "", "rdimm")
        speed = _KINGSTON_SPEED[match[4]]
        return Module("Kingston", _generation_of_speed(speed), int(match[6]), speed, form, True)
    match = _KINGSTON.match(part)
    if not match:
        return None
    speed = _KINGSTON_SPEED[match[1]]
    form, ecc = _KINGSTON_FORMS[match[3]]
    return Module("Kingston", _generation_of_speed(speed), int(match[4]) if match[4] else None, speed, form, ecc)


def _generation_of_speed(speed: int) -> str:
    return "DDR3" if speed < 2133 else "DDR4" if speed <= 3200 else "DDR5"


def _option(part: str) -> Module | None:
    if match := _DELL.match(part):
        return Module(capacity_gb=int(match[1]), ecc=None)
    found = _OPTIONS.get(part)
    return Module(None, *found, ecc=True) if found else None


_BY_START: dict[str, tuple[Callable[[str], Module | None], ...]] = {
    "m": (_samsung, _micron),
    "h": (_hynix,),
    "c": (_crucial,),
    "k": (_kingston,),
}


def decode_module(part: str) -> Module | None:
    """What a lower-case part number says; ``None`` when no maker's scheme fits."""
    for decode in _BY_START.get(part[:1], ()):
        if found := decode(part):
            return found
    return _option(part)
