"""Listings for the parsers' tests, all invented."""

from libs.contracts.listing import Listing, Product
from libs.domain.verticals.server import understand


def listing(title: str, condition_id: str | None = None, **fields) -> Listing:
    return Listing(
        listing_id="ebay:v1|1|0",
        source="ebay",
        marketplace="EBAY_US",
        vertical="server",
        item_id="v1|1|0",
        title=title,
        currency="USD",
        condition_id=condition_id,
        **fields,
    )


def read(title: str, condition_id: str | None = None, **fields) -> Product:
    return understand(listing(title, condition_id, **fields))
