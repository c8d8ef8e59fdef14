"""What a batch may cost, in counts: statements, waits for acknowledgement, syncs; nothing lost, nothing doubled."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import nats
import pytest
from nats.aio.client import Client
from prometheus_client import REGISTRY

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.envelope import Event
from libs.contracts.listing import ListingExtracted, ListingScored
from libs.devstack.nats import NatsServer
from libs.domain.watches import WatchIndex
from libs.messaging.provision import provision
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.topology import TOPOLOGY
from libs.runtime.service import Service
from libs.runtime.settings import ServiceSettings
from libs.storage.pool import Pool, open_pool
from services.baseliner.app import create_service as baseliner
from services.baseliner.service import Baseliner
from services.baseliner.settings import BaselinerSettings
from services.baseliner.storage import PostgresObservations
from services.catalog.app import create_service as catalog
from services.catalog.service import Catalog
from services.catalog.settings import CatalogSettings
from services.catalog.storage import PostgresProjections
from services.extractor.app import create_service as extractor
from services.extractor.settings import ExtractorSettings
from services.notifier.app import create_service as notifier
from services.notifier.service import Notifier
from services.notifier.settings import NotifierSettings
from services.notifier.storage import PostgresAlerts
from services.poller.app import create_service as poller
from services.poller.recorder import Recorder
from services.poller.settings import PollerSettings
from services.poller.sources.source import ParsedPayload
from services.poller.storage import PostgresSightings
from services.scorer.app import create_service as scorer
from services.scorer.service import Scorer
from tests.bench import market
from tests.bench.ground import extracted, seen, teach
from tests.support.pipeline import running, until

BATCH = 256
DEALS = BATCH // market.DEAL_EVERY
STREAMS = ("LISTING_SEEN", "LISTING_EXTRACTED", "LISTING_SCORED", "ALERTS")

type Work = Callable[[Pool, list[ListingScored]], Awaitable[object]]


async def settle(pool: Pool, batch: list[ListingScored]) -> None:
    await PostgresSightings(pool, patience_s=60).settle_scored(
        [(event.sighting_id, event.judgement.verdict) for event in batch]
    )


async def look(pool: Pool, batch: list[ListingScored]) -> None:
    await PostgresSightings(pool, patience_s=60).record(
        [event.listing for event in batch],
        observed_at=datetime.now(UTC),
        search_id=None,
        begin_trace=lambda _: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
    )


async def learn(pool: Pool, batch: list[ListingScored]) -> None:
    events = [extracted(event.listing) for event in batch]
    assert await Baseliner(PostgresObservations(pool, "USD")).learn(events, datetime.now(UTC))


async def show(pool: Pool, batch: list[ListingScored]) -> None:
    await Catalog(PostgresProjections(pool)).show_listings(batch)


async def notify(pool: Pool, batch: list[ListingScored]) -> None:
    watches = WatchIndex()
    for row in market.watches():
        assert row.watch is not None
        watches.put(row.watch)
    raised = await Notifier(watches, PostgresAlerts(pool), on_raised=lambda: None).consider(
        batch, {}, datetime.now(UTC)
    )
    assert len(raised) == DEALS


@pytest.mark.parametrize(
    ("schema", "work", "statements"),
    [
        ("poller", look, 6),
        ("poller", settle, 1),
        ("baseliner", learn, 7),
        ("catalog", show, 6),
        ("notifier", notify, 6),
    ],
)
async def test_a_batch_costs_a_handful_of_statements(
    database_url: str, schema: str, work: Work, statements: int
) -> None:
    """Begin and commit count as one each; the first batch of a connection also asks for the types."""
    first, second = await scored_batches(database_url, 2)
    async with open_pool(database_url, schema, size=1) as pool:
        await work(pool, first)
        before = count("dealstream_database_statements_total", service=schema)
        await work(pool, second)
        assert count("dealstream_database_statements_total", service=schema) - before <= statements


@pytest.mark.parametrize("stage", ["extractor", "baseliner", "scorer", "notifier"])
async def test_a_batch_waits_once_for_the_stream_it_fills(nats_url: str, database_url: str, stage: str) -> None:
    (batch,) = await scored_batches(database_url, 1)
    inputs: dict[str, list[Event]] = {
        "extractor": [seen(event.listing) for event in batch],
        "baseliner": [extracted(event.listing) for event in batch],
        "scorer": [extracted(event.listing) for event in batch],
        "notifier": list(batch),
    }
    async with bus(nats_url) as (client, publisher):
        await publisher.publish([Outgoing(row) for row in market.watches()])
        async with running(service(stage, nats_url, database_url)):
            durable = f"{stage}-{inputs[stage][0].subject.replace('.', '-')}"
            batches = count("dealstream_stage_batch_size_count", stage=durable)
            await publisher.publish([Outgoing(event) for event in inputs[stage]])
            waits = puback_waits()
            await drained(client, durable)
            handled = count("dealstream_stage_batch_size_count", stage=durable) - batches
            assert 0 < puback_waits() - waits <= handled


async def test_the_word_on_the_last_acknowledgement_speaks_for_all(nats_url: str) -> None:
    """What lets a stage acknowledge a batch and wait once."""
    async with bus(nats_url) as (client, publisher):
        await publisher.publish([Outgoing(seen(market.listing(number))) for number in range(BATCH)])
        durable, stream = "extractor-listing-seen", "LISTING_SEEN"
        pull = await client.jetstream().pull_subscribe("", durable=durable, stream=stream)
        taken = [message for _ in range(BATCH) for message in await pull.fetch(1, timeout=5)]
        replies = await Replies(client).start()
        await replies.ask_batch([(message.reply, b"+ACK", None) for message in taken], timeout_s=5)
        assert (await client.jetstream().consumer_info(stream, durable)).num_ack_pending == 0


async def test_an_atomic_batch_is_synced_a_handful_of_times(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("counting syncs needs strace")
    batch = [seen(market.listing(number)) for number in range(BATCH)]
    with NatsServer(tmp_path / "nats") as server:
        async with bus(server.url()) as (_, publisher):
            trace = tmp_path / "syncs"
            tracer = await asyncio.create_subprocess_exec(
                *("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace), "-p", str(server.pid)),
                stderr=asyncio.subprocess.PIPE,
            )
            await asyncio.sleep(1)
            if tracer.returncode is not None:
                pytest.skip(f"strace may not look at a process here: {(await tracer.communicate())[1].decode()}")
            await publisher.publish([Outgoing(event) for event in batch])
            tracer.terminate()
            await tracer.wait()
            assert 0 < len([line for line in trace.read_text().splitlines() if "sync(" in line]) <= 6


async def test_nothing_is_lost_and_nothing_doubled(nats_url: str, database_url: str) -> None:
    rows = await teach(database_url)
    listings = [market.listing(number) for number in range(2 * BATCH)]
    stages = [service(name, nats_url, database_url) for name in SERVICES]
    async with bus(nats_url) as (client, publisher), open_pool(database_url, "poller") as pool:
        await publisher.publish([Outgoing(row) for row in [*rows, *market.watches()]])
        async with running(*stages):
            recorder = Recorder(PostgresSightings(pool, patience_s=60), lambda: publisher)
            for start in range(0, len(listings), 200):
                page = ParsedPayload(tuple(listings[start : start + 200]), (), "test")
                await recorder.record("ebay", page, observed_at=datetime.now(UTC))
            for durable in ("extractor-listing-seen", "scorer-listing-extracted", "baseliner-listing-extracted"):
                await drained(client, durable)
            for durable in ("poller-listing-scored", "notifier-listing-scored", "catalog-listing-scored"):
                await drained(client, durable)
            await drained(client, "catalog-alert-raised")
        infos = [await client.jetstream().stream_info(stream) for stream in STREAMS]
    assert [info.state.messages for info in infos] == [512, 512, 512, 128]
    assert await stored(database_url) == {"settled": 512, "listed": 512, "priced": 512, "alerted": 128, "shown": 128}


SERVICES: dict[str, Callable[..., Service]] = {
    "poller": lambda **urls: poller(PollerSettings(**urls)),
    "extractor": lambda nats_url, **_: extractor(ExtractorSettings(nats_url=nats_url)),
    "baseliner": lambda **urls: baseliner(BaselinerSettings(**urls)),
    "scorer": lambda nats_url, **_: scorer(ServiceSettings(nats_url=nats_url)),
    "notifier": lambda **urls: notifier(NotifierSettings(**urls)),
    "catalog": lambda **urls: catalog(CatalogSettings(**urls)),
}


def service(name: str, nats_url: str, database_url: str) -> Service:
    return SERVICES[name](nats_url=nats_url, database_url=database_url)


class _Rows(dict[str, BaselineUpdated]):
    """The baselines a scorer asks for."""


async def scored_batches(database_url: str, number: int) -> list[list[ListingScored]]:
    """Batches of listings judged by the real rules against a history the database knows."""
    judge = Scorer(_Rows({row.product_key: row for row in await teach(database_url)}))
    events: list[ListingExtracted] = [extracted(market.listing(item)) for item in range(number * BATCH)]
    scored = [judge.score(event, datetime.now(UTC)) for event in events]
    return [scored[start : start + BATCH] for start in range(0, len(scored), BATCH)]


@asynccontextmanager
async def bus(url: str) -> AsyncIterator[tuple[Client, Publisher]]:
    client = await nats.connect(url)
    await provision(client.jetstream())
    try:
        yield client, Publisher(await Replies(client).start(), TOPOLOGY)
    finally:
        await client.close()


async def drained(client: Client, durable: str) -> None:
    stream = TOPOLOGY.consumer(durable).stream

    async def is_drained() -> bool:
        state = await client.jetstream().consumer_info(stream, durable)
        return (
            bool(state.delivered and state.delivered.stream_seq) and not state.num_pending and not state.num_ack_pending
        )

    await until(is_drained, f"{durable} did not settle everything")


def count(sample: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(sample, labels) or 0.0


def puback_waits() -> float:
    return sum(count("dealstream_puback_waits_total", mode=mode) for mode in ("atomic", "pipelined"))


async def stored(database_url: str) -> dict[str, int]:
    connection = await asyncpg.connect(database_url)
    try:
        row = await connection.fetchrow("""
            select (select count(*) from poller.sightings where state = 'scored') as settled,
                (select count(*) from catalog.listings) as listed,
                (select count(*) from catalog.price_points) as priced,
                (select count(*) from notifier.alerts) as alerted,
                (select count(*) from catalog.alerts) as shown
        """)
    finally:
        await connection.close()
    return dict(row or {})
