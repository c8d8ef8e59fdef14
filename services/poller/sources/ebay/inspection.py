"""What a look at one item tells about its life."""

from datetime import datetime

from services.poller.sources.source import Inspection, ParsedPayload


def inspected(item_id: str, parsed: ParsedPayload, now: datetime) -> Inspection:
    """Judge a getItem answer: active, sold out, ended, or unknown when it could not be read."""
    if not parsed.listings:
        reason = parsed.rejected[0].reason if parsed.rejected else "the answer holds no item"
        return Inspection(item_id, "unknown", reason=reason)
    listing = parsed.listings[0]
    if listing.ends_at is not None and listing.ends_at <= now:
        return Inspection(item_id, "ended", listing, ended_at=listing.ends_at, reason="its end date has passed")
    if listing.quantity_available == 0:
        return Inspection(item_id, "sold_out", listing, reason="none are left")
    return Inspection(item_id, "active", listing)
