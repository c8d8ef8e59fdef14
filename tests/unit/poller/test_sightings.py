"""Which listings are news."""

from datetime import UTC, datetime, timedelta
from typing import Any

from libs.contracts.listing import Listing
from services.poller.sightings import Known, compare
from services.poller.sources.ebay.fingerprint import fingerprint

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=2)


def listing(**fields: Any) -> Listing:
    return Listing.model_validate(
        {
            "listing_id": "ebay:1",
            "source": "ebay",
            "marketplace": "EBAY_US",
            "vertical": "server",
            "item_id": "1",
            "title": "32GB DDR4",
            "currency": "USD",
            "price_minor": 5000,
            "shipping_minor": 500,
            **fields,
        }
    )


def known(before: Listing, *, ended: bool = False) -> dict[str, Known]:
    return {before.listing_id: Known(fingerprint(before), before, BEFORE, ended)}


def test_an_unknown_listing_is_news_without_a_past() -> None:
    look = compare([listing()], {}, observed_at=NOW, search_id="s")

    (event,) = look.news
    assert (event.previous, event.search_id, event.observed_at) == (None, "s", NOW)


def test_an_unchanged_listing_is_no_news() -> None:
    look = compare([listing()], known(listing()), observed_at=NOW, search_id=None)

    assert look.news == ()
    assert [each.listing_id for each in look.unchanged] == ["ebay:1"]


def test_a_changed_price_is_news_and_carries_the_former_one() -> None:
    look = compare([listing(price_minor=4000)], known(listing()), observed_at=NOW, search_id=None)

    (event,) = look.news
    assert event.previous is not None
    assert (event.previous.asking_minor, event.previous.shipping_minor, event.previous.seen_at) == (5000, 500, BEFORE)


def test_the_same_fact_has_the_same_id() -> None:
    first = compare([listing()], {}, observed_at=BEFORE, search_id="one").news[0]
    again = compare([listing()], {}, observed_at=NOW, search_id="two").news[0]
    other = compare([listing(price_minor=1)], {}, observed_at=NOW, search_id="two").news[0]

    assert first.event_id == again.event_id != other.event_id


def test_a_listing_that_comes_back_is_news() -> None:
    look = compare([listing()], known(listing(), ended=True), observed_at=NOW, search_id=None)

    assert len(look.news) == 1


def test_two_entries_of_one_listing_are_one() -> None:
    look = compare([listing(), listing(price_minor=4500)], {}, observed_at=NOW, search_id=None)

    assert [each.listing.price_minor for each in look.news] == [4500]
