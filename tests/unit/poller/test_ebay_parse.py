import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from libs.contracts.listing import Listing, Seller
from services.poller.sources.ebay.parse import PARSER, parse
from services.poller.sources.errors import UnknownMarketplaceError
from tests.support.ebay import US, search_answer, summary, whole_item


def read(**changes) -> Listing:
    parsed = parse(search_answer(summary(**changes)), US)
    assert parsed.rejected == ()
    return parsed.listings[0]


def test_a_summary_becomes_a_listing_with_every_field():
    parsed = parse(search_answer(summary()), US)
    assert parsed.parser == PARSER == "ebay-browse-1"
    assert parsed.warnings == ()
    assert parsed.listings == (
        Listing(
            listing_id="ebay:v1|256218800001|0",
            source="ebay",
            marketplace="EBAY_US",
            vertical="server",
            item_id="v1|256218800001|0",
            title="Samsung 32GB DDR4 2666 RDIMM M393A4K40CB2-CTD",
            currency="USD",
            price_minor=5490,
            shipping_minor=525,
            buying_options=("FIXED_PRICE", "BEST_OFFER"),
            condition_id="3000",
            condition_text="Used",
            seller=Seller(name="ram_shack", feedback_score=12345, feedback_percent=99.8, top_rated=True),
            url="https://www.ebay.com/itm/256218800001",
            image_url="https://i.ebayimg.com/images/g/one/s-l225.jpg",
            country="US",
            category_ids=("170083", "58058"),
            aspects={"ePID": "14026312333"},
            listed_at=datetime(2026, 11, 19, 8, 30, tzinfo=UTC),
        ),
    )


def test_a_whole_item_adds_aspects_quantity_and_categories():
    listing = parse(whole_item(lotSize=4), US).listings[0]
    assert listing.aspects == {
        "Total Capacity": "32 GB",
        "Bus Speed": "PC4-21300 (DDR4-2666)",
        "Brand": "Samsung",
        "MPN": "M393A4K40CB2-CTD",
        "ePID": "14026312333",
        "Lot Size": "4",
    }
    assert listing.quantity_available == 7
    assert listing.category_ids == ("170083", "175673", "58058")


@pytest.mark.parametrize(
    "payload",
    [
        search_answer(summary()),
        [summary()],
        summary(),
        {"items": [summary()]},
        json.dumps([summary()]),
        json.dumps(search_answer(summary())).encode(),
        b"\xef\xbb\xbf" + json.dumps([summary()]).encode(),
        bytearray(json.dumps(summary()).encode()),
    ],
    ids=["envelope", "bare list", "one item", "several items", "text", "bytes", "byte order mark", "bytearray"],
)
def test_every_known_shape_gives_the_listing(payload):
    assert [each.item_id for each in parse(payload, US).listings] == ["v1|256218800001|0"]


def test_a_search_without_a_match_is_empty_without_itemsummaries():
    parsed = parse(search_answer(), US)
    assert (parsed.listings, parsed.rejected, parsed.warnings, parsed.total) == ((), (), (), 0)


def test_the_envelope_tells_total_and_whether_there_is_more():
    parsed = parse(search_answer(summary(), total=1343, next="https://api.ebay.com/next"), US)
    assert (parsed.total, parsed.more) == (1343, True)
    assert parse(search_answer(summary()), US).more is False


def test_a_pure_auction_has_a_bid_and_no_price():
    listing = read(
        price=None,
        currentBidPrice={"value": "10.50", "currency": "USD"},
        bidCount=3,
        buyingOptions=["AUCTION"],
        itemEndDate="2026-11-25T20:00:00.000Z",
    )
    assert (listing.price_minor, listing.bid_minor, listing.bid_count) == (None, 1050, 3)
    assert listing.asking_minor == 1050
    assert listing.ends_at == datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def test_an_auction_with_buy_it_now_has_both():
    listing = read(
        currentBidPrice={"value": "1.00", "currency": "USD"}, bidCount=0, buyingOptions=["FIXED_PRICE", "AUCTION"]
    )
    assert (listing.price_minor, listing.bid_minor, listing.bid_count) == (5490, 100, 0)


def test_an_auction_with_neither_price_nor_bid_is_kept_and_named():
    parsed = parse([summary(price=None, buyingOptions=["AUCTION"])], US)
    listing = parsed.listings[0]
    assert (listing.asking_minor, listing.currency) == (None, "USD")
    assert parsed.warnings == ("v1|256218800001|0: it names neither a price nor a bid",)


