"""The simulated eBay, asked over real sockets."""

import time
from collections import Counter

import httpx
import pytest

from tests.support.simulator import application_token, running_simulator

SEARCH = "/buy/browse/v1/item_summary/search"
EVERYTHING = "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}"


@pytest.fixture(scope="module")
def base_url():
    with running_simulator(speed=0) as url:
        yield url


@pytest.fixture
def ebay(base_url):
    with httpx.Client(base_url=base_url, timeout=10) as client:
        client.headers["Authorization"] = f"Bearer {application_token(client)}"
        yield client


def search(client, headers=None, **params):
    answer = client.get(SEARCH, params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pages(client, **params):
    body = search(client, **params)
    while True:
        yield from body.get("itemSummaries", [])
        if "next" not in body:
            return
        body = client.get(body["next"]).json()


def truths(client):
    return {row["item_id"]: row for row in client.get("/simulator/truth").json()["items"]}


def test_polling_page_by_page_warms_fifteen_products(ebay):
    truth = truths(ebay)
    used = Counter()
    for query in (
        "ddr4 (ecc, rdimm, registered, lrdimm)",
        "(ddr3, ddr5)",
        "(ssd, hdd, drive)",
        "(xeon, epyc)",
        "(tesla, rtx, sfp)",
    ):
        for item in pages(ebay, q=query, limit=200, sort="newlyListed"):
            if item["conditionId"] == "3000":
                used[truth[item["itemId"]]["product_key"]] += 1
    assert sum(number >= 15 for number in used.values()) >= 15


def test_a_search_answers_the_envelope_and_pages_without_repeating(ebay):
    body = search(ebay, q="ddr4", limit=50)
    assert body["limit"] == 50
    assert body["offset"] == 0
    assert "prev" not in body
    assert len(body["itemSummaries"]) == 50
    second = ebay.get(body["next"]).json()
    assert second["offset"] == 50
    assert second["prev"].endswith("offset=0")
    ids = [item["itemId"] for item in pages(ebay, q="ddr4", limit=200)]
    assert len(ids) == len(set(ids)) == body["total"]


def test_item_summaries_are_absent_when_nothing_matches(ebay):
    body = search(ebay, q="zeppelin")
    assert body["total"] == 0
    assert not {"itemSummaries", "next", "prev", "warnings"} & set(body)


def test_words_are_all_needed_and_groups_offer_a_choice(ebay):
    assert all("samsung" in item["title"].lower() for item in pages(ebay, q="Samsung DDR4", limit=200))
    both = {item["itemId"] for item in pages(ebay, q="ddr4 (samsung, hynix)", limit=200)}
    one = {item["itemId"] for item in pages(ebay, q="ddr4 samsung", limit=200)}
    other = {item["itemId"] for item in pages(ebay, q="ddr4 hynix", limit=200)}
    assert both == one | other
    assert one
    assert other


def test_only_fixed_prices_are_found_unless_auctions_are_asked_for(ebay):
    assert all("FIXED_PRICE" in item["buyingOptions"] for item in pages(ebay, category_ids="11210", limit=200))
    auctions = list(pages(ebay, category_ids="11210", limit=200, filter="buyingOptions:{AUCTION}"))
    assert auctions
    pure = [item for item in auctions if item["buyingOptions"] == ["AUCTION"]]
    assert pure
    assert not any("price" in item for item in pure)
    assert all({"currentBidPrice", "bidCount", "itemEndDate"} <= set(item) for item in auctions)


def landed(item):
    shipping = item.get("shippingOptions", [{}])[0].get("shippingCost", {}).get("value", "0")
    return float(item["price"]["value"]) + float(shipping)


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ("price:[50..100],priceCurrency:USD", lambda item: 50 <= float(item["price"]["value"]) <= 100),
        ("price:[..20],priceCurrency:USD", lambda item: float(item["price"]["value"]) <= 20),
        ("price:[500],priceCurrency:USD", lambda item: float(item["price"]["value"]) >= 500),
        ("conditionIds:{1000|1500}", lambda item: item["conditionId"] in {"1000", "1500"}),
        ("conditions:{NEW}", lambda item: item["conditionId"] in {"1000", "1500"}),
        ("conditions:{USED}", lambda item: item["conditionId"] not in {"1000", "1500"}),
        ("buyingOptions:{BEST_OFFER}", lambda item: "BEST_OFFER" in item["buyingOptions"]),
        ("itemLocationCountry:CN", lambda item: item["itemLocation"]["country"] == "CN"),
        ("sellers:{trusted_racks_us}", lambda item: item["seller"]["username"] == "trusted_racks_us"),
        ("excludeSellers:{trusted_racks_us}", lambda item: item["seller"].get("username") != "trusted_racks_us"),
        ("excludeCategoryIds:{11210}", lambda item: item["leafCategoryIds"] != ["11210"]),
        ("maxDeliveryCost:0", lambda item: item["shippingOptions"][0]["shippingCost"]["value"] == "0.00"),
        ("priorityListing:true", lambda item: item["priorityListing"]),
        ("bidCount:[2..],buyingOptions:{AUCTION}", lambda item: item["bidCount"] >= 2),
        ("itemEndDate:[2020-01-01T00:00:00Z..],buyingOptions:{AUCTION}", lambda item: "itemEndDate" in item),
        ("itemStartDate:[2020-01-01T00:00:00Z..]", lambda item: item["itemCreationDate"] > "2020"),
    ],
)
def test_filters_keep_what_they_say_and_lose_nothing_else(ebay, filters, holds):
    query = {"category_ids": "11210,175669,56083", "limit": 200}
    everything = {item["itemId"]: item for item in pages(ebay, **query)}
    found = {item["itemId"]: item for item in pages(ebay, **query, filter=filters)}
    assert found
    assert all(holds(item) for item in found.values())
    if "AUCTION" not in filters:
        assert {
            item_id for item_id, item in everything.items() if "shippingOptions" in item and holds_safely(holds, item)
        } <= set(found)


