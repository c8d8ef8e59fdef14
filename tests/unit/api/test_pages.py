"""What the console writes: money, moments, bands, addresses."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from libs.contracts.listing import BaselineRef
from services.api.pages.band import MARGIN, WIDTH, band
from services.api.pages.filters import DealFilter
from services.api.pages.words import ago, money, safe_link, sureness

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
USUAL = BaselineRef(
    product_key="ram:x",
    stratum="used_working",
    version=1,
    n=40,
    p10_minor=3500,
    p25_minor=4250,
    p50_minor=5000,
    p75_minor=6000,
    p90_minor=7000,
    currency="USD",
)


@pytest.mark.parametrize(
    ("minor", "currency", "wanted"),
    [
        (123450, "USD", "$1,234.50"),
        (-900, "GBP", "−£9.00"),
        (85000, "SEK", "850.00 SEK"),
        (500, "JPY", "¥500"),
        (None, "USD", "—"),
        (0, "EUR", "€0.00"),
    ],
)
def test_money_is_written_with_its_currency(minor, currency, wanted):
    assert money(minor, currency) == wanted


@pytest.mark.parametrize(
    ("passed", "wanted"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=61), "1 h ago"),
        (timedelta(days=-2, hours=-1), "in 2 d"),
        (timedelta(seconds=-59), "just now"),
    ],
)
def test_moments_lie_behind_or_ahead(passed, wanted):
    assert ago(NOW - passed, NOW) == wanted


def test_confidence_has_three_words():
    assert [sureness(each) for each in (0.7, 0.4, 0.39)] == ["sure", "fairly sure", "unsure"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.ebay.example/itm/1", True),
        ("http://127.0.0.1:7/x.svg", True),
        ("http://127.0.0.1:8/x.svg", False),
        ("http://www.ebay.example/itm/1", False),
        ("javascript:alert(1)", False),
        ("https://user@evil.example/", False),
        ("//evil.example/x", False),
        ("https://[broken", False),
        (None, False),
    ],
)
def test_only_https_and_named_hosts_are_links(url, shown):
    assert safe_link(url, frozenset({"127.0.0.1:7"})) == (url if shown else None)


def test_a_band_lies_in_order_within_its_picture():
    drawn = band(3000, USUAL)

    places = [MARGIN, drawn.price, drawn.p10, drawn.p25, drawn.p50, drawn.p75, drawn.p90, WIDTH - MARGIN]
    assert places == sorted(places)
    assert not drawn.beyond


@pytest.mark.parametrize(("unit_minor", "place"), [(1, MARGIN), (10**9, WIDTH - MARGIN)])
def test_a_price_far_outside_sits_at_the_rim(unit_minor, place):
    drawn = band(unit_minor, USUAL)

    assert (drawn.price, drawn.beyond) == (place, True)


def test_a_band_of_one_single_price_can_be_drawn():
    flat = USUAL.model_copy(update=dict.fromkeys(("p10_minor", "p25_minor", "p50_minor", "p75_minor", "p90_minor"), 7))

    assert band(7, flat).price == WIDTH / 2


def test_filters_are_read_from_an_address_and_written_back():
    given = DealFilter.read({"component_type": "ram", "max_price": "42,50", "verdict": "all", "sort": "price"})

    assert (given.query().max_price, given.query().verdict, given.query().sort) == (Decimal("42.50"), [], "price")
    assert given.address == "/?component_type=ram&verdict=all&max_price=42.50&sort=price"


def test_filters_that_cannot_be_read_count_as_not_given():
    odd = {"min_score": "1e999", "max_price": "-3", "verdict": "superb", "sort": "luck", "q": " "}

    assert DealFilter.read(odd) == DealFilter()
    assert DealFilter().address == "/"
