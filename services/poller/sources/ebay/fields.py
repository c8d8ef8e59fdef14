"""Reading single fields of an eBay answer; what is absent or of another type is ``None``, never an error."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from libs.domain.errors import PermanentError
from libs.domain.money import EXPONENTS, AmountError, to_minor
from services.poller.sources.text import clean

MAX_WHOLE = 2**31 - 1
_YEARS = range(1995, 2101)


class BadItemError(PermanentError):
    """An entry that cannot become a listing; the message says why."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, with what it was shown as when eBay converted it for the asking marketplace."""

    minor: int
    currency: str
    shown_currency: str


def node(item: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = item.get(key)
    return value if isinstance(value, Mapping) else {}


def nodes(item: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    value = item.get(key)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(item: Mapping[str, object], key: str, limit: int = 200) -> str | None:
    """Cleaned text, ``None`` when nothing is left of it; a number counts as its digits."""
    value = item.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 10**18:
        value = str(value)
    return (clean(value, limit) or None) if isinstance(value, str) else None


def texts(item: Mapping[str, object], key: str, limit: int = 200) -> list[str]:
    value = item.get(key)
    found = (clean(each, limit) for each in value if isinstance(each, str)) if isinstance(value, list) else ()
    return [each for each in found if each]


def whole(item: Mapping[str, object], key: str) -> int | None:
    """A whole number that fits 32 bits, written as a number or as text."""
    value = item.get(key)
    if isinstance(value, str) and len(value) <= 11:
        value = int(value) if value.removeprefix("-").isdecimal() else None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_WHOLE:
        return None
    return value


def percent(item: Mapping[str, object], key: str) -> float | None:
    """A percentage between 0 and 100; eBay writes it as text."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number <= 100 else None


def moment(item: Mapping[str, object], key: str) -> datetime | None:
    """An instant in UTC; absurd years count as not said."""
    value = item.get(key)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(value)
        instant = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant.year in _YEARS else None


def money(item: Mapping[str, object], key: str) -> Money | None:
    """An amount in the seller's own currency, so that it does not move with eBay's exchange rate.

    Raises ``BadItemError`` for an unknown currency or an amount that is no number.
    """
    amount = node(item, key)
    if not amount:
        return None
    shown = _currency(amount, "currency", key)
    if "convertedFromValue" not in amount:
        return Money(_minor(amount.get("value"), shown, key), shown, shown)
    seller = _currency(amount, "convertedFromCurrency", key)
    return Money(_minor(amount["convertedFromValue"], seller, key), seller, shown)


def _currency(amount: Mapping[str, object], name: str, key: str) -> str:
    code = text(amount, name, 20)
    if code not in EXPONENTS:
        raise BadItemError(f"{key}.{name} is {code!r}, which is no ISO 4217 currency")
    return code


def _minor(value: object, currency: str, key: str) -> int:
    try:
        return to_minor(value, currency)
    except AmountError as error:
        raise BadItemError(f"{key}: {error}") from None