def holds_safely(holds, item):
    try:
        return holds(item)
    except KeyError:
        return False


@pytest.mark.parametrize(
    ("params", "warning"),
    [
        ({"filter": "price:[10..50]"}, 12012),
        ({"filter": "categoryIds:{11210}"}, 12002),
        ({"filter": "buyingOptions:AUCTION"}, 12002),
        ({"filter": "conditionIds:{used}"}, 12002),
        ({"filter": "price:[a..b],priceCurrency:USD"}, 12002),
        ({"filter": "sellers:{no such name}"}, 12003),
        ({"sort": "cheapest"}, 12008),
        ({"category_ids": "memory"}, 12009),
        ({"filter": "pickupCountry:US"}, 12010),
        ({"filter": "guaranteedDeliveryInDays:3"}, 12011),
        ({"filter": "sellerAccountTypes:{BUSINESS}"}, 12014),
        ({"filter": "deliveryPostalCode:95112"}, 12015),
        ({"fieldgroups": "EVERYTHING"}, 12016),
        ({"aspect_filter": "Brand:{Samsung}"}, 12017),
        ({"aspect_filter": "categoryId:11210,Brand:Samsung", "category_ids": "11210"}, 12018),
        ({"epid": "x"}, 12021),
        ({"gtin": "x"}, 12022),
        ({"charity_ids": "1"}, 12024),
        ({"compatibility_filter": "Year:2018"}, 12502),
    ],
)
def test_what_is_ignored_is_warned_of_with_http_200(ebay, params, warning):
    body = search(ebay, q="ddr4", **params)
    assert [element["errorId"] for element in body["warnings"]] == [warning]
    assert body["warnings"][0]["domain"] == "API_BROWSE"
    assert body["total"] > 0


@pytest.mark.parametrize(
    ("params", "headers", "status", "error_id"),
    [
        ({}, {}, 400, 12001),
        ({"filter": "conditions:{NEW}"}, {}, 400, 12001),
        ({"q": "ddr4", "offset": "-50"}, {}, 400, 12004),
        ({"q": "ddr4", "offset": "30"}, {}, 400, 12004),
        ({"q": "ddr4", "offset": "ten"}, {}, 400, 12005),
        ({"q": "ddr4", "limit": "0"}, {}, 400, 12006),
        ({"q": "ddr4", "limit": "201"}, {}, 400, 12006),
        ({"q": "ddr4", "limit": "many"}, {}, 400, 12007),
        ({"category_ids": "58058"}, {}, 409, 12013),
        ({"q": "ddr4"}, {"X-EBAY-C-MARKETPLACE-ID": "EBAY_IN"}, 409, 12019),
        ({"q": "a", "category_ids": "1,2", "fieldgroups": "ASPECT_REFINEMENTS"}, {}, 409, 12020),
        ({"q": "ddr4", "auto_correct": "YES"}, {}, 400, 12027),
        ({"q": "ddr4", "limit": "200", "offset": "10000"}, {}, 400, 12029),
        ({"q": "ddr4", "category_ids": "1,2,3,4,5"}, {}, 400, 12030),
        ({"q": "ddr4", "filter": "sellers:{" + "|".join(f"s{n}" for n in range(251)) + "}"}, {}, 400, 12032),
        ({"q": "ddr4", "filter": "qualifiedPrograms:{EBAY_PLUS}"}, {}, 400, 12033),
        ({"q": "ddr4", "sort": "endingSoonest", "filter": "buyingOptions:{FIXED_PRICE}"}, {}, 400, 12034),
    ],
)
def test_what_cannot_be_answered_is_refused(ebay, params, headers, status, error_id):
    answer = ebay.get(SEARCH, params=params, headers=headers)
    assert answer.status_code == status
    [error] = answer.json()["errors"]
    assert error["errorId"] == error_id
    assert {"domain", "category", "message", "longMessage"} <= set(error)


