"""The few short headers every message carries, and how they pass from cause to effect."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote
from uuid import UUID

from libs.contracts.envelope import Event

MESSAGE_ID = "Nats-Msg-Id"
TRACEPARENT = "traceparent"
EMPTY_KEY = "%"


@dataclass(frozen=True, slots=True)
class Passage:
    """What travels beside an event: which emission this is, and the trace it belongs to.

    A deliberate second try raises the emission, so that the server's duplicate window, which
    remembers ids for ten minutes, never swallows its effects.
    """

    emission: int = 1
    traceparent: str | None = None

    @classmethod
    def read(cls, headers: dict[str, str] | None) -> Self:
        """Take the passage from a received message; foreign or damaged ids count as first emission."""
        if not headers:
            return cls()
        _, _, emission = headers.get(MESSAGE_ID, "").rpartition("/")
        return cls(int(emission) if emission.isdecimal() else 1, headers.get(TRACEPARENT))

    def headers(self, event_id: UUID) -> dict[str, str]:
        headers = {MESSAGE_ID: f"{event_id}/{self.emission}"}
        if self.traceparent is not None:
            headers[TRACEPARENT] = self.traceparent
        return headers


def subject_of(event: Event) -> str:
    """The subject an event is published on; a table event ends in its key."""
    key = event.subject_key()
    return event.subject if key is None else f"{event.subject}.{subject_token(key)}"


def subject_token(key: str) -> str:
    """Write a row key as one subject token: dots, blanks and wildcards are percent-encoded."""
    return quote(key, safe=":_-()+,'@!~").replace(".", "%2E") or EMPTY_KEY


def row_key(token: str) -> str:
    """Read a key back from its subject token."""
    return "" if token == EMPTY_KEY else unquote(token)
