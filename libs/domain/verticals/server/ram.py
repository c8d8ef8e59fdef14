"""Memory modules: generation, kind, capacity of one module, speed."""

import re

from libs.contracts.listing import Origin
from libs.domain.text import Text
from libs.domain.verticals.server import capacity, makers
from libs.domain.verticals.server.catalogue.jedec import SPEEDS, snap, speed_of_code
from libs.domain.verticals.server.catalogue.memory_parts import Module, decode_module
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import Count, lot_of
from libs.domain.verticals.server.reading import Reading, Source

DDR = re.compile(r"\bl?p?ddr[\s-]?([2345])(?!\d)l?")
PC_CODE = re.compile(
    r"\bpc\s?([2345])(l|u)?[\s-]{0,2}(?P<digits>\d{4,5})\s?(?P<bin>aa|[a-z])?(?:[\s-](?P<form>[rluse])[a-f][0-9o]|-(?P<kind>[rluse])(?![a-z0-9]))?(?![a-z0-9]{2})"
)
_DDR_SPEED = re.compile(r"\bddr[\s-]?[345]l?[\s-]{0,2}(?P<digits>\d{3,5})\s?(?P<bin>aa|[ptvyrue])?(?:mhz|mt/s|mt)?\b")
_MHZ = re.compile(r"\b(?P<digits>\d{3,5})\s?-?(?:mhz|mt/s|mts|mt|mhz\w?)\b|\b(?P<ghz>[1-8][.,]\d{1,2})\s?ghz\b")
_BARE_BIN = re.compile(
    r"\b(?P<digits>1333|1600|1866|2133|2400|2666|2667|2933|3200|4800|5600|6400)(?P<bin>aa|[ptuvyrl])?\b(?!\s?(?:gb|w\b|rpm|x))"
)
_BANDWIDTH = re.compile(
    r"\b(?P<digits>8500|10600|12800|14900|17000|19200|21300|23400|23466|25600|38400|44800|51200)(?P<bin>[ruesl])?\b"
)
_JEDEC_FORM = re.compile(r"-(?P<form>[rluse])[a-f][0-9o]\d?(?:-|\b)")
RANK = re.compile(
    r"\b(?:(?P<stacks>[1248])s)?(?P<ranks>[1248])\s?d?r\s?[x*]\s?(?P<width>4|8|16)\b|\b(?P<deep>[48])dr\s?x\s?4\b"
)
_REGISTERED = re.compile(
    r"\br-?dimms?\b|\bregistered\b|\breg\b\.?|\becc\s?/?reg|\brecc\b|\bregistriert|\b(?:3ds|vlp)\sr?dimm\b"
)
_LOAD_REDUCED = re.compile(r"\blr-?dimms?\b|\bload[\s-]?reduced\b|\blrd\b")
_UNBUFFERED = re.compile(r"\bu-?dimms?\b|\bun-?buffered\b|\bunregistered\b|\bun-?buff?\b|\bungepuffert\b")
_SODIMM = re.compile(r"\bso-?\s?dimms?\b|\blaptop\b|\bnotebook\b|\bpc[345]l?-\d{4,5}s\b")
_FULLY_BUFFERED = re.compile(r"\bfb-?dimms?\b|\bfully[\s-]buffered\b|\bpc2-\d{4}f\b")
_DESKTOP = re.compile(r"\b(?:desktop|gaming|pc)\s(?:ddr\d\s)?(?:memory|ram)\b")
_NO_ECC = re.compile(r"\bnon?[\s-]{0,2}ecc\b|\bohne\s+ecc\b|\bnonecc\b")
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fbdimm", _FULLY_BUFFERED),
    ("lrdimm", _LOAD_REDUCED),
    ("rdimm", _REGISTERED),
    ("udimm", _UNBUFFERED),
    ("sodimm", _SODIMM),
    ("udimm", _DESKTOP),
)
_VOLTAGE = re.compile(r"\b(1[.,](?:1|2|25|35|5|55))\s?v\b")

_FORM_OF_LETTER = {"r": "rdimm", "l": "lrdimm", "u": "udimm", "e": "udimm", "s": "sodimm"}
_FORM_LABEL = {"rdimm": "ecc_reg", "lrdimm": "ecc_reg", "fbdimm": "ecc_reg"}


