"""Turn understood listings into observations, and observations into baselines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.envelope import stable_id
from libs.contracts.listing import ListingEnded, ListingExtracted
from libs.contracts.work import SellerErased
from libs.domain.baseline import WINDOW, Observation, observe


class Observations(Protocol):
    """Where observations and every version of the baselines are kept."""

    async def record(
        self,
        observed: Sequence[Observation],
        withdrawn: Sequence[tuple[str, datetime]],
        cutoff: datetime,
        now: datetime,
    ) -> list[BaselineUpdated]:
        """Store the batch and return the current row of every key it touched."""
        ...

    async def end(self, ended: Sequence[tuple[str, datetime]]) -> None: ...
    async def erase_sellers(self, listing_ids: Sequence[str]) -> None: ...

    async def age(self, cutoff: datetime, now: datetime) -> list[BaselineUpdated]:
        """Recompute the keys that rest on sightings older than ``cutoff``; return what changed."""
        ...

    async def current(self) -> list[BaselineUpdated]: ...


class Baseliner:
    """The use case, free of transport."""

    def __init__(self, observations: Observations) -> None:
        self._observations = observations

    async def learn(self, events: Sequence[ListingExtracted], now: datetime) -> list[BaselineUpdated]:
        """Learn from a batch; the newest event of a listing counts, replays teach nothing.

        A key's row is returned even when it did not change, so that a repeat after a crash
        publishes what the first try had stored.
        """
        newest = newest_by_listing(events)
        observed = [found for key in sorted(newest) if (found := observe(newest[key])) is not None]
        seen = {each.listing_id for each in observed}
        withdrawn = [(key, event.observed_at) for key, event in newest.items() if key not in seen]
        rows = await self._observations.record(observed, withdrawn, cutoff=now - WINDOW, now=now)
        causes = {event.product.product_key: event for event in newest.values()}
        return [with_cause(row, causes.get(row.product_key)) for row in rows]

    async def erase_sellers(self, events: Sequence[SellerErased]) -> None:
        await self._observations.erase_sellers(sorted({each for event in events for each in event.listing_ids}))

    async def end(self, events: Sequence[ListingEnded]) -> None:
        await self._observations.end([(event.listing_id, event.ended_at) for event in events])

    async def age(self, now: datetime) -> list[BaselineUpdated]:
        """Shrink and withdraw what rests on sightings that left the window."""
        return await self._observations.age(now - WINDOW, now)

    async def current(self) -> list[BaselineUpdated]:
        return await self._observations.current()


def newest_by_listing(events: Sequence[ListingExtracted]) -> Mapping[str, ListingExtracted]:
    newest: dict[str, ListingExtracted] = {}
    for event in events:
        have = newest.get(event.listing.listing_id)
        if event.replay_id is None and (have is None or have.observed_at <= event.observed_at):
            newest[event.listing.listing_id] = event
    return newest


def with_cause(row: BaselineUpdated, cause: ListingExtracted | None) -> BaselineUpdated:
    return row if cause is None else row.model_copy(update={"cause_id": cause.event_id})


def row_id(product_key: str, version: int) -> str:
    """The id of a baseline's version: storing it twice publishes it once."""
    return str(stable_id(BaselineUpdated.subject, product_key, str(version)))
