"""What in a listing speaks for which type: weighed words, recognised names, item specifics."""

import re
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server import drive, nic, ram
from libs.domain.verticals.server.aspects import Aspects
from libs.domain.verticals.server.catalogue.adapters import find_adapter
from libs.domain.verticals.server.catalogue.drive_parts import decode_drive
from libs.domain.verticals.server.catalogue.graphics_names import Card
from libs.domain.verticals.server.catalogue.memory_parts import decode_module
from libs.domain.verticals.server.catalogue.processors import Processor
from libs.domain.verticals.server.catalogue.system import System

COMPONENTS = ("ram", "drive", "cpu", "nic", "gpu")
SYSTEMS = ("server", "workstation", "desktop")

_WORDS: dict[str, dict[float, str]] = {
    "ram": {
        4: "rdimm lrdimm udimm sodimm fbdimm",
        3: "dimm dimms arbeitsspeicher",
        2: "memory ram registered unbuffered",
        1.5: "ecc memoria mémoire",
        1: "speicher reg",
    },
    "drive": {
        4: "ssd ssds hdd hdds festplatte festplatten",
        3: "barracuda ironwolf exos ultrastar nytro savvio constellation cheetah skyhawk firecuda",
        2.5: "nvme",
        2: "sas sata rpm 10k 15k 7200rpm 10krpm 15krpm optane disque scsi seagate hgst kioxia",
        1: "7k u2 wd evo",
        0.5: "m2 hotswap enterprise",
    },
    "cpu": {
        3: "processor processors cpu cpus prozessor processeur procesador processore",
        1.5: "lga3647 lga2011 lga1151 lga1200 lga1700 lga4189 lga4677 lga2066 lga1366 sp3 sp5 am4 am5",
    },
    "nic": {
        4: "nic netzwerkkarte",
        3: "ethernet sfp28 qsfp28 qsfp56 infiniband rndc 10gbe 25gbe 40gbe 100gbe 10gbase",
        2.5: "qsfp gigabit",
        2: "network gbe sfp netzwerk cna",
        1.5: "rj45",
        1: "lan ocp flr flom 10gb 25gb",
        0.5: "40gb 100gb",
    },
    "gpu": {
        4: "grafikkarte",
        3: "graphics graphic gpu gpus firepro",
        2: "video geforce radeon quadro tesla gddr5 gddr6 gddr6x gddr7 gddr5x hbm2 hbm2e hbm3 hbm accelerator instinct",
        1.5: "nvidia",
        1: "rtx gtx grafik agp",
    },
    "server": {
        3: "superserver",
        2: "server poweredge proliant barebone cto",
        1.5: "idrac idrac9 idrac8 rackmount",
        1: "ilo ilo5 rack 1u 2u 4u bay 8bay supermicro blade chassis ucs 2xpsu",
        0.5: "h730p h740p",
    },
    "workstation": {3: "workstation thinkstation", 2: "precision celsius"},
    "desktop": {
        3: "optiplex elitedesk prodesk thinkcentre",
        2: "desktop computer",
        1: "tower pc win10 win11",
        0.5: "sff",
    },
}
WEIGHTS: dict[str, tuple[tuple[str, float], ...]] = {}
for _type, _table in _WORDS.items():
    for _weight, _names in _table.items():
        for _name in _names.split():
            WEIGHTS[_name] = (*WEIGHTS.get(_name, ()), (_type, float(_weight)))

_ASPECTS: tuple[tuple[str, str, float], ...] = (
    ("module_capacity", "ram", 3.0),
    ("modules", "ram", 2.0),
    ("bus_speed", "ram", 2.0),
    ("rotation_speed", "drive", 3.0),
    ("gpu_model", "gpu", 3.0),
    ("data_rate", "nic", 3.0),
)
_CUSTOM = re.compile(
    r"\b(?:gaming|custom|gamer|editing|streaming)\s(?:gaming\s)?(?:pc|computer|rig|tower|desktop)\b|\bpc\sgamer\b|\bprebuilt\b"
)
_MEMORY_SIZE = re.compile(r"\d\s?gb\s(?:\w+\s)?(?:ram|memory)\b|\bram\s?:?\s?\d+\s?gb")
_SYSTEM_NOUNS = (
    ("workstation", frozenset({"workstation"})),
    ("desktop", frozenset({"desktop", "computer", "pc", "win10", "win11", "windows"})),
)
_CARD_NOUN = re.compile(r"\b(?:graphics?|video|vga)\scards?\b")


