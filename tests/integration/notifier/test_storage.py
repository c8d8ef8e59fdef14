"""Claims on a real database: one owner at a time, decided by the database's clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from libs.domain.verticals import builtin
from libs.domain.watches import WatchIndex
from libs.storage.pool import Pool, open_pool
from services.notifier.courier import Settlement
from services.notifier.service import Notifier
from services.notifier.storage import PostgresAlerts, PostgresDeliveries
from tests.support.alerts import NOON, scored, watch

CONFIRMED = Settlement("confirmed", message_id="1")


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "notifier") as opened:
        yield opened


async def raise_alerts(pool: Pool, *numbers: int) -> None:
    builtin.register_all()
    watches = WatchIndex()
    watches.put(watch())
    notifier = Notifier(watches, PostgresAlerts(pool), on_raised=lambda: None)
    await notifier.consider([scored(number) for number in numbers], {}, NOON)


def worker(pool: Pool, name: str, lease_s: float = 30.0) -> PostgresDeliveries:
    return PostgresDeliveries(pool, owner=name, lease=timedelta(seconds=lease_s), patience=timedelta(days=1))


async def row(pool: Pool) -> dict[str, Any]:
    return dict(await pool.fetchrow("select * from deliveries"))


async def test_two_workers_never_claim_the_same_delivery(pool: Pool):
    await raise_alerts(pool, *range(20))
    workers = [worker(pool, f"worker {number}") for number in range(4)]

    claimed = await asyncio.gather(*(each.claim(8) for each in workers))

    ids = [letter.alert.alert_id for letters in claimed for letter in letters]
    assert (len(ids), len(set(ids))) == (20, 20)


async def test_a_claim_that_expired_before_the_send_began_may_be_taken_and_its_first_owner_sends_nothing(pool: Pool):
    await raise_alerts(pool, 1)
    sleeper, other = worker(pool, "sleeper", lease_s=0.05), worker(pool, "other")
    asleep = await sleeper.claim(10)
    await asyncio.sleep(0.1)
    taken = await other.claim(10)

    assert await sleeper.begin(asleep) == []
    assert await other.begin(taken) == taken
    assert (await sleeper.settle(asleep, CONFIRMED), await other.settle(taken, CONFIRMED)) == (0, 1)
    assert (taken[0].attempt, (await row(pool))["owner"]) == (2, "other")


async def test_a_claim_that_expired_after_the_send_began_is_unknown_and_never_claimed_again(pool: Pool):
    await raise_alerts(pool, 1)
    sleeper, other = worker(pool, "sleeper", lease_s=0.05), worker(pool, "other")
    letters = await sleeper.begin(await sleeper.claim(10))
    assert len(letters) == 1
    await asyncio.sleep(0.1)

    assert await other.claim(10) == []
    assert await other.expire() == ["discord"]
    assert (await row(pool))["state"] == "unknown"
    assert await other.claim(10) == []


async def test_an_answer_that_comes_after_all_turns_unknown_into_confirmed_and_both_are_told(pool: Pool):
    await raise_alerts(pool, 1)
    sleeper = worker(pool, "sleeper", lease_s=0.05)
    letters = await sleeper.begin(await sleeper.claim(10))
    await asyncio.sleep(0.1)
    await sleeper.expire()
    [unknown] = await sleeper.unannounced(10)
    await sleeper.settle(letters, CONFIRMED)
    await sleeper.announced([unknown])
    [confirmed] = await sleeper.unannounced(10)

    assert (unknown.event.state, confirmed.event.state) == ("unknown", "confirmed")
    assert unknown.event.event_id != confirmed.event.event_id
    await sleeper.announced([confirmed])
    assert await sleeper.unannounced(10) == []


async def test_a_settled_delivery_stays_as_it_is(pool: Pool):
    await raise_alerts(pool, 1)
    one = worker(pool, "one")
    letters = await one.begin(await one.claim(10))
    await one.settle(letters, CONFIRMED)

    assert await one.settle(letters, Settlement("unknown", "too late")) == 0
    await one.give_back(letters, "too late", 0)
    assert ((await row(pool))["state"], (await row(pool))["reason"]) == ("confirmed", None)


async def test_what_is_given_back_waits_for_its_time(pool: Pool):
    await raise_alerts(pool, 1)
    one = worker(pool, "one")
    letters = await one.begin(await one.claim(10))
    await one.give_back(letters, "busy", 0.2)
    assert await one.claim(10) == []
    await asyncio.sleep(0.25)

    [letter] = await one.claim(10)
    assert (letter.attempt, letter.stale) == (2, False)


async def test_a_delivery_older_than_the_patience_is_stale(pool: Pool):
    await raise_alerts(pool, 1)
    await pool.execute("update deliveries set created_at = created_at - interval '25 hours'")

    [letter] = await worker(pool, "one").claim(10)
    assert letter.stale
