"""Kill everything in turn while 5,000 listings come in, lose the bus once, and count."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest

from libs.contracts.watch import Search
from tests.chaos.promises import (
    assert_audit_is_empty,
    assert_everybody_told,
    assert_nothing_lost,
    assert_told_once,
    outcome_of,
)
from tests.support.market import Market, market_of
from tests.support.rest import until_at_rest
from tests.support.stack import RunningStack, running_stack
from tests.support.watching import add_watch

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(420)]

LISTINGS = 5000
DEALS = 36
UNUSUAL = 6
"""Planted deals that may be worded so unusually that there is nothing to compare them with."""
THRESHOLD = 80.0
OWNERS = ("ada", "grace")
CATEGORIES = ("11210", "170083", "56083", "175669", "56088", "11211", "179", "27386", "20318", "56094")
SEARCHES = tuple(Search(category_id=category) for category in CATEGORIES) + tuple(
    Search(marketplace=marketplace, category_id=category)
    for marketplace in ("EBAY_GB", "EBAY_DE", "EBAY_AU")
    for category in ("11210", "175669")
)

IMPATIENT = {
    "DEALSTREAM_ACK_WAIT_S": "5",
    "DEALSTREAM_SWEEP_AFTER_S": "5",
    "DEALSTREAM_SWEEP_EVERY_S": "1",
    "DEALSTREAM_POLL_EVERY_S": "3",
    "DEALSTREAM_POLL_AT_LEAST_EVERY_S": "3",
    "DEALSTREAM_POLL_IDLE_S": "0.2",
    "DEALSTREAM_SEARCH_LEASE_S": "5",
    "DEALSTREAM_FIRST_RUN_PAGES": "50",
    "DEALSTREAM_PAGES": "50",
    "DEALSTREAM_EBAY_DAILY_CALLS": "1000000000",
    "DEALSTREAM_DELIVERY_LEASE_S": "6",
    "DEALSTREAM_DELIVERY_TIMEOUT_S": "3",
    "DEALSTREAM_DELIVERY_POLL_S": "0.5",
    "DEALSTREAM_SIMULATOR_SPEED": "0.01",
    "DEALSTREAM_SIMULATOR_DAILY_QUOTA": "1000000000",
    "DEALSTREAM_SIMULATOR_WEBHOOK_LIMIT": "50",
}
FLAKY = {
    "ebay": {"500": 0.03, "html": 0.01},
    "discord": {"429": 0.05, "500": 0.02, "written_then_dropped": 0.03, "written_then_500": 0.02},
}

type Strike = Callable[[RunningStack], Awaitable[None]]


def kill(name: str) -> Strike:
    return lambda stack: stack.kill(name)


async def wipe(stack: RunningStack) -> None:
    await stack.wipe_jetstream()


@dataclass(frozen=True)
class Run:
    """What is struck, in this order, while the market is flooded."""

    name: str
    strikes: Sequence[Strike]
    calm_s: tuple[float, float]
    """Bounds of the pause before each strike."""


SERVICES = ("poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")
RUNS = (
    Run("services", [kill(name) for name in SERVICES * 2], (0.3, 1.5)),
    Run("servers", [kill(name) for name in ("nats", "postgres") * 4], (0.5, 3.0)),
    Run("bus lost", [kill("scorer"), kill("poller"), wipe, kill("extractor"), kill("notifier")], (1.0, 3.0)),
)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
async def test_nothing_is_lost_and_nobody_is_told_twice(tmp_path: Path, run: Run):
    seed = int(os.environ.get("DEALSTREAM_CHAOS_SEED") or random.randrange(10**6))
    print(f"{run.name}: repeat with DEALSTREAM_CHAOS_SEED={seed}")  # noqa: T201
    rng = random.Random(seed)
    environment = IMPATIENT | {"DEALSTREAM_SIMULATOR_SEED": str(seed)}
    async with (
        running_stack(tmp_path / "dealstream", environment=environment) as stack,
        market_of(stack.simulator_url) as market,
    ):
        began = datetime.now(UTC)
        await watch_everything(stack)
        warm_s = await until_at_rest(stack, polled_since=began, within_s=120)
        await market.set_faults(**FLAKY)
        planted = await flood_and_strike(stack, market, run, rng)
        await market.set_faults()
        rest_s = await until_at_rest(stack, polled_since=datetime.now(UTC), within_s=150)
        found = await everything_found(market)
        outcome = await outcome_of(stack, market)
        await assert_audit_is_empty(stack)
    assert len(found) >= LISTINGS
    assert_nothing_lost(outcome, found)
    assert_everybody_told(outcome, OWNERS, THRESHOLD)
    assert_told_once(outcome)
    told_of_planted = {listing_id for _, listing_id in outcome.heard} & set(planted)
    assert len(told_of_planted) >= DEALS - UNUSUAL
    print(  # noqa: T201
        f"{run.name}: {len(found)} listings, {len(run.strikes)} strikes, {len(told_of_planted)} of {DEALS} planted "
        f"deals told, deliveries {dict(outcome.states)}; warm after {warm_s:.0f} s, at rest after {rest_s:.0f} s"
    )


async def watch_everything(stack: RunningStack) -> None:
    for owner in OWNERS:
        await add_watch(stack, owner, SEARCHES, threshold=THRESHOLD)


async def flood_and_strike(stack: RunningStack, market: Market, run: Run, rng: random.Random) -> list[str]:
    """List a share of the listings and deals before each strike; returns the deals."""
    keys = cycle(rng.sample(kinds := sorted(set(await market.worth_planting())), len(kinds)))
    planted: list[str] = []
    for number, strike in enumerate(run.strikes, start=1):
        await market.flood(LISTINGS // len(run.strikes))
        while len(planted) < DEALS * number // len(run.strikes):
            planted.append(await market.plant(next(keys)))
        await asyncio.sleep(rng.uniform(*run.calm_s))
        await strike(stack)
    await stack.wait_ready()
    return planted


async def everything_found(market: Market) -> set[str]:
    found: set[str] = set()
    for each in SEARCHES:
        found |= await market.search(each.marketplace, category_ids=each.category_id or "")
    return found
