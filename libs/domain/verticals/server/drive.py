"""Drives: interface, size, capacity, solid state or spindle speed."""

import re

from libs.contracts.listing import Origin
from libs.domain.text import Text
from libs.domain.verticals.server import capacity, makers
from libs.domain.verticals.server.catalogue.drive_parts import Drive, decode_drive
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

_INTERFACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "NVMe",
        re.compile(
            r"\bnvme\b|\bu\.?[23]\b(?!\s?rack)|\bpcie\s(?:gen\s?)?[345](?:\.0)?\s?(?:x4\s)?(?:ssd|u\.2)|\boptane\b.*\bp[45]\d{3}x"
        ),
    ),
    ("SAS", re.compile(r"\bsas(?:-?[1234])?\b|\bnl-?sas\b|\b(?:12|24)\s?gb?(?:/s|ps)\b(?!\s?sata)")),
    ("SATA", re.compile(r"\bs-?ata(?:[\s-]?(?:iii|ii|3|6g\w*|600))?\b")),
    ("FC", re.compile(r"\bfibre\schannel\b|\bfc-?al\b|\bfc\b")),
    ("SCSI", re.compile(r"\b(?:u320|u160|ultra\s?(?:320|160|wide)?\s?)?-?scsi\b|\bu320\b")),
    ("IDE", re.compile(r"\b(?:ide|pata)\b")),
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("M.2", re.compile(r"\bm\.2\b|\bm2\b(?=.*\b(?:nvme|ssd|sata)\b)|\bngff\b|\b22(?:80|110|42)\b")),
    ("2.5", re.compile(r"(?<![\d.])2[.,]5(?![\d]|\s?(?:tb|gb|gbe|ghz))|\bsff\b|\bu\.[23]\b|\b2\.5(?:in|inch|zoll)\b")),
    ("3.5", re.compile(r"(?<![\d.])3[.,]5(?![\d]|\s?(?:tb|gb|ghz))|\blff\b")),
    ("E1.S", re.compile(r"\be1\.s\b")),
    ("E3.S", re.compile(r"\be3\.s\b")),
    ("1.8", re.compile(r"\b1\.8[\s-]?(?:\"|in|inch|zoll)")),
    ("AIC", re.compile(r"\b(?:aic|hhhl|add[\s-]?in\scard)\b")),
)
RPM = re.compile(
    r"\b(?:(?P<k>5\.4|5\.9|7\.2|7[.,]2|7|10|15)\s?k(?:2|rpm)?\b|(?P<full>5[.,]?400|5[.,]?900|7[.,]?200|10[.,]?[05]00|15[.,]?000)\s?-?(?:rpm|u/min|tr/min|upm)?\b(?!\s?(?:gb|tb|mb|mtbf)))"
)
_SOLID = re.compile(r"\bssds?\b|\bsolid[\s-]state\b|\bnvme\b|\bflash\b|\bu\.[23]\b|\boptane\b")
_SPINNING = re.compile(
    r"\bhdds?\b|\bhard\s?(?:disk|drive)s?\b|\bfestplatten?\b|\bdisque\sdur\b|\bdisco\sduro\b|\bhard\sdisk\b"
)
_FLASH_CAPACITIES = frozenset({120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 1600, 3200, 6400, 12800})
_CARRIER = re.compile(r"\b(?:w/|with|in|incl\w*|\+|and|mit)\s*(?:\w+\s){0,2}(?:tray|caddy|carrier|sled)s?\b")
_SLOW, _NEARLINE = 7_000, 8_000


def parse(source: Source) -> Reading:
    """Read one drive listing; the key needs a capacity."""
    facts = source.facts
    part = _part(source)
    quantity = _capacity(source, part)
    _told(source, part)
    _implied(facts)
    gb, interface, form = facts.number("capacity_gb"), facts.text("interface"), facts.text("form_factor")
    kind = _kind(facts)
    known = sum(each is not None for each in (gb, interface, form, kind))
    key = make_key("drive", interface, form, written(gb), kind) if gb else None
    if gb:
        facts.claim("capacity", written(gb).upper(), "title" if part is None else "catalogue")
    return Reading(key, quantity, (), known / 4)


def written(gb: float) -> str:
    """A capacity as the keys spell it: 960gb, 1.2tb, 3.84tb."""
    gb = round(gb / 1024 * 1000) if gb in (1024, 2048, 4096, 8192) else gb
    return f"{gb / 1000:g}tb" if gb >= 1000 else f"{gb:g}gb"


def _part(source: Source) -> Drive | None:
    for part, origin in source.parts():
        if found := decode_drive(part):
            source.facts.claim("part_number", part.upper(), origin, part.upper())
            source.facts.claim("manufacturer", found.manufacturer, "catalogue", part.upper())
            return found
    return None


