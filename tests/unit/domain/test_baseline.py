"""What counts as an observation, and the numbers that describe many."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.listing import Listing, ListingExtracted, Product, UnitPrice
from libs.domain.baseline import Sample, observe, percentile, summarise

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "ram:ddr4:ecc_reg:32gb:2666"


def extracted(
    *,
    variations: bool = False,
    buying_options: tuple[str, ...] = (),
    ends_at: datetime | None = None,
    price: UnitPrice | None = None,
    **product: object,
) -> ListingExtracted:
    listing = Listing(
        listing_id="ebay:1",
        source="ebay",
        marketplace="EBAY_US",
        vertical="server",
        item_id="1",
        title="t",
        currency="USD",
        variations=variations,
        buying_options=buying_options,
        ends_at=ends_at,
    )
    understood = {"component_type": "ram", "product_key": KEY, "condition": "used_working", "stratum": "used_working"}
    return ListingExtracted(
        event_id=uuid4(),
        occurred_at=NOW,
        sighting_id=uuid4(),
        listing=listing,
        observed_at=NOW,
        product=Product.model_validate(understood | product),
        price=price or UnitPrice(unit_minor=4200, currency="USD", shipping_known=True),
        extractor_version="x",
    )


def test_a_listing_is_observed_at_its_unit_price() -> None:
    found = observe(extracted())

    assert found is not None
    assert (found.product_key, found.stratum, found.unit_minor, found.seen_at) == (KEY, "used_working", 4200, NOW)


@pytest.mark.parametrize(
    "event",
    [
        extracted(condition="for_parts"),
        extracted(product_key=None),
        extracted(product_key="other:caddy"),
        extracted(variations=True),
        extracted().model_copy(update={"price": None}),
        extracted(buying_options=("AUCTION",), ends_at=NOW + timedelta(days=3)),
    ],
    ids=["parts", "unidentified", "accessory", "variations", "no-price", "running-auction"],
)
def test_what_says_nothing_about_the_product_is_not_observed(event: ListingExtracted) -> None:
    assert observe(event) is None


@pytest.mark.parametrize(("q", "expected"), [(0.10, 14.0), (0.25, 20.0), (0.50, 30.0), (0.75, 40.0), (0.90, 46.0)])
def test_percentiles_interpolate_as_postgresql_does(q: float, expected: float) -> None:
    assert percentile([10, 20, 30, 40, 50], q) == pytest.approx(expected)


def test_a_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        percentile([], 0.5)


def test_the_bid_of_an_auction_about_to_end_counts() -> None:
    assert observe(extracted(buying_options=("AUCTION",), ends_at=NOW + timedelta(hours=1))) is not None


def test_four_observations_say_nothing() -> None:
    strata = {"used_working": Sample([1, 2, 3, 4], NOW, NOW), "new": Sample([1, 2, 3, 4, 5], NOW, NOW)}

    assert [each.stratum for each in summarise(strata)] == ["new"]


@given(st.lists(st.integers(1, 10**9), min_size=5))
def test_the_percentiles_are_in_order_and_within_the_prices(prices: list[int]) -> None:
    (stats,) = summarise({"used_working": Sample(sorted(prices), NOW, NOW)})
    band = [stats.p10_minor, stats.p25_minor, stats.p50_minor, stats.p75_minor, stats.p90_minor]

    assert band == sorted(band)
    assert min(prices) <= band[0]
    assert band[-1] <= max(prices)
    assert stats.n == len(prices)
