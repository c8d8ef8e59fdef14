"""What a watch may ask of a scored listing: every field, its kind, and the operators it takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Literal, get_args

from libs.contracts.listing import ConditionClass, ListingScored, Verdict
from libs.contracts.watch import Operator
from libs.domain.money import to_decimal
from libs.domain.verticals.vertical import AttributeSpec, Vertical

type Kind = Literal["number", "text", "flag", "list"]
type Known = str | int | float | bool | tuple[str, ...]
type Read = Callable[[ListingScored], Known | None]
"""Take a field's value from a listing; ``None`` is not known."""

OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    "number": ("eq", "ne", "lt", "le", "gt", "ge", "between", "in", "exists"),
    "text": ("eq", "ne", "in", "contains", "exists"),
    "flag": ("eq", "ne", "exists"),
    "list": ("eq", "ne", "in", "contains", "exists"),
}

ATTRIBUTE = "attr."


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition can name."""

    name: str
    kind: Kind
    read: Read
    choices: tuple[str, ...] = ()
    """The only values there are, where that is known."""

    @property
    def operators(self) -> tuple[Operator, ...]:
        return OPERATORS[self.kind]


def _major(minor: int | None, currency: str) -> float | None:
    return None if minor is None else float(to_decimal(minor, currency))


def _price(event: ListingScored) -> float | None:
    return None if event.price is None else _major(event.price.unit_minor, event.price.currency)


def _saving(event: ListingScored) -> float | None:
    return None if event.price is None else _major(event.judgement.saving_minor, event.price.currency)


def _total(event: ListingScored) -> float | None:
    listing = event.listing
    if listing.asking_minor is None:
        return None
    return float(Decimal(to_decimal(listing.asking_minor + (listing.shipping_minor or 0), listing.currency)))


def _words(alias: object) -> tuple[str, ...]:
    return get_args(getattr(alias, "__value__", alias))


FIELDS: tuple[Field, ...] = (
    Field("price", "number", _price),
    Field("total", "number", _total),
    Field("shipping", "number", lambda event: _major(event.listing.shipping_minor, event.listing.currency)),
    Field("quantity", "number", attrgetter("product.quantity")),
    Field("title", "text", attrgetter("listing.title")),
    Field("condition", "text", attrgetter("product.condition"), _words(ConditionClass)),
    Field("product_key", "text", attrgetter("product.product_key")),
    Field("source", "text", attrgetter("listing.source")),
    Field("marketplace", "text", attrgetter("listing.marketplace")),
    Field("currency", "text", attrgetter("listing.currency")),
    Field("country", "text", attrgetter("listing.country")),
    Field("buying_option", "list", attrgetter("listing.buying_options")),
    Field("category_id", "list", attrgetter("listing.category_ids")),
    Field("seller.name", "text", attrgetter("listing.seller.name")),
    Field("seller.feedback_score", "number", attrgetter("listing.seller.feedback_score")),
    Field("seller.feedback_percent", "number", attrgetter("listing.seller.feedback_percent")),
    Field("seller.top_rated", "flag", attrgetter("listing.seller.top_rated")),
    Field("score", "number", attrgetter("judgement.score")),
    Field("verdict", "text", attrgetter("judgement.verdict"), _words(Verdict)),
    Field("confidence", "number", attrgetter("judgement.confidence")),
    Field("saving", "number", _saving),
    Field("saving_percent", "number", attrgetter("judgement.saving_percent")),
)
"""The fields of every vertical.

``price`` and ``saving`` are per unit, delivered, in the base currency; ``total`` and ``shipping`` are
what the listing asks, in its own. All are in major units, as people write them.
"""


def fields_of(vertical: Vertical) -> dict[str, Field]:
    """Every field a watch on this vertical may name."""
    types = vertical.component_types
    fields = {field.name: field for field in FIELDS}
    fields["component_type"] = Field(
        "component_type", "text", attrgetter("product.component_type"), (*types, "other") if types else ()
    )
    specs: dict[str, list[AttributeSpec]] = {}
    for spec in (spec for each in types.values() for spec in each.attributes):
        specs.setdefault(spec.name, []).append(spec)
    for name, alike in specs.items():
        fields[ATTRIBUTE + name] = _attribute(name, alike)
    return fields


def _attribute(name: str, specs: Iterable[AttributeSpec]) -> Field:
    """One field for an attribute that several types have; where their kinds differ it is read as text."""
    specs = tuple(specs)
    kinds = {"number" if spec.kind == "integer" else spec.kind for spec in specs}
    kind: Kind = kinds.pop() if len(kinds) == 1 else "text"
    choices: dict[str, None] = {}
    if all(spec.choices for spec in specs):
        choices = dict.fromkeys(choice for spec in specs for choice in spec.choices)

    def read(event: ListingScored) -> Known | None:
        value = event.product.attribute(name)
        return str(value) if kind == "text" and value is not None else value

    return Field(ATTRIBUTE + name, kind, read, tuple(choices) if kind == "text" else ())
