"""A pipeline of one stage on a real server: pings go in, pongs and dead letters come out."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar, override

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event, stable_id
from libs.messaging.attempts import Attempts
from libs.messaging.headers import Passage
from libs.messaging.provision import provision
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.runner import StageRunner
from libs.messaging.stage import Stage
from libs.messaging.topology import Consumer, Stream, Topology

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Ping(Event):
    subject: ClassVar[str] = "ping"

    text: str


class Pong(Event):
    subject: ClassVar[str] = "pong"

    text: str


class Row(Event):
    subject: ClassVar[str] = "row"

    key: str
    version: int

    @override
    def subject_key(self) -> str:
        return self.key


TOPOLOGY = Topology(
    (
        Stream("PING", ("ping",)),
        Stream("PONG", ("pong",)),
        Stream("ROWS", ("row.>",), table=True),
        Stream("DEAD", ("dead.>",)),
    ),
    (
        Consumer("worker", "ping", "PING"),
        Consumer("keeper", "row", "ROWS", "row.>"),
        Consumer("gravedigger", "dead", "DEAD", "dead.>"),
    ),
)

type Handler = Callable[[Sequence[Ping]], Awaitable[Sequence[Event]]]


def ping(text: str) -> Ping:
    return Ping(event_id=stable_id("ping", text), occurred_at=AT, text=text)


def pong(cause: Ping) -> Pong:
    return Pong.caused_by(cause, occurred_at=AT, text=cause.text)


def row(key: str, version: int) -> Row:
    return Row(event_id=stable_id("row", key, str(version)), occurred_at=AT, key=key, version=version)


async def echo(batch: Sequence[Ping]) -> list[Pong]:
    return [pong(each) for each in batch]


@dataclass
class Pipe:
    """One connection with what a service has on it."""

    client: Client
    js: JetStreamContext
    replies: Replies
    publisher: Publisher
    topology: Topology
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    runners: list[StageRunner] = field(default_factory=list)

    async def send(self, *events: Event, passage: Passage | None = None) -> None:
        await self.publisher.publish([Outgoing(event, passage or Passage()) for event in events])

    async def run(
        self, handler: Handler, *, event: type[Event] = Ping, durable: str = "worker-ping", rest_s: float = 0.0
    ) -> StageRunner:
        """Start a stage; it is stopped with the pipe."""
        runner = StageRunner(
            Stage(durable, event, handler, rest_s),
            handler,
            client=self.client,
            replies=self.replies,
            publisher=self.publisher,
            attempts=await Attempts.open(self.js),
            topology=self.topology,
            rng=random.Random(1),
        )
        self.runners.append(runner)
        self.tasks.append(asyncio.create_task(runner.run()))
        return runner

    async def stop(self) -> None:
        for runner in self.runners:
            runner.stop()
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=2)
            for task in late:
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)

    async def messages(self, stream: str) -> list[Msg]:
        """Everything a stream holds now, in order."""
        try:
            count = (await self.js.stream_info(stream)).state.messages
        except NotFoundError:
            return []
        config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        subscription = await self.js.subscribe("", stream=stream, ordered_consumer=True, config=config)
        try:
            return [await subscription.next_msg(timeout=2) for _ in range(count)]
        finally:
            await subscription.unsubscribe()

    async def pongs(self) -> list[str]:
        return [Pong.model_validate_json(each.data).text for each in await self.messages("PONG")]

    async def letters(self) -> list[DeadLetter]:
        return [DeadLetter.model_validate_json(each.data) for each in await self.messages("DEAD")]

    async def unsettled(self, durable: str = "worker-ping", stream: str = "PING") -> int:
        """Messages not delivered yet, or delivered and not acknowledged."""
        info = await self.js.consumer_info(stream, durable)
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def settled(self, within_s: float = 5.0) -> None:
        await until(self._is_settled, within_s)

    async def _is_settled(self) -> bool:
        return await self.unsettled() == 0


@asynccontextmanager
async def open_pipe(url: str, topology: Topology = TOPOLOGY, *, ack_wait_s: float = 5.0) -> AsyncIterator[Pipe]:
    """Connect, provision, and clean up."""
    topology = replace(topology, ack_wait_s=ack_wait_s)
    client = await nats.connect(url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_ignore)
    js = client.jetstream()
    await provision(js, topology)
    replies = await Replies(client).start()
    pipe = Pipe(client, js, replies, Publisher(replies, topology, timeout_s=1.0), topology)
    try:
        yield pipe
    finally:
        await pipe.stop()
        await client.close()


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 5.0) -> None:
    """Wait until a condition holds; what it raises meanwhile counts as not yet."""
    async with asyncio.timeout(within_s):
        while True:
            with suppress(Exception):
                if await condition():
                    return
            await asyncio.sleep(0.02)


async def heard(client: Client) -> None:
    """Wait until the server has what was sent; the PING of ``flush`` overtakes what is pending (nats-py 2.16)."""
    await client.jetstream().account_info()


async def _ignore(_error: Exception) -> None:
    """Outages are what these tests are about."""
