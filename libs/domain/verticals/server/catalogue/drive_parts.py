"""Drive model numbers decoded: capacity, interface, size, spindle speed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

SSD, HDD = "SSD", "HDD"


@dataclass(frozen=True, slots=True)
class Drive:
    """What a model number says about a drive."""

    manufacturer: str | None
    capacity_gb: float | None = None
    interface: str | None = None
    form_factor: str | None = None
    kind: str | None = None
    rpm: int | None = None


_SEAGATE = re.compile(r"st(\d{3,5})(mm|mp|mx|nm|nx|dm|vn|vx|ne|nt|lm|dx)(\d{3,4}[a-z]?|\d[a-z]\d{2,3})")
_SEAGATE_LINES: dict[str, tuple[str | None, str, int | None]] = {
    "mm": ("SAS", "2.5", 10_000),
    "mp": ("SAS", "2.5", 15_000),
    "mx": ("SAS", "2.5", 15_000),
    "nm": (None, "3.5", 7_200),
    "nx": (None, "2.5", 7_200),
    "dm": ("SATA", "3.5", 7_200),
    "dx": ("SATA", "3.5", 7_200),
    "vn": ("SATA", "3.5", None),
    "vx": ("SATA", "3.5", None),
    "ne": ("SATA", "3.5", 7_200),
    "nt": ("SATA", "3.5", 7_200),
    "lm": ("SATA", "2.5", 5_400),
}
_SEAGATE_SAS = frozenset(
    [
        "0023",
        "0025",
        "0034",
        "0045",
        "0063",
        "0075",
        "0085",
        "0095",
        "0096",
        "0027",
        "0048",
        "0053",
        "0065",
        "0073",
        "0077",
        "0333",
        "0273",
        "0343",
        "0353",
        "0363",
        "0433",
        "0453",
        "002g",
        "003g",
        "004g",
        "006g",
        "002j",
        "004j",
        "006j",
        "008j",
        "002d",
        "004d",
        "005d",
        "009d",
        "0001",
        "0043",
        "0225",
        "0265",
        "0285",
    ]
)
_SEAGATE_SATA = frozenset(
    [
        "0033",
        "0024",
        "0035",
        "0055",
        "0007",
        "0016",
        "0086",
        "0105",
        "0115",
        "0125",
        "0008",
        "0011",
        "0018",
        "0044",
        "0101",
        "0253",
        "0303",
        "0313",
        "0403",
        "0423",
        "001g",
        "000g",
        "000j",
        "003j",
        "005j",
        "001j",
        "000d",
        "003d",
        "007d",
        "0195",
        "0245",
        "0255",
        "000a",
        "001a",
        "002a",
        "008g",
        "012a",
    ]
)
_SEAGATE_OLD = re.compile(r"st([39])(\d{5,7})(ss|ns|fc|nssun|lw|lc|as|sv|nm)")
_SEAGATE_SSD = re.compile(r"xs(\d{3,5})[a-z]e\d+")

_HGST = re.compile(r"hu[cs](10|15)\d\d(\d\d)[a-z]")
_HGST_NEARLINE = re.compile(r"([hw]u)[hs]72\d\d(\d\d)al?([a-z0-9])")
_HGST_T = re.compile(r"(?:hu|wu)[hs](7)\d{2}t(\d)ta?l?([a-z0-9])")
_HGST_SSD = re.compile(r"husm[mrh](\d{2})(\d{2})as")
_WD_GB = re.compile(r"wd(\d{4})(f|h|b)([a-z]{2}[a-z])")
_WD_TB = re.compile(r"wd(\d{2,3})(ef|ez|pu|kf|ff|ea|fz|eu|ej|pe)[a-z]{2}")

_TOSHIBA_ENTERPRISE = re.compile(r"al(1[0-9])s([exb])[a-z](\d{2,4})")
_TOSHIBA_NEARLINE = re.compile(r"mg(\d\d)([as])ca(\d{2,4})")
_TOSHIBA_SSD = re.compile(r"px0[2-6]s[a-z]{2}(\d{3})")
_KIOXIA = re.compile(r"k(pm|cm|cd|rm)[0-9][0-9a-z]{4,5}?(\d{1,3}g|\dt\d{1,2}|\d{2}t\d?|\d{3}g?)$")

_SAMSUNG = re.compile(
    r"mz-?(7l|7k|7t|7w|il|wl|ql|1l|vl|v[a-z0-9]|pl|76|77|xl)[a-z0-9]?[a-z0-9]?(\d{3}|\d{1,2}t\d{0,2})[a-z]"
)
_SAMSUNG_LINES: dict[str, tuple[str, str]] = {
    "7l": ("SATA", "2.5"), "7k": ("SATA", "2.5"), "7t": ("SATA", "2.5"), "7w": ("SATA", "2.5"),
    "76": ("SATA", "2.5"), "77": ("SATA", "2.5"), "il": ("SAS", "2.5"), "wl": ("NVMe", "2.5"),
    "ql": ("NVMe", "2.5"), "1l": ("NVMe", "M.2"), "pl": ("NVMe", "AIC"), "xl": ("NVMe", "2.5"),
}  # fmt: skip

_INTEL = re.compile(r"ssd(sc2|sc1|sck|pe2|ped|pek|pel|pf2|pfc|sa2|sa1|sc)[a-z]{0,2}(\d{3})([gt])")
_INTEL_LINES: dict[str, tuple[str, str]] = {
    "sc2": ("SATA", "2.5"), "sa2": ("SATA", "2.5"), "sc1": ("SATA", "1.8"), "sa1": ("SATA", "1.8"),
    "sck": ("SATA", "M.2"), "sc": ("SATA", "2.5"), "pe2": ("NVMe", "2.5"), "pf2": ("NVMe", "2.5"),
    "ped": ("NVMe", "AIC"), "pek": ("NVMe", "M.2"), "pel": ("NVMe", "E1.L"), "pfc": ("NVMe", "E1.S"),
}  # fmt: skip
_INTEL_TB = {"038": 3840, "019": 1920, "076": 7680, "153": 15360, "307": 30720}

_MICRON = re.compile(r"mtfd(dak|dav|hal|hbe|hba|kcb|kcc|jak|kbg|hbg|lbk|kca)(\d{3}|\d{1,2}t\d?)")
_MICRON_LINES: dict[str, tuple[str, str]] = {
    "dak": ("SATA", "2.5"), "dav": ("SATA", "M.2"), "jak": ("SAS", "2.5"), "hal": ("NVMe", "2.5"),
    "hbe": ("NVMe", "2.5"), "kcb": ("NVMe", "2.5"), "kcc": ("NVMe", "2.5"), "kca": ("NVMe", "2.5"),
    "lbk": ("NVMe", "2.5"), "hba": ("NVMe", "M.2"), "hbg": ("NVMe", "M.2"), "kbg": ("NVMe", "M.2"),
}  # fmt: skip

_HP = re.compile(r"(eg|eh|ef|mb|mm|vk|mk|vo|mo|lk|eo|lo|ek)(\d{4,6})([fjgk])[a-z0-9]{3,5}$")
_HP_LINES: dict[str, tuple[str, str, int | None]] = {
    "eg": (HDD, "2.5", 10_000),
    "eh": (HDD, "2.5", 15_000),
    "ef": (HDD, "3.5", 15_000),
    "mb": (HDD, "3.5", 7_200),
    "mm": (HDD, "2.5", 7_200),
}

_OPTIONS: dict[str, tuple[float, str, str, int]] = {
    "652564-b21": (300, "SAS", "2.5", 10_000), "652583-b21": (600, "SAS", "2.5", 10_000),
    "652589-b21": (900, "SAS", "2.5", 10_000), "697574-b21": (1200, "SAS", "2.5", 10_000),
    "652611-b21": (300, "SAS", "2.5", 15_000), "653957-001": (600, "SAS", "2.5", 10_000),
    "653971-001": (900, "SAS", "2.5", 10_000), "718292-001": (1200, "SAS", "2.5", 10_000),
    "785067-b21": (300, "SAS", "2.5", 10_000), "781516-b21": (600, "SAS", "2.5", 10_000),
    "785069-b21": (900, "SAS", "2.5", 10_000), "781518-b21": (1200, "SAS", "2.5", 10_000),
    "791034-b21": (1800, "SAS", "2.5", 10_000), "759208-b21": (300, "SAS", "2.5", 15_000),
    "759212-b21": (600, "SAS", "2.5", 15_000), "872475-b21": (300, "SAS", "2.5", 10_000),
    "872477-b21": (600, "SAS", "2.5", 10_000), "872479-b21": (1200, "SAS", "2.5", 10_000),
    "872481-b21": (1800, "SAS", "2.5", 10_000), "881457-b21": (2400, "SAS", "2.5", 10_000),
    "870753-b21": (300, "SAS", "2.5", 15_000), "870757-b21": (600, "SAS", "2.5", 15_000),
    "870759-b21": (900, "SAS", "2.5", 15_000), "652753-b21": (1000, "SAS", "3.5", 7_200),
    "652757-b21": (2000, "SAS", "3.5", 7_200), "652766-b21": (3000, "SAS", "3.5", 7_200),
    "695510-b21": (4000, "SAS", "3.5", 7_200), "652749-b21": (1000, "SAS", "2.5", 7_200),
    "658079-b21": (2000, "SATA", "3.5", 7_200), "658071-b21": (500, "SATA", "3.5", 7_200),
    "693687-b21": (4000, "SATA", "3.5", 7_200), "872485-b21": (2000, "SAS", "3.5", 7_200),
    "872487-b21": (4000, "SAS", "3.5", 7_200), "861754-b21": (6000, "SAS", "3.5", 7_200),
    "819201-b21": (8000, "SAS", "3.5", 7_200), "881781-b21": (12000, "SAS", "3.5", 7_200),
}  # fmt: skip
"""HPE option and spare numbers of spinning drives."""

_FLASH_SIZES = {
    "1t9": 1920,
    "3t8": 3840,
    "7t6": 7680,
    "15t": 15360,
    "30t": 30720,
    "1t92": 1920,
    "3t84": 3840,
    "7t68": 7680,
}


def _flash_gb(code: str) -> float | None:
    """3T8 is 3.84 TB, 960 is 960 GB, 1T6 is 1.6 TB."""
    code = code.rstrip("g")
    if code in _FLASH_SIZES:
        return _FLASH_SIZES[code]
    if "t" in code:
        whole, _, part = code.partition("t")
        return float(f"{whole}.{part or 0}") * 1000
    return float(code) if code.isdigit() else None


def _seagate(part: str) -> Drive | None:
    if match := _SEAGATE.match(part):
        interface, form, rpm = _SEAGATE_LINES[match[2]]
        if interface is None:
            tail = match[3]
            interface = "SAS" if tail in _SEAGATE_SAS else "SATA" if tail in _SEAGATE_SATA else None
        return Drive("Seagate", float(match[1]), interface, form, HDD, rpm)
    if match := _SEAGATE_OLD.match(part):
        digits, bus = match[2], match[3]
        gb = float(digits[:-3]) if len(digits) > 4 else None
        if gb is not None and gb > 10_000:
            gb = float(digits[:4])
        form = "3.5" if match[1] == "3" else "2.5"
        interface = {"ss": "SAS", "fc": "FC", "lw": "SCSI", "lc": "SCSI"}.get(bus, "SATA")
        return Drive("Seagate", gb, interface, form, HDD)
    if match := _SEAGATE_SSD.match(part):
        return Drive("Seagate", float(match[1]), "SAS", "2.5", SSD)
    return None


def _hgst(part: str) -> Drive | None:
    if match := _HGST_SSD.match(part):
        code = int(match[2])
        return Drive("HGST", code * 10.0 if code >= 20 else code * 100.0, "SAS", "2.5", SSD)
    if match := _HGST_T.match(part):
        return Drive("HGST", float(match[2]) * 1000, "SATA" if match[3] in "ea" else "SAS", "3.5", HDD, 7_200)
    if match := _HGST_NEARLINE.match(part):
        code = int(match[2])
        gb = code * (1000.0 if match[1] == "wu" or code < 20 else 100.0)
        return Drive("HGST", gb, "SATA" if match[3] in "ena" else "SAS", "3.5", HDD, 7_200)
    if match := _HGST.match(part):
        code = int(match[2])
        gb = code * (10.0 if code > 24 else 100.0)
        return Drive("HGST", gb, "SAS", "2.5" if part[2] == "c" else "3.5", HDD, int(match[1]) * 1000)
    return None


def _western(part: str) -> Drive | None:
    if match := _WD_GB.match(part):
        return Drive(
            "Western Digital",
            round(int(match[1]) / 1000, 1) * 1000,
            "SAS" if part[-1] == "g" else "SATA",
            "3.5",
            HDD,
            7_200 if match[2] == "f" else None,
        )
    if match := _WD_TB.match(part):
        return Drive("Western Digital", int(match[1][:-1]) * 1000.0, "SATA", "3.5", HDD)
    return _hgst(part)


def _toshiba(part: str) -> Drive | None:
    if match := _TOSHIBA_ENTERPRISE.match(part):
        gb = float(match[3])
        gb = gb if (gb >= 150 and gb % 100 == 0) or gb in (300, 600, 900) else gb * 10 if gb >= 100 else gb * 100
        return Drive("Toshiba", gb, "SAS", "2.5", HDD, 15_000 if match[2] == "x" else 10_000)
    if match := _TOSHIBA_NEARLINE.match(part):
        code = match[3]
        gb = int(code) * 10.0 if len(code) == 3 else int(code) * (100.0 if int(match[1]) <= 4 else 1000.0)
        return Drive("Toshiba", gb, "SAS" if match[2] == "s" else "SATA", "3.5", HDD, 7_200)
    return None


def _kioxia(part: str) -> Drive | None:
    if match := _KIOXIA.match(part):
        interface = "SAS" if match[1] in {"pm", "rm"} else "NVMe"
        return Drive("Kioxia", _flash_gb(match[2]), interface, "2.5", SSD)
    return None


def _toshiba_flash(part: str) -> Drive | None:
    if match := _TOSHIBA_SSD.match(part):
        return Drive("Toshiba", int(match[1]) * 10.0, "SAS", "2.5", SSD)
    return None


def _samsung(part: str) -> Drive | None:
    match = _SAMSUNG.match(part)
    if not match or match[1] not in _SAMSUNG_LINES:
        return Drive("Samsung", _flash_gb(match[2]), "NVMe", "M.2", SSD) if match and match[1][0] == "v" else None
    interface, form = _SAMSUNG_LINES[match[1]]
    return Drive("Samsung", _flash_gb(match[2]), interface, form, SSD)


def _intel(part: str) -> Drive | None:
    match = _INTEL.match(part)
    if not match:
        return None
    interface, form = _INTEL_LINES[match[1]]
    gb = float(match[2]) if match[3] == "g" else float(_INTEL_TB.get(match[2], int(match[2]) * 100))
    return Drive("Intel", gb, interface, form, SSD)


def _micron(part: str) -> Drive | None:
    match = _MICRON.match(part)
    if not match:
        return None
    interface, form = _MICRON_LINES[match[1]]
    return Drive("Micron", _flash_gb(match[2]), interface, form, SSD)


def _hp(part: str) -> Drive | None:
    match = _HP.match(part)
    if not match:
        return None
    gb, bus = float(match[2]), match[3]
    if match[1] in _HP_LINES:
        kind, form, rpm = _HP_LINES[match[1]]
        return Drive(None, gb, "SATA" if bus == "g" and match[1] in {"mb", "mm"} else "SAS", form, kind, rpm)
    return Drive(None, gb, {"j": "SAS", "f": "SAS", "g": "SATA", "k": "NVMe"}[bus], "2.5", SSD)


_BY_START: dict[str, tuple[Callable[[str], Drive | None], ...]] = {
    "st": (_seagate,), "xs": (_seagate,), "hu": (_hgst,), "wu": (_hgst,), "wd": (_western,), "al": (_toshiba,),
    "mg": (_toshiba,), "px": (_toshiba_flash,), "kp": (_kioxia,), "kc": (_kioxia,), "kr": (_kioxia,),
    "mz": (_samsung,), "ss": (_intel,), "mt": (_micron,), "eg": (_hp,), "eh": (_hp,), "ef": (_hp,),
    "mb": (_hp,), "mm": (_hp,), "vk": (_hp,), "mk": (_hp,), "vo": (_hp,), "mo": (_hp,), "lk": (_hp,),
    "eo": (_hp,), "lo": (_hp,), "ek": (_hp,),
}  # fmt: skip


def decode_drive(part: str) -> Drive | None:
    """What a lower-case model number says; ``None`` when no maker's scheme fits."""
    for decode in _BY_START.get(part[:2], ()):
        if found := decode(part):
            return found
    option = _OPTIONS.get(part)
    return Drive(None, option[0], option[1], option[2], HDD, option[3]) if option else None
