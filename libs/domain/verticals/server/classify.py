"""Which type a listing sells: evidence for each type is weighed, accessories have a veto."""

import re
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server import nic as nics
from libs.domain.verticals.server import ram as memory
from libs.domain.verticals.server.accessories import find_parts
from libs.domain.verticals.server.catalogue import processors
from libs.domain.verticals.server.catalogue.adapters import find_adapter
from libs.domain.verticals.server.catalogue.drive_parts import decode_drive
from libs.domain.verticals.server.catalogue.graphics_names import Card, find_all
from libs.domain.verticals.server.catalogue.memory_parts import decode_module
from libs.domain.verticals.server.catalogue.systems import System, count_systems, find_system
from libs.domain.verticals.server.reading import Source
from libs.domain.verticals.server.systems import BAREBONE

_FOR = re.compile(
    r"\b(?:for|fits?|compatible\swith|compatible|für|pour|passend\sf[uü]r|passend|replacement\sfor|replaces|suits?|works\swith|from)\s+"
    r"(?!parts|repair|sale|gaming|ai\b|spares?|deep|data|servers?\b|pc\b|desktop\b|workstation\b|laptop\b|home|vr|mining|crypto|machine|llm|content|offers?|"
    r"editing|rendering|free|use\b|trade|\d|the\b|your\b|a\b|working|china|us\b|usa|japan|new\b)"
)
_LINKED = re.compile(r"\bwith\b|\bw/|\+|\bincl|,|\bmit\b|\bno\b|\bwithout\b|w/o|\bavec\b")
_GAP = re.compile(r"\b(?:gaming|desktop|custom|gamer|editing)\s(?:pc|computer|rig|tower)\b|\bpc\sgamer\b|\bprebuilt\b")
_LAPTOP = re.compile(
    r"\blaptops?\b|\bnotebook\b|\bthinkpad\b|\blatitude\b|\belitebook\b|\bprobook\b|\bzbook\b|\bmacbook\b|\bchromebook\b|\bmobile\sworkstation\b|\bultrabook\b|\bideapad\b|\baspire\b|\bsurface\s(?:pro|laptop|book)\b|\blegion\s[579]\b|\brog\s(?:zephyrus|strix\s(?:g1|scar))|\bxps\s1[3567]\b|\brazer\sblade\b|\bg1[45]\s\d{4}"
)
_NOT_LAPTOP = re.compile(
    r"\b(?:laptop|notebook)s?\s(?:memory|ram|ssd|hard|hdd|drive|sodimm|so-dimm)|\bsodimm\b|\bso-dimm\b|\bddr[2345]l?\s(?:laptop|notebook)\b"
)

