from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.listing import Listing, UnitPrice
from libs.domain.errors import PermanentError
from libs.domain.money import (
    EXPONENTS,
    AmountError,
    RateUnavailableError,
    UnknownCurrencyError,
    display,
    exponent,
    to_decimal,
    to_minor,
    unit_price,
)

DAY = date(2026, 11, 20)


class FixedRates:
    """Three invented rates, fixed two days before they are asked for."""

    def rate(self, source: str, target: str, on_date: date, /) -> tuple[float, date]:
        rates = {("GBP", "USD"): 1.25, ("JPY", "USD"): 0.0065, ("USD", "KWD"): 0.3}
        if (source, target) not in rates:
            raise RateUnavailableError(source, target, on_date)
        return rates[source, target], date(2026, 11, 18)


def listing(**fields) -> Listing:
    given_fields = {
        "listing_id": "ebay:v1|1|0",
        "source": "ebay",
        "marketplace": "EBAY_US",
        "vertical": "server",
        "item_id": "v1|1|0",
        "title": "Samsung 32GB DDR4",
        "currency": "USD",
    }
    return Listing(**(given_fields | fields))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("249.99", "USD", 24999),
        ("1,234.50", "USD", 123450),
        ("0.00", "USD", 0),
        ("-5.00", "EUR", -500),
        ("12", "GBP", 1200),
        ("12.", "GBP", 1200),
        (" 7.1 ", "USD", 710),
        ("1200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1.5", "KWD", 1500),
        ("0.125", "USD", 12),
        ("0.135", "USD", 14),
        (249.99, "USD", 24999),
        (0.1, "USD", 10),
        (3, "USD", 300),
        (Decimal("3.5"), "USD", 350),
    ],
)
def test_an_amount_is_read_into_minor_units(amount, currency, minor):
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("1.234,56", 123456), ("1 234,56", 123456), ("1\u202f234,56", 123456), ("1'234,56", 123456), ("12,5", 1250)],
)
def test_a_comma_is_the_decimal_mark_where_the_source_says_so(amount, minor):
    assert to_minor(amount, "EUR", decimal_mark=",") == minor


@pytest.mark.parametrize(
    "amount",
    [
        "", " ", "abc", "12abc", "$12", "1.2.3", "1,23", "1,2345.00", "NaN", "Infinity", "1e5", "٣٤", "--1", "9" * 65,
        float("nan"), float("inf"), float("-inf"), Decimal("NaN"), 1e300, 10**40, None, True, [], {}, b"12", [[]],
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_by_a_sentence_that_shows_it(amount):
    with pytest.raises(AmountError, match=r"the amount ('.*'|a \w+) cannot be read: .+") as refused:
        to_minor(amount, "USD")
    assert isinstance(refused.value, PermanentError)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("currency", ["XXX", "usd", "GPB", "", "US", "\x00", "USDUSDUSDUSDUSDUSDUSDUSD"])
def test_an_unknown_currency_is_named(currency):
    with pytest.raises(UnknownCurrencyError, match="is no currency; an ISO 4217 code such as 'USD' is needed"):
        to_minor("1.00", currency)


def test_exponents_follow_iso_4217():
    assert (exponent("USD"), exponent("JPY"), exponent("KWD")) == (2, 0, 3)
    assert len(EXPONENTS) > 150


def test_money_is_displayed_with_its_own_digits():
    assert display(123450, "USD") == "1,234.50 USD"
    assert display(1200, "JPY") == "1,200 JPY"
    assert display(5, "KWD") == "0.005 KWD"


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_in_major_units_is_read_back(minor, currency):
    assert to_minor(str(to_decimal(minor, currency)), currency) == minor
    assert to_minor(f"{to_decimal(minor, currency):,f}", currency) == minor


@given(st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.none(), st.booleans()))
def test_any_input_gives_a_bounded_amount_or_an_error_of_ours(amount):
    try:
        minor = to_minor(amount, "USD")
    except AmountError:
        return
    assert abs(minor) <= 10**15


def test_a_lot_is_priced_per_unit_with_its_shipping():
    price = unit_price(listing(price_minor=40000, shipping_minor=1200), 8, FixedRates(), "USD", DAY)
    assert price == UnitPrice(unit_minor=5150, currency="USD", shipping_known=True)


def test_unknown_shipping_counts_as_nothing_and_is_said():
    price = unit_price(listing(price_minor=40000), 1, FixedRates(), "USD", DAY)
    assert price == UnitPrice(unit_minor=40000, currency="USD", shipping_known=False)


def test_a_foreign_price_is_converted_at_the_dated_rate():
    price = unit_price(listing(price_minor=10000, shipping_minor=500, currency="GBP"), 2, FixedRates(), "USD", DAY)
    assert price == UnitPrice(unit_minor=6562, currency="USD", shipping_known=True, rate=1.25, rate_date="2026-11-18")


def test_currencies_with_other_minor_units_convert_by_their_exponents():
    yen = unit_price(listing(price_minor=20000, currency="JPY"), 1, FixedRates(), "USD", DAY)
    dinar = unit_price(listing(price_minor=100, currency="USD"), 1, FixedRates(), "KWD", DAY)
    assert yen is not None
    assert dinar is not None
    assert (yen.unit_minor, dinar.unit_minor) == (13000, 300)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"price_minor": 0},
        {"price_minor": -100},
        {"bid_minor": 99, "bid_count": 0},
    ],
    ids=["nothing asked", "price zero", "price negative", "starting price without a bid"],
)
def test_nothing_is_priced_where_nothing_is_asked(fields):
    assert unit_price(listing(**fields), 1, FixedRates(), "USD", DAY) is None


def test_an_auction_with_bids_is_priced_at_its_bid():
    price = unit_price(listing(bid_minor=9900, bid_count=3), 1, FixedRates(), "USD", DAY)
    assert price is not None
    assert price.unit_minor == 9900


def test_an_auction_with_buy_it_now_is_priced_at_buy_it_now():
    price = unit_price(listing(price_minor=20000, bid_minor=99, bid_count=0), 1, FixedRates(), "USD", DAY)
    assert price is not None
    assert price.unit_minor == 20000


def test_a_positive_price_never_becomes_zero():
    price = unit_price(listing(price_minor=1), 1000, FixedRates(), "USD", DAY)
    assert price is not None
    assert price.unit_minor == 1


def test_a_currency_without_a_rate_is_an_error_that_names_both_and_the_day():
    with pytest.raises(RateUnavailableError, match="no exchange rate from PEN to USD is known for 2026-11-20"):
        unit_price(listing(price_minor=100, currency="PEN"), 1, FixedRates(), "USD", DAY)


@given(st.integers(1, 10**9), st.integers(0, 10**7), st.integers(1, 64))
def test_units_add_up_to_the_lot_within_rounding(price_minor, shipping_minor, quantity):
    price = unit_price(
        listing(price_minor=price_minor, shipping_minor=shipping_minor), quantity, FixedRates(), "USD", DAY
    )
    assert price is not None
    if price.unit_minor > 1:
        assert abs(price.unit_minor * quantity - price_minor - shipping_minor) <= quantity / 2
