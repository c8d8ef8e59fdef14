"""Decide what becomes of a message: done, tried again, or set aside. The only place that decides it."""

import base64
import random
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

import orjson
from pydantic import ValidationError

from libs.contracts.dead import DeadLetter, DeadReason
from libs.contracts.envelope import stable_id
from libs.domain.errors import PermanentError
from libs.telemetry.logs import redact

RETRY_CAP_S = 60.0
RETRY_FIRST_S = 1.0
UNFINISHED_LIMIT = 5
"""Starts without an end after which a message is held to kill its process."""
SUSPECT_FROM = 3
"""From this delivery on a message is handled alone and its start is written down."""

ERROR_LENGTH = 2000
ENVELOPE_ROOM = 64 * 1024
"""What a dead letter adds to its payload: the reason, the headers, its own headers."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Give the message back and see it again after a while."""

    delay_s: float
    outcome: ClassVar[str] = "retry"


@dataclass(frozen=True, slots=True)
class Dead:
    """Set the message aside with the reason."""

    reason: DeadReason
    error: str
    outcome: ClassVar[str] = "dead"


@dataclass(frozen=True, slots=True)
class Done:
    """The effects are stored; the message may go."""

    outcome: ClassVar[Literal["ack"]] = "ack"


type Settlement = Done | Retry | Dead


def settle(error: Exception, delivered: int, rng: random.Random) -> Retry | Dead:
    """What follows from a failure: only what cannot help is given up, everything else comes back later.

    ``delivered`` counts from 1. The delay doubles from a second to a minute, with jitter of a half
    either way; a bare nak would be redelivered at once and ignore the server's own back-off
    (research: reliability §2.2).
    """
    if isinstance(error, PermanentError):
        return Dead("permanent", sentence(error))
    if isinstance(error, ValidationError):
        return Dead("invalid", sentence(error))
    delay = min(RETRY_CAP_S, RETRY_FIRST_S * 2.0 ** min(delivered - 1, 16))
    return Retry(delay * rng.uniform(0.5, 1.5))


def sentence(error: Exception) -> str:
    """An error as one bounded line; a validation error without the input that caused it."""
    if isinstance(error, ValidationError):
        parts = [
            f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)[:5]
        ]
        return f"{error.title} is not valid: {'; '.join(parts)}"[:ERROR_LENGTH]
    line = " ".join(str(error).split()) or type(error).__name__
    return line[:ERROR_LENGTH].encode(errors="replace").decode()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message lay and which durable gave it up."""

    stage: str
    subject: str
    stream: str
    sequence: int


def dead_letter(
    dead: Dead,
    origin: Origin,
    *,
    payload: bytes,
    headers: dict[str, str] | None,
    occurred_at: datetime,
    limit: int,
) -> DeadLetter:
    """Wrap a message whole; its id depends on where it lay, so that a second wrapping is the same.

    A body that would make the letter longer than ``limit`` bytes stays in its stream, and the letter
    says so: a letter that cannot be stored would bring its message back for ever.
    """
    error = redact(dead.error)
    if len(payload) * 4 // 3 + ENVELOPE_ROOM > limit:
        error = f"{error} (the body of {len(payload):,} bytes lies in {origin.stream} at {origin.sequence})"
        body = b""
    else:
        body = payload
    message_id = (headers or {}).get("Nats-Msg-Id", "")
    return DeadLetter(
        event_id=stable_id("dead", origin.stage, origin.stream, str(origin.sequence), message_id),
        occurred_at=occurred_at,
        stage=origin.stage,
        original_subject=origin.subject,
        stream=origin.stream,
        stream_sequence=origin.sequence,
        reason=dead.reason,
        error=error,
        payload=base64.b64encode(body).decode(),
        headers=dict(headers or {}),
        sighting_id=sighting_of(origin.subject, payload),
    )


def sighting_of(subject: str, payload: bytes) -> UUID | None:
    """Read which sighting a broken message belonged to, as far as it can still be read."""
    try:
        body = orjson.loads(payload)
        return UUID(body["event_id" if subject == "listing.seen" else "sighting_id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
