"""The ledger under a race: never more than the day's budget, corrected by what calls really took."""

import asyncio
from datetime import UTC, datetime

import pytest

from services.extractor.ledger import Budget, Ledger, OverBudgetError, Prices

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRICES = Prices(input_usd_per_million=1.0, output_usd_per_million=5.0)


def ledger(pool, **budget) -> Ledger:
    return Ledger(pool, backend="anthropic", model="claude", prices=PRICES, budget=Budget(**budget))


async def test_forty_workers_never_reserve_more_than_the_budget(pool):
    shared = ledger(pool, microusd=10_000)

    async def work() -> bool:
        try:
            await shared.reserve("q", 400, 120, NOON)  # 400 + 600 millionths of a dollar
        except OverBudgetError:
            return False
        return True

    taken = await asyncio.gather(*(work() for _ in range(40)))

    assert sum(taken) == 10
    assert tuple(await pool.fetchrow("select calls, tokens, cost_microusd from days")) == (10, 5_200, 10_000)
    assert await pool.fetchval("select count(*) from calls where outcome = 'reserved'") == 10


async def test_tokens_are_a_budget_of_their_own(pool):
    limited = ledger(pool, tokens=1_000)
    await limited.reserve("q", 600, 100, NOON)

    with pytest.raises(OverBudgetError, match="the next one begins at 2026-03-03 00:00 UTC") as raised:
        await limited.reserve("q", 600, 100, NOON)

    assert raised.value.until == datetime(2026, 3, 3, tzinfo=UTC)
    await limited.reserve("q", 600, 100, datetime(2026, 3, 3, 0, 1, tzinfo=UTC))


async def test_what_a_call_took_replaces_its_estimate_once(pool):
    book = ledger(pool, microusd=2_000)
    call = await book.reserve("q", 400, 120, NOON)

    for _ in range(2):
        await book.settle(call, "answered", input_tokens=300, output_tokens=20)

    assert tuple(await pool.fetchrow("select calls, tokens, cost_microusd from days")) == (1, 320, 400)
    row = await pool.fetchrow("select outcome, input_tokens, output_tokens, cost_microusd from calls")
    assert tuple(row) == ("answered", 300, 20, 400)


async def test_a_call_that_was_not_made_gives_its_room_back(pool):
    book = ledger(pool, microusd=1_000)
    call = await book.reserve("q", 400, 120, NOON)
    await book.settle(call, "failed", input_tokens=0, output_tokens=0, error="answered 500")

    await book.reserve("q", 400, 120, NOON)


def test_parts_of_a_millionth_count_whole():
    assert Prices(0.15, 0.6).cost_microusd(1_001, 3) == 152
    assert Prices().cost_microusd(5_000, 5_000) == 0
