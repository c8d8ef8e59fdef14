"""Provisioning and drift, on a real server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import nats
import pytest
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig

from libs.messaging.bus import Bus, DriftError
from libs.messaging.connection import service_broker
from libs.messaging.epoch import EpochWatch
from libs.messaging.provision import Drift, find_drift, provision, watch
from libs.messaging.stage import Stage
from libs.messaging.topology import BUCKETS, TOPOLOGY, Topology
from tests.integration.messaging.pipe import Pipe, ping, until


@pytest.fixture
async def js(nats_url: str) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(nats_url)
    yield client.jetstream()
    await client.close()


async def test_everything_is_created_once_and_repeating_changes_nothing(js: JetStreamContext) -> None:
    first = await provision(js)
    assert {each.field for each in first} == {"exists"}
    assert len(first) == len(TOPOLOGY.streams) + len(TOPOLOGY.consumers) + len(BUCKETS)
    before = await configuration(js)
    assert await provision(js) == []
    assert await find_drift(js) == []
    assert await configuration(js) == before


async def test_a_missing_asset_is_reported_with_what_to_do(js: JetStreamContext) -> None:
    await provision(js)
    await js.delete_stream("DEAD")
    await js.delete_consumer("LISTING_SCORED", "catalog-listing-scored")
    await js.delete_key_value("ATTEMPTS")
    assert sorted(str(each) for each in await find_drift(js)) == [
        "bucket ATTEMPTS is missing; run the provisioning command",
        "consumer DEAD/poller-dead is missing; run the provisioning command",
        "consumer LISTING_SCORED/catalog-listing-scored is missing; run the provisioning command",
        "stream DEAD is missing; run the provisioning command",
    ]
    await provision(js)
    assert await find_drift(js) == []


async def test_a_changed_field_is_reported_and_put_right(js: JetStreamContext) -> None:
    await provision(js)
    stream = (await js.stream_info("LISTING_SEEN")).config
    await js.update_stream(replace(stream, duplicate_window=120.0, max_age=3600.0))
    durable = (await js.consumer_info("LISTING_SEEN", "extractor-listing-seen")).config
    await js.add_consumer("LISTING_SEEN", replace(durable, max_deliver=5))
    assert [str(each) for each in await find_drift(js)] == [
        "stream LISTING_SEEN: max_age is 3600.0 and should be 2592000.0",
        "stream LISTING_SEEN: duplicate_window is 120.0 and should be 600.0",
        "consumer LISTING_SEEN/extractor-listing-seen: max_deliver is 5 and should be -1",
    ]
    await provision(js)
    assert await find_drift(js) == []


async def test_putting_right_keeps_messages_and_positions(js: JetStreamContext) -> None:
    await provision(js)
    await js.publish("listing.seen", b"1")
    pull = await js.pull_subscribe_bind("extractor-listing-seen", "LISTING_SEEN")
    await (await pull.fetch(1))[0].ack_sync()
    await js.publish("listing.seen", b"2")
    await provision(js, replace(TOPOLOGY, ack_wait_s=7))
    info = await js.consumer_info("LISTING_SEEN", "extractor-listing-seen")
    assert (info.config.ack_wait, info.num_pending) == (7, 1)


async def test_watching_brings_back_what_vanishes(js: JetStreamContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.messaging.provision.WATCH_S", 0.05)
    task = asyncio.create_task(watch(js, TOPOLOGY))
    try:
        await until(lambda: _clean(js))
        await js.delete_stream("LISTING_SEEN")
        await until(lambda: _clean(js))
    finally:
        task.cancel()


async def test_no_service_may_have_a_durable_it_does_not_find(js: JetStreamContext, nats_url: str) -> None:
    """A stage refuses what differs, by name and value."""
    await provision(js)
    durable = (await js.consumer_info("LISTING_SEEN", "extractor-listing-seen")).config
    await js.add_consumer("LISTING_SEEN", replace(durable, max_ack_pending=1))
    broker = service_broker(nats_url, "extractor", on_closed=_stay)
    await broker.connect()
    try:
        bus = await Bus(broker, "extractor").open()
        with pytest.raises(
            DriftError,
            match=r"^consumer LISTING_SEEN/extractor-listing-seen: max_ack_pending is 1 and should be 2048$",
        ):
            await bus.start([_stage()], {})
    finally:
        await broker.stop()


def test_a_drift_is_a_sentence() -> None:
    assert str(Drift("stream A", "max_age", 1.0, 2.0)) == "stream A: max_age is 1.0 and should be 2.0"


async def test_no_durable_gives_up_a_message(js: JetStreamContext) -> None:
    """A finite max_deliver skips messages in an outage, a back-off of the server distorts our pauses."""
    await provision(js)
    for consumer in TOPOLOGY.consumers:
        config: ConsumerConfig = (await js.consumer_info(consumer.stream, consumer.durable)).config
        assert (config.max_deliver, config.backoff) == (-1, None)


async def test_streams_keep_what_they_have(js: JetStreamContext) -> None:
    await provision(js)
    for stream in TOPOLOGY.streams:
        config = (await js.stream_info(stream.name)).config
        assert config.deny_delete
        assert config.deny_purge
        assert config.retention == "limits"
        assert config.storage == "file"
        assert config.duplicate_window == 600


async def test_a_new_epoch_is_filled_once_and_again_after_the_stream_was_lost(pipe: Pipe) -> None:
    known: dict[str, str] = {}
    filled: list[str] = []

    async def recall(stream: str) -> str | None:
        return known.get(stream)

    async def remember(stream: str, epoch: str) -> None:
        known[stream] = epoch

    async def refill() -> None:
        filled.append("x")
        await pipe.send(ping(str(len(filled))))

    epochs = EpochWatch("PING", known=recall, remember=remember, refill=refill)
    await epochs.check(pipe.js)
    await epochs.check(pipe.js)
    assert len(filled) == 1
    await pipe.js.delete_stream("PING")
    await provision(pipe.js, pipe.topology)
    await epochs.check(pipe.js)
    await epochs.check(pipe.js)
    assert len(filled) == 2


async def test_an_epoch_whose_refill_failed_is_filled_again(pipe: Pipe) -> None:
    known: dict[str, str] = {}
    tries = 0

    async def recall(stream: str) -> str | None:
        return known.get(stream)

    async def remember(stream: str, epoch: str) -> None:
        known[stream] = epoch

    async def refill() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError("away")

    epochs = EpochWatch("PING", known=recall, remember=remember, refill=refill)
    with pytest.raises(ConnectionError):
        await epochs.check(pipe.js)
    await epochs.check(pipe.js)
    await epochs.check(pipe.js)
    assert tries == 2


def _stage() -> Stage:
    from services.extractor.handlers import stages  # noqa: PLC0415 - only a declaration is needed

    return stages.declared[0]


async def _stay() -> None:
    """Tests close their own clients."""


async def _clean(js: JetStreamContext) -> bool:
    return await find_drift(js) == []


async def configuration(js: JetStreamContext) -> dict[str, object]:
    found: dict[str, object] = {}
    for stream in await js.streams_info():
        name = stream.config.name or ""
        found[name] = stream.config
        for consumer in await js.consumers_info(name):
            found[f"{name}/{consumer.name}"] = consumer.config
    return found


def test_every_durable_has_its_stream() -> None:
    for consumer in TOPOLOGY.consumers:
        assert Topology(TOPOLOGY.streams, ()).stream_of(consumer.subject) == consumer.stream
