"""On a real server each user can do its work, and nothing else, in both forms of ack subjects."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import override

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig

from libs.devstack.nats import NatsServer
from libs.messaging.attempts import Attempts
from libs.messaging.provision import find_drift, provision
from libs.messaging.rights import ROLES, follower_name, inbox_prefix
from libs.messaging.topology import TOPOLOGY, Consumer

LARGE = b"x" * 200_000
MANY = 30
"""Messages of that size that fill the window of a flow-controlled consumer more than once."""


class FutureServer(NatsServer):
    """A server that puts its domain and account into the subjects of acks and flow control."""

    @override
    def prepare(self) -> None:
        super().prepare()
        configuration = json.loads(self._config.read_text())
        configuration["feature_flags"] = {"js_ack_fc_v2": True}
        self._config.write_text(json.dumps(configuration))


@pytest.fixture(
    scope="module", params=[NatsServer, FutureServer], ids=["acks of today", "acks with domain and account"]
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    with request.param(tmp_path_factory.mktemp("nats"), durable=False) as running:
        yield running


@asynccontextmanager
async def connected(server: NatsServer, user: str, refusals: list[str] | None = None) -> AsyncIterator[Client]:
    """A connection as its service makes it; what it was refused is noted, and without a list must be nothing."""
    noted: list[str] = [] if refusals is None else refusals

    async def note(error: Exception) -> None:
        noted.append(str(error))

    client = await nats.connect(server.url(user), inbox_prefix=inbox_prefix(user), error_cb=note)
    try:
        yield client
        await client.flush()
    finally:
        await client.close()
    if refusals is None:
        assert noted == []


@pytest.fixture
async def js(server: NatsServer) -> AsyncIterator[JetStreamContext]:
    """The administrator's view of a fresh, fully provisioned bus."""
    async with connected(server, "admin") as client:
        js = client.jetstream()
        await provision(js)
        yield js
        for stream in await js.streams_info():
            await js.delete_stream(stream.config.name or "")


@pytest.mark.parametrize("durable", TOPOLOGY.consumers, ids=lambda each: each.durable)
async def test_a_stage_can_fetch_settle_bury_and_note_its_attempts(
    server: NatsServer, js: JetStreamContext, durable: Consumer
):
    for number in ("1", "2"):
        await js.publish((durable.filter_subject or durable.subject).replace(">", number), b"{}")

    async with connected(server, durable.service) as client:
        its = client.jetstream()
        await its.stream_info(durable.stream)
        pull = await its.pull_subscribe_bind(durable.durable, durable.stream)
        first, second = await pull.fetch(2, timeout=2)
        await first.in_progress()
        await first.ack_sync()
        await its.publish(f"dead.{durable.durable}", b"{}")
        await second.ack_sync()
        attempts = await Attempts.open(its)
        counts = [await attempts.begin(durable.durable, 7), await attempts.begin(durable.durable, 7)]
        await attempts.end(durable.durable, 7)

    left = await js.consumer_info(durable.stream, durable.durable)
    assert counts == [0, 1]
    assert (left.num_ack_pending, left.ack_floor.stream_seq) == (0, 2)


@pytest.mark.parametrize("user", ROLES)
async def test_a_service_can_emit_what_it_says_and_look_where_it_must(
    server: NatsServer, js: JetStreamContext, user: str
):
    async with connected(server, user) as client:
        its = client.jetstream()
        for subject in ROLES[user].publishes:
            await its.publish(subject.replace("*", "one"), b"{}")
        for stream in ROLES[user].inspects:
            await its.stream_info(stream)
        for name in ROLES[user].observes:
            await its.consumer_info(TOPOLOGY.consumer(name).stream, name)


@pytest.mark.parametrize(
    ("user", "stream"), [(user, stream) for user, role in ROLES.items() for stream in role.follows]
)
async def test_a_follower_gets_more_than_fits_its_window(
    server: NatsServer, js: JetStreamContext, user: str, stream: str
):
    if isinstance(server, FutureServer):
        pytest.skip("ordered consumers of nats-py 2.16 cannot read the longer subjects: its reader raises ValueError")
    pattern = next(each for each in TOPOLOGY.streams if each.name == stream).subjects[0]
    for number in range(MANY):
        await js.publish(pattern.replace("*", "raised").replace(">", str(number)), LARGE)

    async with connected(server, user) as client:
        subscription = await client.jetstream().subscribe(
            pattern,
            stream=stream,
            ordered_consumer=True,
            config=ConsumerConfig(name=follower_name(user)),
            pending_bytes_limit=-1,
        )
        pending = (await subscription.consumer_info()).num_pending
        sizes = [len((await subscription.next_msg(timeout=3)).data) for _ in range(MANY)]
        await subscription.unsubscribe()

    assert pending <= MANY
    assert sizes == [200_000] * MANY


