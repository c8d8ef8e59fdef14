"""A walk through the pages of a search that is cut short is made up for by the next."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from libs.contracts.watch import Search
from libs.domain.cadence import Bounds
from libs.storage.pool import open_pool
from services.poller.planner import Planner
from services.poller.searches import PostgresSearches, WantedSearch
from services.poller.service import Pace, Poller
from services.poller.sources.ebay.parse import parse
from services.poller.sources.errors import UnavailableError
from services.poller.sources.source import ParsedPayload, SearchRequest, SourcePage
from services.poller.storage import PostgresSightings
from tests.support.ebay import US, search_answer, summary

PAGE = 3
RAM = WantedSearch("ram", Search(query="ddr4"), "server")


class Shelf:
    """A source with four pages that can be told to fail from a page on, or to end its process."""

    def __init__(self) -> None:
        listed = datetime.now(UTC)
        items = [
            summary(itemId=f"v1|{n}|0", itemCreationDate=(listed - timedelta(hours=n)).isoformat()) for n in range(12)
        ]
        self.listings = parse(search_answer(*items), US).listings
        self.broken_from: tuple[int, BaseException] | None = None
        self.asked: list[int] = []

    async def search(self, _: SearchRequest, page: int) -> SourcePage:
        if self.broken_from is not None and page >= self.broken_from[0]:
            raise self.broken_from[1]
        self.asked.append(page)
        shown = self.listings[page * PAGE : (page + 1) * PAGE]
        return SourcePage(ParsedPayload(shown, (), "shelf"), page + 1 if page < 3 else None)

    async def inspect(self, ids: Sequence[str], context: object) -> list[object]:
        raise NotImplementedError


class Killed(BaseException):
    """The process ends here."""


class Recorder:
    """Records without a bus."""

    def __init__(self, sightings: PostgresSightings) -> None:
        self.sightings = sightings

    async def record(self, _: str, parsed: ParsedPayload, *, observed_at: datetime, search_id: str | None):
        look, _ = await self.sightings.record(
            parsed.listings, observed_at=observed_at, search_id=search_id, begin_trace=lambda _: ""
        )
        return look


class AlwaysUp:
    async def up(self, source: str) -> None: ...

    async def down(self, source: str, reason: str) -> None: ...


@pytest.fixture
async def pool(database_url: str):
    async with open_pool(database_url, "poller", size=2) as pool:
        yield pool


def poller(pool, shelf: Shelf, process: str) -> Poller:
    return Poller(
        sources={"ebay": shelf},
        searches=PostgresSearches(pool, process, lease_s=0.01),
        recorder=Recorder(PostgresSightings(pool, patience_s=60)),
        health=AlwaysUp(),
        planner=Planner(PostgresSearches(pool, process, lease_s=0.01), {}, Bounds(0.01, 0.01)),
        pace=Pace(first_run_pages=10, pages=10),
    )


@pytest.mark.parametrize("failure", [UnavailableError("down"), Killed()], ids=["source-fails", "poller-dies"])
async def test_a_walk_goes_on_past_what_one_cut_short_has_recorded(pool, failure):
    shelf = Shelf()
    first, second = poller(pool, shelf, "first"), poller(pool, shelf, "second")
    await PostgresSearches(pool, "any", lease_s=1).keep([RAM])
    shelf.broken_from = (2, failure)
    with contextlib.suppress(Killed):
        await first.poll_next()
    shelf.broken_from = None
    await due_again(pool)
    await second.poll_next()
    assert shelf.asked == [0, 1, 0, 1, 2, 3]
    assert await pool.fetchval("select count(*) from sightings") == len(shelf.listings)
    await due_again(pool)
    await second.poll_next()
    assert shelf.asked[6:] == [0]


async def due_again(pool) -> None:
    await pool.execute("update searches set next_poll_at = now(), lease_until = now() - interval '1 s'")