@pytest.mark.parametrize(
    ("sort", "key", "reverse"),
    [
        ("price", landed, False),
        ("-price", landed, True),
        ("endingSoonest", lambda item: item["itemEndDate"], False),
    ],
)
def test_sorts(ebay, sort, key, reverse):
    filters = "buyingOptions:{AUCTION}" if sort == "endingSoonest" else "itemLocationCountry:US,maxDeliveryCost:100"
    found = search(ebay, q="ddr4", sort=sort, limit=200, filter=filters)["itemSummaries"]
    at_home = [key(item) for item in found if item["listingMarketplaceId"] == "EBAY_US"]
    assert len(at_home) > 10
    assert at_home == sorted(at_home, reverse=reverse)


def test_newest_first_except_that_promoted_listings_float_up(ebay):
    found = search(ebay, q="ddr4", sort="newlyListed", limit=200)["itemSummaries"]
    ordinary = [item["itemCreationDate"] for item in found if not item["priorityListing"]]
    assert ordinary == sorted(ordinary, reverse=True)
    everything = [item["itemCreationDate"] for item in found]
    assert everything != sorted(everything, reverse=True)


@pytest.mark.parametrize(
    ("marketplace", "currency"), [("EBAY_US", "USD"), ("EBAY_GB", "GBP"), ("EBAY_DE", "EUR"), ("EBAY_AU", "AUD")]
)
def test_every_marketplace_has_its_own_currency_and_some_listings_from_abroad(ebay, marketplace, currency):
    found = search(ebay, q="(ddr4, ssd, xeon)", limit=200, headers={"X-EBAY-C-MARKETPLACE-ID": marketplace})[
        "itemSummaries"
    ]
    assert {item["price"]["currency"] for item in found} == {currency}
    converted = [item for item in found if "convertedFromCurrency" in item["price"]]
    assert converted
    assert all(item["listingMarketplaceId"] != marketplace for item in converted)


def test_a_misspelt_marketplace_silently_becomes_the_us(ebay):
    [item] = search(ebay, q="ddr4", limit=1, headers={"X-EBAY-C-MARKETPLACE-ID": "EBAY_USA"})["itemSummaries"]
    assert item["price"]["currency"] == "USD"


def test_conditions_are_written_in_the_language_of_the_marketplace(ebay):
    found = search(
        ebay, q="ddr4", limit=200, filter="conditionIds:{3000}", headers={"X-EBAY-C-MARKETPLACE-ID": "EBAY_DE"}
    )
    assert {item["condition"] for item in found["itemSummaries"]} == {"Gebraucht"}


def test_calculated_shipping_is_told_only_to_who_says_where(ebay):
    def calculated(headers):
        found = search(ebay, q="ddr4", limit=200, headers=headers)["itemSummaries"]
        return [
            option
            for item in found
            for option in item.get("shippingOptions", [])
            if option["shippingCostType"] == "CALCULATED"
        ]

    somewhere = {"X-EBAY-C-ENDUSERCTX": "contextualLocation=country%3DUS%2Czip%3D19406"}
    assert calculated({})
    assert not any("shippingCost" in option for option in calculated({}))
    assert all("shippingCost" in option for option in calculated(somewhere))


def test_an_affiliate_gets_an_affiliate_address(ebay):
    [item] = search(ebay, q="ddr4", limit=1, headers={"X-EBAY-C-ENDUSERCTX": "affiliateCampaignId=5338"})[
        "itemSummaries"
    ]
    assert item["itemAffiliateWebUrl"].endswith("campid=5338")


def test_refinements_count_the_matches(ebay):
    body = search(ebay, q="ddr4", fieldgroups="FULL", limit=1)
    assert sum(row["matchCount"] for row in body["refinement"]["conditionDistributions"]) == body["total"]
    assert {"aspectDistributions", "buyingOptionDistributions", "categoryDistributions"} <= set(body["refinement"])
    assert "shortDescription" in body["itemSummaries"][0]


