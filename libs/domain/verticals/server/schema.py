"""What a model is asked about server hardware, and the product that its believed words complete.

Values are claims of the lowest weight to the rules' own parsers, so that the keys come from the same
functions. A model name counts only as the catalogue spells it, and only when it is in the words it is
said to be in; an accessory stays one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import override

from libs.contracts.listing import Listing, Product
from libs.domain.text import Text
from libs.domain.verticals.registry import vertical
from libs.domain.verticals.schema import (
    TYPE,
    Completion,
    Question,
    Said,
    believed,
    choose,
    missing,
    said_in,
    told,
)
from libs.domain.verticals.server import computer, cpu, drive, gpu, nic, ram, server
from libs.domain.verticals.server.catalogue import processors
from libs.domain.verticals.server.catalogue.graphics_names import find_all
from libs.domain.verticals.server.catalogue.systems import find_system
from libs.domain.verticals.server.classify import Verdict, classify
from libs.domain.verticals.server.evidence import Named
from libs.domain.verticals.server.reading import Reading, Source
from libs.domain.verticals.server.types import COMPONENT_TYPES
from libs.domain.verticals.server.understand import confidence
from libs.domain.verticals.vertical import AttributeSpec

NAME = "server"
DERIVED = frozenset(("capacity", "manufacturer", "vendor", "family"))
"""Follow from the size or from the catalogue's entry of the model."""
MODEL_TRUST = 0.85
"""What a model's word leaves of the confidence."""


class ServerCompletion(Completion):
    """Asks for what a key needs; believes what the catalogues and the title bear out."""

    @override
    def question(self, listing: Listing, product: Product) -> Question | None:
        if product.component_type in COMPONENT_TYPES:
            return missing(NAME, product, derived=DERIVED)
        if not is_undecided(classify(Source.of(listing))):
            return None
        asked = {
            name: tuple(spec for spec in each.attributes if spec.required and spec.name not in DERIVED)
            for name, each in COMPONENT_TYPES.items()
        }
        return Question(NAME, vertical(NAME).version, tuple(COMPONENT_TYPES), asked)

    @override
    def complete(self, listing: Listing, product: Product, answer: Mapping[str, object]) -> Product:
        question = self.question(listing, product)
        if question is None:
            return product
        verdict = classify(Source.of(listing))
        if question.asks_type:
            name = _told_type(listing, question, answer)
            if name is None:
                return product
            verdict = replace(verdict, component_type=name, kind=None)
        specs = question.asked[verdict.component_type]
        completed = _completed(listing, product, verdict, believed(listing, specs, answer))
        if completed is None or (question.asks_type and not _is_whole(completed, specs)):
            return product
        return completed


def is_undecided(verdict: Verdict) -> bool:
    """Whether nothing spoke for any type; an accessory, a laptop and the like are decided."""
    return verdict.component_type == "other" and verdict.kind == "unknown" and verdict.margin == 0


def _is_whole(product: Product, specs: tuple[AttributeSpec, ...]) -> bool:
    """Whether a type nothing but the model spoke for has everything its kind is known by."""
    return product.product_key is not None and all(product.attribute(spec.name) is not None for spec in specs)


def _told_type(listing: Listing, question: Question, answer: Mapping[str, object]) -> str | None:
    value, evidence = told(answer.get(TYPE))
    name = choose(question.types, value)
    return name if name and said_in(listing, evidence) else None


def _completed(listing: Listing, product: Product, verdict: Verdict, said: Mapping[str, Said]) -> Product | None:
    """Read the listing again with the believed claims where the rules have none; ``None`` when none is left."""
    first = Source.of(listing)
    _read(first, verdict)
    source, added = Source.of(listing), False
    for name, each in said.items():
        for attribute, value in _claims(verdict.component_type, name, each):
            if first.facts.value(attribute) is None:
                source.facts.claim(attribute, value, "model", each.evidence)
                added = True
    if not added:
        return None
    reading = _read(source, verdict)
    return product.model_copy(
        update={
            "component_type": verdict.component_type,
            "product_key": reading.key,
            "stratum": "/".join((product.condition, *reading.facets)),
            "quantity": max(1, reading.quantity),
            "attributes": source.facts.attributes(),
            "conflicts": tuple(dict.fromkeys((*source.facts.conflicts(), *product.conflicts))),
            "confidence": round(MODEL_TRUST * confidence(verdict, reading, source.facts), 3),
        }
    )


def _claims(component_type: str, name: str, said: Said) -> list[tuple[str, str | int | float | bool]]:
    """What one believed value says; a model name says what the catalogue knows about it, else nothing."""
    if name != "model":
        return [(name, said.value)]
    text = Text(str(said.value))
    found: list[tuple[str, str | None]] = []
    if component_type == "gpu":
        cards = find_all(text.low, Text(f"gpu {text}").words)
        found = [("model", cards[0].model)] if cards else []
    elif component_type == "cpu":
        chip = processors.find(text.low, text.words | {"cpu"})
        found = [("manufacturer", chip.manufacturer), ("family", chip.family), ("model", chip.model)] if chip else []
    elif (system := find_system(text.low, text.words)) and system.component_type == component_type:
        maker = "manufacturer" if component_type == "server" else "vendor"
        found = [(maker, system.maker), ("model", system.model)]
        found += [] if component_type == "server" else [("line", system.line)]
    return [(attribute, value) for attribute, value in found if value is not None]


_PARSERS: dict[str, Callable[[Source, Named], Reading]] = {
    "ram": lambda source, _: ram.parse(source),
    "drive": lambda source, _: drive.parse(source),
    "cpu": lambda source, _: cpu.parse(source),
    "nic": lambda source, _: nic.parse(source),
    "gpu": lambda source, named: gpu.parse(source, named.cards),
    "server": server.parse,
    "workstation": lambda source, named: computer.parse(source, "workstation", named),
    "desktop": lambda source, named: computer.parse(source, "desktop", named),
}


def _read(source: Source, verdict: Verdict) -> Reading:
    return _PARSERS[verdict.component_type](source, verdict.named)
