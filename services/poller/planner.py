"""Plan when a search is asked next: by what it yields, and what its source's budget allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from libs.contracts.listing import Listing
from libs.domain.cadence import Bounds, Budget, Yield, first_yield, next_interval_s
from services.poller.searches import DueSearch

SEARCH_PART = 0.8
"""Of the calls for machines; the rest looks at known listings."""


class Ledger(Protocol):
    """Where the calls of a source are counted."""

    async def budget(self, part: float = 1.0) -> Budget: ...


class Yields(Protocol):
    """Where is kept what searches yield."""

    async def learn(self, search_id: str, found: Yield) -> None: ...

    async def yields(self, source: str) -> list[Yield]: ...


@dataclass(frozen=True, slots=True)
class Walk:
    """What one poll saw, over all its pages."""

    newest_at: datetime | None
    fresh: int
    """Listings nobody had seen before."""
    listed_at: tuple[datetime, ...]
    calls: int


class Planner:
    """Gives every search its share of its source's calls.

    A source without a ledger is asked at the shortest interval.
    """

    def __init__(self, yields: Yields, ledgers: Mapping[str, Ledger], bounds: Bounds) -> None:
        self._yields = yields
        self._ledgers = ledgers
        self.bounds = bounds

    async def after(self, due: DueSearch, walk: Walk) -> float:
        """Learn from a poll; returns the seconds until the next."""
        own = learnt(due, walk, datetime.now(UTC))
        await self._yields.learn(due.search_id, own)
        ledger = self._ledgers.get(due.source)
        if ledger is None:
            return self.bounds.shortest_s
        everyone = await self._yields.yields(due.source)
        return next_interval_s(own, everyone or [own], await ledger.budget(SEARCH_PART), self.bounds)

    async def when_spent(self, source: str) -> float:
        """Seconds until a source has calls again."""
        ledger = self._ledgers.get(source)
        return self.bounds.longest_s if ledger is None else min((await ledger.budget()).lasts_s, self.bounds.longest_s)


def learnt(due: DueSearch, walk: Walk, now: datetime) -> Yield:
    """What is known of a search after one more poll."""
    if due.unwatched_s is None:
        return first_yield(walk.listed_at, now, walk.calls)
    return due.yielded.after(found=walk.fresh, elapsed_s=due.unwatched_s, calls=walk.calls)


def listing_times(listings: tuple[Listing, ...]) -> tuple[datetime, ...]:
    return tuple(each.listed_at for each in listings if each.listed_at is not None)
