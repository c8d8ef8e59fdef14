"""Whole systems: servers with bay size and tier, workstations and desktops with line and model."""

import re

from libs.domain.text import Text
from libs.domain.verticals.server import capacity
from libs.domain.verticals.server.catalogue import processors
from libs.domain.verticals.server.catalogue.graphics_names import Card
from libs.domain.verticals.server.catalogue.systems import BAYS, System
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

BAREBONE = re.compile(
    r"\bbare-?\s?bones?\b|\bbarbone\b|\bcto\b|\b(?:no|without|w/o|ohne|sans)[\s/]{1,2}(?:any\s)?(?:cpus?|processors?|ram|memory|hdds?|hds?|hard\sdrives?|drives?|os|ssds?|disks?|storage|festplatten?)\b|\bchassis\b(?=.*\b(?:no|empty|only)\b)|\bempty\b"
)
RAM_TOKEN = re.compile(
    r"\bddr[2345]\b|\b(?:l?r|u)dimms?\b|\b\d{1,4}\s?gb\s?(?:of\s)?(?:\w+\s)?(?:ram|memory|ecc|reg|rdimm|pc[345])\b|\bram:?\s?\d{1,4}\s?gb\b|\b\d{1,4}\s?gb\s(?:ddr|ecc)"
)
_RAM_SIZE = re.compile(
    r"\b(?P<n>\d{1,4})\s?(?P<u>gb|tb)\s?(?:of\s)?(?:total\s)?(?:ddr[345]l?[\s-]?(?:\d{4}\w?\s)?|pc[345]\w*\s|ecc\s)?(?:ram|memory|rdimm|lrdimm|ddr[345]|ecc|reg)\b|\bram:?\s?(?P<m>\d{1,4})\s?gb\b"
)
_SFF = re.compile(r"(?<![\d.])2[.,]5(?!\d|\s?(?:gb|tb|ghz))|\b\d{0,2}\s?sff\b|\d{1,2}\s?x\s?2[.,]5")
_LFF = re.compile(r"(?<![\d.])3[.,]5(?!\d|\s?(?:gb|tb|ghz))|\b\d{0,2}\s?lff\b|\d{1,2}\s?x\s?3[.,]5")
_BAY = re.compile(
    r"\b(?P<n>\d{1,2})\s?-?\s?(?:x\s)?(?:hot\s?swap\s|drive\s|hdd\s|nvme\s|sas\s)?-?(?:bays?|slot)\b|\b(?P<b>\d{1,2})\s?b\b"
)
_UNITS = re.compile(r"\b(1|2|3|4|5|6|7|8|10)\s?(?:u|he)\b")
_CPU_COUNT = re.compile(
    r"\b(?:(?P<n>[1248])\s?x\s?(?:intel\s|amd\s)?(?:xeon\s|epyc\s)?|(?P<w>dual|quad)\s(?:intel\s|amd\s)?)(?=xeon|gold|silver|platinum|bronze|epyc|e[357]|e5|x5|\d{4}[a-z]?\b)"
)
_SHAPES = (
    ("micro", re.compile(r"\b(?:micro|mff|tiny|dm)\b")),
    ("mini", re.compile(r"\bmini\b(?!\s?tower)")),
    ("sff", re.compile(r"\b(?:sff|small\sform)\b")),
    ("tower", re.compile(r"\b(?:tower|twr|mt|mini\s?tower)\b")),
)


def parse_server(source: Source, system: System | None) -> Reading:
    """Read one server listing; the key needs maker and model."""
    facts, title = source.facts, source.title
    tier = _tier(title, facts)
    _contents(title, facts)
    if match := _UNITS.search(title.low):
        facts.claim("form_factor", f"{match[1]}U", "title", title.said(match))
    lot = lot_of(title, goods=False)
    quantity = lot.number if lot else 1
    if system is None or system.model is None:
        return Reading(None, quantity, (tier,), 0.3)
    facts.claim("manufacturer", system.maker, "title", title.shown[system.start : system.end])
    facts.claim("model", system.model, "title", title.shown[system.start : system.end].strip())
    _bays(source, system.model)
    size = facts.text("drive_form_factor")
    return Reading(make_key("server", system.maker, system.model, size), quantity, (tier,), 1.0 if size else 0.8)


