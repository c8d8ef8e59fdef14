"""Look at dead letters and send them back.

That a letter was sent back is noted in a key-value bucket and not in the stream: the stream refuses
deletion, and another kind of message on ``dead.>`` would reach everybody who takes dead letters. The
bucket forgets no sooner than the stream does; were it lost, letters would be listed again, and
sending one back twice is harmless.
"""

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import BucketNotFoundError, NoStreamResponseError, NotFoundError
from structlog import get_logger

from libs.contracts.dead import DeadLetter, DeadReason
from libs.messaging.delivery import sentence
from libs.messaging.headers import MESSAGE_ID, subject_token
from libs.messaging.topology import REDRIVEN_BUCKET, TOPOLOGY, Topology

log = get_logger(__name__)

WINDOW = 2000
"""Letters read at once, from the newest backwards."""
READ_TIMEOUT_S = 5.0
SERVER_HEADERS = "Nats-"
"""Instructions to the server, such as batch marks, that must not be given again."""


class RedriveError(Exception):
    """A dead letter cannot be sent back; says why."""


@dataclass(frozen=True, slots=True)
class Buried:
    """A dead letter and its number in the stream, by which people name it."""

    number: int
    letter: DeadLetter

    @property
    def body(self) -> bytes:
        return base64.b64decode(self.letter.payload)


class DeadLetters:
    """The dead letters of the bus, without those that were sent back."""

    def __init__(self, js: JetStreamContext, topology: Topology = TOPOLOGY) -> None:
        self._js = js
        self._stream = topology.stream_of(DeadLetter.subject)

    async def find(
        self,
        *,
        stage: str | None = None,
        reason: DeadReason | None = None,
        limit: int = 50,
        before: int | None = None,
    ) -> list[Buried]:
        """The newest first; for the next page pass the last number as ``before``."""
        state = (await self._js.stream_info(self._stream)).state
        sent_back = await self._sent_back()
        first = max(state.first_seq, 1)
        end = min(state.last_seq + 1, before or state.last_seq + 1)
        found: list[Buried] = []
        while end > first and len(found) < limit:
            start = max(first, end - WINDOW)
            for buried in reversed(await self._between(start, end, stage)):
                letter = buried.letter
                if reason in (None, letter.reason) and str(letter.event_id) not in sent_back:
                    found.append(buried)
            end = start
        return found[:limit]

    async def get(self, number: int) -> Buried:
        """One letter by its number; raises ``LookupError`` where there is none."""
        try:
            stored = await self._js.get_msg(self._stream, number)
        except NotFoundError:
            raise LookupError(f"there is no dead letter {number}") from None
        return Buried(number, DeadLetter.model_validate_json(stored.data or b""))

    async def redrive(self, buried: Buried) -> int:
        """Publish the message again where it came from, as a new emission, and return which.

        Raises ``RedriveError`` when its body is gone or no stream takes its subject.
        """
        letter = buried.letter
        try:
            bucket = await self._js.key_value(REDRIVEN_BUCKET)
        except BucketNotFoundError:
            raise RedriveError(f"bucket {REDRIVEN_BUCKET} is missing; run the provisioning command") from None
        emission = await self._publish_again(letter, buried.body or await self._original(letter))
        await bucket.put(str(letter.event_id), str(emission).encode())
        return emission

    async def _publish_again(self, letter: DeadLetter, body: bytes) -> int:
        """Raise the emission until the server, which remembers ids for a while, takes it for new."""
        fact, emission = _identity(letter)
        headers = {name: value for name, value in letter.headers.items() if not name.startswith(SERVER_HEADERS)}
        while True:
            emission += 1
            try:
                ack = await self._js.publish(
                    letter.original_subject, body, headers={**headers, MESSAGE_ID: f"{fact}/{emission}"}
                )
            except NoStreamResponseError:
                raise RedriveError(f"no stream takes {letter.original_subject}") from None
            if not ack.duplicate:
                return emission

    async def _original(self, letter: DeadLetter) -> bytes:
        """The body of a message that was too large to be wrapped."""
        if letter.stream is None or letter.stream_sequence is None:
            return b""
        try:
            stored = await self._js.get_msg(letter.stream, letter.stream_sequence)
        except NotFoundError:
            stored = None
        if stored is None or (stored.headers or {}).get(MESSAGE_ID) != letter.headers.get(MESSAGE_ID):
            raise RedriveError(f"its body lay in {letter.stream} at {letter.stream_sequence} and is gone")
        return stored.data or b""

    async def _sent_back(self) -> set[str]:
        """Ids of letters; asked of the bucket's stream, since nats-py 2.16's ``keys`` may miss some."""
        try:
            info = await self._js.stream_info(f"KV_{REDRIVEN_BUCKET}", subjects_filter=">")
        except NotFoundError:
            return set()
        return {subject.rpartition(".")[2] for subject in info.state.subjects or {}}

    async def _between(self, start: int, end: int, stage: str | None) -> list[Buried]:
        """The letters of a stage with numbers from ``start`` to before ``end``, oldest first."""
        token = ">" if stage is None else subject_token(stage)
        async with self._reading(f"{DeadLetter.subject}.{token}", start) as messages:
            read: list[Buried] = []
            async for message in messages:
                number = message.metadata.sequence.stream
                if number >= end:
                    break
                try:
                    read.append(Buried(number, DeadLetter.model_validate_json(message.data)))
                except ValueError as error:
                    log.warning("dead_letter.unreadable", number=number, error=sentence(error))
            return read

    @asynccontextmanager
    async def _reading(self, subject: str, start: int) -> AsyncIterator[AsyncIterator[Msg]]:
        """Read what a subject holds from a sequence on, to its present end."""
        config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=start)
        subscription = await self._js.subscribe(
            subject, stream=self._stream, ordered_consumer=True, config=config, pending_bytes_limit=-1
        )

        async def messages() -> AsyncIterator[Msg]:
            info = await subscription.consumer_info()
            left = (info.num_pending or 0) + (info.delivered.consumer_seq if info.delivered else 0)
            while left:
                message = await subscription.next_msg(timeout=READ_TIMEOUT_S)
                yield message
                left = message.metadata.num_pending

        try:
            yield messages()
        finally:
            await subscription.unsubscribe()


def _identity(letter: DeadLetter) -> tuple[str, int]:
    """What fact a message reported and which emission of it died.

    Where the letter does not know, the second of its writing serves: nobody counted that far, so the
    effects of the next emission are new to the server, too.
    """
    fact, _, emission = letter.headers.get(MESSAGE_ID, "").rpartition("/")
    if fact and emission.isdecimal():
        return fact, int(emission)
    return str(letter.event_id), int(letter.occurred_at.timestamp())


def next_page(found: Sequence[Buried]) -> int | None:
    """Where the next page begins, to be passed as ``before``."""
    return found[-1].number if found else None
