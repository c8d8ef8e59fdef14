from datetime import date

import pytest

from libs.domain.money import RateUnavailableError
from services.extractor.rates import EcbRates


@pytest.fixture(scope="module")
def rates() -> EcbRates:
    return EcbRates()


def test_a_working_day_has_its_own_rate(rates: EcbRates):
    assert rates.rate("EUR", "USD", date(2024, 6, 3)) == (1.0842, date(2024, 6, 3))


def test_a_weekend_uses_the_friday_before(rates: EcbRates):
    assert rates.rate("EUR", "USD", date(2024, 6, 2)) == (1.0852, date(2024, 5, 31))


def test_two_currencies_meet_over_the_euro(rates: EcbRates):
    rate, day = rates.rate("GBP", "USD", date(2024, 6, 3))
    assert (round(rate, 4), day) == (1.2729, date(2024, 6, 3))
    back, _ = rates.rate("USD", "GBP", date(2024, 6, 3))
    assert round(rate * back, 12) == 1


def test_a_day_after_the_last_fixing_uses_the_last_one_and_says_so(rates: EcbRates):
    rate, day = rates.rate("EUR", "USD", date(2099, 1, 1))
    assert rate > 0
    assert date(2026, 1, 1) < day < date(2099, 1, 1)


@pytest.mark.parametrize(
    ("source", "on"),
    [("TWD", date(2024, 6, 3)), ("RUB", date(2024, 6, 3)), ("GBP", date(1998, 1, 1))],
    ids=["never quoted", "no longer quoted", "before the euro"],
)
def test_a_currency_without_a_rate_near_the_day_is_an_error(rates: EcbRates, source: str, on: date):
    with pytest.raises(RateUnavailableError, match=f"no exchange rate from {source} to USD is known for {on}"):
        rates.rate(source, "USD", on)