def test_aspects_narrow_within_their_category(ebay):
    found = search(ebay, category_ids="11210", aspect_filter="categoryId:11210,Brand:{Samsung}", limit=200)
    assert "warnings" not in found
    assert 0 < found["total"] < search(ebay, category_ids="11210")["total"]


def test_an_item_answers_in_full_and_in_brief(ebay):
    summary = search(ebay, q="ddr4", limit=1, sort="newlyListed")["itemSummaries"][0]
    full = ebay.get(summary["itemHref"]).json()
    assert full["itemId"] == summary["itemId"]
    assert full["price"] == summary["price"]
    assert {
        "localizedAspects",
        "estimatedAvailabilities",
        "categoryPath",
        "returnTerms",
        "description",
        "seller",
    } <= set(full)
    assert {"type", "name", "value"} == set(full["localizedAspects"][0])
    brief = ebay.get(summary["itemHref"], params={"fieldgroups": "COMPACT"}).json()
    assert set(brief) <= {
        "itemId",
        "sellerItemRevision",
        "price",
        "marketingPrice",
        "estimatedAvailabilities",
        "currentBidPrice",
        "bidCount",
    }
    product = ebay.get(summary["itemHref"], params={"fieldgroups": "PRODUCT"}).json()
    assert product["product"]["title"]
    legacy = ebay.get(
        "/buy/browse/v1/item/get_item_by_legacy_id", params={"legacy_item_id": summary["legacyItemId"]}
    ).json()
    assert legacy["itemId"] == summary["itemId"]
    bad = ebay.get(summary["itemHref"], params={"fieldgroups": "ALL"})
    assert (bad.status_code, bad.json()["errors"][0]["errorId"]) == (400, 11501)


@pytest.mark.parametrize("item_id", ["v1|1|0", "v1|abc|0", "256000000001", "v2|256000000001|0"])
def test_an_unknown_item_is_not_found(ebay, item_id):
    answer = ebay.get(f"/buy/browse/v1/item/{item_id.replace('|', '%7C')}")
    assert (answer.status_code, answer.json()["errors"][0]["errorId"]) == (404, 11001)


def test_an_ended_item_is_not_found_and_the_truth_says_how(ebay):
    planted = ebay.post("/simulator/plant", json={"product_key": "cpu:intel:xeon:gold_6148"}).json()
    address = f"/buy/browse/v1/item/{planted['item_id'].replace('|', '%7C')}"
    assert ebay.get(address).status_code == 200
    ended = ebay.post("/simulator/end", json={"item_id": planted["item_id"], "how": "sold"}).json()
    assert ended["ended_how"] == "sold"
    assert ended["ended_at"] is not None
    assert ebay.get(address).json()["errors"][0]["errorId"] == 11001
    assert ebay.post("/simulator/end", json={"item_id": planted["item_id"]}).status_code == 409


