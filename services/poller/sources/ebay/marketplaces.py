"""eBay's marketplaces: a closed list, because a misspelt one silently becomes EBAY_US."""

from dataclasses import dataclass

from services.poller.sources.errors import UnknownMarketplaceError


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One eBay site, with where its shoppers live unless they say otherwise."""

    name: str
    currency: str
    language: str
    country: str
    postal_code: str | None = None
    """Calculated shipping is only told to a place."""


SEARCHABLE: dict[str, Marketplace] = {
    each.name: each
    for each in (
        Marketplace("EBAY_US", "USD", "en-US", "US", "10001"),
        Marketplace("EBAY_GB", "GBP", "en-GB", "GB", "EC1A 1BB"),
        Marketplace("EBAY_DE", "EUR", "de-DE", "DE", "10115"),
        Marketplace("EBAY_AU", "AUD", "en-AU", "AU", "2000"),
        Marketplace("EBAY_AT", "EUR", "de-AT", "AT", "1010"),
        Marketplace("EBAY_BE", "EUR", "nl-BE", "BE", "1000"),
        Marketplace("EBAY_CA", "CAD", "en-CA", "CA", "M5V 2T6"),
        Marketplace("EBAY_CH", "CHF", "de-CH", "CH", "8001"),
        Marketplace("EBAY_ES", "EUR", "es-ES", "ES", "28001"),
        Marketplace("EBAY_FR", "EUR", "fr-FR", "FR", "75001"),
        Marketplace("EBAY_HK", "HKD", "zh-HK", "HK"),
        Marketplace("EBAY_IE", "EUR", "en-IE", "IE", "D01 F5P2"),
        Marketplace("EBAY_IT", "EUR", "it-IT", "IT", "00184"),
        Marketplace("EBAY_NL", "EUR", "nl-NL", "NL", "1012 JS"),
        Marketplace("EBAY_PL", "PLN", "pl-PL", "PL", "00-001"),
        Marketplace("EBAY_SG", "SGD", "en-SG", "SG", "018956"),
    )
}
"""The marketplaces the Browse API searches."""

_HOME_ONLY = """
EBAY_CN EBAY_CZ EBAY_DK EBAY_FI EBAY_GR EBAY_HU EBAY_ID EBAY_IL EBAY_IN EBAY_JP EBAY_MY EBAY_NO EBAY_NZ EBAY_PE
EBAY_PH EBAY_PR EBAY_PT EBAY_RU EBAY_SE EBAY_TH EBAY_TW EBAY_VN EBAY_ZA EBAY_MOTORS_US
"""

LISTED_ON: frozenset[str] = frozenset(SEARCHABLE) | frozenset(_HOME_ONLY.split())
"""Every site an item may be listed on (MarketplaceIdEnum); items of all of them appear in searches."""


def asked_at(home: str, currency: str) -> Marketplace:
    """Where to look at an item again: on its own site, or where it was shown in this currency.

    An item from abroad is shown in the currency of the site that was searched; seen in two
    currencies in turn it would be news to itself for ever.
    """
    own = SEARCHABLE.get(home)
    if own is not None and own.currency == currency:
        return own
    return next((each for each in SEARCHABLE.values() if each.currency == currency), SEARCHABLE["EBAY_US"])


def marketplace(name: str) -> Marketplace:
    """Find a searchable marketplace; raises ``UnknownMarketplaceError`` with the names that exist."""
    try:
        return SEARCHABLE[name]
    except KeyError:
        raise UnknownMarketplaceError("ebay", name, SEARCHABLE) from None
