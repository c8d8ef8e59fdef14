"""When the bid of an auction says something about a price."""

from datetime import datetime, timedelta

from libs.contracts.listing import Listing

ENDING_SOON = timedelta(hours=4)
"""Before its last hours the bid of an auction is far below what it will fetch."""


def ends_soon(listing: Listing, at: datetime) -> bool:
    """Whether an auction is in its last hours."""
    if listing.ends_at is None or "AUCTION" not in listing.buying_options:
        return False
    return timedelta(0) <= listing.ends_at - at < ENDING_SOON


def bid_is_provisional(listing: Listing, at: datetime) -> bool:
    """Whether all that is asked is the running bid of an auction with time left."""
    return listing.price_minor is None and "AUCTION" in listing.buying_options and not ends_soon(listing, at)
