"""Endings survive the loss of the bus."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from libs.contracts.listing import Listing
from libs.messaging.publisher import Outgoing
from libs.storage.pool import Pool, open_pool
from services.poller.inspector import Inspector
from services.poller.sources.ebay.parse import parse
from services.poller.sources.source import Inspection, ParsedPayload
from services.poller.storage import PostgresSightings
from tests.support.ebay import US, Item, search_answer, summary

ENDED_AT = datetime(2026, 11, 19, 8, tzinfo=UTC)


class Bus:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def publish(self, outgoing: Iterable[Outgoing]) -> None:
        self.sent += outgoing


class Ends:
    """A source whose every item has ended, but for those that are gone."""

    def __init__(self, *gone: str) -> None:
        self._gone = gone

    async def inspect(self, listings: list[Listing], _: datetime) -> list[Inspection]:
        return [
            Inspection(each, "gone") if each in self._gone else Inspection(each, "ended", ended_at=ENDED_AT)
            for each in (listing.item_id for listing in listings)
        ]


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "poller", size=2) as pool:
        yield pool


async def test_the_endings_of_the_last_day_are_told_again_as_the_same_events(pool: Pool):
    items = [summary(itemId=f"v1|{number}|0") for number in (1, 2, 3)]
    await PostgresSightings(pool, patience_s=60).record(
        parse(search_answer(*items), US).listings,
        observed_at=datetime.now(UTC),
        search_id=None,
        begin_trace=lambda _: "",
    )
    await due(pool)
    bus = Bus()
    inspector = Inspector({"ebay": Ends("v1|2|0")}, pool, None, lambda: bus, soonest_s=60)
    await inspector.inspect(2)
    told = list(bus.sent)
    assert len(told) == 2
    await inspector.refill()
    again = bus.sent[2:]
    assert {(each.event.event_id, each.event.reason) for each in again} == {
        (each.event.event_id, each.event.reason) for each in told
    }
    await pool.execute("update known set inspected_at = now() - interval '25 hours'")
    await inspector.refill()
    assert bus.sent[4:] == []


class Shelf:
    """A source that answers looks as a test tells it, and keeps the order it was asked in."""

    def __init__(self, **found: Inspection) -> None:
        self.found = found
        self.asked: list[str] = []

    async def inspect(self, listings: list[Listing], _: datetime) -> list[Inspection]:
        self.asked += [each.item_id for each in listings]
        return [
            self.found.get(each.title, Inspection(each.item_id, "active", each, sold_quantity=1)) for each in listings
        ]


class Recorder:
    """Records without a bus."""

    def __init__(self, sightings: PostgresSightings) -> None:
        self._sightings = sightings

    async def record(self, _: str, parsed: ParsedPayload, *, observed_at: datetime) -> None:
        await self._sightings.record(parsed.listings, observed_at=observed_at, search_id=None, begin_trace=lambda _: "")


async def due(pool: Pool) -> None:
    await pool.execute("update known set next_look_at = now()")


async def keep(pool: Pool, *items: Item) -> PostgresSightings:
    sightings = PostgresSightings(pool, patience_s=60, look_s=60)
    await sightings.record(
        parse(search_answer(*items), US).listings,
        observed_at=datetime.now(UTC),
        search_id=None,
        begin_trace=lambda _: "",
    )
    return sightings


async def test_auctions_that_end_soon_are_looked_at_first(pool: Pool):
    def hence(hours: float) -> str:
        return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()

    sightings = await keep(
        pool,
        summary(itemId="v1|1|0"),
        summary(itemId="v1|2|0", itemEndDate=hence(50), buyingOptions=["AUCTION"]),
        summary(itemId="v1|3|0", itemEndDate=hence(1), buyingOptions=["AUCTION"]),
    )
    await due(pool)
    shelf = Shelf()
    inspector = Inspector({"ebay": shelf}, pool, Recorder(sightings), Bus, soonest_s=7200)
    for _ in range(4):
        await inspector.inspect(1)
    assert shelf.asked == ["v1|3|0", "v1|2|0", "v1|1|0"]
    waits = await pool.fetch(
        "select extract(epoch from next_look_at - now()) / 3600 as h from known order by listing_id"
    )
    assert [round(float(row["h"]), 1) for row in waits[1:]] == [25.0, 1.0]
    assert float(waits[0]["h"]) >= 2


async def test_what_was_sold_between_two_looks_is_kept_with_its_price_and_the_listing_goes_on(pool: Pool):
    sightings = await keep(pool, summary(title="many"))
    (listing,) = parse(search_answer(summary(title="many")), US).listings
    shelf, bus = Shelf(), Bus()
    inspector = Inspector({"ebay": shelf}, pool, Recorder(sightings), lambda: bus, soonest_s=60)
    for sold in (4, 4, 7):
        shelf.found["many"] = Inspection(listing.item_id, "active", listing, sold_quantity=sold)
        await due(pool)
        await inspector.inspect(5)
    sales = [dict(row) for row in await pool.fetch("select sold_quantity, units, asking_minor, currency from sales")]
    assert sales == [{"sold_quantity": 7, "units": 3, "asking_minor": 5490, "currency": "USD"}]
    assert bus.sent == []


async def test_what_is_being_edited_has_not_ended_and_is_looked_at_again_soon(pool: Pool):
    sightings = await keep(pool, summary(title="edited"))
    bus = Bus()
    shelf = Shelf(edited=Inspection("v1|256218800001|0", "unknown", reason="it is being edited"))
    await due(pool)
    await Inspector({"ebay": shelf}, pool, Recorder(sightings), lambda: bus, soonest_s=60).inspect(5)
    assert bus.sent == []
    row = await pool.fetchrow("select ended_at, next_look_at - now() as wait from known")
    assert row["ended_at"] is None
    assert timedelta(minutes=9) < row["wait"] <= timedelta(minutes=10)
