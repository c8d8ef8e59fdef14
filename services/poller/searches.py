"""The shared searches: who is due, who asks, and how it went."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from libs.contracts.envelope import stable_id
from libs.contracts.watch import Search, WatchChanged
from libs.domain.cadence import Yield
from libs.storage.pool import Pool

UPSERT = """
insert into searches (search_id, source, marketplace, query, category_id, vertical, watch_ids)
select search_id, source, marketplace, query, category_id, vertical, string_to_array(watch_ids, ',')::uuid[]
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    as t (search_id, source, marketplace, query, category_id, vertical, watch_ids)
on conflict (search_id) do update set enabled = true, watch_ids = excluded.watch_ids
"""

RETIRE = "update searches set enabled = false where enabled and not search_id = any($1)"

CLAIM = """
update searches s set lease_owner = $1, lease_until = now() + make_interval(secs => $2)
from (
    select search_id, lease_owner is not null or error is not null as cut_short from searches
    where enabled and next_poll_at <= now() and (lease_until is null or lease_until < now())
    order by next_poll_at limit 1 for update skip locked
) due
where s.search_id = due.search_id
returning s.search_id, source, marketplace, query, category_id, vertical, newest_at, cut_short, found, watched_s, calls,
    extract(epoch from now() - learned_at)::float8 as unwatched_s
"""

FINISH = """
update searches set
    lease_owner = null, lease_until = null, polled_at = now(), error = $3::text,
    failed_since = case when $3::text is null then null else coalesce(failed_since, now()) end,
    newest_at = greatest(newest_at, $4), next_poll_at = now() + make_interval(secs => $5)
where search_id = $1 and lease_owner = $2
"""

LEARN = """
update searches set found = $3, watched_s = $4, calls = $5, learned_at = now()
where search_id = $1 and lease_owner = $2
"""

YIELDS = "select found, watched_s, calls from searches where enabled and source = $1"

HURRY = "update searches set next_poll_at = now() where search_id = any($1)"


@dataclass(frozen=True, slots=True)
class DueSearch:
    """A search whose turn has come, claimed by one poller."""

    search_id: str
    source: str
    marketplace: str
    query: str
    category_id: str | None
    vertical: str
    newest_at: datetime | None
    cut_short: bool = False
    """Its last walk ended in an error, or its poller did not live to end it."""
    yielded: Yield = field(default_factory=Yield)
    unwatched_s: float | None = None
    """Since its last complete poll; ``None`` before the first."""


@dataclass(frozen=True, slots=True)
class WantedSearch:
    """A search some enabled watch asks for."""

    search_id: str
    search: Search
    vertical: str
    watch_ids: tuple[UUID, ...] = ()


def wanted_searches(watches: Iterable[WatchChanged]) -> list[WantedSearch]:
    """The searches of all enabled watches, equal ones once."""
    wanted: dict[str, WantedSearch] = {}
    for row in watches:
        watch = row.watch
        if watch is None or not watch.enabled:
            continue
        for search in watch.searches:
            search_id = search_identity(search, watch.vertical)
            others = wanted[search_id].watch_ids if search_id in wanted else ()
            asking = tuple(sorted({*others, watch.watch_id}))
            wanted[search_id] = WantedSearch(search_id, search, watch.vertical, asking)
    return list(wanted.values())


def search_identity(search: Search, vertical: str) -> str:
    """The same question has the same id, however it is spaced or capitalised."""
    query = " ".join(search.query.casefold().split())
    return str(stable_id("search", search.source, search.marketplace, vertical, query, search.category_id or ""))


class PostgresSearches:
    """Searches in PostgreSQL; leases follow the database's clock."""

    def __init__(self, pool: Pool, owner: str, *, lease_s: float) -> None:
        self._pool = pool
        self._owner = owner
        self._lease_s = lease_s

    async def keep(self, wanted: Sequence[WantedSearch]) -> None:
        """Make exactly these the searches that are asked."""
        ids = [each.search_id for each in wanted]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                UPSERT,
                ids,
                [each.search.source for each in wanted],
                [each.search.marketplace for each in wanted],
                [each.search.query for each in wanted],
                [each.search.category_id for each in wanted],
                [each.vertical for each in wanted],
                [",".join(map(str, each.watch_ids)) for each in wanted],
            )
            await connection.execute(RETIRE, ids)

    async def claim(self) -> DueSearch | None:
        """Take the search that waited longest, for a bounded time."""
        row = await self._pool.fetchrow(CLAIM, self._owner, self._lease_s)
        if row is None:
            return None
        due = dict(row)
        yielded = Yield(due.pop("found"), due.pop("watched_s"), due.pop("calls"))
        return DueSearch(**due, yielded=yielded)

    async def learn(self, search_id: str, found: Yield) -> None:
        """Remember what a search yields; a poller whose lease has passed to another changes nothing."""
        await self._pool.execute(LEARN, search_id, self._owner, found.found, found.watched_s, found.calls)

    async def yields(self, source: str) -> list[Yield]:
        """What every search of a source yields: they share its budget."""
        return [Yield(**row) for row in await self._pool.fetch(YIELDS, source)]

    async def finish(self, search_id: str, *, error: str | None, newest_at: datetime | None, again_s: float) -> None:
        """Note how it went; a poller whose lease has passed to another changes nothing."""
        await self._pool.execute(FINISH, search_id, self._owner, error, newest_at, again_s)

    async def hurry(self, search_ids: Sequence[str]) -> None:
        await self._pool.execute(HURRY, search_ids)
