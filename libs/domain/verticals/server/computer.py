"""Workstations and desktops: vendor, line, model, and what is inside."""

import re

from libs.domain.verticals.server import contents
from libs.domain.verticals.server.evidence import Named
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source
from libs.domain.verticals.server.server import system_of_aspects

_SHAPES = (
    ("micro", re.compile(r"\b(?:micro|mff|tiny|dm)\b")),
    ("mini", re.compile(r"\bmini\b(?!\s?tower)")),
    ("sff", re.compile(r"\b(?:sff|small\sform)\b")),
    ("tower", re.compile(r"\b(?:tower|twr|mt|mini\s?tower)\b")),
)


def parse(source: Source, component_type: str, named: Named) -> Reading:
    """Read one workstation or desktop listing; the key needs vendor and line."""
    facts, title = source.facts, source.title
    contents.read_processors(title, facts, named.cpu)
    contents.read_memory_and_storage(title, facts)
    if cpu := named.cpu:
        facts.claim("cpu", f"{cpu.family} {cpu.model}", "title", title.shown[cpu.start : cpu.end])
    if named.cards:
        card = named.cards[0]
        facts.claim("gpu", card.model, "title", title.shown[card.start : card.end].strip())
    for shape, pattern in _SHAPES:
        if match := pattern.search(title.low):
            facts.claim("form_factor", shape, "title", title.said(match))
            break
    _identity(source, component_type, named)
    lot = lot_of(title, goods=False)
    quantity = lot.number if lot else 1
    vendor, line, model = (facts.text(name) for name in ("vendor", "line", "model"))
    if vendor is None or line is None:
        return Reading(None, quantity, (), 0.3)
    return Reading(make_key(component_type, vendor, line, model), quantity, (), 1.0 if model else 0.6)


def _identity(source: Source, component_type: str, named: Named) -> None:
    facts, system = source.facts, named.system
    if system is not None:
        words = source.title.shown[system.start : system.end].strip()
        for name, value in (("vendor", system.maker), ("line", system.line), ("model", system.model)):
            facts.claim(name, value, "title", words)
    told = system_of_aspects(source) if system is None or system.model is None else None
    if told is None or told.component_type != component_type:
        return
    evidence = source.aspects.get("model") or source.aspects.get("series") or source.aspects.get("product_line") or ""
    for name, value in (("vendor", told.maker), ("line", told.line), ("model", told.model)):
        if facts.value(name) is None:
            facts.claim(name, value, "aspect", evidence)
