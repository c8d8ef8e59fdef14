"""Processors: maker, family, model."""

import re

from libs.contracts.listing import Origin
from libs.domain.text import Text
from libs.domain.verticals.server.catalogue import processors
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

_CORES = re.compile(r"\b(\d{1,3})\s?-?\s?(?:cores?|c\b(?=[/\s]\d+t)|kerne?|cœurs)")
_THREADS = re.compile(r"\b(\d{1,3})\s?-?\s?(?:threads?|t\b(?<=\dt))")
_CLOCK = re.compile(r"\b(\d[.,]\d{1,3})\s?ghz|\b([2-5])\s?ghz")
_SOCKET = re.compile(
    r"\b(?:lga|fclga|socket)[\s-]?(\d{3,4})(?:-\d)?\b|\b(s(?:p[356]|wrx8|tr[45]x?|trx4|tr5))\b|\b(am[45])\b"
)
_CACHE = re.compile(r"\b(\d{1,4}(?:[.,]\d{1,2})?)\s?mb?\b(?=\s?(?:l3|cache|smart)?)")
_TDP = re.compile(r"\b(\d{2,3})\s?w(?:att)?s?\b")
_OPN = re.compile(r"\b(?:100-\d{9}\w*|cm80\d{5,}\w*|bx80\d{3,}\w*|ps\w{10,13}|0s\w{11})\b")
_MATCHED = re.compile(r"\bmatch(?:ed|ing)?\b")


def parse(source: Source) -> Reading:
    """Read one processor listing; the key needs the model."""
    facts, title = source.facts, source.title
    found = processors.find(title.low, title.words)
    told = source.aspects.get("processor_model")
    asked = Text(told) if told else None
    second = processors.find(asked.low, asked.words | {"xeon", "cpu"}) if asked else None
    if second and told:
        _claim(facts, second, "aspect", told)
    if found:
        _claim(facts, found, "title", title.shown[found.start : found.end])
    _extras(title, facts)
    lot = lot_of(title)
    if facts.value("model") is None:
        return Reading(None, lot.number if lot else 1, (), 0.2)
    key = make_key("cpu", facts.text("manufacturer"), facts.text("family"), facts.text("model"))
    return Reading(key, lot.number if lot else 1)


def _claim(facts: Facts, found: processors.Processor, origin: Origin, words: str) -> None:
    for name in ("manufacturer", "family", "model"):
        facts.claim(name, getattr(found, name), origin, words)


def _extras(title: Text, facts: Facts) -> None:
    low = title.low
    if match := _CORES.search(low):
        facts.claim("cores", int(match[1]), "title", title.said(match))
    if match := _CLOCK.search(low):
        facts.claim("base_clock_ghz", float((match[1] or match[2]).replace(",", ".")), "title", title.said(match))
    if match := _SOCKET.search(low):
        name = f"LGA{match[1]}" if match[1] else (match[2] or match[3]).upper()
        facts.claim("socket", name, "title", title.said(match))
    if match := _CACHE.search(low):
        facts.claim("l3_cache_mb", float(match[1].replace(",", ".")), "title", title.said(match))
    if match := _TDP.search(low):
        facts.claim("tdp_watts", int(match[1]), "title", title.said(match))
    if match := _OPN.search(low) or processors.S_SPEC.search(low):
        facts.claim("part_number", title.said(match).upper(), "title", title.said(match))
    if match := _MATCHED.search(low):
        facts.claim("matched_pair", value=True, origin="title", evidence=title.said(match))
