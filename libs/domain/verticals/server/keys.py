"""Product keys of server hardware: one spelling for one product."""

from dataclasses import dataclass
from typing import override

UNKNOWN = "unknown"

FIELDS: dict[str, tuple[str, ...]] = {
    "ram": ("generation", "kind", "capacity", "speed"),
    "drive": ("interface", "form_factor", "capacity", "kind"),
    "server": ("manufacturer", "model", "drive_form_factor"),
    "cpu": ("manufacturer", "family", "model"),
    "nic": ("speed", "ports", "port_type"),
    "gpu": ("manufacturer", "model", "memory"),
    "workstation": ("vendor", "line", "model"),
    "desktop": ("vendor", "line", "model"),
    "other": ("kind",),
}


@dataclass(frozen=True, slots=True)
class ProductKey:
    """A key taken apart."""

    component_type: str
    parts: tuple[str, ...]

    @override
    def __str__(self) -> str:
        return ":".join((self.component_type, *self.parts))

    def part(self, name: str) -> str:
        """One named field, such as ``capacity`` of ``ram:ddr4:ecc_reg:32gb:2666``."""
        return self.parts[FIELDS[self.component_type].index(name)]


def slug(value: object) -> str:
    """Lower case, spaces to underscores, colons out; ``unknown`` for nothing."""
    text = "_".join(str(value if value is not None else "").lower().replace(":", " ").split())
    return text or UNKNOWN


def make_key(component_type: str, *values: object) -> str:
    """The key of a product; raises ``ValueError`` when the number of fields is not the type's own."""
    fields = FIELDS[component_type]
    if len(values) != len(fields):
        raise ValueError(f"a {component_type} key has the fields {', '.join(fields)}; got {len(values)} values")
    return ":".join((component_type, *map(slug, values)))


def parse_key(key: str) -> ProductKey:
    """Take a key apart; raises ``ValueError`` with what would be right."""
    component_type, *parts = key.split(":")
    fields = FIELDS.get(component_type)
    if fields is None:
        raise ValueError(f"{key!r} starts with no known type; known are {', '.join(FIELDS)}")
    if len(parts) != len(fields) or any(slug(part) != part for part in parts):
        raise ValueError(f"{key!r} is no {component_type} key; it would read {component_type}:{':'.join(fields)}")
    return ProductKey(component_type, tuple(parts))
