"""The query model keeps what is newest, whatever order the events come in."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from tests.support.scored import NOON, RAM_KEY, alert, band, delivered, ended, product, scored

LATER = NOON + timedelta(minutes=5)


async def listing(pool, number=1):
    return await pool.fetchrow("select * from listings where listing_id = $1", f"ebay:v1|{25600000 + number}|0")


async def prices(pool):
    return [tuple(row) for row in await pool.fetch("select at, asking_minor from price_points order by at")]


async def test_a_listing_is_kept_with_everything_readers_filter_by(pool, catalog):
    await catalog.show_listings([scored(1)])

    row = await listing(pool)
    assert (row["component_type"], row["product_key"], row["unit_minor"]) == ("ram", RAM_KEY, 3000)
    assert (row["verdict"], row["saving_minor"], row["seller_name"]) == ("great", 2000, "rackmonkey")
    assert row["attributes"] == {"capacity_gb": 32, "generation": "ddr4", "ecc": True}
    assert (row["status"], row["first_seen_at"], row["observed_at"]) == ("active", NOON, NOON)


async def test_an_older_event_never_overwrites_a_newer_row(pool, catalog):
    await catalog.show_listings([scored(1, observed_at=LATER, unit_minor=2500)])
    await catalog.show_listings([scored(1, unit_minor=4000)])

    assert (await listing(pool))["unit_minor"] == 2500
    assert await prices(pool) == [(NOON, 4000), (LATER, 2500)]


async def test_of_one_listing_in_one_batch_the_newest_counts_and_every_price_is_kept(pool, catalog):
    steps = [NOON + timedelta(minutes=each) for each in range(4)]
    asked = [4000, 3500, 3500, 4000]
    batch = [scored(1, observed_at=at, unit_minor=price) for at, price in zip(steps, asked, strict=True)]

    await catalog.show_listings([batch[2], batch[0], batch[3], batch[1]])

    assert (await listing(pool))["observed_at"] == steps[3]
    assert await prices(pool) == [(steps[0], 4000), (steps[1], 3500), (steps[3], 4000)]


async def test_an_unchanged_price_adds_no_point(pool, catalog):
    await catalog.show_listings([scored(1)])
    await catalog.show_listings([scored(1, observed_at=LATER, title="Another title, the same price")])

    assert await prices(pool) == [(NOON, 3000)]
    assert (await listing(pool))["title"] == "Another title, the same price"


async def test_handling_a_batch_twice_changes_nothing(pool, catalog):
    batch = [scored(number) for number in range(5)]
    await catalog.show_listings(batch)
    before = await pool.fetch("select *, xmin::text from listings order by listing_id")

    await catalog.show_listings(batch)

    assert await pool.fetch("select *, xmin::text from listings order by listing_id") == before
    assert await pool.fetchval("select count(*) from price_points") == 5


async def test_the_end_of_a_listing_counts_even_when_it_comes_first(pool, catalog):
    event = scored(1)
    await catalog.end_listings([ended(event, LATER)])
    await catalog.show_listings([event])

    row = await listing(pool)
    assert (row["status"], row["ended_at"], row["end_reason"]) == ("ended", LATER, "gone")


async def test_a_listing_that_comes_back_is_active_again(pool, catalog):
    event = scored(1)
    await catalog.show_listings([event])
    await catalog.end_listings([ended(event, LATER)])
    await catalog.show_listings([scored(1, observed_at=LATER + timedelta(hours=1))])

    row = await listing(pool)
    assert (row["status"], row["ended_at"], row["first_seen_at"]) == ("active", None, NOON)


async def test_listing_and_ending_at_the_same_time_end_it(pool, catalog):
    batch = [scored(number) for number in range(50)]

    await asyncio.gather(catalog.show_listings(batch), catalog.end_listings([ended(each, LATER) for each in batch]))

    assert await pool.fetchval("select count(*) from listings where status = 'active'") == 0


async def test_nul_in_seller_text_is_dropped_and_backslashes_stay(pool, catalog):
    title = "32GB\0 RDIMM \\u0000 \\\0"
    await catalog.show_listings([scored(1, title=title, aspects={"Brand": "Kes\0trel"})])

    row = await listing(pool)
    assert (row["title"], row["aspects"]) == ("32GB RDIMM \\u0000 \\", {"Brand": "Kestrel"})


async def test_a_listing_without_price_and_key_is_kept(pool, catalog):
    await catalog.show_listings([scored(1, unit_minor=None, product=product(None, component_type="other"))])

    row = await listing(pool)
    assert (row["unit_minor"], row["price"], row["verdict"]) == (None, None, "not_enough_evidence")
    assert await pool.fetchval("select count(*) from products") == 0


async def test_the_newest_baseline_of_a_product_is_kept_whichever_comes_first(pool, catalog):
    await catalog.show_baselines([band(version=3, median=6000), band(version=2)])
    await catalog.show_listings([scored(1)])
    await catalog.show_baselines([band(version=1)])

    row = await pool.fetchrow("select * from products")
    assert (row["product_key"], row["component_type"], row["version"]) == (RAM_KEY, "ram", 3)
    assert row["strata"][0]["p50_minor"] == 6000


async def test_a_delivery_may_come_before_its_alert_and_the_last_attempt_counts(pool, catalog):
    raised = alert(scored(1))
    await catalog.show_deliveries([delivered(raised, "confirmed", attempt=2), delivered(raised, "unknown", attempt=1)])
    await catalog.show_deliveries([delivered(raised, "unknown", attempt=1)])
    await catalog.show_alerts([raised, raised])

    assert await pool.fetchval("select count(*) from alerts") == 1
    assert await pool.fetchval("select state from deliveries") == "confirmed"
    assert await pool.fetchval("select matches->0->>'watch_name' from alerts") == "Cheap memory"


async def test_the_reader_may_look_and_not_touch(pool, catalog, database_url):
    await catalog.show_listings([scored(1)])
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("set role dealstream_reader")
        assert await connection.fetchval("select count(*) from catalog.listings") == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("delete from catalog.listings")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("select count(*) from migrations.applied")
    finally:
        await connection.close()
