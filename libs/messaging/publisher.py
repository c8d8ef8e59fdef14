"""Publish events so that each is known to be stored: pipelined, or as one atomic batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched, groupby
from uuid import uuid4

import orjson
from nats.aio.msg import Msg

from libs.contracts.envelope import Event
from libs.domain.errors import PermanentError
from libs.messaging.headers import Passage, subject_of
from libs.messaging.replies import Replies, Request
from libs.messaging.topology import Topology
from libs.telemetry import names

ATOMIC_FROM = 16
"""With fsync on every write an atomic batch costs one sync instead of one a message (performance §1)."""
ATOMIC_LIMIT = 1000
"""The server's own limit of messages in one atomic batch."""
PUBLISH_TIMEOUT_S = 5.0

BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"

HEADER_ROOM = 4096
"""The server counts headers into its limit and cuts the connection of who exceeds it."""


class OversizeError(PermanentError):
    """An event is larger than the server takes."""


class PublishRefusedError(Exception):
    """JetStream answered, and the answer was no: full, unknown stream, message too large."""


FIRST = Passage()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event and what travels beside it."""

    event: Event
    passage: Passage = FIRST

    def request(self) -> Request:
        event = self.event
        return (
            subject_of(event),
            event.__pydantic_serializer__.to_json(event, exclude_none=True),
            self.passage.headers(event.event_id),
        )


class Publisher:
    """Store events in their streams; returns only when every PubAck has come."""

    def __init__(self, replies: Replies, topology: Topology, *, timeout_s: float = PUBLISH_TIMEOUT_S) -> None:
        self._replies = replies
        self._topology = topology
        self._timeout_s = timeout_s

    async def publish(self, outgoing: Iterable[Outgoing]) -> None:
        """Publish all, in order within a stream; repeating it after a failure is safe.

        Raises ``NoReplyError`` when the outcome is not known and ``PublishRefusedError`` when the
        server declined; in both cases some may have been stored, and their ids make a repeat harmless.
        Raises ``OversizeError``, which is permanent, for an event that can never be stored.
        """

        def stream_of(each: Outgoing) -> str:
            return self._topology.stream_of(each.event.subject)

        for stream, group in groupby(sorted(outgoing, key=stream_of), key=stream_of):
            for part in batched(group, ATOMIC_LIMIT):
                await self._publish_to(stream, [each.request() for each in part])

    async def _publish_to(self, stream: str, requests: Sequence[Request]) -> None:
        limit = self._replies.max_payload - HEADER_ROOM
        for subject, body, _ in requests:
            if len(body) > limit:
                raise OversizeError(f"an event for {subject} has {len(body):,} bytes and at most {limit:,} fit")
        if len(requests) < ATOMIC_FROM or not await self._publish_atomically(requests):
            await self._publish_pipelined(requests)
        names.EVENTS_PUBLISHED.labels(stream).inc(len(requests))

    async def _publish_pipelined(self, requests: Sequence[Request]) -> None:
        names.PUBACK_WAITS.labels("pipelined").inc()
        for answer in await self._replies.ask(requests, timeout_s=self._timeout_s):
            refusal = _refusal(answer)
            if refusal is not None:
                raise PublishRefusedError(refusal)

    async def _publish_atomically(self, requests: Sequence[Request]) -> bool:
        """Say whether the batch was stored; a batch with one known id is refused whole (10201)."""
        names.PUBACK_WAITS.labels("atomic").inc()
        answer = await self._replies.ask_batch(list(_with_batch_headers(requests)), timeout_s=self._timeout_s)
        return _refusal(answer) is None


def _with_batch_headers(requests: Sequence[Request]) -> Iterable[Request]:
    batch_id = uuid4().hex
    for sequence, (subject, body, headers) in enumerate(requests, start=1):
        batch = {**(headers or {}), BATCH_ID: batch_id, BATCH_SEQUENCE: str(sequence)}
        if sequence == len(requests):
            batch[BATCH_COMMIT] = "1"
        yield subject, body, batch


def _refusal(answer: Msg) -> str | None:
    """Read a PubAck: ``None`` when stored, else why not."""
    if answer.headers and answer.headers.get("Status") == "503":
        return "no stream takes this subject; run the provisioning command"
    if not answer.data:
        return "an empty answer where a PubAck was due"
    error = orjson.loads(answer.data).get("error")
    return None if error is None else f"{error.get('description')} ({error.get('err_code')})"
