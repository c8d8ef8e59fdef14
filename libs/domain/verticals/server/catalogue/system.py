"""A system as a title names it: the shape every finder answers with."""

from dataclasses import dataclass
from typing import Literal

type SystemType = Literal["server", "workstation", "desktop"]


@dataclass(frozen=True, slots=True)
class System:
    """A system by its canonical model, and where a title said it."""

    component_type: SystemType
    maker: str
    line: str | None
    model: str | None
    start: int
    end: int
    portable: bool = False


def names(text: str) -> frozenset[str]:
    """A set written as one line of words."""
    return frozenset(text.split())