def parse(source: Source) -> Reading:
    """Read one memory listing; the key needs generation and capacity."""
    facts, title = source.facts, source.title
    part = _part(source)
    _generation(source, part)
    _speed(source, part)
    _kind(source, part)
    quantity = _capacity(source, part)
    _extras(title, facts)
    generation, gb, kind = facts.text("generation"), facts.number("capacity_gb"), _kind_of(facts)
    speed = facts.number("speed_mhz")
    known = sum((generation is not None, gb is not None, kind is not None, speed is not None))
    key = None
    if generation and gb:
        size = f"{int(gb)}gb" if float(gb).is_integer() else f"{gb:g}gb"
        key = make_key("ram", generation, kind, size, int(speed) if speed else None)
    form = facts.text("module_type")
    return Reading(key, quantity, (form,) if form else (), known / 4)


def _part(source: Source) -> Module | None:
    for part, origin in source.parts():
        if found := decode_module(part):
            source.facts.claim("part_number", part.upper(), origin, part.upper())
            source.facts.claim("manufacturer", found.manufacturer, "catalogue", part.upper())
            return found
    return None


def _generation(source: Source, part: Module | None) -> None:
    facts, title = source.facts, source.title
    if match := DDR.search(source.aspects.joined("memory_type")):
        facts.claim("generation", f"DDR{match[1]}", "aspect", match.group())
    if (match := DDR.search(title.low)) or (match := PC_CODE.search(title.low)):
        facts.claim("generation", f"DDR{match[1]}", "title", title.said(match))
    if part and part.generation:
        facts.claim("generation", part.generation, "catalogue", facts.text("part_number") or "")


def _speed(source: Source, part: Module | None) -> None:
    facts, title = source.facts, source.title
    generation = facts.text("generation")
    if found := _spoken_speed(title, generation):
        facts.claim("speed_mhz", found[0], "title", found[1])
        if generation is None and (guess := _only_generation(found[0])):
            facts.claim("generation", guess, "title", found[1])
    if (told := source.aspects.get("bus_speed")) and (found := _spoken_speed(Text(told), generation)):
        facts.claim("speed_mhz", found[0], "aspect", told)
    if part and part.speed_mhz:
        facts.claim("speed_mhz", part.speed_mhz, "catalogue", facts.text("part_number") or "")


def _spoken_speed(text: Text, generation: str | None) -> tuple[int, str] | None:
    """The first speed in any spelling, the clearest spellings first."""
    low = text.low
    for pattern in (PC_CODE, _DDR_SPEED):
        for match in pattern.finditer(low):
            if speed := speed_of_code(int(match["digits"]), generation):
                return speed, text.said(match)
    for match in _MHZ.finditer(low):
        rate = float(match["digits"] or 0) or float(match["ghz"].replace(",", ".")) * 1000
        if speed := snap(rate, generation) or (speed_of_code(int(rate), generation) if rate >= 10_000 else None):
            return speed, text.said(match)
    for pattern in (_BARE_BIN, _BANDWIDTH):
        for match in pattern.finditer(low):
            if speed := speed_of_code(int(match["digits"]), generation):
                return speed, text.said(match)
    return None


def _only_generation(speed: int) -> str | None:
    having = [name for name, speeds in SPEEDS.items() if speed in speeds and name in {"DDR3", "DDR4", "DDR5"}]
    return having[0] if len(having) == 1 else None


def _kind(source: Source, part: Module | None) -> None:
    facts, title = source.facts, source.title
    told = " ".join(
        (source.aspects.low("form_factor"), source.aspects.low("memory_features"), source.aspects.low("ecc"))
    )
    if told.strip():
        _kind_words(Text(told), facts, "aspect")
    _kind_words(title, facts, "title")
    if match := RANK.search(title.low):
        facts.claim("rank", title.said(match).replace(" ", ""), "title", title.said(match))
        if match["width"] == "4" or match["deep"]:
            facts.claim("registered", value=True, origin="catalogue", evidence=title.said(match), weight=0.5)
    if part:
        number = facts.text("part_number") or ""
        facts.claim("module_type", part.module_type, "catalogue", number)
        facts.claim("ecc", part.ecc, "catalogue", number)
        if part.module_type:
            facts.claim("registered", part.module_type in _FORM_LABEL, "catalogue", number)