@pytest.mark.parametrize(("value", "shown"), [("0.00", "0.00 USD"), ("0", "0.00 USD"), ("-3.00", "-3.00 USD")])
def test_a_price_of_zero_or_less_is_absent_and_named(value, shown):
    parsed = parse([summary(price={"value": value, "currency": "USD"})], US)
    assert parsed.listings[0].price_minor is None
    assert parsed.warnings == (f"v1|256218800001|0: price is {shown}: treated as absent",)


def test_a_converted_price_keeps_the_sellers_currency():
    listing = read(
        price={
            "value": "241.98",
            "currency": "USD",
            "convertedFromValue": "189.99",
            "convertedFromCurrency": "GBP",
        },
        shippingOptions=[
            {
                "shippingCostType": "FIXED",
                "shippingCost": {
                    "value": "11.46",
                    "currency": "USD",
                    "convertedFromValue": "9.00",
                    "convertedFromCurrency": "GBP",
                },
            }
        ],
        listingMarketplaceId="EBAY_GB",
    )
    assert (listing.price_minor, listing.currency) == (18999, "GBP")
    assert (listing.shipping_minor, listing.marketplace) == (900, "EBAY_GB")


def cost(value: str, currency: str = "USD") -> dict:
    return {"shippingCostType": "FIXED", "shippingCost": {"value": value, "currency": currency}}


CALCULATED = {"shippingCostType": "CALCULATED"}


@pytest.mark.parametrize(
    ("options", "minor"),
    [
        (None, None),
        ([], None),
        ([CALCULATED], None),
        ([cost("0.00")], 0),
        ([cost("12.00"), cost("5.25")], 525),
        ([CALCULATED, cost("9.00")], 900),
        ([{**CALCULATED, "shippingCost": {"value": "7.00", "currency": "USD"}}], 700),
        ([cost("5.00", "EUR")], None),
        ([cost("0.00", "EUR")], 0),
        ([cost("-1.00")], None),
        ([cost("free")], None),
        ([cost("4.00", "XXX"), cost("6.00")], 600),
        ("none", None),
        ([None, 7, "x"], None),
    ],
)
def test_shipping_is_the_cheapest_known_cost_and_unknown_is_not_free(options, minor):
    assert read(shippingOptions=options).shipping_minor == minor


@pytest.mark.parametrize("condition", ["Nuovo", "Brand New", "Neu", "新品"])
def test_the_condition_is_its_id_beside_localised_words(condition):
    listing = read(condition=condition, conditionId="1000")
    assert (listing.condition_id, listing.condition_text) == ("1000", condition)


@pytest.mark.parametrize(
    ("seller", "expected"),
    [
        (None, Seller(top_rated=True)),
        ({}, Seller(top_rated=True)),
        ({"feedbackPercentage": "100.0"}, Seller(feedback_percent=100.0, top_rated=True)),
        ({"feedbackPercentage": "n/a", "feedbackScore": "77"}, Seller(feedback_score=77, top_rated=True)),
        ({"feedbackPercentage": "NaN", "feedbackScore": 10**30}, Seller(top_rated=True)),
        (
            {"feedbackPercentage": 98.5, "feedbackScore": -4},
            Seller(feedback_score=-4, feedback_percent=98.5, top_rated=True),
        ),
    ],
)
def test_a_seller_may_leave_out_anything(seller, expected):
    assert read(seller=seller).seller == expected


@pytest.mark.parametrize(
    ("availability", "left"),
    [
        ({"estimatedAvailabilityStatus": "OUT_OF_STOCK"}, 0),
        ({"estimatedAvailabilityStatus": "OUT_OF_STOCK", "estimatedAvailableQuantity": 2}, 0),
        ({"availabilityThresholdType": "MORE_THAN", "availabilityThreshold": 10}, 10),
        ({"estimatedAvailabilityStatus": "IN_STOCK"}, None),
        ({"estimatedAvailableQuantity": -1}, None),
    ],
)
def test_the_quantity_is_what_is_left_at_least(availability, left):
    assert parse(whole_item(estimatedAvailabilities=[availability]), US).listings[0].quantity_available == left


