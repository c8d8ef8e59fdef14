"""When is a listing news: the parts of it whose change is worth an event."""

from hashlib import blake2b

import orjson

from libs.contracts.listing import Listing


def fingerprint(listing: Listing) -> str:
    """Sixteen bytes in hexadecimal over what is asked, how, for how many, and the title.

    The same offer gives the same fingerprint in every process and from every search that finds it:
    the order of buying options, the marketplace asked and the tracking in addresses do not count.
    """
    news = (
        listing.listing_id,
        listing.currency,
        listing.price_minor,
        listing.bid_minor,
        listing.bid_count,
        listing.shipping_minor,
        sorted(listing.buying_options),
        listing.quantity_available,
        listing.title,
    )
    return blake2b(orjson.dumps(news), digest_size=16).hexdigest()


def complete(seen: Listing, known: Listing) -> Listing:
    """Fill what this sighting left unsaid from the last one.

    A search names neither quantity nor aspects, and shipping only to some places; an inspection
    does. Without this the two views of one unchanged listing would be news to each other for ever.
    """
    said = {
        "shipping_minor": seen.shipping_minor if seen.shipping_minor is not None else known.shipping_minor,
        "quantity_available": seen.quantity_available
        if seen.quantity_available is not None
        else known.quantity_available,
        "aspects": {**known.aspects, **seen.aspects},
        "image_url": seen.image_url or known.image_url,
        "listed_at": seen.listed_at or known.listed_at,
        "ends_at": seen.ends_at or known.ends_at,
    }
    if seen.currency != known.currency:
        del said["shipping_minor"]
    return seen.model_copy(update=said)
