"""Understand listings by their vertical's rules and price one unit of each."""

from datetime import datetime

from libs.contracts.listing import Listing, ListingExtracted, ListingSeen, Product, UnitPrice
from libs.domain.money import Rates, unit_price
from libs.domain.verticals.registry import vertical


class Extractor:
    """The use case, free of transport."""

    def __init__(self, rates: Rates, base_currency: str) -> None:
        self._rates = rates
        self._base_currency = base_currency

    def extract(self, event: ListingSeen, now: datetime) -> ListingExtracted:
        """Understand one sighting.

        Raises ``UnknownVerticalError``, ``UnknownCurrencyError`` or ``RateUnavailableError``, which
        trying again does not help.
        """
        listing = event.listing
        rules = vertical(listing.vertical)
        product = rules.understand(listing)
        return ListingExtracted.caused_by(
            event,
            occurred_at=now,
            sighting_id=event.sighting_id,
            listing=listing,
            observed_at=event.observed_at,
            previous=event.previous,
            product=product,
            price=self._price(listing, product, event.observed_at),
            extractor_version=rules.version,
        )

    def with_product(self, extracted: ListingExtracted, product: Product) -> ListingExtracted:
        """The same sighting, understood better; priced again, for its quantity may be another."""
        price = self._price(extracted.listing, product, extracted.observed_at)
        return extracted.model_copy(update={"product": product, "price": price})

    def understand(self, listing: Listing) -> Product:
        """Understand a listing without a sighting, for people who ask."""
        return vertical(listing.vertical).understand(listing)

    def _price(self, listing: Listing, product: Product, observed_at: datetime) -> UnitPrice | None:
        return unit_price(listing, product.quantity, self._rates, self._base_currency, observed_at.date())
