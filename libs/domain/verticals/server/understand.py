"""From a listing to the product it sells: classify, read by type, weigh what was found."""

from collections.abc import Callable

from libs.contracts.listing import ConditionClass, Listing, Product
from libs.domain.conditions import condition_of
from libs.domain.verticals.server import computer, cpu, drive, gpu, nic, ram, server
from libs.domain.verticals.server.classify import Verdict, classify
from libs.domain.verticals.server.facts import Facts
from libs.domain.verticals.server.keys import make_key
from libs.domain.verticals.server.quantity import lot_of
from libs.domain.verticals.server.reading import Reading, Source


def understand(listing: Listing) -> Product:
    """Read one listing. Pure and total: any listing gives a product, at worst ``other:unknown``."""
    source = Source.of(listing)
    verdict = classify(source)
    reading = _read(source, verdict)
    condition, lowered = condition_of(listing.condition_id, listing.condition_text, source.title)
    conflicts = source.facts.conflicts()
    if lowered:
        conflicts = (*conflicts, f"The title says {lowered!r}, the condition says better; the title was taken.")
    return Product(
        component_type=verdict.component_type,
        product_key=reading.key,
        condition=condition,
        stratum=_stratum(condition, reading),
        quantity=max(1, reading.quantity),
        attributes=source.facts.attributes(),
        conflicts=conflicts,
        confidence=confidence(verdict, reading, source.facts),
    )


_PARSERS: dict[str, Callable[[Source], Reading]] = {
    "ram": ram.parse,
    "drive": drive.parse,
    "cpu": cpu.parse,
    "nic": nic.parse,
}


def _read(source: Source, verdict: Verdict) -> Reading:
    name, named = verdict.component_type, verdict.named
    if parse := _PARSERS.get(name):
        return parse(source)
    if name == "gpu":
        return gpu.parse(source, named.cards)
    if name == "server":
        return server.parse(source, named)
    if name in {"workstation", "desktop"}:
        return computer.parse(source, name, named)
    lot = lot_of(source.title)
    return Reading(make_key("other", verdict.kind), lot.number if lot else 1)


def _stratum(condition: ConditionClass, reading: Reading) -> str:
    return "/".join((condition, *reading.facets))


def confidence(verdict: Verdict, reading: Reading, facts: Facts) -> float:
    """How sure the reading is, 0 to 1: the type's lead, the share of the identity known, sources that disagree."""
    if verdict.component_type == "other":
        return round(0.4 + 0.5 * verdict.margin, 3)
    identity = reading.completeness if reading.key else 0.2 * reading.completeness
    disagreements = len(facts.conflicts())
    return round(max(0.0, min(1.0, (0.25 + 0.2 * verdict.margin + 0.55 * identity) * 0.85**disagreements)), 3)


def explain(product: Product) -> list[str]:
    """One line for every thing known, with where it came from, and one for every disagreement."""
    head = f"{product.component_type}: {product.product_key or 'no key, its identity is incomplete'}"
    lines = [f"{head}, {product.quantity} unit{'s' if product.quantity > 1 else ''}, {product.stratum}"]
    for each in product.attributes:
        words = f' "{each.evidence}"' if each.evidence else ""
        lines.append(f"{each.name} = {each.value} ({each.origin}{words})")
    lines.extend(product.conflicts)
    lines.append(f"confidence {product.confidence:.2f}")
    return lines
