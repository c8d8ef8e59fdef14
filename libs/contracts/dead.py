"""A message that was set aside, whole, with the reason."""

from typing import ClassVar, Literal, override
from uuid import UUID

from libs.contracts.envelope import Event

type DeadReason = Literal["invalid", "permanent", "quarantined", "unsettled"]


class DeadLetter(Event):
    """What could not be processed; ``payload`` is the body as base64, so that any byte survives."""

    subject: ClassVar[str] = "dead"

    stage: str
    """The durable that gave up, or ``poller-sweeper``."""
    original_subject: str
    stream: str | None = None
    stream_sequence: int | None = None
    reason: DeadReason
    error: str
    payload: str
    headers: dict[str, str] = {}
    sighting_id: UUID | None = None
    """The sighting it belongs to, when that could still be read."""

    @override
    def subject_key(self) -> str:
        return self.stage
