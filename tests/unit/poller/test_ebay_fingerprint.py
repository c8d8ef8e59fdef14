import pytest

from services.poller.sources.ebay.fingerprint import complete, fingerprint
from services.poller.sources.ebay.parse import parse
from tests.support.ebay import US, summary, whole_item


def listing(**changes):
    return parse([summary(**changes)], US).listings[0]


def test_a_fingerprint_is_sixteen_stable_bytes():
    assert fingerprint(listing()) == "c5ccdf6491dc67f9db3671d07f9d6d9b"


@pytest.mark.parametrize(
    "changes",
    [
        {"price": {"value": "54.91", "currency": "USD"}},
        {"price": {"value": "54.90", "currency": "CAD"}},
        {"shippingOptions": None},
        {"shippingOptions": [{"shippingCost": {"value": "0", "currency": "USD"}}]},
        {"title": "Samsung 32GB DDR4 2666 RDIMM - price drop"},
        {"buyingOptions": ["FIXED_PRICE"]},
        {"currentBidPrice": {"value": "1.00", "currency": "USD"}},
        {"bidCount": 1},
        {"estimatedAvailabilities": [{"estimatedAvailableQuantity": 1}]},
    ],
)
def test_what_a_buyer_would_notice_is_news(changes):
    assert fingerprint(listing(**changes)) != fingerprint(listing())


@pytest.mark.parametrize(
    "changes",
    [
        {"buyingOptions": ["BEST_OFFER", "FIXED_PRICE"]},
        {"itemWebUrl": "https://www.ebay.com/itm/256218800001?hash=other"},
        {"image": None},
        {"seller": {"feedbackScore": 12346}},
        {"listingMarketplaceId": "EBAY_GB"},
        {"title": "  Samsung 32GB DDR4 2666 RDIMM M393A4K40CB2-CTD\x00 "},
    ],
)
def test_what_differs_from_search_to_search_is_no_news(changes):
    assert fingerprint(listing(**changes)) == fingerprint(listing())


def test_a_new_exchange_rate_is_no_news():
    def converted(shown: str) -> dict:
        return {
            "value": shown,
            "currency": "USD",
            "convertedFromValue": "189.99",
            "convertedFromCurrency": "GBP",
        }

    assert fingerprint(listing(price=converted("241.98"))) == fingerprint(listing(price=converted("243.10")))


def test_a_search_does_not_unsay_what_an_inspection_told():
    inspected = parse(whole_item(), US).listings[0]
    seen = complete(listing(shippingOptions=None), inspected)
    assert fingerprint(seen) == fingerprint(inspected)
    assert seen.aspects == inspected.aspects


def test_a_price_is_never_carried_over():
    assert complete(listing(price=None), listing()).price_minor is None


def test_shipping_is_not_carried_over_into_another_currency():
    assert (
        complete(listing(price={"value": "9", "currency": "CAD"}, shippingOptions=None), listing()).shipping_minor
        is None
    )
