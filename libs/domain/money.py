"""Money as marketplaces write it and as prices are compared: minor units, exponents, dated rates."""

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, Protocol

from libs.contracts.listing import Listing, UnitPrice
from libs.domain.errors import PermanentError

_CENTS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG
"""
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_CENTS.split(), 2),
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
}
"""Digits after the decimal mark, per ISO 4217 currency in circulation."""

MAX_MINOR = 10**15
"""Ten trillion dollars: above it a number is a mistake, and it still fits every store and JavaScript."""

_AMOUNTS = {
    ".": re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?"),
    ",": re.compile(r"([+-]?)([0-9]{1,3}(?:[. '’\u00a0\u202f][0-9]{3})+|[0-9]+)(?:,([0-9]*))?"),
}


class UnknownCurrencyError(PermanentError):
    """A currency code that ISO 4217 does not list."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"{currency[:20]!r} is no currency; an ISO 4217 code such as 'USD' is needed")


class AmountError(PermanentError):
    """An amount of money that cannot be read."""

    def __init__(self, amount: object, why: str) -> None:
        shown = repr(str(amount)[:40]) if isinstance(amount, str | float | Decimal) else f"a {type(amount).__name__}"
        super().__init__(f"the amount {shown} cannot be read: {why}")


class RateUnavailableError(PermanentError):
    """No exchange rate is known between two currencies on a date."""

    def __init__(self, source: str, target: str, on: date) -> None:
        super().__init__(f"no exchange rate from {source} to {target} is known for {on.isoformat()} or before")


class Rates(Protocol):
    """Exchange rates of the past."""

    def rate(self, source: str, target: str, on_date: date, /) -> tuple[float, date]:
        """Units of ``target`` per unit of ``source``, and the day the rate was fixed.

        The day is ``on_date`` or the nearest one before; raises ``RateUnavailableError`` when there is none.
        """
        ...


def exponent(currency: str) -> int:
    """How many digits the minor unit stands for; raises ``UnknownCurrencyError``."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def to_minor(amount: object, currency: str, *, decimal_mark: Literal[".", ","] = ".") -> int:
    """Read an amount as a marketplace wrote it: ``to_minor("1,234.50", "USD")`` is ``123450``.

    Digits beyond the currency's minor unit are rounded half to even. Raises ``AmountError`` for
    what is no finite number and ``UnknownCurrencyError``.
    """
    digits = exponent(currency)
    value = _decimal(amount, decimal_mark).scaleb(digits)
    if abs(value) > MAX_MINOR:
        raise AmountError(amount, f"more than {MAX_MINOR} minor units")
    return int(value.to_integral_value(ROUND_HALF_EVEN))


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount in major units: ``to_decimal(123450, "USD")`` is ``Decimal("1234.50")``."""
    return Decimal(minor).scaleb(-exponent(currency))


def display(minor: int, currency: str) -> str:
    """Money for people: ``display(123450, "USD")`` is ``1,234.50 USD``."""
    return f"{to_decimal(minor, currency):,} {currency}"


def convert(minor: int, source: str, target: str, rate: float) -> Decimal:
    """The amount in minor units of ``target``, unrounded."""
    return (to_decimal(minor, source) * Decimal(repr(rate))).scaleb(exponent(target))


def unit_price(listing: Listing, quantity: int, rates: Rates, base: str, on: date) -> UnitPrice | None:
    """What one unit costs delivered, in ``base``, at the rate of the day ``on``.

    ``None`` when nothing is asked yet: no price, a price of zero, an auction nobody has bid on (its
    bid is the seller's starting price). Unknown shipping counts as nothing and is said so. A positive
    price never becomes zero. Raises ``RateUnavailableError`` and ``UnknownCurrencyError``.
    """
    asking = listing.asking_minor
    unbid = listing.price_minor is None and listing.bid_count == 0
    if asking is None or asking <= 0 or unbid:
        return None
    landed = asking + (listing.shipping_minor or 0)
    rate, fixed = (1.0, None) if listing.currency == base else rates.rate(listing.currency, base, on)
    each = convert(landed, listing.currency, base, rate) / max(quantity, 1)
    return UnitPrice(
        unit_minor=max(int(each.to_integral_value(ROUND_HALF_EVEN)), 1),
        currency=base,
        shipping_known=listing.shipping_minor is not None,
        rate=rate,
        rate_date=fixed.isoformat() if fixed else None,
    )


def _decimal(amount: object, decimal_mark: str) -> Decimal:
    """Read text and JSON numbers; a float counts as the digits it is printed with."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | float | Decimal):
        raise AmountError(amount, "a number or its text is needed")
    if not isinstance(amount, str):
        return _finite(amount)
    match = _AMOUNTS[decimal_mark].fullmatch(amount.strip()) if len(amount) <= 64 else None
    if match is None:
        raise AmountError(amount, f"digits are needed, with {decimal_mark!r} before the fraction")
    sign, whole, fraction = match.groups()
    return Decimal(f"{sign}{re.sub('[^0-9]', '', whole)}.{fraction or 0}")


def _finite(amount: float | Decimal) -> Decimal:
    value = Decimal(repr(amount)) if isinstance(amount, float) else Decimal(amount)
    if not value.is_finite():
        raise AmountError(amount, "it is not finite")
    if abs(value) > MAX_MINOR:
        raise AmountError(amount, f"more than {MAX_MINOR} units")
    return value
