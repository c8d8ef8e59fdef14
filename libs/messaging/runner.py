"""Run a stage: take what waits, decode, handle together, publish, acknowledge."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from opentelemetry.trace import Span
from structlog import get_logger

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event
from libs.messaging.attempts import Attempts
from libs.messaging.delivery import (
    SUSPECT_FROM,
    UNFINISHED_LIMIT,
    Dead,
    Done,
    Origin,
    Settlement,
    dead_letter,
    sentence,
    settle,
)
from libs.messaging.headers import Passage
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.pull import Pull
from libs.messaging.replies import NoReplyError, Replies
from libs.messaging.stage import Handle, Stage, travelling
from libs.messaging.topology import FETCH_LIMIT, Topology
from libs.telemetry import names
from libs.telemetry.tracing import continue_trace, note_failure, traceparent_of

log = get_logger(__name__)

ACK_TIMEOUT_S = 5.0
OUTAGE_AFTER = 3
"""So many failures of the same kind one after another are an outage, not a culprit among the batch."""

ACK = b"+ACK"
PROGRESS = b"+WPI"


@dataclass(slots=True)
class Delivery:
    """One received message, decoded."""

    message: Msg
    event: Event
    passage: Passage
    delivered: int
    sequence: int
    span: Span | None = None


class StageRunner:
    """The loop of one stage on one connection."""

    def __init__(
        self,
        stage: Stage,
        handle: Handle,
        *,
        client: Client,
        replies: Replies,
        publisher: Publisher,
        attempts: Attempts,
        topology: Topology,
        rng: random.Random | None = None,
    ) -> None:
        consumer = topology.consumer(stage.durable)
        self.durable = stage.durable
        self._span_name = names.SPAN_STAGE.format(durable=stage.durable)
        self._event = stage.event
        self._stream = consumer.stream
        self._rest_s = stage.rest_s
        self._handle = handle
        self._client = client
        self._replies = replies
        self._publisher = publisher
        self._attempts = attempts
        self._progress_every_s = topology.ack_wait_s / 3
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not a secret
        self._pull = Pull(client, consumer.stream, stage.durable)
        self._held: dict[str, Msg] = {}
        self._stopping = asyncio.Event()
        self._batch_size = names.BATCH_SIZE.labels(self.durable)
        self._batch_seconds = names.BATCH_SECONDS.labels(self.durable)
        self._connected = names.STAGE_CONNECTED.labels(self.durable)

    @property
    def connected(self) -> bool:
        return self._pull.connected

    async def run(self) -> None:
        """Work until ``stop``; what is in hand is finished, what is only buffered comes back."""
        await self._pull.start()
        heart = asyncio.create_task(self._keep_in_progress(), name=f"progress {self.durable}")
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            while not self._stopping.is_set():
                take = asyncio.create_task(self._pull.take())
                await asyncio.wait({take, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if not take.done():
                    take.cancel()
                    break
                messages = take.result()
                await self._guarded(messages)
                if self._rest_s and len(messages) < FETCH_LIMIT:
                    await asyncio.wait({stopped}, timeout=self._rest_s)
        finally:
            stopped.cancel()
            heart.cancel()
            await self._pull.stop()

    def stop(self) -> None:
        self._stopping.set()

    async def _guarded(self, messages: Sequence[Msg]) -> None:
        try:
            await self._process(messages)
        except Exception as error:
            # A stage whose loop ended would look healthy and do nothing; the batch comes back after its ack wait.
            log.exception("batch.abandoned", stage=self.durable, size=len(messages), error=sentence(error))

    async def _process(self, messages: Sequence[Msg]) -> None:
        started = time.perf_counter()
        self._held = {message.reply: message for message in messages}
        try:
            fresh: list[Delivery] = []
            suspects: list[Delivery] = []
            for message in messages:
                delivery = await self._decode(message)
                if delivery is not None:
                    (suspects if delivery.delivered >= SUSPECT_FROM else fresh).append(delivery)
            if fresh:
                await self._together(fresh)
            await self._one_by_one(suspects, self._watched)
        finally:
            self._held = {}
        self._batch_size.observe(len(messages))
        self._batch_seconds.observe(time.perf_counter() - started)

    async def _decode(self, message: Msg) -> Delivery | None:
        """Read the event; one that cannot be read is set aside without touching its neighbours."""
        delivered, sequence = _position(message.reply)
        passage = Passage.read(message.headers)
        try:
            event = self._event.model_validate_json(message.data)
        except Exception as error:  # noqa: BLE001 - whatever a validator raises, the body is at fault
            await self._settle_alone(message, Dead("invalid", sentence(error)), sequence, passage)
            return None
        span = continue_trace(self._span_name, passage.traceparent)
        if span is not None:
            passage = Passage(passage.emission, traceparent_of(span))
        return Delivery(message, event, passage, delivered, sequence, span)

    async def _together(self, batch: list[Delivery]) -> None:
        """Handle a batch at once; when that fails, find the culprit one by one."""
        if len(batch) == 1:
            await self._alone(batch[0])
            return
        try:
            await self._work(batch)
        except Exception as error:  # noqa: BLE001 - this is where every failure of a handler is decided
            log.info("batch.split", stage=self.durable, size=len(batch), error=sentence(error))
            await self._one_by_one(batch, self._alone)

    async def _one_by_one(self, batch: list[Delivery], handle: Callable[[Delivery], Awaitable[str]]) -> None:
        """Handle each alone; in an outage the rest is given back untried, when told to stop it is left."""
        alike, kind = 0, ""
        for delivery in batch:
            if self._stopping.is_set():
                return
            if alike >= OUTAGE_AFTER:
                outage = ConnectionError(f"not tried: {alike} neighbours failed with {kind}")
                await self._settle(delivery, settle(outage, delivery.delivered, self._rng), outage)
                continue
            failure = await handle(delivery)
            alike = alike + 1 if failure and failure == kind else int(bool(failure))
            kind = failure

    async def _alone(self, delivery: Delivery) -> str:
        """Handle and settle one message; returns the kind of a failure that may pass, else nothing."""
        try:
            await self._work([delivery])
        except Exception as error:  # noqa: BLE001 - this is where every failure of a handler is decided
            settlement = settle(error, delivery.delivered, self._rng)
            await self._settle(delivery, settlement, error)
            return "" if isinstance(settlement, Dead) else type(error).__name__
        return ""

    async def _watched(self, suspect: Delivery) -> str:
        """Handle a message that came back often, having written down that its handling began."""
        try:
            unfinished = await self._attempts.begin(self.durable, suspect.sequence)
        except Exception as error:  # noqa: BLE001 - without the note the message is only postponed
            await self._settle(suspect, settle(error, suspect.delivered, self._rng), error)
            return type(error).__name__
        failure = ""
        if unfinished + SUSPECT_FROM - 1 >= UNFINISHED_LIMIT:
            killer = Dead("quarantined", f"its handling began {UNFINISHED_LIMIT} times and never ended")
            await self._settle(suspect, killer, None)
        else:
            failure = await self._alone(suspect)
        try:
            await self._attempts.end(self.durable, suspect.sequence)
        except Exception as error:  # noqa: BLE001 - the note expires; one start too many is counted until then
            log.warning("attempt.unended", stage=self.durable, sequence=suspect.sequence, error=sentence(error))
        return failure

    async def _work(self, batch: list[Delivery]) -> None:
        """Decide and write (the handler), publish with every PubAck, acknowledge: in this order."""
        distinct = _distinct(batch)
        passages = {event_id: delivery.passage for event_id, delivery in distinct.items()}
        with travelling(passages):
            outputs = await self._handle([delivery.event for delivery in distinct.values()])
        outgoing = [Outgoing(event, passages.get(event.cause_id, Passage())) for event in outputs]  # type: ignore[arg-type]
        if outgoing:
            await self._publisher.publish(outgoing)
        await self._acknowledge(batch)

    async def _acknowledge(self, batch: list[Delivery]) -> None:
        """Acknowledge and wait for the server's word; a lost ack only means one more delivery.

        The server takes the acks of a consumer one after another (nats-server 2.15, ``processInboundAcks``),
        so its answer to the last one speaks for all.
        """
        try:
            answer = await self._replies.ask_batch(
                [(delivery.message.reply, ACK, None) for delivery in batch], timeout_s=ACK_TIMEOUT_S
            )
            if answer.headers:
                log.warning("ack.unconfirmed", stage=self.durable, size=len(batch), error="the consumer is gone")
        except (NoReplyError, NatsError, OSError) as error:
            log.warning("ack.unconfirmed", stage=self.durable, size=len(batch), error=sentence(error))
        names.MESSAGES.labels(self.durable, Done.outcome).inc(len(batch))
        for delivery in batch:
            self._held.pop(delivery.message.reply, None)
            if delivery.span is not None:
                delivery.span.end()

    async def _settle(self, delivery: Delivery, settlement: Settlement, error: Exception | None) -> None:
        if delivery.span is not None:
            if error is not None:
                note_failure(delivery.span, error)
            delivery.span.end()
        await self._settle_alone(delivery.message, settlement, delivery.sequence, delivery.passage)

    async def _settle_alone(self, message: Msg, settlement: Settlement, sequence: int, passage: Passage) -> None:
        """Give one message back, or store its dead letter and only then acknowledge it."""
        names.MESSAGES.labels(self.durable, settlement.outcome).inc()
        try:
            if isinstance(settlement, Dead):
                if self._event is not DeadLetter:
                    await self._publisher.publish([Outgoing(self._bury(message, settlement, sequence), passage)])
                log.warning("message.dead", stage=self.durable, sequence=sequence, reason=settlement.error)
                await self._replies.ask([(message.reply, ACK, None)], timeout_s=ACK_TIMEOUT_S)
            elif not isinstance(settlement, Done):
                nak = b'-NAK {"delay": %d}' % int(settlement.delay_s * 1e9)
                await self._client.publish(message.reply, nak)
        except Exception as error:  # noqa: BLE001 - unsettled, the message comes back after its ack wait
            log.warning("settle.failed", stage=self.durable, sequence=sequence, error=sentence(error))
        self._held.pop(message.reply, None)

    def _bury(self, message: Msg, dead: Dead, sequence: int) -> DeadLetter:
        """The dead letter of a message; a stage that takes dead letters leaves them where they lie instead."""
        return dead_letter(
            dead,
            Origin(self.durable, message.subject, self._stream, sequence),
            payload=message.data,
            headers=message.headers,
            occurred_at=datetime.now(UTC),
            limit=self._client.max_payload,
        )

    async def _keep_in_progress(self) -> None:
        """Renew the ack wait of what is in hand or buffered; ends with the loop, so nothing is pinned."""
        while True:
            await asyncio.sleep(self._progress_every_s)
            self._connected.set(float(self._pull.connected))
            for message in (*self._held.values(), *self._pull.waiting()):
                try:
                    await self._client.publish(message.reply, PROGRESS)
                except Exception as error:  # noqa: BLE001 - progress is a courtesy; redelivery is the guarantee
                    log.debug("progress.failed", stage=self.durable, error=str(error))
                    break


def _distinct(batch: list[Delivery]) -> dict[UUID, Delivery]:
    """One delivery an event: what was emitted again and met its elder is handled once, as the later emission."""
    distinct = {delivery.event.event_id: delivery for delivery in batch}
    if len(distinct) < len(batch):
        for delivery in sorted(batch, key=lambda each: each.passage.emission):
            distinct[delivery.event.event_id] = delivery
    return distinct


def _position(reply: str) -> tuple[int, int]:
    """How often a message was delivered and where it lies, from its ack subject.

    ``$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>…`` with nine tokens; the second form has a
    domain and an account before the stream (reliability §2.4).
    """
    tokens = reply.split(".")
    offset = 0 if len(tokens) == 9 else 2
    return int(tokens[4 + offset]), int(tokens[5 + offset])
