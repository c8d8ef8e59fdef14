"""What a look at one item tells about its life."""

from collections.abc import Mapping

from libs.contracts.listing import Listing
from services.poller.sources.ebay.fields import nodes, whole
from services.poller.sources.ebay.parse import parse
from services.poller.sources.source import Inspection, ParseContext

PRICE_AND_STOCK = {
    "currency",
    "price_minor",
    "bid_minor",
    "bid_count",
    "shipping_minor",
    "quantity_available",
    "ends_at",
}


def inspected(known: Listing, document: object, context: ParseContext) -> Inspection:
    """Judge a getItem answer: active, sold out, ended, or unknown when it could not be read.

    The short answer (``COMPACT``) leaves out what does not change; that is taken from what is known.
    """
    item_id, now = known.item_id, context.observed_at
    is_short = False
    if isinstance(document, Mapping) and "itemId" in document and "title" not in document:
        document, is_short = {"title": known.title, **document}, True
    parsed = parse(document, context)
    if not parsed.listings:
        reason = parsed.rejected[0].reason if parsed.rejected else "the answer holds no item"
        return Inspection(item_id, "unknown", reason=reason)
    listing = _completed(parsed.listings[0], known) if is_short else parsed.listings[0]
    sold = _sold(document)
    if listing.ends_at is not None and listing.ends_at <= now:
        return Inspection(
            item_id, "ended", listing, ended_at=listing.ends_at, reason="its end date has passed", sold_quantity=sold
        )
    if listing.quantity_available == 0:
        return Inspection(item_id, "sold_out", listing, reason="none are left", sold_quantity=sold)
    return Inspection(item_id, "active", listing, sold_quantity=sold)


def was_read_whole(listing: Listing) -> bool:
    """Whether the short answer tells all that may have changed: only a whole one has aspects, but for the ePID."""
    return bool(listing.aspects.keys() - {"ePID"})


def _completed(short: Listing, known: Listing) -> Listing:
    """What is known, with the price and the stock of a short answer."""
    told = short.model_dump(include=PRICE_AND_STOCK, exclude_none=True)
    unsold = {name: None for name in ("price_minor", "bid_minor") if name not in told}
    return known.model_copy(update={**told, **unsold})


def _sold(document: object) -> int | None:
    rows = nodes(document, "estimatedAvailabilities") if isinstance(document, Mapping) else []
    return max((sold for each in rows if (sold := whole(each, "estimatedSoldQuantity")) is not None), default=None)
