"""Keep the query model: which event of a batch counts, before anything is stored."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Protocol

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingEnded, ListingScored
from libs.contracts.work import SellerErased


class Projections(Protocol):
    """Where the query model is kept; every call may be repeated."""

    async def put_listings(self, newest: Sequence[ListingScored], prices: Sequence[ListingScored]) -> None: ...
    async def put_endings(self, ended: Sequence[ListingEnded]) -> None: ...
    async def put_baselines(self, rows: Sequence[BaselineUpdated]) -> None: ...
    async def put_alerts(self, raised: Sequence[AlertRaised]) -> None: ...
    async def put_deliveries(self, delivered: Sequence[AlertDelivered]) -> None: ...
    async def erase_sellers(self, listing_ids: Sequence[str]) -> None: ...


class Catalog:
    """The use case, free of transport."""

    def __init__(self, projections: Projections) -> None:
        self._projections = projections

    async def show_listings(self, batch: Sequence[ListingScored]) -> None:
        """Keep each listing as it was last observed, and every price it had on the way."""
        ordered = sorted(batch, key=attrgetter("observed_at", "occurred_at"))
        newest = {event.listing.listing_id: event for event in ordered}
        await self._projections.put_listings(list(newest.values()), price_changes(ordered))

    async def end_listings(self, batch: Sequence[ListingEnded]) -> None:
        ordered = sorted(batch, key=attrgetter("ended_at"))
        await self._projections.put_endings(list({event.listing_id: event for event in ordered}.values()))

    async def erase_sellers(self, batch: Sequence[SellerErased]) -> None:
        await self._projections.erase_sellers(sorted({each for event in batch for each in event.listing_ids}))

    async def show_baselines(self, batch: Sequence[BaselineUpdated]) -> None:
        ordered = sorted(batch, key=attrgetter("version"))
        await self._projections.put_baselines(list({event.product_key: event for event in ordered}.values()))

    async def show_alerts(self, batch: Sequence[AlertRaised]) -> None:
        await self._projections.put_alerts(list({event.alert_id: event for event in batch}.values()))

    async def show_deliveries(self, batch: Sequence[AlertDelivered]) -> None:
        ordered = sorted(batch, key=attrgetter("attempt", "occurred_at"))
        newest = {(event.alert_id, event.channel): event for event in ordered}
        await self._projections.put_deliveries(list(newest.values()))


def price_changes(ordered: Iterable[ListingScored]) -> list[ListingScored]:
    """The events whose price differs from the one before of the same listing; the first always does."""
    last: dict[str, tuple[int | None, ...]] = {}
    changes = []
    for event in ordered:
        listing = event.listing
        asked = (listing.asking_minor, listing.shipping_minor, event.price.unit_minor if event.price else None)
        if last.get(listing.listing_id) != asked:
            last[listing.listing_id] = asked
            changes.append(event)
    return changes
