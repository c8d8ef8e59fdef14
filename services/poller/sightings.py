"""Decide which listings are news: pure, the same for polls, saved payloads and inspections."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from libs.contracts.envelope import stable_id
from libs.contracts.listing import Listing, ListingSeen, PreviousPrice
from libs.domain.cadence import next_look_s
from services.poller.sources.ebay.fingerprint import complete, fingerprint


@dataclass(frozen=True, slots=True)
class Known:
    """The last sight of a listing."""

    fingerprint: str
    listing: Listing
    changed_at: datetime
    ended: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a source found out."""

    news: tuple[ListingSeen, ...]
    unchanged: tuple[Listing, ...]


def compare(
    listings: Iterable[Listing], known: Mapping[str, Known], *, observed_at: datetime, search_id: str | None
) -> Look:
    """Tell news from what is known; a listing that ended and is offered again is news.

    The last of several entries of one listing counts. Sightings carry ``previous``, so that no later
    stage has to look it up.
    """
    news: list[ListingSeen] = []
    unchanged: list[Listing] = []
    for listing in {each.listing_id: each for each in listings}.values():
        before = known.get(listing.listing_id)
        whole = listing if before is None else complete(listing, before.listing)
        mark = fingerprint(whole)
        if before is not None and before.fingerprint == mark and not before.ended:
            unchanged.append(whole)
        else:
            news.append(_seen(whole, mark, before, observed_at, search_id))
    return Look(tuple(news), tuple(unchanged))


def _seen(
    listing: Listing, mark: str, before: Known | None, observed_at: datetime, search_id: str | None
) -> ListingSeen:
    previous = None
    if before is not None:
        previous = PreviousPrice(
            asking_minor=before.listing.asking_minor,
            shipping_minor=before.listing.shipping_minor,
            seen_at=before.changed_at,
        )
    return ListingSeen(
        event_id=stable_id(listing.listing_id, mark),
        occurred_at=observed_at,
        listing=listing,
        fingerprint=mark,
        observed_at=observed_at,
        previous=previous,
        search_id=search_id,
    )


def look_again_s(listing: Listing, since: datetime, now: datetime, soonest_s: float) -> float:
    """Seconds until a listing is looked at by itself; ``since`` is when it was found or changed."""
    age_s = (now - (listing.listed_at or since)).total_seconds()
    ends_in_s = None if listing.ends_at is None else (listing.ends_at - now).total_seconds()
    return next_look_s(age_s=age_s, ends_in_s=ends_in_s, soonest_s=soonest_s)
