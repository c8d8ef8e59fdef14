"""Which type a listing sells: evidence for each type is weighed, an accessory that is the goods overrules it."""

import re
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server.accessories import find_parts
from libs.domain.verticals.server.catalogue import processors
from libs.domain.verticals.server.catalogue.graphics_names import Card, find_all
from libs.domain.verticals.server.catalogue.system import System
from libs.domain.verticals.server.catalogue.systems import count_systems, find_system
from libs.domain.verticals.server.contents import BAREBONE
from libs.domain.verticals.server.evidence import COMPONENTS, SYSTEMS, WEIGHTS, Named, weigh, weigh_aspects
from libs.domain.verticals.server.reading import Source

_FITS = re.compile(
    r"\b(?:for|fits?|compatible(?:\swith)?|für|pour|passend(?:\sf[uü]r)?|replacement\sfor|replaces|suits?|works\swith|from)\s+"
    r"(?!parts|repair|sale|gaming|ai\b|spares?|deep|data|servers?\b|pc\b|desktop\b|workstation\b|laptop\b|home|vr|mining|"
    r"crypto|machine|llm|content|offers?|editing|rendering|free|use\b|trade|\d|the\b|your\b|a\b|working|china|us\b|usa|"
    r"japan|new\b)"
)
_LINKED = re.compile(r"\bwith\b|\bw/|\+|\bincl|,|\bmit\b|\bno\b|\bwithout\b|\bavec\b")
_SIZE = re.compile(r"\d\s?(?:gb|tb|g)\b")
_PORTABLE = re.compile(
    r"\b(?:laptops?|notebook|thinkpad|latitude|elitebook|probook|zbook|macbook|chromebook|mobile\sworkstation|ultrabook|"
    r"ideapad|aspire|surface\s(?:pro|laptop|book)|legion\s[579]|rog\s(?:zephyrus|strix\s(?:g1|scar))|xps\s1[3567]|"
    r"razer\sblade|alienware\s(?:m|x)\d{2})\b"
)
_FOR_PORTABLE = re.compile(
    r"\b(?:laptop|notebook)s?\s(?:memory|ram|ssd|hard|hdd|drive|so-?dimm)|\bso-?dimm\b|\bddr[2345]l?\s(?:laptop|notebook)\b"
)
_COMPONENT_NOUN = re.compile(
    r"\b(?:memory|ram|dimms?|l?rdimm|hdds?|hard\sdrives?|ssds?|processors?|cpus?|network\s(?:card|adapter)|nic|"
    r"(?:graphics|video)\scards?|gpu)\b(?!\s?(?:slots?|cores?))"
)
_SERVER_NOUN = re.compile(
    r"\bserver\b(?!\s(?:memory|ram|hdd|hard|ssd|cpu|gpu|drive|processor|network|power|fan|rail|riser|motherboard|system|"
    r"back|heat|front|bezel|hot|psu|cable|raid|tray|caddy|dual))"
)
_CARD_NOUN = re.compile(
    r"\b(?:graphics?\scard|video\scard|gpu|accelerator)\b(?!\s(?:card\s)?(?:(?:power|cooling|graphic|video|passive)\s)?"
    r"(?:cable|bracket|fan|shroud|riser|cooling|stand|holder|support|box|backplate|heat|water|adapter|mount))"
)
_RUNNING = frozenset(
    (
        "idrac",
        "idrac8",
        "idrac9",
        "ilo",
        "ilo5",
        "psu",
        "2xpsu",
        "win10",
        "win11",
        "windows",
        "os",
        "h730p",
        "h740p",
        "perc",
    )
)
_BOARD_WORDS = frozenset({"oc", "gaming", "founders", "edition"})
_ENOUGH = 2.5
"""Evidence below this is a coincidence of words."""


