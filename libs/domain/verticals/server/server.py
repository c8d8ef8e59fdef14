"""Servers: maker, model, bay size, and how complete they are."""

import re

from libs.domain.text import Text
from libs.domain.verticals.server import contents
from libs.domain.verticals.server.catalogue.servers import BAYS
from libs.domain.verticals.server.catalogue.system import System
from libs.domain.verticals.server.catalogue.systems import find_system
from libs.domain.verticals.server.evidence import Named
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

_SIZES = (
    ("SFF", re.compile(r"(?<![\d.])2[.,]5(?!\d|\s?(?:gb|tb|ghz))|\b\d{0,2}\s?sff\b|\d{1,2}\s?x\s?2[.,]5")),
    ("LFF", re.compile(r"(?<![\d.])3[.,]5(?!\d|\s?(?:gb|tb|ghz))|\b\d{0,2}\s?lff\b|\d{1,2}\s?x\s?3[.,]5")),
)
_BAY = re.compile(
    r"\b(?P<n>\d{1,2})\s?-?\s?(?:x\s)?(?:hot\s?swap\s|drive\s|hdd\s|nvme\s|sas\s)?-?(?:bays?|slot)\b|\b(?P<b>\d{1,2})\s?b\b"
)
_UNITS = re.compile(r"\b(1|2|3|4|5|6|7|8|10)\s?(?:u|he)\b")


def parse(source: Source, named: Named) -> Reading:
    """Read one server listing; the key needs maker and model."""
    facts, title = source.facts, source.title
    tier, words = contents.tier_of(title, named.cpu)
    facts.claim("tier", tier, "title", words)
    contents.read_processors(title, facts, named.cpu)
    contents.read_memory(title, facts, "ram_total_gb")
    if match := _UNITS.search(title.low):
        facts.claim("form_factor", f"{match[1]}U", "title", title.said(match))
    lot = lot_of(title, goods=False)
    quantity = lot.number if lot else 1
    maker, model = _identity(source, named.system)
    if maker is None or model is None:
        return Reading(None, quantity, (tier,), 0.3)
    _bays(source, model)
    size = facts.text("drive_form_factor")
    return Reading(make_key("server", maker, model, size), quantity, (tier,), 1.0 if size else 0.8)


def _identity(source: Source, system: System | None) -> tuple[str | None, str | None]:
    facts, shown = source.facts, source.title.shown
    if system is not None:
        words = shown[system.start : system.end].strip()
        facts.claim("manufacturer", system.maker, "title", words)
        facts.claim("model", system.model, "title", words)
    elif told := system_of_aspects(source):
        facts.claim("manufacturer", told.maker, "aspect", source.aspects.get("brand") or "")
        facts.claim("model", told.model, "aspect", source.aspects.get("model") or "")
    return facts.text("manufacturer"), facts.text("model")


def system_of_aspects(source: Source) -> System | None:
    """The system that brand, series and model of the item specifics name together."""
    aspects = source.aspects
    if not aspects or not (aspects.get("model") or aspects.get("series") or aspects.get("product_line")):
        return None
    told = Text(" ".join(aspects.get(name) or "" for name in ("brand", "series", "product_line", "model")))
    return find_system(told.low, told.words)


def _bays(source: Source, model: str) -> None:
    facts, title = source.facts, source.title
    told = source.aspects.low("form_factor")
    for name, pattern in _SIZES:
        if told and pattern.search(told):
            facts.claim("drive_form_factor", name, "aspect", told)
        if match := pattern.search(title.low):
            facts.claim("drive_form_factor", name, "title", title.said(match))
    if match := _BAY.search(title.low):
        bays = int(match["n"] or match["b"])
        facts.claim("drive_bays", bays, "title", title.said(match))
        known = BAYS.get(model.split("_", maxsplit=1)[0], {}).get(bays)
        facts.claim("drive_form_factor", known, "catalogue", f"{title.said(match)} in {model}", weight=1.0)
