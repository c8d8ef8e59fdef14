"""Searches share the budget of their source, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from libs.contracts.watch import Search
from libs.domain.cadence import Bounds
from libs.storage.pool import Pool, open_pool
from services.poller.planner import Planner, Walk
from services.poller.quota import PostgresQuota
from services.poller.searches import PostgresSearches, WantedSearch

BOUNDS = Bounds(shortest_s=60, longest_s=86_400)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "poller", size=2) as pool:
        yield pool


async def test_what_a_search_yields_decides_when_it_is_asked_next(pool: Pool) -> None:
    searches = PostgresSearches(pool, "one", lease_s=60)
    await searches.keep([WantedSearch(name, Search(query=name), "server") for name in ("common", "rare")])
    ledger = PostgresQuota(pool, "ebay:test", 1000)
    await ledger.correct(resets_at=datetime.now(UTC) + timedelta(days=1), limit=1000, remaining=1000)
    planner = Planner(searches, {"ebay": ledger}, BOUNDS)
    now = datetime.now(UTC)
    ages = {
        "common": tuple(now - timedelta(minutes=each) for each in range(0, 2880, 15)),
        "rare": (now - timedelta(hours=1), now - timedelta(days=3)),
    }
    intervals = {}
    for _ in range(2):
        due = await searches.claim()
        assert due is not None
        walk = Walk(None, len(ages[due.query]), ages[due.query], 1)
        intervals[due.query] = await planner.after(due, walk)
        await searches.finish(due.search_id, error=None, newest_at=None, again_s=0.0)

    learnt = {row["query"]: row["found"] for row in await pool.fetch("select query, found from searches")}
    assert learnt == {"common": 96.0, "rare": 1.0}
    both = {}
    for _ in range(2):
        due = await searches.claim()
        assert due is not None
        assert due.unwatched_s is not None
        both[due.query] = await planner.after(due, Walk(None, 0, (), 1))
        await searches.finish(due.search_id, error=None, newest_at=None, again_s=0.0)
    assert both["rare"] / both["common"] == pytest.approx((96.5 / 1.5) ** 0.5, rel=0.05)
    assert 86_400 / both["rare"] + 86_400 / both["common"] == pytest.approx(720, rel=0.05)
