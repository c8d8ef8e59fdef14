"""Why is a listing no longer offered: pure, from what was known and what a look found."""

from datetime import datetime
from typing import Literal

from libs.contracts.envelope import stable_id
from libs.contracts.listing import Listing, ListingEnded
from services.poller.sources.source import Inspection

type EndReason = Literal["ended", "gone", "sold_probably"]


def end_reason(known: Listing, found: Inspection, sold_before: int | None, now: datetime) -> EndReason | None:
    """Why a listing ended; ``None`` while it is offered, is being edited, or nothing could be learnt.

    Nobody says that something was sold. Probable are: an auction that ended with a bid, and a
    listing without stock whose count of sales has risen. Stock that a seller took back is no sale.
    """
    if found.state in {"active", "unknown"}:
        return None
    latest = found.listing or known
    if _auction_with_bid(latest) and (found.state == "ended" or _is_over(latest, now)):
        return "sold_probably"
    if found.state == "gone":
        return "ended" if _is_over(latest, now) else "gone"
    if latest.quantity_available == 0 and (found.sold_quantity or 0) > (sold_before or 0):
        return "sold_probably"
    return "ended" if found.state == "ended" else None


def units_sold(found: Inspection, sold_before: int | None) -> int:
    """Units that were sold since the last look; 0 at the first, which cannot tell when."""
    if found.sold_quantity is None or sold_before is None:
        return 0
    return max(0, found.sold_quantity - sold_before)


def ending(listing_id: str, *, ended_at: datetime, reason: EndReason, noticed_at: datetime) -> ListingEnded:
    """The same ending is the same event, however often it is told."""
    return ListingEnded(
        event_id=stable_id(ListingEnded.subject, listing_id, ended_at.isoformat()),
        occurred_at=noticed_at,
        listing_id=listing_id,
        ended_at=ended_at,
        reason=reason,
    )


def _auction_with_bid(listing: Listing) -> bool:
    return "AUCTION" in listing.buying_options and (listing.bid_count or 0) > 0


def _is_over(listing: Listing, now: datetime) -> bool:
    return listing.ends_at is not None and listing.ends_at <= now