def _capacity(source: Source, part: Drive | None) -> int:
    facts, title = source.facts, source.title
    lot = lot_of(title)
    found = [each for each in capacity.sizes(title, tera=1000, smallest=30) if not _is_bus(each.words, each.gb)]
    kit = capacity.kit(title, tera=1000)
    kit = kit if kit and kit.unit.gb >= 30 else None
    unit, quantity = capacity.per_unit(title, found, lot, kit, part.capacity_gb if part else None)
    if unit:
        facts.claim("capacity_gb", unit.gb, "title", unit.words)
    told = capacity.sizes(Text(source.aspects.get("storage_capacity") or ""), tera=1000, smallest=30)
    if told and quantity == 1:
        facts.claim("capacity_gb", told[0].gb, "aspect", told[0].words)
    if part and part.capacity_gb:
        facts.claim("capacity_gb", part.capacity_gb, "catalogue", facts.text("part_number") or "")
    return quantity


def _is_bus(words: str, gb: float) -> bool:
    """Whether "64G" or "32Gb" names a link speed or a cache rather than the drive."""
    return gb < 100 and words[-1:].lower() == "g"


def _told(source: Source, part: Drive | None) -> None:
    facts, aspects, title = source.facts, source.aspects, source.title
    if aspects:
        _words(Text(f"{aspects.get('interface') or ''} {aspects.get('form_factor') or ''}"), facts, spoken=False)
        _speed(Text(aspects.get("rotation_speed") or ""), facts, spoken=False)
        _medium(Text(f"{aspects.get('storage_type') or ''} {aspects.get('type') or ''}"), facts, spoken=False)
    _words(title, facts, spoken=True)
    _speed(title, facts, spoken=True)
    _medium(title, facts, spoken=True)
    if part:
        number = facts.text("part_number") or ""
        for name in ("interface", "form_factor", "rpm"):
            facts.claim(name, getattr(part, name), "catalogue", number)
        facts.claim("type", part.kind, "catalogue", number)
    if named := makers.maker(title, makers.DRIVES):
        facts.claim("manufacturer", named[0], "title", named[1])
    if match := _CARRIER.search(title.low):
        facts.claim("carrier_included", value=True, origin="title", evidence=title.said(match))


def _words(text: Text, facts: Facts, *, spoken: bool) -> None:
    origin: Origin = "title" if spoken else "aspect"
    for name, table in (("interface", _INTERFACES), ("form_factor", _FORMS)):
        for value, pattern in table:
            if match := pattern.search(text.low):
                facts.claim(name, value, origin, text.said(match))
                break


def _speed(text: Text, facts: Facts, *, spoken: bool) -> None:
    for match in RPM.finditer(text.low):
        if match["k"]:
            rpm = round(float(match["k"].replace(",", ".")) * 1000)
            rpm = 7_200 if rpm == 7_000 else rpm
        elif not text.low[match.end("full") :].lstrip(" -").startswith(("rpm", "u/min", "tr", "upm")) and match[
            "full"
        ] in {"5400", "5900"}:
            continue
        else:
            rpm = int(match["full"].replace(",", "").replace(".", ""))
            rpm = 10_000 if rpm == 10_500 else rpm
        facts.claim("rpm", rpm, "title" if spoken else "aspect", text.said(match))
        return


def _medium(text: Text, facts: Facts, *, spoken: bool) -> None:
    origin: Origin = "title" if spoken else "aspect"
    for value, pattern in (("SSD", _SOLID), ("HDD", _SPINNING)):
        if match := pattern.search(text.low):
            facts.claim("type", value, origin, text.said(match))
            return


def _implied(facts: Facts) -> None:
    """Fill in what only one product ever was: 10K drives of 900 GB and more are 2.5 inch SAS, and so on."""
    gb, rpm = facts.number("capacity_gb") or 0, facts.number("rpm")
    if facts.value("type") is None:
        if rpm:
            facts.claim("type", "HDD", "catalogue", f"{rpm:g} rpm")
        elif gb in _FLASH_CAPACITIES:
            facts.claim("type", "SSD", "catalogue", f"{written(gb)} is a flash capacity")
    if facts.value("interface") is None and rpm and rpm > _NEARLINE and gb >= 300:
        facts.claim("interface", "SAS", "catalogue", f"{rpm:g} rpm")
    if facts.value("form_factor") is None:
        form = _only_form(facts, gb, rpm)
        facts.claim("form_factor", form, "catalogue", "the only size of its kind")


def _only_form(facts: Facts, gb: float, rpm: float | None) -> str | None:
    kind, interface = facts.value("type"), facts.value("interface")
    if kind == "SSD" and interface in {"SATA", "SAS", "NVMe"}:
        return None if interface == "NVMe" and gb not in _FLASH_CAPACITIES else "2.5"
    if rpm and rpm > _NEARLINE:
        return "2.5" if gb >= 900 else None
    if kind == "HDD" and gb >= 6_000:
        return "3.5"
    if kind == "HDD" and gb >= 3_000 and (interface == "SAS" or (rpm or 0) > _SLOW):
        return "3.5"
    return None


def _kind(facts: Facts) -> str | None:
    rpm = facts.number("rpm")
    if facts.value("type") == "SSD":
        return "ssd"
    if rpm in {7_200, 10_000, 15_000}:
        return {7_200: "7k2", 10_000: "10k", 15_000: "15k"}[int(rpm)]
    return "hdd" if facts.value("type") == "HDD" or rpm else None
