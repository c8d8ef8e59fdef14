"""One trace runs from a poll to a delivery, across the real processes, to a real OTLP receiver."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import nats
import pytest

from libs.contracts.watch import Search
from libs.messaging.rights import inbox_prefix
from tests.support.market import Market, market_of
from tests.support.otlp import SpanReceiver, span_receiver
from tests.support.pipeline import until
from tests.support.rest import until_at_rest
from tests.support.simulator import running_simulator
from tests.support.stack import RunningStack, running_stack
from tests.support.watching import add_watch

pytestmark = pytest.mark.timeout(240)

SERVICES = ("poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")
CANARY = "simulator-canary-b81c5d0e"
"""The webhook's token; the simulated Discord takes every one that begins like this."""
CALM = {"speed": 1, "daily_quota": 1_000_000, "webhook_limit": 50}
SERVER_MEMORY = Search(marketplace="EBAY_US", category_id="11210")

TREE = """\
poller: poll
  extractor: stage extractor-listing-seen
    baseliner: stage baseliner-listing-extracted
      catalog: stage catalog-baseline-updated
    scorer: stage scorer-listing-extracted
      catalog: stage catalog-listing-scored
      notifier: stage notifier-listing-scored
        catalog: stage catalog-alert-delivered
        catalog: stage catalog-alert-raised
        notifier: deliver discord
      poller: stage poller-listing-scored"""

SHARED = "      catalog: stage catalog-baseline-updated"
"""A baseline that moved has one cause, though a batch of listings moved it: it belongs to the trace of one of them."""


@dataclass
class World:
    """A running stack whose spans arrive here, polling a market that stands still."""

    stack: RunningStack
    market: Market
    spans: SpanReceiver

    async def delivered(self, listing_id: str) -> None:
        await self._holds(
            "select count(*) = 1 from catalog.alerts a join catalog.deliveries d using (alert_id) "
            "where listing_id = $1 and d.state = 'confirmed'",
            listing_id,
            "the planted deal was not delivered",
        )

    async def traceparent(self, listing_id: str) -> tuple[str, str, str, str]:
        """The parts of what the poller stored with the only sighting of a listing."""
        query = "select traceparent from poller.sightings where listing_id = $1"
        await self._holds(f"select ({query}) is not null", listing_id, "the planted listing was not seen")
        database = await asyncpg.connect(self.stack.database_url)
        try:
            version, trace_id, span_id, flags = (await database.fetchval(query, listing_id)).split("-")
        finally:
            await database.close()
        return version, trace_id, span_id, flags

    async def tree(self, trace_id: str) -> list[str]:
        """The trace as text, once no more spans come."""
        before = -1
        while before != (now := len(self.spans.spans)) or now == 0:
            before = now
            await asyncio.sleep(1)
        return [line for branch in self.spans.trace(trace_id) for line in branch.lines()]

    async def _holds(self, query: str, listing_id: str, otherwise: str) -> None:
        database = await asyncpg.connect(self.stack.database_url)

        async def holds() -> bool:
            return bool(await database.fetchval(query, listing_id))

        try:
            await until(holds, otherwise, within_s=30, every_s=0.2)
        finally:
            await database.close()


@asynccontextmanager
async def world(folder: Path, *, ratio: str) -> AsyncIterator[World]:
    """The services as processes on a market with warm baselines, none of whose listings is on its way."""
    with span_receiver() as spans, running_simulator(**CALM) as simulator:
        environment = {
            "DEALSTREAM_OTLP_ENDPOINT": spans.url,
            "DEALSTREAM_TRACE_RATIO": ratio,
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "DEALSTREAM_EBAY_URL": simulator,
            "DEALSTREAM_EBAY_CLIENT_ID": "simulator",
            "DEALSTREAM_EBAY_CLIENT_SECRET": "simulator",
            "DEALSTREAM_EBAY_DAILY_CALLS": "1000000",
            "DEALSTREAM_POLL_EVERY_S": "1",
            "DEALSTREAM_POLL_AT_LEAST_EVERY_S": "1",
            "DEALSTREAM_POLL_IDLE_S": "0.2",
            "DEALSTREAM_FIRST_RUN_PAGES": "50",
            "DEALSTREAM_DISCORD_WEBHOOK_URL": f"{simulator}/api/webhooks/7/{CANARY}",
            "DEALSTREAM_ALLOWED_HOSTS": simulator.removeprefix("http://"),
        }
        async with (
            running_stack(folder, services=SERVICES, environment=environment) as stack,
            market_of(simulator) as market,
        ):
            await market.flood(2000)
            began = datetime.now(UTC)
            await add_watch(stack, "ada", [SERVER_MEMORY])
            await until_at_rest(stack, polled_since=began)
            yield World(stack, market, spans)


async def test_a_listing_is_one_trace_from_poll_to_delivery_through_a_loss_of_its_message(tmp_path: Path):
    async with world(tmp_path / "dealstream", ratio="1") as its:
        key = await commonest_memory(its.market)
        listing_id = await its.market.plant(key)
        await its.delivered(listing_id)
        _, trace_id, root_id, flags = await its.traceparent(listing_id)
        tree = await its.tree(trace_id)

        await its.stack.stop("extractor")
        lost = await its.market.plant(key)
        _, lost_trace_id, *_ = await its.traceparent(lost)
        await lose(its.stack, "LISTING_SEEN")
        await its.stack.start("extractor")
        await its.delivered(lost)
        lost_tree = await its.tree(lost_trace_id)

    assert tree == TREE.splitlines()
    assert [line for line in lost_tree if line != SHARED] == [line for line in TREE.splitlines() if line != SHARED]
    assert flags == "03"
    (root,) = [span for span in its.spans.spans if span.span_id == root_id]
    assert (root.parent_id, root.attributes) == ("", {"listing_id": listing_id, "source": "ebay"})
    assert its.spans.encodings == {"gzip"}
    assert [body for body in its.spans.bodies if CANARY.encode() in body] == []


async def test_an_unsampled_listing_is_delivered_and_sends_no_span(tmp_path: Path):
    async with world(tmp_path / "dealstream", ratio="0") as its:
        key = await commonest_memory(its.market)
        listing_id = await its.market.plant(key)
        await its.delivered(listing_id)
        *_, flags = await its.traceparent(listing_id)

    assert flags == "02"
    assert its.spans.bodies == []


async def commonest_memory(market: Market) -> str:
    """The product whose baseline rests on the most listings."""
    keys = {each for each in await market.worth_planting() if each.startswith("ram:")}
    listed = Counter(
        each["product_key"]
        for each in await market.truth(active=True)
        if each["product_key"] in keys and (each["marketplace"], each["condition_id"]) == ("EBAY_US", "3000")
    )
    return listed.most_common(1)[0][0]


async def lose(stack: RunningStack, stream: str) -> None:
    """Delete a stream and what it holds; it is made anew, and its owner fills it again."""
    client = await nats.connect(stack.nats_url(), inbox_prefix=inbox_prefix("admin"))
    try:
        await client.jetstream().delete_stream(stream)
    finally:
        await client.close()