@pytest.mark.parametrize(("service", "verb"), [("poller", "ingest"), ("extractor", "extract")])
async def test_a_service_answers_what_the_api_asks(server: NatsServer, js: JetStreamContext, service: str, verb: str):
    async with connected(server, service) as client, connected(server, "api") as api:

        async def answer(message: nats.aio.msg.Msg) -> None:
            await message.respond(b"answer to " + message.data)

        await client.subscribe(f"rpc.{service}.{verb}", queue=service, cb=answer)
        # nats-py sends a ping before what waits to be sent; the second one comes behind the subscription.
        await client.flush()
        await client.flush()

        assert (await api.request(f"rpc.{service}.{verb}", b"a question", timeout=2)).data == b"answer to a question"


def forbidden_publishes(user: str) -> Iterator[str]:
    """What a thief of this user's credential would try, on subjects the server takes for anybody else."""
    for name, role in ROLES.items():
        if name != user:
            yield from (subject.replace("*", "one") for subject in role.publishes)
    for durable in TOPOLOGY.consumers:
        consumer = f"{durable.stream}.{durable.durable}"
        yield f"$JS.API.CONSUMER.DELETE.{consumer}"
        yield f"$JS.API.CONSUMER.DURABLE.CREATE.{consumer}"
        yield f"$JS.API.CONSUMER.CREATE.{consumer}"
        yield f"$JS.API.CONSUMER.CREATE.{consumer}.{durable.subject}"
        if durable.service != user:
            yield f"$JS.API.CONSUMER.MSG.NEXT.{consumer}"
            yield f"$JS.ACK.{consumer}.1.1.1.1.0"
            yield f"$JS.ACK.hub.ACCOUNT.{consumer}.1.1.1.1.0"
            yield f"dead.{durable.durable}"
            yield f"$KV.ATTEMPTS.{durable.durable}.1"
    for stream in TOPOLOGY.streams:
        for verb in ("CREATE", "UPDATE", "DELETE", "PURGE", "MSG.DELETE", "MSG.GET", "SNAPSHOT", "RESTORE"):
            yield f"$JS.API.STREAM.{verb}.{stream.name}"
        yield f"$JS.API.DIRECT.GET.{stream.name}"
        yield f"$JS.API.CONSUMER.CREATE.{stream.name}"
        if stream.name not in ROLES[user].follows:
            yield f"$JS.API.CONSUMER.CREATE.{stream.name}.mine"
    yield "$JS.API.STREAM.CREATE.MINE"
    yield "$JS.API.STREAM.MSG.GET.KV_REDRIVEN"
    yield "$KV.REDRIVEN.one"
    yield "$JS.API.ACCOUNT.PURGE.DEALSTREAM"
    yield f"{inbox_prefix('admin')}.one"
    if user != "api":
        yield from ("rpc.poller.ingest", "rpc.extractor.extract")
        yield f"{inbox_prefix('api')}.one"


def forbidden_subscriptions(user: str) -> Iterator[str]:
    yield from (">", "*.*", "listing.>", "dead.>", "$JS.>", "$JS.ACK.>", "$KV.>", "$SYS.>", "_INBOX.>")
    yield from ("listing.seen", "alert.raised", "watch.changed.*", "$JS.API.CONSUMER.MSG.NEXT.>")
    yield from (f"{inbox_prefix(other)}.>" for other in (*ROLES, "admin") if other != user)
    for service in {"poller", "extractor"} - {user}:
        yield from (f"rpc.{service}.>", f"rpc.{service}.ingest")


@pytest.mark.parametrize("user", ROLES)
async def test_a_stolen_credential_is_refused_everything_else(server: NatsServer, js: JetStreamContext, user: str):
    await js.publish("listing.seen", b"there")
    before = await contents(js)
    publishes, subscriptions = sorted({*forbidden_publishes(user)}), sorted({*forbidden_subscriptions(user)})
    refusals: list[str] = []
    async with connected(server, user, refusals) as client:
        for subject in publishes:
            await client.publish(subject, b"{}")
        await client.flush()
        for subject in subscriptions:
            await client.subscribe(subject)
        await client.flush()
        with contextlib.suppress(TimeoutError):
            await eventually(lambda: len(refusals) == len(publishes) + len(subscriptions))

    refused = Counter(text.lower().rpartition(" to ")[2].strip("\"'") for text in refusals)
    assert refused == Counter(subject.lower() for subject in (*publishes, *subscriptions))
    assert await find_drift(js) == []
    assert await contents(js) == before


async def contents(js: JetStreamContext) -> dict[str, int]:
    return {info.config.name or "": info.state.last_seq for info in await js.streams_info()}


async def eventually(holds: Callable[[], bool], within_s: float = 5) -> None:
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - the condition is met by the connection's own task
            await asyncio.sleep(0.02)
