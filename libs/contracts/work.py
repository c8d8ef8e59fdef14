"""Requests for work and word about the sources."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from libs.contracts.envelope import Event


class PollRequested(Event):
    """Somebody wants a search asked now instead of at its next turn."""

    subject: ClassVar[str] = "poll.requested"

    search_id: str


class SourceHealth(Event):
    """A source can or cannot be asked; the reason is a sentence for its users."""

    subject: ClassVar[str] = "source.health"

    source: str
    state: Literal["up", "down", "unconfigured"]
    reason: str | None = None
    since: AwareDatetime