@dataclass(frozen=True, slots=True)
class Named:
    """The products a title names as what is offered, not as what the goods fit."""

    cards: tuple[Card, ...] = ()
    system: System | None = None
    cpu: Processor | None = None

    def start(self, default: int) -> int:
        """Where the first of them stands."""
        starts = [each.start for each in self.cards[:1]]
        starts += [each.start for each in (self.system, self.cpu) if each is not None]
        return min(starts, default=default)


def weigh(title: Text, named: Named) -> dict[str, float]:
    """How much a title speaks for each of the eight types, systems by their words only."""
    scores = dict.fromkeys((*COMPONENTS, *SYSTEMS), 0.0)
    for word in title.words:
        for component_type, weight in WEIGHTS.get(word, ()):
            scores[component_type] += weight
    _weigh_names(title, named, scores)
    _weigh_parts(title, scores)
    _weigh_memory(title.low, scores)
    _weigh_drive(title.low, scores)
    if scores["nic"] and nic.SPEED.search(title.low):
        scores["nic"] += 1
    if _CARD_NOUN.search(title.low):
        scores["gpu"] += 1
    if _CUSTOM.search(title.low):
        scores["desktop"] += 8
    _weigh_whole(title, named, scores)
    return scores


def _weigh_whole(title: Text, named: Named, scores: dict[str, float]) -> None:
    """Memory and storage told together under the name of a kind of system are that system's."""
    if named.system is None and scores["drive"] >= 4 and _MEMORY_SIZE.search(title.low):
        for name, nouns in _SYSTEM_NOUNS:
            if not title.words.isdisjoint(nouns):
                scores[name] += 8
                return


def _weigh_memory(low: str, scores: dict[str, float]) -> None:
    if "ddr" in low and "gddr" not in low and ram.DDR.search(low):
        scores["ram"] += 3
    if "pc" in low and ram.PC_CODE.search(low):
        scores["ram"] += 4
    if ram.RANK.search(low):
        scores["ram"] += 3
    if _MEMORY_SIZE.search(low):
        scores["ram"] += 1.5


def _weigh_drive(low: str, scores: dict[str, float]) -> None:
    if "hard d" in low or "solid state" in low:
        scores["drive"] += 4
    if "u.2" in low or "m.2" in low or "tb " in low:
        scores["drive"] += 1
    if "k" in low and drive.RPM.search(low):
        scores["drive"] += 1.5


def _weigh_names(title: Text, named: Named, scores: dict[str, float]) -> None:
    low = title.low
    if named.cards:
        scores["gpu"] += 5
    if named.cpu:
        scores["cpu"] += 4 + 1.5 * ("ghz" in low) + ("core" in low) + 1.5 * ("lga" in low)
    elif not title.words.isdisjoint(("xeon", "epyc", "opteron")):
        scores["cpu"] += 1


def _weigh_parts(title: Text, scores: dict[str, float]) -> None:
    for part in title.parts:
        if decode_module(part):
            scores["ram"] += 6
        elif decode_drive(part):
            scores["drive"] += 6
    if find_adapter(title):
        scores["nic"] += 6


def weigh_aspects(aspects: Aspects, scores: dict[str, float]) -> None:
    """Let item specifics that only one type has, or that name a line of systems, speak too."""
    if not aspects:
        return
    for meaning, component_type, weight in _ASPECTS:
        if aspects.get(meaning):
            scores[component_type] += weight
    if told := aspects.get("mpn"):
        _weigh_parts(Text(told), scores)
    if found := system_type_of(aspects):
        scores[found] += 6


def system_type_of(aspects: Aspects) -> str | None:
    """Workstation or desktop where the item specifics say so: suited for, series, product line, form factor."""
    if "workstation" in aspects.low("suited_for"):
        return "workstation"
    line = f"{aspects.low('series')} {aspects.low('product_line')}"
    if any(name in line for name in ("thinkstation", "z by hp", "hp z", "precision", "pro max")):
        return "workstation"
    if any(name in line for name in ("optiplex", "thinkcentre", "elitedesk", "prodesk")):
        return "desktop"
    shape = aspects.low("form_factor") or aspects.low("type")
    small = any(name in shape for name in ("tower", "sff", "desktop", "micro", "small form"))
    return "desktop" if small and "pro" in line.split() else None