def test_a_group_of_variations_is_marked_and_keeps_its_variation_address():
    listing = read(
        itemId="v1|334691749565|543843548440",
        itemGroupType="SELLER_DEFINED_VARIATIONS",
        itemWebUrl="https://www.ebay.com/itm/334691749565?var=543843548440&hash=item4ded",
    )
    assert listing.variations is True
    assert listing.url == "https://www.ebay.com/itm/334691749565?var=543843548440"


def test_the_picture_falls_back_to_thumbnail_then_to_any_other():
    other = [{"imageUrl": "https://i.ebayimg.com/images/g/three/s-l225.jpg"}]
    assert read(image=None).image_url == "https://i.ebayimg.com/images/g/two/s-l1200.jpg"
    assert read(image=None, thumbnailImages=None, additionalImages=other).image_url == other[0]["imageUrl"]
    assert read(image=None, thumbnailImages=None).image_url is None


@pytest.mark.parametrize(
    "url",
    [
        "http://www.ebay.com/itm/1",
        "javascript:alert(1)",
        "//www.ebay.com/itm/1",
        "https://user:pass@www.ebay.com/itm/1",
        "https:///itm/1",
        "https://www.ebay.com/itm/1 onmouseover=x",
        'https://www.ebay.com/itm/"><script>',
        "https://www.ebay.com:99999/itm/1",
        "https://[::1/itm/1",
        "https://www.ebay.com/" + "a" * 3000,
        "http://127.0.0.1:9000/itm/1",
        "",
        7,
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_dropped(url):
    listing = read(itemWebUrl=url, image={"imageUrl": url}, thumbnailImages=None)
    assert (listing.url, listing.image_url) == (None, None)


def test_addresses_of_this_machine_are_kept_where_the_simulator_is_asked():
    context = replace(US, allow_loopback=True)
    item = summary(itemWebUrl="http://127.0.0.1:9000/itm/1", image={"imageUrl": "http://localhost:9000/i.jpg"})
    listing = parse(item, context).listings[0]
    assert (listing.url, listing.image_url) == ("http://127.0.0.1:9000/itm/1", "http://localhost:9000/i.jpg")


def test_aspects_of_any_type_become_text_under_their_localised_name():
    aspects = [
        {"type": "STRING", "name": "Marke", "value": "Samsung"},
        {"type": "STRING_ARRAY", "name": "Anschlüsse", "value": ["HDMI", "DVI"]},
        {"type": "STRING", "name": "Marke", "value": "Samsung Electronics"},
        {"type": "STRING", "name": "", "value": "x"},
        {"type": "STRING", "name": "Leer", "value": ""},
        {"name": "Falsch", "value": {"a": 1}},
        "x",
    ]
    listing = parse(whole_item(localizedAspects=aspects, brand=None, mpn=None, epid=None), US).listings[0]
    assert listing.aspects == {"Marke": "Samsung, Samsung Electronics", "Anschlüsse": "HDMI, DVI"}


def test_an_item_without_a_home_site_belongs_to_the_marketplace_asked():
    assert read(listingMarketplaceId=None).marketplace == "EBAY_US"


def test_a_marketplace_that_does_not_exist_is_refused_before_anything_is_read():
    with pytest.raises(UnknownMarketplaceError, match="ebay has no marketplace 'EBAY_UK'; known are: EBAY_AT, "):
        parse(search_answer(summary()), replace(US, marketplace="EBAY_UK"))


def test_prices_in_a_foreign_currency_warn_that_another_marketplace_answered():
    parsed = parse(search_answer(summary()), replace(US, marketplace="EBAY_GB"))
    assert len(parsed.listings) == 1
    assert parsed.warnings == ("prices are shown in USD, not in GBP: this may not be an answer of EBAY_GB",)


def test_ignored_parts_of_a_request_are_told_with_the_items_kept():
    warning = {
        "errorId": 12012,
        "message": "The 'priceCurrency' filter is missing.",
        "parameters": [{"name": "filter", "value": "price"}],
    }
    parsed = parse(search_answer(summary(), warnings=[warning]), US)
    assert len(parsed.listings) == 1
    assert parsed.warnings == ("warning 12012: The 'priceCurrency' filter is missing. (filter=price)",)


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", 7, "2" * 500])
def test_an_absurd_date_counts_as_not_said(moment):
    listing = read(itemCreationDate=moment, itemEndDate=moment)
    assert (listing.listed_at, listing.ends_at) == (None, None)
