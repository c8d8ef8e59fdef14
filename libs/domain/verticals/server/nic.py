"""Network adapters: speed, number of ports, connector."""

import re

from libs.domain.text import Text
from libs.domain.verticals.server import makers
from libs.domain.verticals.server.catalogue.adapters import find_adapter
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

SPEED = re.compile(
    r"(?<![\d.])(?P<n>2[.,]5|1|5|10|20|25|40|50|56|100|200|400)\s?-?(?:gbe|gbase|gbit/?s?|gbps|gb/s|gb\b|g\b|gig(?:abit)?\b|ge\b)"
)
_GIGABIT = re.compile(r"\bgigabit\b|\b10/100/1000\b|\b1000base")
_PORTS = re.compile(
    r"\b(?P<n>[1-8])\s?-?\s?(?:x\s?)?(?:rj45\s|sfp\+?\s|sfp28\s|qsfp\w*\s)?-?(?:ports?\b|p\b|porte)|\b(?P<w>single|dual|quad|two|four|one|zwei|hexa|octal)[\s-]{0,2}(?:\w+\s)?(?:ports?\b|rj-?45|q?sfp)|\b(?P<d>[248])\s?x\s?(?:q?sfp|rj)"
)
_COUNT = {"single": 1, "one": 1, "dual": 2, "two": 2, "zwei": 2, "quad": 4, "four": 4, "hexa": 6, "octal": 8}
_CONNECTORS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("QSFP-DD", re.compile(r"\bqsfp-?\s?dd\b")),
    ("QSFP112", re.compile(r"\bqsfp112\b")),
    ("QSFP56", re.compile(r"\bqsfp56\b")),
    ("QSFP28", re.compile(r"\bqsfp\s?28\b")),
    ("QSFP+", re.compile(r"\bqsfp\+?")),
    ("OSFP", re.compile(r"\bosfp\b")),
    ("SFP28", re.compile(r"(?:\b|(?<=\d))sfp\s?28\b")),
    ("SFP+", re.compile(r"(?:\b|(?<=\d))sfp(?:\+|\s?plus|p)?")),
    ("RJ45", re.compile(r"\brj-?\s?45\b|\d?base-?t\b|\bcopper\b|\b10gt\b")),
    ("CX4", re.compile(r"\bcx4\b")),
)
_USUAL = {"25GbE": "SFP28", "100GbE": "QSFP28", "40GbE": "QSFP+", "1GbE": "RJ45", "2.5GbE": "RJ45", "5GbE": "RJ45"}
_INFINIBAND = {"qdr": "40GbE", "fdr": "56GbE", "edr": "100GbE", "hdr": "200GbE", "ndr": "400GbE"}


def parse(source: Source) -> Reading:
    """Read one network adapter listing; the key needs a speed."""
    facts, title = source.facts, source.title
    known = find_adapter(title)
    _speed(source, exact=known is not None and known[0].speed is not None)
    if match := _PORTS.search(title.low):
        count = int(match["n"] or match["d"] or 0) or _COUNT[match["w"]]
        facts.claim("port_count", count, "title", title.said(match))
    for name, pattern in _CONNECTORS:
        if match := pattern.search(title.low):
            facts.claim("port_type", name, "title", title.said(match))
            break
    if known:
        adapter, start, end = known
        words = title.shown[start:end]
        facts.claim("speed", adapter.speed, "catalogue", words, weight=3.0)
        facts.claim("port_count", adapter.ports, "catalogue", words)
        facts.claim("port_type", adapter.port_type, "catalogue", words)
        facts.claim("manufacturer", adapter.manufacturer, "catalogue", words)
        facts.claim("model", adapter.model, "title", words)
    if named := makers.maker(title, makers.NICS):
        facts.claim("manufacturer", named[0], "title", named[1], weight=1.0)
    speed = facts.text("speed")
    if facts.value("port_type") is None and speed in _USUAL:
        facts.claim("port_type", _USUAL[speed], "catalogue", f"usual for {speed}")
    return _reading(title, facts)


def _speed(source: Source, *, exact: bool) -> None:
    facts, title = source.facts, source.title
    speeds = [(float(match["n"].replace(",", ".")), title.said(match)) for match in SPEED.finditer(title.low)]
    if speeds and not exact:
        best = max(speeds)
        facts.claim("speed", f"{best[0]:g}GbE", "title", best[1])
    elif word := next((each for each in _INFINIBAND if each in title.words), None):
        facts.claim("speed", _INFINIBAND[word], "title", word.upper(), weight=1.0)
    elif not exact and (match := _GIGABIT.search(title.low)):
        facts.claim("speed", "1GbE", "title", title.said(match))
    told = [
        (float(match["n"].replace(",", ".")), match.group())
        for match in SPEED.finditer(source.aspects.low("data_rate"))
    ]
    if told:
        facts.claim("speed", f"{max(told)[0]:g}GbE", "aspect", max(told)[1], weight=1.5)


def _reading(title: Text, facts: Facts) -> Reading:
    lot = lot_of(title)
    quantity = lot.number if lot else 1
    speed, ports, connector = facts.text("speed"), facts.number("port_count"), facts.text("port_type")
    if speed is None:
        return Reading(None, quantity, (), 0.3)
    key = make_key("nic", speed, f"{int(ports)}p" if ports else None, connector)
    return Reading(key, quantity, (), (1 + (ports is not None) + (connector is not None)) / 3)
