"""FastStream 0.7.8 and nats-py 2.16 lose or rewrite things by default; this set-up does not (reliability §3.2)."""

import asyncio
from collections.abc import AsyncIterator

import nats
import pytest
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsRouter, PullSub
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from libs.messaging.connection import include, service_broker
from libs.messaging.provision import find_drift, provision
from libs.runtime.service import Service
from libs.runtime.settings import ServiceSettings
from libs.telemetry import names
from tests.integration.messaging.pipe import TOPOLOGY, Pipe, echo, heard, ping, until
from tests.support.servers import NatsBackend

PULL = PullSub(batch_size=1, timeout=0.2)


async def stay() -> None:
    """Tests close their own clients."""


@pytest.fixture
async def js(nats_url: str) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(nats_url)
    await provision(client.jetstream(), TOPOLOGY)
    yield client.jetstream()
    await client.close()


@pytest.fixture
async def broker(nats_url: str) -> AsyncIterator[NatsBroker]:
    broker = service_broker(nats_url, "worker", on_closed=stay)
    yield broker
    await broker.stop()


async def unsettled(js: JetStreamContext) -> int:
    info = await js.consumer_info("PING", "worker-ping")
    return (info.num_pending or 0) + (info.num_ack_pending or 0)


async def test_a_handler_on_our_broker_discards_nothing_when_it_fails(js: JetStreamContext, broker: NatsBroker) -> None:
    called = asyncio.Event()

    @broker.subscriber("ping", stream=JStream("PING", declare=False), durable="worker-ping", pull_sub=PULL)
    async def fail() -> None:
        called.set()
        raise ConnectionError("away")

    await js.publish("ping", b"{}")
    await broker.start()
    await asyncio.wait_for(called.wait(), 5)
    await asyncio.sleep(0.3)
    assert await unsettled(js) == 1


async def test_the_framework_itself_would_discard(js: JetStreamContext, nats_url: str) -> None:
    """Fails when FastStream changes its default, so that the reason for our own loop is looked at again."""
    broker = NatsBroker(nats_url, logger=None)

    @broker.subscriber("ping", stream=JStream("PING", declare=False), durable="worker-ping", pull_sub=PULL)
    async def fail() -> None:
        raise ConnectionError("away")

    await js.publish("ping", b"{}")
    try:
        await broker.start()
        await until(lambda: _gone(js))
    finally:
        await broker.stop()


def test_a_router_that_takes_from_a_stream_is_refused() -> None:
    router = NatsRouter()

    @router.subscriber("ping", stream="PING", durable="worker-ping", pull_sub=PULL)
    async def handle() -> None: ...

    with pytest.raises(
        ValueError, match=r"a handler takes from stream PING; declare it as a stage \(libs\.messaging\.stage\)"
    ):
        Service("worker", ServiceSettings(), open=stay, router=router)


def test_the_framework_does_not_pass_the_brokers_policy_on_to_a_router() -> None:
    """The reason for the refusal above."""
    router = NatsRouter()
    handler = router.subscriber("ping", stream=JStream("PING", declare=False), durable="worker-ping", pull_sub=PULL)
    broker = service_broker("nats://127.0.0.1:4222", "worker", on_closed=stay)
    broker.include_router(router)
    assert handler.ack_policy is AckPolicy.REJECT_ON_ERROR


async def test_a_router_that_answers_requests_is_included(nats_url: str, broker: NatsBroker) -> None:
    router = NatsRouter()

    @router.subscriber("rpc.worker.echo")
    async def handle(body: str) -> str:
        return body

    include(broker, router)
    await broker.start()
    await heard(broker.connection)
    assert (await broker.request("a", "rpc.worker.echo", timeout=2)).body == b"a"


async def test_a_failed_validation_is_settled_and_not_redelivered_for_ever(pipe: Pipe) -> None:
    """With MANUAL, FastStream's typed handlers never see it and nobody acknowledges (F3)."""
    await pipe.js.publish("ping", b'{"text": 7}')
    await pipe.run(echo)
    await pipe.settled()
    assert [letter.reason for letter in await pipe.letters()] == ["invalid"]


async def test_a_failure_is_never_a_bare_nak(pipe: Pipe) -> None:
    """A bare nak is redelivered at once, a thousand times in five seconds (F2)."""
    naks = await pipe.client.subscribe("$JS.ACK.PING.worker-ping.>")
    calls = 0

    async def fail(batch: object) -> list[object]:
        nonlocal calls
        calls += 1
        raise ConnectionError("away")

    await pipe.run(fail)  # type: ignore[arg-type]
    await pipe.js.publish("ping", b"")
    for text in ("a", "b", "c"):
        await pipe.send(ping(text))
    await asyncio.sleep(1)
    said = [(await naks.next_msg(timeout=0.1)).data for _ in range(naks.pending_msgs)]
    delays = [each for each in said if each.startswith(b"-NAK")]
    assert len(delays) >= 3
    assert all(b'{"delay": ' in each for each in delays)
    assert calls < 12


async def test_connecting_and_publishing_rewrites_no_stream(js: JetStreamContext, broker: NatsBroker) -> None:
    """`stream="NAME"` and `declare=True` reset eight fields of a stream (F7); we use neither."""
    router = NatsRouter()

    @router.subscriber("rpc.worker.echo")
    async def handle(body: str) -> str:
        return body

    include(broker, router)
    await broker.start()
    assert await find_drift(js, TOPOLOGY) == []


async def test_reconnecting_never_gives_up(broker: NatsBroker) -> None:
    await broker.connect()
    assert broker.connection.options["max_reconnect_attempts"] == -1


async def test_a_missing_right_is_counted_and_logged(nats_server: NatsBackend) -> None:
    if nats_server.url("scorer") == nats_server.url():
        pytest.skip("the given server has one user for everything")
    broker = service_broker(nats_server.url("scorer"), "scorer", on_closed=stay)
    before = names.NATS_ERRORS.labels("scorer")._value.get()
    try:
        await broker.connect()
        with capture_logs() as logs:
            await broker.connection.publish("listing.seen", b"{}")
            await until(lambda: _counted("scorer", before + 1))
    finally:
        await broker.stop()
    assert logs[0]["event"] == "nats.error"
    assert "permissions violation for publish to" in str(logs[0]["error"]).lower()


async def _counted(service: str, count: float) -> bool:
    return names.NATS_ERRORS.labels(service)._value.get() == count


async def _gone(js: JetStreamContext) -> bool:
    return await unsettled(js) == 0
