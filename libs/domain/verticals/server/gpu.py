"""Graphics cards and accelerators: maker, official model, memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server import capacity
from libs.domain.verticals.server.catalogue.graphics import MAKER, SIZES
from libs.domain.verticals.server.catalogue.graphics_names import Card, find_all
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source

_GIGABYTES = re.compile(r"(?<![\d.])(?P<n>\d{1,3})\s?-?gb(?!/s|ps|it|e\b)")
_SHORT = re.compile(r"(?<![\d.])\b(?:oc?|a)?(?P<n>\d{1,3})\s?g\b")
_MEGABYTES = re.compile(r"\b(?P<n>\d{3,6})\s?mb\b")
_KIND = re.compile(r"\b(gd+r+\s?[3567]x?|hbm\s?[23]?e?)\b")
_SLOT = re.compile(
    r"\b(s[xm]{2}\s?-?[2345])\b|\b(mxm|oam|mpx)\b|\bpci-?\s?e(?:xpress)?\s?-?(?:gen\s?)?([2345])(?:\.0)?"
)
_MOST_GB = 384
_COMMON_GB = frozenset({2, 3, 4, 5, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96})
_BRANDS = {
    "asus": "ASUS", "msi": "MSI", "gigabyte": "Gigabyte", "evga": "EVGA", "zotac": "ZOTAC", "pny": "PNY",
    "sapphire": "Sapphire", "xfx": "XFX", "powercolor": "PowerColor", "asrock": "ASRock", "palit": "Palit",
    "gainward": "Gainward", "inno3d": "INNO3D", "galax": "GALAX", "kfa2": "KFA2", "leadtek": "Leadtek",
    "dell": "Dell", "hp": "HP", "hpe": "HP", "lenovo": "Lenovo", "yeston": "Yeston", "maxsun": "MAXSUN",
    "colorful": "Colorful", "manli": "Manli", "apple": "Apple", "cisco": "Cisco", "acer": "Acer",
    "biostar": "BIOSTAR", "his": "HIS", "visiontek": "VisionTek", "supermicro": "Supermicro",
}  # fmt: skip


def parse(source: Source, cards: Sequence[Card]) -> Reading:
    """Read one graphics card listing; the key needs the model."""
    facts, title = source.facts, source.title
    told = source.aspects.get("gpu_model")
    asked = find_all(told.lower(), Text(f"gpu {told}").words) if told else []
    stated = memory_of(title) if len(cards) > 1 else None
    card = choose(cards, stated.gb if stated else None)
    if card:
        facts.claim("model", card.model, "title", title.shown[card.start : card.end].strip())
    elif asked:
        facts.claim("model", asked[0].model, "aspect", told or "")
    _note_other_model(source, card, asked)
    model = facts.text("model")
    _memory(source, model)
    _extras(title, facts, model)
    lot = lot_of(title)
    quantity = lot.number if lot else 1
    if model is None:
        return Reading(None, quantity, (), 0.2)
    gb = facts.number("vram_gb")
    maker = MAKER.get(model) or _maker_of(model)
    facts.claim("manufacturer", maker, "catalogue", model)
    key = make_key("gpu", maker, model, f"{gb:g}gb" if gb else None)
    return Reading(key, quantity, (), 1.0 if gb else 0.67)


@dataclass(frozen=True, slots=True)
class Stated:
    """A memory size a title states, and whether the model was ever sold with it."""

    gb: int
    words: str
    fits: bool


def choose(cards: Sequence[Card], gb: int | None) -> Card | None:
    """The card a title sells: the first, unless a later one says it more exactly or alone fits the memory."""
    if not cards:
        return None
    first = cards[0]
    longer = next((each for each in cards if each.model.startswith(f"{first.model}_")), first)
    if gb and len(cards) > 1 and gb not in SIZES.get(longer.model, (gb,)):
        return next((each for each in cards if gb in SIZES.get(each.model, ())), longer)
    return longer


def memory_of(title: Text, sizes: tuple[int, ...] = ()) -> Stated | None:
    """The memory a title states: "24GB" counts always, "24G" and "O16G" only where a card of that size was sold."""
    exact = [(int(match["n"]), title.said(match)) for match in _GIGABYTES.finditer(title.low)]
    exact += [(int(match["n"]) // 1024, title.said(match)) for match in _MEGABYTES.finditer(title.low)]
    short = [(int(match["n"]), title.said(match)) for match in _SHORT.finditer(title.low)]
    for gb, words in (*exact, *short):
        for size in sizes:
            if abs(gb - size) <= (size > 4):
                return Stated(size, words, fits=True)
    plausible = next(((gb, words) for gb, words in exact if 1 <= gb <= _MOST_GB), None)
    if plausible is None and not sizes:
        plausible = next(((gb, words) for gb, words in short if gb in _COMMON_GB), None)
    return Stated(*plausible, fits=not sizes) if plausible else None


def _note_other_model(source: Source, card: Card | None, asked: list[Card]) -> None:
    if card and asked and asked[0].model != card.model and not card.model.startswith(asked[0].model):
        source.facts.claim("model", asked[0].model, "aspect", source.aspects.get("gpu_model") or "", weight=1.0)


def _memory(source: Source, model: str | None) -> None:
    facts, sizes = source.facts, SIZES.get(model or "", ())
    told = capacity.sizes(Text(source.aspects.get("gpu_memory") or ""), tera=1024, smallest=1)
    if told and (not sizes or told[0].gb in sizes):
        facts.claim("vram_gb", int(told[0].gb), "aspect", told[0].words)
    if stated := memory_of(source.title, sizes):
        facts.claim("vram_gb", stated.gb, "title", stated.words, weight=2.0 if stated.fits else 4.0)
    if len(sizes) == 1:
        facts.claim("vram_gb", sizes[0], "catalogue", "the only size it was sold with")


def _extras(title: Text, facts: Facts, model: str | None) -> None:
    if match := _KIND.search(title.low):
        kind = match[1].upper().replace(" ", "")
        facts.claim("memory_type", kind.replace("GDRR", "GDDR"), "title", title.said(match))
    if match := _SLOT.search(title.low):
        name = (match[1] or match[2] or f"PCIe {match[3]}.0").replace("smx", "sxm").replace(" ", "").replace("-", "")
        facts.claim("interface", name.upper() if not match[3] else f"PCIe {match[3]}.0", "title", title.said(match))
    brand = next((name for word, name in _BRANDS.items() if word in title.words), None)
    if brand and model:
        facts.claim("brand", brand, "title", brand)


def _maker_of(model: str) -> str:
    if model.startswith(("radeon", "firepro", "instinct")):
        return "AMD"
    return "Intel" if model.startswith(("arc", "flex", "max")) else "NVIDIA"
