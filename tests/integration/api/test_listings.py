"""Listings, alerts and products as the API shows them."""

from datetime import timedelta

import pytest

from libs.contracts.listing import Seller
from tests.support.scored import NOON, RAM_KEY, WATCH_ID, alert, band, delivered, ended, product, scored


@pytest.fixture
async def market(console):
    """Five listings: three of memory at 30, 42.50 and 60 dollars, a drive without evidence, one that ended."""
    drive = product("drive:nvme:2.5:3.84tb:ssd", component_type="drive", attributes={"capacity_tb": 3.84, "nvme": True})
    events = [
        scored(1, unit_minor=3000),
        scored(2, unit_minor=4250, shipping_minor=None, seller=Seller(name="other")),
        scored(3, unit_minor=6000, marketplace="EBAY_DE", title="Samsung 32GB RAM Modul"),
        scored(4, unit_minor=9900, product=drive, baseline=None, title="3.84TB NVMe U.2 drive"),
        scored(5, unit_minor=2000),
    ]
    await console.catalog.show_listings(events)
    await console.catalog.end_listings([ended(events[4], NOON + timedelta(hours=1))])
    await console.catalog.show_baselines([band()])
    return events


async def numbers(client, **parameters):
    answer = await client.get("/v1/listings", params=parameters)
    assert answer.status_code == 200, answer.text
    return [int(each["listing_id"].split("|")[1]) - 25600000 for each in answer.json()["items"]]


async def test_listings_are_filtered_by_everything_readers_ask_for(client, market):
    assert await numbers(client) == [1, 4, 2, 3]
    assert await numbers(client, component_type="drive") == [4]
    assert await numbers(client, product_key=RAM_KEY) == [1, 2, 3]
    assert await numbers(client, verdict=["great", "good"]) == [1, 2]
    assert await numbers(client, max_price="42.50") == [1, 2]
    assert await numbers(client, seller="other") == [2]
    assert await numbers(client, marketplace="EBAY_DE") == [3]
    assert await numbers(client, q="modul samsung") == [3]
    assert await numbers(client, active="false") == [5]
    assert await numbers(client, condition="new") == []
    assert await numbers(client, min_score=0, max_score=100, limit=1) == [1]
    assert await numbers(client, **{"attr.capacity_gb": "32", "attr.ecc": "true"}) == [1, 2, 3]
    assert await numbers(client, **{"attr.capacity_tb": "3.84"}) == [4]
    assert await numbers(client, **{"attr.generation": "ddr5"}) == []


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [("score", [1, 4, 2, 3]), ("price", [1, 2, 3, 4]), ("saving", [1, 2, 3, 4]), ("seen", None), ("listed", None)],
)
async def test_pages_follow_each_other_without_gap_or_overlap(client, market, sort, wanted):
    seen, cursor = [], None
    while True:
        parameters = {"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/listings", params=parameters)).json()
        seen += [int(each["listing_id"].split("|")[1]) - 25600000 for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == wanted if wanted else sorted(seen) == [1, 2, 3, 4]


async def test_unknown_shipping_is_null_and_free_is_zero(client, market):
    items = (await client.get("/v1/listings", params={"product_key": RAM_KEY})).json()["items"]

    assert [each["shipping_minor"] for each in items] == [0, None, 0]


async def test_a_listing_explains_itself(console, client, market):
    later = NOON + timedelta(minutes=7)
    await console.catalog.show_listings([scored(1, unit_minor=2800, observed_at=later)])

    body = (await client.get("/v1/listings/ebay:v1|25600001|0")).json()

    assert [(each["at"], each["asking_minor"]) for each in body["price_history"]] == [
        ("2026-03-02T12:00:00Z", 3000),
        ("2026-03-02T12:07:00Z", 2800),
    ]
    assert round(sum(each["points"] for each in body["contributions"]), 2) == body["score"]
    assert body["product_attributes"][0] == {
        "name": "capacity_gb",
        "value": 32,
        "origin": "title",
        "evidence": "32",
    }
    assert (body["baseline"]["n"], body["baseline"]["p50_minor"], body["verdict"]) == (40, 5000, "great")


async def test_alerts_tell_where_they_arrived(console, client, market):
    first, second = alert(market[0], channels=("discord", "webhook")), alert(market[1])
    await console.catalog.show_alerts([first, second])
    await console.catalog.show_deliveries(
        [delivered(first, message_id="77"), delivered(second, "unknown", reason="the connection broke")]
    )

    async def found(**parameters):
        items = (await client.get("/v1/alerts", params=parameters)).json()["items"]
        return [each["alert_id"] for each in items]

    items = (await client.get("/v1/alerts")).json()["items"]
    by_id = {each["alert_id"]: each for each in items}
    deliveries = by_id[str(first.alert_id)]["deliveries"]
    assert [(each["channel"], each["state"], each["message_id"]) for each in deliveries] == [
        ("discord", "confirmed", "77"),
        ("webhook", "pending", None),
    ]
    assert await found(state="pending") == [str(first.alert_id)]
    assert await found(state="unknown") == [str(second.alert_id)]
    assert len(await found(watch=str(WATCH_ID))) == 2
    assert await found(watch="00000000-0000-0000-0000-000000000000") == []
    assert await found(since="2026-03-02T12:00:02Z") == []
    page = (await client.get("/v1/alerts", params={"limit": 1})).json()
    rest = await found(limit=1, cursor=page["next_cursor"])
    assert {page["items"][0]["alert_id"], *rest} == {str(first.alert_id), str(second.alert_id)}


async def test_a_product_tells_what_it_usually_costs(client, market):
    body = (await client.get(f"/v1/products/{RAM_KEY}")).json()

    assert (body["component_type"], body["listings_active"], body["listings_total"]) == ("ram", 3, 4)
    assert (body["version"], body["strata"][0]["p50_minor"], body["currency"]) == (1, 5000, "USD")