def _kind_words(text: Text, facts: Facts, origin: Origin) -> None:
    """Note what words and JEDEC labels say; "registered" alone does not tell RDIMM from LRDIMM."""
    low = text.low
    said = next(((name, match) for name, pattern in _FORMS if (match := pattern.search(low))), None)
    form = _form_of_code(low)
    if said:
        name, words = said[0], text.said(said[1])
        facts.claim("registered", name in _FORM_LABEL, origin, words)
        if name != "rdimm" or "dimm" in words.lower():
            form = (name, words)
    elif form:
        facts.claim("registered", form[0] in _FORM_LABEL, origin, form[1])
    if form:
        facts.claim("module_type", form[0], origin, form[1])
    if match := _NO_ECC.search(low):
        facts.claim("ecc", value=False, origin=origin, evidence=text.said(match))
    elif "ecc" in low:
        facts.claim("ecc", value=True, origin=origin, evidence="ECC")


def _form_of_code(low: str) -> tuple[str, str] | None:
    """The module form a JEDEC label carries: the R of PC4-2666V-RB2, the letter of PC3-12800R."""
    match = PC_CODE.search(low)
    if match:
        letter = match["form"] or match["kind"] or (match["bin"] if match["bin"] in _FORM_OF_LETTER else None)
        if letter:
            return _FORM_OF_LETTER[letter], match.group().upper()
    if match := _JEDEC_FORM.search(low):
        return _FORM_OF_LETTER[match["form"]], match.group().strip("-").upper()
    return None


def _kind_of(facts: Facts) -> str | None:
    """ecc_reg, ecc_unbuf, non_ecc, or nothing while "ECC" alone leaves it open."""
    registered, ecc, form = facts.value("registered"), facts.value("ecc"), facts.text("module_type")
    if registered or form in _FORM_LABEL:
        facts.claim("ecc", value=True, origin="catalogue", evidence=form or "registered")
        return "ecc_reg"
    if ecc is False:
        return "non_ecc"
    if form in {"udimm", "sodimm"}:
        return "ecc_unbuf" if ecc else "non_ecc"
    return None


def _capacity(source: Source, part: Module | None) -> int:
    facts, title = source.facts, source.title
    lot = lot_of(title)
    found = capacity.sizes(title, tera=1024, smallest=0.25)
    parts = capacity.kit(title, tera=1024)
    unit, quantity = capacity.per_unit(
        title, found, lot, parts, float(part.capacity_gb) if part and part.capacity_gb else None
    )
    if unit:
        facts.claim("capacity_gb", _whole(unit.gb), "title", unit.words)
    if part and part.capacity_gb:
        facts.claim("capacity_gb", part.capacity_gb, "catalogue", facts.text("part_number") or "")
    return _modules(source, quantity, lot)


def _modules(source: Source, quantity: int, lot: Count | None) -> int:
    """What the item specifics say about modules and their size, where they say it consistently."""
    aspects, facts = source.aspects, source.facts
    if not aspects:
        return quantity
    each = capacity.sizes(Text(aspects.get("module_capacity") or ""), tera=1024)
    total = capacity.sizes(Text(aspects.get("total_capacity") or ""), tera=1024)
    count = re.match(r"\d{1,3}", aspects.get("modules") or "")
    modules = int(count[0]) if count else 0
    if each:
        facts.claim("capacity_gb", _whole(each[0].gb), "aspect", f"{each[0].words} per module")
    elif total and modules:
        facts.claim("capacity_gb", _whole(total[0].gb / modules), "aspect", f"{total[0].words} in {modules} modules")
    elif total and quantity == 1:
        facts.claim("capacity_gb", _whole(total[0].gb), "aspect", f"{total[0].words} in total")
    consistent = bool(each and total and modules and each[0].gb * modules == total[0].gb)
    if quantity == 1 and lot is None and modules > 1 and (consistent or not each):
        return modules
    return quantity


def _whole(gb: float) -> int | float:
    return int(gb) if float(gb).is_integer() else round(gb, 3)


def _extras(title: Text, facts: Facts) -> None:
    if named := makers.maker(title, makers.MEMORY):
        facts.claim("manufacturer", named[0], "title", named[1])
    if match := _VOLTAGE.search(title.low):
        facts.claim("voltage", match[1].replace(",", ".") + "V", "title", title.said(match))
