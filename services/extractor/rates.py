"""Exchange rates of the European Central Bank, from the file that comes with the CurrencyConverter package."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from currency_converter import CurrencyConverter, RateNotFoundError

from libs.domain.money import RateUnavailableError

LOOK_BACK = timedelta(days=14)
"""Longer than any run of days without a fixing; a gap beyond it means that the currency was not quoted."""


class EcbRates:
    """The rate of a day, or of the last day fixed before it; no network.

    Days after the file's last one use its last one, so a price stays comparable when the package is
    older than the listing; the date in the answer says so.
    """

    def __init__(self, converter: CurrencyConverter | None = None) -> None:
        self._converter = converter or CurrencyConverter(ref_currency="EUR")
        self._last = max(each.last_date for each in self._converter.bounds.values())
        self._cached: Callable[[str, str, date], tuple[float, date]] = lru_cache(maxsize=4_096)(self._find)

    def rate(self, source: str, target: str, on_date: date, /) -> tuple[float, date]:
        """Units of ``target`` per unit of ``source``; raises ``RateUnavailableError``."""
        return self._cached(source, target, on_date)

    def _find(self, source: str, target: str, on_date: date) -> tuple[float, date]:
        if not {source, target} <= self._converter.currencies:
            raise RateUnavailableError(source, target, on_date)
        newest = min(on_date, self._last)
        for days in range(LOOK_BACK.days + 1):
            day = newest - timedelta(days=days)
            try:
                return float(self._converter.convert(1, source, target, day)), day
            except (RateNotFoundError, ValueError):
                continue
        raise RateUnavailableError(source, target, on_date)
