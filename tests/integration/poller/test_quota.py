"""The shared ledger of calls, on a real PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

from libs.storage.pool import open_pool
from services.poller.quota import PostgresQuota


async def test_forty_workers_never_overspend(database_url: str) -> None:
    async with open_pool(database_url, "poller", size=10) as pool:
        quota = PostgresQuota(pool, "ebay:test", 100)

        granted = await asyncio.gather(*(quota.reserve(1) for _ in range(400)))

        assert sum(granted) == 90, "a tenth is kept for people"
        assert await pool.fetchval("select used from quota") == 90


async def test_people_may_spend_what_is_kept_for_them(database_url: str) -> None:
    async with open_pool(database_url, "poller") as pool:
        searches = PostgresQuota(pool, "ebay:test", 100)
        people = PostgresQuota(pool, "ebay:test", 100, share=1.0)
        while await searches.reserve(1):
            pass

        assert [await people.reserve(1) for _ in range(11)] == [True] * 10 + [False]


async def test_a_new_window_begins_where_the_marketplace_says(database_url: str) -> None:
    async with open_pool(database_url, "poller") as pool:
        quota = PostgresQuota(pool, "ebay:test", 10)
        while await quota.reserve(1):
            pass
        await quota.correct(resets_at=datetime.now(UTC) - timedelta(seconds=1), limit=10, remaining=0)

        assert await quota.reserve(1)
        assert await pool.fetchval("select used from quota") == 1


async def test_the_marketplaces_higher_count_is_believed(database_url: str) -> None:
    async with open_pool(database_url, "poller") as pool:
        quota = PostgresQuota(pool, "ebay:test", 10)
        reset = datetime.now(UTC) + timedelta(hours=3)
        await quota.correct(resets_at=reset, limit=10, remaining=2)
        await quota.correct(resets_at=reset, limit=10, remaining=9)

        assert [await quota.reserve(1), await quota.reserve(1)] == [True, False]