_NOTHING = Named()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is sold, what was recognised on the way, and by how much the type won."""

    component_type: str
    kind: str | None = None
    named: Named = _NOTHING
    margin: float = 0.0
    """0 when the runner-up was as strong, 1 when nothing else spoke."""


def classify(source: Source) -> Verdict:
    """Weigh the evidence for every type; an accessory that is itself the goods has a veto."""
    title = source.title
    cards = find_all(title.low, title.words)
    named = _offered(title, cards)
    scores = weigh(title, named)
    weigh_aspects(source.aspects, scores)
    if named.system:
        _weigh_system(title, named, named.system, scores)
    length = len(title.low)
    parts = find_parts(title, named.start(length), is_card=bool(named.cards), is_system=named.system is not None)
    if parts:
        fits_many = 3.0 if len({card.model for card in cards}) > 2 else 0.0
        weight = parts[0].weight + 1.5 * (len(parts) - 1) + fits_many
        goods = _goods(title, named, scores)
        if weight > goods:
            return Verdict("other", parts[0].kind, margin=min(1.0, (weight - goods) / weight))
    if _is_portable(title, named, scores):
        return Verdict("other", "unknown", margin=0.7)
    return _decide(named, scores)


def _offered(title: Text, cards: list[Card]) -> Named:
    """The products a title offers: those before "for …", or all when nothing stands before it."""
    system = find_system(title.low, title.words)
    cpu = processors.find(title.low, title.words)
    match = _FITS.search(title.low)
    if match is None or not _offers(title.low[: match.start()], cards, system):
        return Named(tuple(cards), system, cpu)
    limit = match.start()
    before = tuple(card for card in cards if card.start < limit)
    behind_system = system is not None and system.start >= limit
    return Named(
        before or (() if behind_system else tuple(cards)),
        system if system is not None and system.start < limit else None,
        cpu if cpu is not None and cpu.start < limit else None,
    )


def _offers(before: str, cards: list[Card], system: System | None) -> bool:
    limit = len(before)
    if any(card.start < limit for card in cards) or (system is not None and system.start < limit):
        return True
    text = Text(before)
    return not text.words.isdisjoint(WEIGHTS) or bool(find_parts(text, limit, is_card=False, is_system=False))


def _weigh_system(title: Text, named: Named, system: System, scores: dict[str, float]) -> None:
    """A named system is the goods unless the title is about one component and only lists what it fits."""
    low = title.low
    ram_told = scores["ram"] >= 3 or " ram" in low
    inside = sum((named.cpu is not None or "core" in low, ram_told, scores["drive"] >= 2, bool(named.cards)))
    bare = bool(BAREBONE.search(low))
    weight = 6.0 + 3.0 * (inside + bare + (not title.words.isdisjoint(_RUNNING)))
    strongest = max(scores[name] for name in COMPONENTS)
    if strongest >= 4 and not (named.cpu and ram_told) and count_systems(low, title.words) > 1:
        weight = 2.0
    elif inside <= 1 and not bare and strongest >= 3 and _is_for_system(low, named, system):
        weight = 3.0
    scores[system.component_type] += weight
    for other in SYSTEMS:
        if other != system.component_type:
            scores[other] = 0.0


def _is_for_system(low: str, named: Named, system: System) -> bool:
    """Whether one component is told so that the system is only where it belongs."""
    after = low[system.end :]
    if _LINKED.search(after):
        return False
    first = named.start(system.start) < system.start or bool(_SIZE.search(low[: system.start]))
    return first or bool(_COMPONENT_NOUN.search(after) and not _SERVER_NOUN.search(after))


def _goods(title: Text, named: Named, scores: dict[str, float]) -> float:
    """How much says that a primary product is offered, beyond its mere name."""
    low, words = title.low, title.words
    size = bool(_SIZE.search(low))
    value = 0.0
    if named.cards:
        memory = "gddr" in low or "hbm" in low or "gdrr" in low
        value = 1.5 * size + 1.5 * memory + bool(_CARD_NOUN.search(low)) + (not words.isdisjoint(_BOARD_WORDS))
    if size and (scores["ram"] >= 4 or scores["drive"] >= 4):
        value = max(value, 5.0)
    if named.cpu:
        noun = not words.isdisjoint(("cpu", "processor", "processors"))
        value = max(value, 2.0 + 1.5 * noun + ("ghz" in low) + ("core" in low))
    if scores["nic"] >= 5:
        value = max(value, 3.5 if scores["nic"] < 9 else 4.5)
    if named.system:
        whole = 3.0 * bool(BAREBONE.search(low)) + bool(_SERVER_NOUN.search(low))
        running = 1.5 * (not words.isdisjoint(_RUNNING - {"psu", "perc"}))
        value = max(value, _inside(title, named, scores, sized=size) + whole + running)
    return value


def _inside(title: Text, named: Named, scores: dict[str, float], *, sized: bool) -> float:
    """How much of what a running system has inside is told."""
    value = 0.0
    if named.cpu:
        value += 4.5 if sized else 2.5
    if scores["ram"] >= 3 or " ram" in title.low:
        value += 2.0
    return value + 1.5 if scores["drive"] >= 4 else value


def _is_portable(title: Text, named: Named, scores: dict[str, float]) -> bool:
    """Laptops are none of the types; memory, drives and bare cards for them are."""
    told = _PORTABLE.search(title.low)
    card_alone = bool(named.cards) and named.cpu is None and "card" in title.words and scores["drive"] < 4
    if named.system and named.system.portable:
        return not card_alone and (max(scores["ram"], scores["gpu"], scores["drive"]) < 8 or bool(told))
    if not told or card_alone or _FOR_PORTABLE.search(title.low):
        return False
    return scores["ram"] < 9


def _decide(named: Named, scores: dict[str, float]) -> Verdict:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (name, best), (_, second) = ranked[0], ranked[1]
    if best < _ENOUGH:
        return Verdict("other", "unknown", margin=0.0)
    if name in SYSTEMS and named.system is None and scores["desktop"] < 8:
        component = max(COMPONENTS, key=lambda each: scores[each])
        if scores[component] >= 4 and scores[component] + 1 >= best:
            name, best = component, scores[component]
    return Verdict(name, None, named, max(0.0, min(1.0, (best - second) / best)))