def _tier(title: Text, facts: Facts) -> str:
    low = title.low
    if match := BAREBONE.search(low):
        facts.claim("tier", "barebone", "title", title.said(match))
        return "barebone"
    found = processors.find(low, title.words)
    ram = RAM_TOKEN.search(low)
    tier = "configured" if found and ram else "partial"
    facts.claim("tier", tier, "title", title.said(ram) if found and ram else "")
    return tier


def _contents(title: Text, facts: Facts) -> None:
    low = title.low
    if found := processors.find(low, title.words):
        facts.claim("cpu_model", found.model, "title", title.shown[found.start : found.end])
        if match := _CPU_COUNT.search(low):
            count = int(match["n"]) if match["n"] else {"dual": 2, "quad": 4}[match["w"]]
            facts.claim("cpu_count", count, "title", title.said(match))
    if match := _RAM_SIZE.search(low):
        gb = int(match["n"] or match["m"]) * (1024 if match["u"] == "tb" else 1)
        facts.claim("ram_total_gb", gb, "title", title.said(match))


def _bays(source: Source, model: str) -> None:
    facts, title = source.facts, source.title
    told = source.aspects.low("form_factor")
    for name, pattern in (("SFF", _SFF), ("LFF", _LFF)):
        if told and pattern.search(told):
            facts.claim("drive_form_factor", name, "aspect", told)
        if match := pattern.search(title.low):
            facts.claim("drive_form_factor", name, "title", title.said(match))
    if match := _BAY.search(title.low):
        bays = int(match["n"] or match["b"])
        facts.claim("drive_bays", bays, "title", title.said(match))
        known = BAYS.get(model.split("_", maxsplit=1)[0], {}).get(bays)
        facts.claim("drive_form_factor", known, "catalogue", f"{title.said(match)} in {model}", weight=1.0)


def parse_computer(source: Source, kind: str, system: System | None, cards: list[Card]) -> Reading:
    """Read one workstation or desktop listing; the key needs maker and line."""
    facts, title = source.facts, source.title
    _contents(title, facts)
    if found := processors.find(title.low, title.words):
        facts.claim("cpu", f"{found.family} {found.model}", "title", title.shown[found.start : found.end])
    if cards:
        facts.claim("gpu", cards[0].model, "title", title.shown[cards[0].start : cards[0].end].strip())
    _storage(title, facts)
    for shape, pattern in _SHAPES:
        if match := pattern.search(title.low):
            facts.claim("form_factor", shape, "title", title.said(match))
            break
    lot = lot_of(title, goods=False)
    quantity = lot.number if lot else 1
    if system is None or system.line is None:
        return Reading(None, quantity, (), 0.3)
    words = title.shown[system.start : system.end].strip()
    facts.claim("vendor", system.maker, "title", words)
    facts.claim("line", system.line, "title", words)
    facts.claim("model", system.model, "title", words)
    key = make_key(kind, system.maker, system.line, system.model)
    return Reading(key, quantity, (), 1.0 if system.model else 0.6)


def _storage(title: Text, facts: Facts) -> None:
    total = 0.0
    said = []
    for size in capacity.sizes(title, tera=1024, smallest=100):
        after = title.low[size.start : size.start + len(size.words) + 24]
        if re.search(r"\b(?:ssd|nvme|hdd|m\.2|hard|sata|sas|emmc)\b", after) and not re.search(
            r"\bram\b|\bddr", after[: len(size.words) + 6]
        ):
            total += size.gb
            said.append(size.words)
    if total:
        facts.claim("storage_gb", int(total), "title", " + ".join(said))
