"""Ask the sources what is new, and remember every listing until it was judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from structlog import get_logger

from libs.contracts.listing import Listing
from services.poller.planner import Planner, Walk, listing_times
from services.poller.recorder import Recorder
from services.poller.searches import DueSearch, PostgresSearches
from services.poller.sources.errors import (
    BudgetSpentError,
    RateLimitedError,
    RequestRefusedError,
    SourceError,
    UnknownMarketplaceError,
    WarnedError,
)
from services.poller.sources.source import SearchRequest, Source

log = get_logger(__name__)

OVERLAP = timedelta(minutes=10)
"""How far behind the newest listing a search looks again: indexes are not updated in order."""


class Health(Protocol):
    """Where the state of a source is told."""

    async def up(self, source: str) -> None: ...

    async def down(self, source: str, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How deep a search is asked."""

    first_run_pages: int
    pages: int


class Poller:
    """The use case: one search, newest first, until it meets what is known."""

    def __init__(
        self,
        *,
        sources: Mapping[str, Source],
        searches: PostgresSearches,
        recorder: Recorder,
        health: Health,
        planner: Planner,
        pace: Pace,
    ) -> None:
        self._sources = sources
        self._searches = searches
        self._recorder = recorder
        self._health = health
        self._planner = planner
        self._pace = pace

    async def poll_next(self) -> bool:
        """Ask the search that waited longest; false when none is due."""
        due = await self._searches.claim()
        if due is None:
            return False
        source = self._sources.get(due.source)
        if source is None:
            reason = f"no source is called {due.source!r}, or its credentials are missing"
            again_s = self._planner.bounds.longest_s
            await self._searches.finish(due.search_id, error=reason, newest_at=None, again_s=again_s)
            return True
        await self._poll(due, source)
        return True

    async def _poll(self, due: DueSearch, source: Source) -> None:
        error, newest, again_s = None, None, self._planner.bounds.shortest_s
        try:
            walk = await self._walk(due, source)
            newest, again_s = walk.newest_at, await self._planner.after(due, walk)
            await self._health.up(due.source)
        except RateLimitedError as limited:
            error = str(limited)
            again_s = max(again_s, (limited.retry_at - datetime.now(UTC)).total_seconds())
        except BudgetSpentError as spent:
            error, again_s = str(spent), max(again_s, await self._planner.when_spent(due.source))
        except (WarnedError, RequestRefusedError, UnknownMarketplaceError) as fault:
            # The search is wrong, not its source; asking it often would only spend calls.
            error, again_s = str(fault), self._planner.bounds.longest_s
        except SourceError as failure:
            error = str(failure)
            await self._health.down(due.source, error)
        if error is not None:
            log.warning("search.failed", search=due.query, marketplace=due.marketplace, error=error)
        await self._searches.finish(due.search_id, error=error, newest_at=newest, again_s=again_s)

    async def _walk(self, due: DueSearch, source: Source) -> Walk:
        """Page from the newest listing on; tells the time up to which everything was seen.

        The watermark moves only when the walk was complete, so a failure in between is made up for: the
        walk after one that was cut short goes on past the pages that one had already recorded.
        """
        request = SearchRequest(due.marketplace, due.query, due.vertical, due.category_id)
        limit = self._pace.first_run_pages if due.newest_at is None else self._pace.pages
        stop_at = None if due.newest_at is None else due.newest_at - OVERLAP
        newest, fresh, calls = None, 0, 0
        times: list[datetime] = []
        page: int | None = 0
        while page is not None and page < limit:
            answer = await source.search(request, page)
            listings = answer.parsed.listings
            look = await self._recorder.record(
                due.source, answer.parsed, observed_at=datetime.now(UTC), search_id=due.search_id
            )
            calls += 1
            fresh += sum(each.previous is None for each in look.news)
            times += listing_times(listings)
            if page == 0:
                newest = max(times, default=None)
            goes_on = look.news or due.cut_short
            page = answer.next_page if goes_on and not _reached(listings, stop_at) else None
        return Walk(newest, fresh, tuple(times), calls)


def _reached(listings: tuple[Listing, ...], stop_at: datetime | None) -> bool:
    """Whether a page went back to what an earlier walk has seen, judged by its last entry.

    Promoted listings stand at the top of a page however old they are.
    """
    listed = [each.listed_at for each in listings if each.listed_at is not None]
    return stop_at is not None and bool(listed) and listed[-1] <= stop_at
