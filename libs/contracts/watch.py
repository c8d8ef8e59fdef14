"""What people want to be told: a table on the bus, one row per watch."""

from typing import ClassVar, Literal, override
from uuid import UUID

from pydantic import AwareDatetime, Field

from libs.contracts.envelope import Event, Value

type Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "between", "in", "contains", "exists"]
type Scalar = str | int | float | bool


class Condition(Value):
    """One requirement: ``field op value``."""

    field: str
    """``price``, ``seller.feedback_score``, ``attr.capacity_gb`` …"""
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None
    """Two values for ``between``, some for ``in``, none for ``exists``."""


class Trigger(Value):
    """What makes a matching listing worth a message."""

    kind: Literal["deal"]
    threshold: float = Field(default=80.0, ge=0, le=100)


class Search(Value):
    """A question to a source; equal searches of different watches are asked once."""

    source: str = "ebay"
    marketplace: str = "EBAY_US"
    query: str = ""
    category_id: str | None = None


class Watch(Value):
    """One person's standing wish."""

    watch_id: UUID
    owner_id: str
    name: str
    vertical: str = "server"
    enabled: bool = True
    searches: tuple[Search, ...] = ()
    conditions: tuple[Condition, ...] = ()
    triggers: tuple[Trigger, ...] = (Trigger(kind="deal"),)
    channels: tuple[str, ...] = ("discord",)
    """Names of delivery channels; their addresses are secrets and never travel."""


class WatchChanged(Event):
    """The current row of one watch; ``watch`` is absent once it was removed."""

    subject: ClassVar[str] = "watch.changed"

    watch_id: UUID
    revision: int
    changed_at: AwareDatetime
    watch: Watch | None = None

    @override
    def subject_key(self) -> str:
        return str(self.watch_id)
