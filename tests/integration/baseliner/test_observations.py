"""Observations and the versions of a baseline, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from libs.contracts.baseline import BaselineUpdated
from libs.domain.baseline import WINDOW, Observation
from libs.storage.pool import Pool, open_pool
from services.baseliner.storage import PostgresObservations

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "ram:ddr4:ecc_reg:32gb:2666"
OTHER = "ram:ddr4:ecc_reg:32gb:2933"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "baseliner") as opened:
        yield opened


@pytest.fixture
def observations(pool: Pool) -> PostgresObservations:
    return PostgresObservations(pool, "USD")


def seen(number: int, price: int, *, key: str = KEY, at: datetime = NOW, stratum: str = "used_working") -> Observation:
    return Observation(f"ebay:{number}", key, stratum, price, "seller", at)


async def record(
    observations: PostgresObservations,
    *observed: Observation,
    withdrawn: tuple[tuple[str, datetime], ...] = (),
    now: datetime = NOW,
) -> list[BaselineUpdated]:
    return await observations.record(observed, withdrawn, cutoff=now - WINDOW, now=now)


async def test_the_fifth_observation_makes_a_baseline(observations: PostgresObservations) -> None:
    assert await record(observations, *(seen(number, 1000 * number) for number in range(1, 5))) == []

    (row,) = await record(observations, seen(5, 5000))

    assert (row.product_key, row.version, row.currency) == (KEY, 1, "USD")
    (stats,) = row.strata
    assert (stats.n, stats.p10_minor, stats.p50_minor, stats.p90_minor) == (5, 1400, 3000, 4600)


async def test_conditions_are_kept_apart(observations: PostgresObservations) -> None:
    used = [seen(number, 1000) for number in range(5)]
    new = [seen(100 + number, 3000, stratum="new") for number in range(5)]

    (row,) = await record(observations, *used, *new)

    assert {each.stratum: each.p50_minor for each in row.strata} == {"new": 3000, "used_working": 1000}


async def test_a_listing_counts_once_at_its_latest_price(observations: PostgresObservations) -> None:
    await record(observations, *(seen(number, 1000) for number in range(5)))
    (row,) = await record(observations, seen(0, 6000, at=NOW + timedelta(hours=1)))

    assert (row.version, row.strata[0].n, row.strata[0].mean_minor) == (2, 5, 2000)


async def test_an_older_event_never_overwrites_a_newer_one(observations: PostgresObservations) -> None:
    await record(observations, *(seen(number, 1000) for number in range(5)))
    (row,) = await record(observations, seen(0, 9000, at=NOW - timedelta(hours=1)))

    assert (row.version, row.strata[0].mean_minor) == (1, 1000)


async def test_a_repeat_publishes_what_the_first_try_had_stored(observations: PostgresObservations) -> None:
    batch = [seen(number, 1000 + number) for number in range(5)]

    first = await record(observations, *batch)
    again = await record(observations, *batch)

    assert [each.event_id for each in first] == [each.event_id for each in again]


async def test_a_listing_that_turns_out_to_be_something_else_moves(observations: PostgresObservations) -> None:
    await record(observations, *(seen(number, 1000) for number in range(6)))
    rows = await record(observations, seen(0, 1000, key=OTHER, at=NOW + timedelta(hours=1)))

    assert {row.product_key: [each.n for each in row.strata] for row in rows} == {KEY: [5]}


async def test_what_no_longer_counts_shrinks_and_withdraws_the_baseline(observations: PostgresObservations) -> None:
    await record(observations, *(seen(number, 1000) for number in range(5)))
    (row,) = await record(observations, withdrawn=(("ebay:0", NOW + timedelta(hours=1)),))

    assert (row.version, row.strata) == (2, ())


async def test_observations_leave_the_window_by_when_they_were_seen(observations: PostgresObservations) -> None:
    old = [seen(number, 1000, at=NOW - timedelta(days=89)) for number in range(3)]
    await record(observations, *old, *(seen(10 + number, 2000) for number in range(3)))
    later = NOW + timedelta(days=2)

    (row,) = await observations.age(later - WINDOW, later)
    again = await observations.age(later - WINDOW, later)

    assert (row.version, row.strata) == (2, ())
    assert again == []


async def test_every_version_is_kept(observations: PostgresObservations, pool: Pool) -> None:
    for price in (1000, 2000, 3000):
        await record(observations, *(seen(n, price, at=NOW + timedelta(seconds=price)) for n in range(5)))

    rows = await pool.fetch("select version, strata from baselines where product_key = $1 order by version", KEY)
    assert [(row["version"], row["strata"][0]["p50_minor"]) for row in rows] == [(1, 1000), (2, 2000), (3, 3000)]
    assert [row.version for row in await observations.current()] == [3]


async def test_replicas_that_learn_about_one_product_at_once_miss_nothing(observations: PostgresObservations) -> None:
    await asyncio.gather(*(record(observations, seen(number, 1000 + number)) for number in range(40)))

    (row,) = await observations.current()
    assert row.strata[0].n == 40
