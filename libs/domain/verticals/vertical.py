"""What a vertical has to say about itself; the shape every registered one fills."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from libs.contracts.listing import Listing, Product


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """One attribute of a component type: its kind, its range and whether a key needs it."""

    name: str
    kind: Literal["text", "integer", "number", "flag"]
    label: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A kind of thing the vertical prices."""

    name: str
    label: str
    attributes: tuple[AttributeSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Vertical:
    """A market with its own vocabulary: types, attributes, and how a listing is understood."""

    name: str
    label: str
    version: str
    """Goes on every event; raise it whenever ``understand`` can answer differently."""
    understand: Callable[[Listing], Product]
    """Pure and total: any listing gives a product, at worst an unknown one."""
    component_types: Mapping[str, ComponentType] = field(default_factory=dict)
