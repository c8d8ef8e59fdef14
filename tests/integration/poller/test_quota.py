"""The shared ledger of calls, on a real PostgreSQL and against the simulated marketplace."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from libs.contracts.watch import Search
from libs.http.client import HttpClient
from libs.storage.pool import Pool, open_pool
from services.poller.app import create_service
from services.poller.quota import PostgresQuota, QuotaBlock
from services.poller.readback import ReadBack
from services.poller.searches import PostgresSearches, WantedSearch
from services.poller.settings import PollerSettings
from services.poller.sources.ebay.quota import RateLimit
from services.poller.sources.ebay.source import EbayOptions, EbaySource
from services.poller.sources.errors import BudgetSpentError, UnavailableError
from services.poller.sources.source import SearchRequest
from tests.support.console import administrators_bus
from tests.support.pipeline import running, until
from tests.support.servers import NatsBackend
from tests.support.simulator import running_simulator

KILLED_IN_MID_CALL = """
import asyncio, sys
from libs.storage.pool import open_pool
from services.poller.quota import PostgresQuota, QuotaBlock

async def main():
    async with open_pool(sys.argv[1], "poller", size=1) as pool:
        assert await QuotaBlock(PostgresQuota(pool, "ebay:simulator", 100), 5).reserve(1)
        print("calling", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "poller", size=8) as pool:
        yield pool


def hence(**units: float) -> datetime:
    return datetime.now(UTC) + timedelta(**units)


async def used(pool: Pool) -> int:
    return int(await pool.fetchval("select used from quota"))


async def test_forty_workers_of_whom_two_are_killed_in_mid_call_never_overspend(pool: Pool, database_url: str) -> None:
    with running_simulator(speed=0, backlog=20, daily_quota=1000) as url:
        killed = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", KILLED_IN_MID_CALL, database_url, stdout=asyncio.subprocess.PIPE
            )
            for _ in range(2)
        ]
        for each in killed:
            assert await each.stdout.readline() == b"calling\n"
            each.kill()
            await each.wait()
        async with HttpClient() as http:
            blocks = [QuotaBlock(PostgresQuota(pool, "ebay:simulator", 100), 5) for _ in range(38)]
            options = EbayOptions("simulator", SecretStr("simulator"), url)
            workers = [EbaySource(http, options, block) for block in blocks]

            async def work(source: EbaySource) -> None:
                with contextlib.suppress(BudgetSpentError):
                    while True:
                        await source.search(SearchRequest("EBAY_US", "ddr4", page_size=1), 0)

            await asyncio.gather(*(work(each) for each in workers))
            counted = 1000 - (await workers[0].rate_limit()).remaining

    assert await used(pool) == 90, "a tenth is kept for people"
    assert counted == 80, "the two blocks of five died with their processes"


async def test_what_a_stopped_process_did_not_need_is_given_back(pool: Pool) -> None:
    block = QuotaBlock(PostgresQuota(pool, "ebay:test", 100), 25)
    assert await block.reserve(1)
    assert await used(pool) == 25

    await block.give_back()

    assert await used(pool) == 1
    await block.give_back()
    assert await used(pool) == 1


async def test_the_last_calls_are_taken_one_by_one(pool: Pool) -> None:
    block = QuotaBlock(PostgresQuota(pool, "ebay:test", 50), 25)

    assert [await block.reserve(1) for _ in range(46)] == [True] * 45 + [False]


async def test_a_block_is_not_given_back_when_the_marketplace_counted_more(pool: Pool) -> None:
    ledger = PostgresQuota(pool, "ebay:test", 100)
    block = QuotaBlock(ledger, 25)
    await block.reserve(1)
    await ledger.correct(resets_at=hence(hours=3), limit=100, remaining=40)

    await block.give_back()

    assert await used(pool) == 60


async def test_a_block_of_an_ended_window_is_not_spent_in_the_next(pool: Pool) -> None:
    ledger = PostgresQuota(pool, "ebay:test", 100)
    await ledger.correct(resets_at=hence(milliseconds=300), limit=100, remaining=100)
    block = QuotaBlock(ledger, 25)
    await block.reserve(1)
    await asyncio.sleep(0.35)

    assert await block.reserve(1)

    assert await used(pool) == 25
    assert block._held is not None
    assert block._held.calls == 24


async def test_people_may_spend_what_is_kept_for_them(pool: Pool) -> None:
    searches = PostgresQuota(pool, "ebay:test", 100)
    people = PostgresQuota(pool, "ebay:test", 100, share=1.0)
    while await searches.reserve(1):
        pass

    assert [await people.reserve(1) for _ in range(11)] == [True] * 10 + [False]


async def test_a_new_window_begins_where_the_marketplace_says(pool: Pool) -> None:
    quota = PostgresQuota(pool, "ebay:test", 10)
    await quota.correct(resets_at=hence(milliseconds=50), limit=10, remaining=0, window_s=86_400)
    before = await pool.fetchval("select resets_at from quota")
    assert not await quota.reserve(1)
    await asyncio.sleep(0.1)

    assert await quota.reserve(1)
    assert await used(pool) == 1
    assert await pool.fetchval("select resets_at from quota") == before + timedelta(days=1)


