"""What every event carries, whatever it reports."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict

NAMESPACE = UUID("9d8f1c34-52f7-5c0e-9a51-6f3d0f6b7a10")
"""Root of every deterministic id; changing it makes every known fact a new one."""


def stable_id(*parts: str) -> UUID:
    """Name a fact by what it says: the same parts always give the same id."""
    return uuid5(NAMESPACE, "\x1f".join(parts))


class Value(BaseModel):
    """A part of an event: immutable, and tolerant of fields a newer writer added."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null", allow_inf_nan=False)


class Event(Value):
    """A fact that has already happened; immutable once published."""

    subject: ClassVar[str]
    """Where it is published; a table event appends its key as one more token."""

    event_id: UUID
    occurred_at: AwareDatetime
    cause_id: UUID | None = None
    """The event this one follows from; delivery finds the trace and the emission by it."""
    replay_id: UUID | None = None
    """Set on everything a replay or a rescore causes; the notifier sends nothing for it."""

    @classmethod
    def caused_by(cls, cause: "Event", /, *, occurred_at: datetime, **fields: Any) -> Self:
        """Build the event that follows from ``cause``.

        The id depends only on the cause and this subject, so handling a message twice
        yields the same event.
        """
        return cls(
            event_id=uuid5(cause.event_id, cls.subject),
            occurred_at=occurred_at,
            cause_id=cause.event_id,
            replay_id=cause.replay_id,
            **fields,
        )

    def subject_key(self) -> str | None:
        """The row key of a table event, ``None`` for an event of the main line."""
        return None
