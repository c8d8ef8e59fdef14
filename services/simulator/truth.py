"""The truth about a listing, which only the market knows."""

from services.simulator.clock import Clock
from services.simulator.listings import Listing


def truth_of(listing: Listing, clock: Clock) -> dict[str, object]:
    """Answer what a perfect reader of the listing would know; times are as on the wire, values in US cents a unit."""
    distribution = listing.product.price(listing.condition_id)
    unit = listing.landed_unit_usd_minor
    return {
        "item_id": listing.item_id,
        "legacy_item_id": listing.legacy_id,
        "marketplace": listing.marketplace,
        "title": listing.title,
        "product_key": listing.product.key,
        "product": listing.product.name,
        "component_type": listing.product.component_type,
        "condition_id": listing.condition_id,
        "quantity": listing.units,
        "true_value_minor": round(distribution.median_minor),
        "true_p10_minor": round(distribution.quantile(0.1)),
        "true_p90_minor": round(distribution.quantile(0.9)),
        "landed_unit_minor": round(unit),
        "true_share_below": round(distribution.share_below(unit), 4),
        "currency": "USD",
        "price_minor": listing.price_minor,
        "bid_minor": listing.bid_minor,
        "listing_currency": listing.currency,
        "shipping": listing.shipping.value,
        "buying_options": list(listing.options),
        "seller": listing.seller.username,
        "has_variations": listing.has_variations,
        "by_hand": listing.by_hand,
        "is_deal": listing.is_deal,
        "listed_at": clock.on_the_wire(listing.listed_at).isoformat(),
        "planted_at": _wire(clock, listing.planted_at),
        "ended_at": _wire(clock, listing.ended_at),
        "ended_how": listing.ended_how,
    }


def _wire(clock: Clock, offset: float | None) -> str | None:
    return None if offset is None else clock.on_the_wire(offset).isoformat()
