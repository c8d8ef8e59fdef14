"""Endings survive the loss of the bus."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime

import pytest

from libs.messaging.publisher import Outgoing
from libs.storage.pool import Pool, open_pool
from services.poller.inspector import Inspector
from services.poller.sources.ebay.parse import parse
from services.poller.sources.source import Inspection, ParseContext
from services.poller.storage import PostgresSightings
from tests.support.ebay import US, search_answer, summary

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

    async def inspect(self, ids: list[str], _: ParseContext) -> list[Inspection]:
        return [
            Inspection(each, "gone") if each in self._gone else Inspection(each, "ended", ended_at=ENDED_AT)
            for each in ids
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
    bus = Bus()
    inspector = Inspector({"ebay": Ends("v1|2|0")}, pool, None, lambda: bus, allow_loopback=False)
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