_WORDS: dict[str, dict[str, float]] = {
    "ram": {
        "rdimm": 4, "lrdimm": 4, "udimm": 4, "sodimm": 4, "dimm": 3, "dimms": 3, "memory": 2, "ram": 2, "arbeitsspeicher": 3,
        "registered": 2, "unbuffered": 2, "ecc": 1.5, "fbdimm": 4, "memoria": 1.5, "mémoire": 1.5, "speicher": 1, "reg": 1,
    },
    "drive": {
        "ssd": 4, "ssds": 4, "hdd": 4, "hdds": 4, "sas": 2, "sata": 2, "nvme": 2.5, "rpm": 2, "festplatte": 4, "10k": 2, "15k": 2,
        "7200rpm": 2, "10krpm": 2, "15krpm": 2, "7k": 1, "barracuda": 3, "ironwolf": 3, "exos": 3, "ultrastar": 3, "nytro": 3,
        "optane": 2, "savvio": 3, "constellation": 3, "cheetah": 3, "skyhawk": 3, "disque": 2, "u2": 1, "enterprise": 0.5,
        "wd": 1, "seagate": 2, "hgst": 2, "kioxia": 2, "m2": 0.5, "hotswap": 0.5, "scsi": 2, "evo": 1, "firecuda": 3,
    },
    "cpu": {
        "processor": 3, "processors": 3, "cpu": 3, "cpus": 3, "prozessor": 3, "processeur": 3, "lga3647": 1.5, "lga2011": 1.5,
        "lga1151": 1.5, "lga1200": 1.5, "lga1700": 1.5, "lga4189": 1.5, "lga4677": 1.5, "sp3": 1.5, "sp5": 1.5, "am4": 1.5, "am5": 1.5,
        "procesador": 3, "processore": 3,
    },
    "nic": {
        "nic": 4, "ethernet": 3, "network": 2, "netzwerkkarte": 4, "gbe": 2, "sfp": 2, "sfp28": 3, "qsfp": 2.5, "qsfp28": 3, "rj45": 1.5,
        "lan": 1, "infiniband": 3, "netzwerk": 2, "ocp": 1, "10gbe": 3, "25gbe": 3, "40gbe": 3, "100gbe": 3, "flr": 1, "rndc": 3,
        "10gbase": 3, "qsfp56": 3, "cna": 2, "flom": 1, "10gb": 1, "25gb": 1, "40gb": 0.5, "100gb": 0.5,
    },
    "gpu": {
        "graphics": 3, "graphic": 3, "gpu": 3, "gpus": 3, "video": 2, "grafikkarte": 4, "geforce": 2, "radeon": 2, "quadro": 2,
        "tesla": 2, "gddr5": 2, "gddr6": 2, "gddr6x": 2, "gddr7": 2, "gddr5x": 2, "hbm2": 2, "hbm2e": 2, "hbm3": 2, "accelerator": 2, "rtx": 1,
        "gtx": 1, "nvidia": 1.5, "grafik": 1, "firepro": 3, "instinct": 2, "hbm": 2,
    },
    "server": {
        "server": 2, "poweredge": 2, "proliant": 2, "idrac": 1.5, "idrac9": 1.5, "ilo": 1, "ilo5": 1, "rackmount": 1.5, "rack": 1, "barebone": 2,
        "cto": 2, "1u": 1, "2u": 1, "4u": 1, "bay": 1, "8bay": 1, "supermicro": 1, "superserver": 3, "blade": 1, "chassis": 1, "ucs": 1,
        "idrac8": 1.5, "2xpsu": 1, "h730p": 0.5, "h740p": 0.5,
    },
    "workstation": {"workstation": 3, "precision": 2, "thinkstation": 3, "celsius": 2},
    "desktop": {"desktop": 2, "optiplex": 3, "elitedesk": 3, "prodesk": 3, "thinkcentre": 3, "sff": 0.5, "tower": 1, "pc": 1, "computer": 2, "win11": 1, "win10": 1},
}  # fmt: skip
_NOUN_AT_END = re.compile(
    r"\b(?:memory|ram|dimms?|rdimm|lrdimm|hdds?|hard\sdrives?|ssds?|processors?|cpus?|network\s(?:card|adapter)|nic|graphics\scards?|video\scards?|gpu)\b(?!\s?(?:slots?|cores?))"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is sold, what was recognised on the way, and by how much the type won."""

    component_type: str
    kind: str | None
    cards: tuple[Card, ...]
    system: System | None
    margin: float
    """0 when the runner-up was as strong, 1 when nothing else spoke."""


def classify(source: Source) -> Verdict:
    """Weigh the evidence for every type and let an accessory that is the goods overrule it."""
    title = source.title
    low, words = title.low, title.words
    cards = find_all(low, words)
    system = find_system(low, words)
    cpu = processors.find(low, words)
    fits_from = _compatibility(title, cards, system)
    offered = [card for card in cards if card.start < fits_from] or (
        cards if system is None or system.start >= fits_from else []
    )
    own = system if system is not None and system.start < fits_from else None
    cpu = cpu if cpu is not None and cpu.start < fits_from else None
    scores = _scores(title, offered, cpu)
    _aspect_scores(source, scores)
    if own:
        _weigh_system(title, own, scores, cpu, offered)
    first = min((each.start for each in (*offered, own, cpu) if each is not None), default=len(low))
    goods = _goods(title, scores, offered, own, cpu)
    parts = find_parts(title, first, is_card=bool(offered), system=own is not None)
    if parts:
        weight = parts[0].weight + 1.5 * (len(parts) - 1) + (3.0 if len({card.model for card in cards}) > 2 else 0.0)
        if weight > goods:
            return Verdict("other", parts[0].kind, (), None, min(1.0, (weight - goods) / weight))
    if _is_portable(title, own, scores):
        return Verdict("other", "unknown", (), None, 0.7)
    return _decide(title, scores, offered, own)


def _compatibility(title: Text, cards: list[Card], system: System | None) -> int:
    """Where "for Dell R740" starts: products named after it are what the goods fit, not the goods."""
    match = _FOR.search(title.low)
    if not match:
        return len(title.low) + 1
    before = title.low[: match.start()]
    named = any(card.start < match.start() for card in cards) or (system is not None and system.start < match.start())
    spoken = any(word in table for word in re.findall(r"[\w]+", before) for table in _WORDS.values())
    return (
        match.start()
        if named or spoken or find_parts(Text(before), len(before), is_card=False, system=False)
        else len(title.low) + 1
    )


def _scores(title: Text, cards: list[Card], cpu: processors.Processor | None) -> dict[str, float]:
    low, words = title.low, title.words
    scores = {name: sum(weight for word, weight in table.items() if word in words) for name, table in _WORDS.items()}
    if cards:
        scores["gpu"] += 5
    if cpu:
        scores["cpu"] += 4 + (1.5 if "ghz" in low else 0) + (1 if "core" in low else 0) + (1.5 if "lga" in low else 0)
    elif words & {"xeon", "epyc", "opteron"}:
        scores["cpu"] += 1
    if memory.DDR.search(low) and not words & {"gddr5", "gddr6"}:
        scores["ram"] += 3
    if "pc" in low and memory.PC_CODE.search(low):
        scores["ram"] += 4
    if memory.RANK.search(low):
        scores["ram"] += 3
    for part in title.parts:
        if decode_module(part):
            scores["ram"] += 6
        elif decode_drive(part):
            scores["drive"] += 6
    if find_adapter(low):
        scores["nic"] += 6
    if scores["nic"] and nics.SPEED.search(low):
        scores["nic"] += 1
    if "hard d" in low or "solid state" in low:
        scores["drive"] += 4
    if "u.2" in words or "u.2" in low or "m.2" in low:
        scores["drive"] += 1
    if _GAP.search(low):
        scores["desktop"] += 8
    return scores


def _aspect_scores(source: Source, scores: dict[str, float]) -> None:
    """Item specifics that name the type: "Most Suitable For", "Series", "Product Line"."""
    found = system_type_of_aspects(source)
    if found:
        scores[found] += 6


def system_type_of_aspects(source: Source) -> str | None:
    """Workstation or desktop where the item specifics say so."""
    aspects = source.aspects
    if "workstation" in aspects.low("suited_for"):
        return "workstation"
    line = aspects.low("series")
    if not line:
        return None
    if any(name in line for name in ("thinkstation", "z by hp", "hp z", "precision", "pro max")):
        return "workstation"
    if any(name in line for name in ("optiplex", "thinkcentre", "elitedesk", "prodesk")):
        return "desktop"
    shape = aspects.low("form_factor") or aspects.low("type")
    if "pro" in line.split() and any(name in shape for name in ("tower", "sff", "desktop", "micro", "small form")):
        return "desktop"
    return None


_SYSTEM_TYPES = ("server", "workstation", "desktop")
_COMPONENTS = ("ram", "drive", "cpu", "nic", "gpu")


def _weigh_system(
    title: Text, system: System, scores: dict[str, float], cpu: processors.Processor | None, cards: list[Card]
) -> None:
    """A named system is the goods unless the title is about one component and only lists what it fits."""
    low = title.low
    kind = system.component_type
    inside = [
        cpu is not None or "core" in low,
        scores["ram"] >= 3 or " ram" in low,
        scores["drive"] >= 2,
        bool(cards),
        bool(BAREBONE.search(low)),
        any(
            word in title.words
            for word in (
                "idrac",
                "idrac9",
                "idrac8",
                "ilo",
                "psu",
                "2xpsu",
                "win11",
                "win10",
                "windows",
                "os",
                "h740p",
                "h730p",
                "perc",
            )
        ),
    ]
    weight = 6.0 + 3.0 * sum(inside)
    best = max(_COMPONENTS, key=lambda name: scores[name])
    noun = None
    for noun in _NOUN_AT_END.finditer(low):
        pass
    single = sum(inside[:4]) <= 1 and not inside[4]
    before = low[: system.start]
    if count_systems(low, title.words) > 1 and scores[best] >= 4 and not (cpu and inside[1]):
        weight = 2.0
    elif single and scores[best] >= 3 and not _LINKED.search(low[system.end :]):
        component_first = (
            bool(re.search(r"\d\s?(?:gb|tb)\b", before))
            or (bool(cards) and cards[0].start < system.start)
            or (cpu is not None and cpu.start < system.start)
        )
        named = (
            noun is not None
            and noun.start() > system.end
            and not re.search(
                r"\bserver\b(?!\s(?:memory|ram|hdd|hard|ssd|cpu|gpu|drive|processor|network))", low[system.end :]
            )
        )
        if component_first or named:
            weight = 3.0
    scores[kind] += weight
    for other in _SYSTEM_TYPES:
        if other != kind:
            scores[other] = 0.0


def _goods(
    title: Text, scores: dict[str, float], cards: list[Card], system: System | None, cpu: processors.Processor | None
) -> float:
    """How much says that a primary product is offered, beyond its mere name."""
    low, words = title.low, title.words
    size = bool(re.search(r"\d\s?(?:gb|tb|g)\b", low))
    value = 0.0
    if cards:
        memory_words = any(word.startswith(("gddr", "gdrr", "hbm")) for word in words)
        noun = re.search(
            r"\b(?:graphics?\scard|video\scard|gpu|accelerator)\b(?!\s(?:card\s)?(?:power\s|cooling\s|graphic\s|video\s|passive\s)?(?:cable|bracket|fan|fans|shroud|riser|cooling|stand|holder|support|box|backplate|heat|water|adapter|mount))",
            low,
        )
        value = max(
            value,
            1.5 * size
            + 1.5 * memory_words
            + (1.0 if noun else 0.0)
            + (1.0 if words & {"oc", "gaming", "founders", "edition"} else 0.0),
        )
    if scores["ram"] >= 4 and size:
        value = max(value, 5.0)
    if scores["drive"] >= 4 and re.search(r"\d\s?(?:gb|tb)\b", low):
        value = max(value, 5.0)
    if cpu:
        value = max(
            value,
            2.0
            + (1.5 if words & {"cpu", "processor", "processors"} else 0)
            + (1.0 if "ghz" in low else 0)
            + (1.0 if "core" in low else 0),
        )
    if scores["nic"] >= 5:
        value = max(value, 3.5 if scores["nic"] < 9 else 4.5)
    if system:
        inside = (
            (cpu is not None) * 2
            + (scores["ram"] >= 3 or " ram" in low) * 2
            + (scores["drive"] >= 4) * 1.5
            + bool(BAREBONE.search(low)) * 3
        )
        named = re.search(
            r"\bserver\b(?!\s(?:power|hard|drive|fan|rail|riser|motherboard|system|back|heat|front|bezel|hot|psu|cable|raid|tray|caddy|dual))",
            low,
        )
        idrac = 1.5 if words & {"idrac", "idrac9", "idrac8", "ilo", "win11", "win10", "os"} else 0.0
        value = max(value, inside + (1.0 if named else 0.0) + idrac)
    return value


def _is_portable(title: Text, system: System | None, scores: dict[str, float]) -> bool:
    if system and system.portable:
        return max(scores["ram"], scores["gpu"], scores["drive"]) < 8 or bool(_LAPTOP.search(title.low))
    if not _LAPTOP.search(title.low) or _NOT_LAPTOP.search(title.low):
        return False
    return scores["ram"] < 9


def _decide(title: Text, scores: dict[str, float], cards: list[Card], system: System | None) -> Verdict:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    (name, best), (_, second) = ranked[0], ranked[1]
    if best < 2.5 or (name == "gpu" and not cards and best < 4):
        return Verdict("other", "unknown", (), None, 0.3)
    if name in _SYSTEM_TYPES and (system is None or system.component_type != name):
        component = max(_COMPONENTS, key=lambda each: scores[each])
        if system is None and scores[component] >= 4 and scores["desktop"] < 8 and scores[component] + 1 >= best:
            name, best = component, scores[component]
    return Verdict(name, None, tuple(cards), system, max(0.0, min(1.0, (best - second) / best)))