async def test_a_guessed_reset_is_moved_without_forgetting_what_was_spent(pool: Pool) -> None:
    quota = PostgresQuota(pool, "ebay:test", 10)
    for _ in range(4):
        await quota.reserve(1)
    await quota.correct(resets_at=hence(hours=3), limit=10, remaining=10)

    assert await used(pool) == 4


async def test_a_late_word_about_an_ended_window_changes_nothing(pool: Pool) -> None:
    quota = PostgresQuota(pool, "ebay:test", 10)
    await quota.reserve(3)

    assert await quota.correct(resets_at=hence(seconds=-1), limit=10, remaining=10) is None
    assert await used(pool) == 3


async def test_the_marketplaces_higher_count_is_believed(pool: Pool) -> None:
    quota = PostgresQuota(pool, "ebay:test", 10)
    reset = hence(hours=3)
    await quota.correct(resets_at=reset, limit=10, remaining=2)
    await quota.correct(resets_at=reset, limit=10, remaining=9)

    assert [await quota.reserve(1), await quota.reserve(1)] == [True, False]


async def test_the_budget_is_what_is_left_of_our_share_until_the_reset(pool: Pool) -> None:
    quota = PostgresQuota(pool, "ebay:test", 5000)
    assert (await quota.budget()).calls == 4500
    await quota.correct(resets_at=hence(hours=2), limit=1000, remaining=500)

    budget = await quota.budget(0.5)

    assert budget.calls == 200
    assert budget.lasts_s == pytest.approx(7200, abs=5)


async def test_the_marketplaces_count_is_read_back_and_shown(pool: Pool) -> None:
    with running_simulator(speed=0, backlog=20, daily_quota=70) as url:
        async with HttpClient() as http:
            ledger = PostgresQuota(pool, "ebay:simulator", 5000)
            options = EbayOptions("simulator", SecretStr("simulator"), url)
            source = EbaySource(http, options, ledger)
            await source.search(SearchRequest("EBAY_US", "ddr4", page_size=1), 0)
            reader = ReadBack(source.rate_limit, ledger)
            again_s = await reader.read_back()
            reset = (await source.rate_limit()).reset_at

    assert reader.known.is_set()
    assert 1 <= again_s <= 3600
    row = await pool.fetchrow("select calls_limit, used, resets_at, is_confirmed from quota")
    assert dict(row) == {"calls_limit": 70, "used": 1, "resets_at": reset, "is_confirmed": True}
    shown = [REGISTRY.get_sample_value(f"ebay_rate_{each}") for each in ("limit", "remaining", "reset_timestamp")]
    assert shown == [70, 69, reset.timestamp()]


async def test_polls_wait_for_the_new_window_to_be_known(pool: Pool) -> None:
    answers = [RateLimit(10, 0, hence(milliseconds=200), 86_400), RateLimit(10, 10, hence(hours=24), 86_400)]

    async def ask() -> RateLimit:
        return answers[0]

    reader = ReadBack(ask, PostgresQuota(pool, "ebay:test", 10))
    assert await reader.read_back() == 1
    assert reader.known.is_set()
    await asyncio.sleep(0.25)
    assert not reader.known.is_set()
    assert await reader.read_back() == 1, "the marketplace still tells of the old window"
    assert not reader.known.is_set()
    del answers[0]
    assert await reader.read_back() == 3600
    assert reader.known.is_set()
    assert await used(pool) == 0


async def test_our_own_count_serves_where_the_marketplace_cannot_be_asked(pool: Pool) -> None:
    async def ask() -> RateLimit:
        raise UnavailableError("down")

    reader = ReadBack(ask, PostgresQuota(pool, "ebay:test", 10))

    assert await reader.read_back() == 60
    assert reader.known.is_set()


async def test_a_poller_that_stops_leaves_no_more_spent_than_it_called(
    pool: Pool, database_url: str, nats_url: str, nats_server: NatsBackend
) -> None:
    with running_simulator(speed=0, backlog=300, daily_quota=5000) as url:
        settings = PollerSettings(
            nats_url=nats_server.url("poller"),
            database_url=database_url,
            ebay_url=url,
            ebay_client_id="simulator",
            ebay_client_secret=SecretStr("simulator"),
            poll_idle_s=0.05,
        )
        async with administrators_bus(nats_url), running(create_service(settings)):
            await PostgresSearches(pool, "test", lease_s=60).keep(
                [WantedSearch("ram", Search(query="ddr4"), "server", ())]
            )

            async def is_polled() -> bool:
                # Without a watch the poller retires the search as soon as it looks.
                row = await pool.fetchrow("update searches set enabled = true returning polled_at, error")
                assert row is None or row["error"] is None
                return row is not None and row["polled_at"] is not None

            await until(is_polled, "the search is not asked")
            assert await used(pool) == 10, "a block is taken at once"
        async with HttpClient() as http:
            options = EbayOptions("simulator", SecretStr("simulator"), url)
            limit = await EbaySource(http, options, PostgresQuota(pool, "ebay:simulator", 5000)).rate_limit()

    assert 1 <= await used(pool) == limit.limit - limit.remaining < 10