@pytest.mark.parametrize(
    ("credentials", "data", "status", "error"),
    [
        (("simulator", "wrong"), {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (None, {"grant_type": "client_credentials"}, 401, "invalid_client"),
        (("simulator", "simulator"), {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (("simulator", "simulator"), {}, 400, "invalid_request"),
        (("simulator", "simulator"), {"grant_type": "client_credentials", "scope": "everything"}, 400, "invalid_scope"),
    ],
)
def test_bad_credentials_get_oauths_own_error_shape(base_url, credentials, data, status, error):
    answer = httpx.post(f"{base_url}/identity/v1/oauth2/token", auth=credentials, data=data)
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert set(answer.json()) == {"error", "error_description"}


def test_a_token_is_needed_and_must_be_known(base_url):
    missing = httpx.get(f"{base_url}{SEARCH}", params={"q": "ddr4"})
    assert (missing.status_code, missing.json()["errors"][0]["errorId"]) == (401, 1002)
    unknown = httpx.get(f"{base_url}{SEARCH}", params={"q": "ddr4"}, headers={"Authorization": "Bearer nonsense"})
    assert (unknown.status_code, unknown.json()["errors"][0]["errorId"]) == (401, 1001)


def test_a_token_expires():
    with running_simulator(speed=0, backlog=20, token_ttl_s=0.3) as url, httpx.Client(base_url=url) as client:
        client.headers["Authorization"] = f"Bearer {application_token(client)}"
        assert client.get(SEARCH, params={"q": "ddr4"}).status_code == 200
        time.sleep(0.35)
        assert client.get(SEARCH, params={"q": "ddr4"}).json()["errors"][0]["errorId"] == 1001
        client.headers["Authorization"] = f"Bearer {application_token(client)}"
        assert client.get(SEARCH, params={"q": "ddr4"}).status_code == 200
        client.post("/simulator/tokens/revoke")
        assert client.get(SEARCH, params={"q": "ddr4"}).status_code == 401


def test_the_daily_quota_is_counted_told_and_reset():
    with running_simulator(speed=0, backlog=20, daily_quota=3) as url, httpx.Client(base_url=url) as client:
        client.headers["Authorization"] = f"Bearer {application_token(client)}"

        def rate():
            body = client.get(
                "/developer/analytics/v1_beta/rate_limit/", params={"api_context": "buy", "api_name": "browse"}
            ).json()
            [resource] = body["rateLimits"][0]["resources"]
            assert resource["name"] == "buy.browse"
            return resource["rates"][0]

        assert [client.get(SEARCH, params={"q": "ddr4"}).status_code for _ in range(4)] == [200, 200, 200, 429]
        refusal = client.get(SEARCH, params={"q": "ddr4"}).json()["errors"][0]
        assert (refusal["errorId"], refusal["domain"]) == (2001, "ACCESS")
        assert {name: rate()[name] for name in ("count", "limit", "remaining", "timeWindow")} == {
            "count": 3,
            "limit": 3,
            "remaining": 0,
            "timeWindow": 86400,
        }
        assert "T07:00:" in rate()["reset"]
        client.post("/simulator/advance", json={"seconds": 86_400})
        assert rate()["remaining"] == 3
        assert client.get(SEARCH, params={"q": "ddr4"}).status_code == 200


def test_a_flood_is_listed_at_once_and_found_fast():
    with running_simulator(speed=0) as url, httpx.Client(base_url=url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {application_token(client)}"
        flooded = client.post("/simulator/flood", json={"count": 3000}).json()
        assert flooded["count"] == len(set(flooded["item_ids"])) == 3000
        truth = truths(client)
        assert set(flooded["item_ids"]) <= set(truth)
        found = {item["itemId"] for item in pages(client, q="ddr4", limit=200, sort="newlyListed")}
        assert len(found & set(flooded["item_ids"])) > 200


def test_planting_repricing_and_the_truth(ebay):
    planted = ebay.post("/simulator/plant", json={"product_key": "ram:ddr4:ecc_reg:32gb:2666"}).json()
    assert planted["is_deal"]
    assert planted["product_key"] == "ram:ddr4:ecc_reg:32gb:2666"
    assert planted["landed_unit_minor"] < planted["true_p10_minor"] < planted["true_value_minor"]
    assert planted["planted_at"] is not None
    deals = ebay.get("/simulator/truth", params={"deal": True}).json()["items"]
    assert planted["item_id"] in {row["item_id"] for row in deals}
    assert all(row["is_deal"] for row in deals)
    [one] = ebay.get("/simulator/truth", params={"item_id": f"ebay:{planted['item_id']}"}).json()["items"]
    assert one["item_id"] == planted["item_id"]
    cheaper = ebay.post("/simulator/reprice", json={"item_id": planted["item_id"], "price_minor": 1234}).json()
    assert cheaper["price_minor"] == 1234
    shown = ebay.get(f"/buy/browse/v1/item/{planted['item_id'].replace('|', '%7C')}").json()
    assert shown["price"]["value"] == "12.34"
    assert shown["marketingPrice"]["originalPrice"]["value"] == f"{planted['price_minor'] / 100:.2f}"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/simulator/plant", {"product_key": "ram:none"}, 404),
        ("/simulator/plant", {"condition_id": "1"}, 422),
        ("/simulator/plant", {"oops": 1}, 422),
        ("/simulator/end", {"item_id": "v1|5|0"}, 404),
        ("/simulator/advance", {"seconds": -5}, 422),
        ("/simulator/flood", {"count": 0}, 422),
        ("/simulator/faults", {"ebay": {"429": 2}}, 422),
    ],
)
def test_a_wrong_command_is_told(ebay, path, body, status):
    assert ebay.post(path, json=body).status_code == status


def test_pictures_and_item_pages_are_served(ebay):
    summary = search(ebay, q="ddr4", limit=1)["itemSummaries"][0]
    picture = httpx.get(summary["image"]["imageUrl"])
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")
    assert "Nothing is for sale" in httpx.get(summary["itemWebUrl"]).text


def test_health_and_metrics(ebay):
    assert ebay.get("/live").status_code == 200
    assert ebay.get("/ready").json()["checks"] == {"market": "ok"}
    assert "dealstream_simulator_answers_total" in ebay.get("/metrics").text
