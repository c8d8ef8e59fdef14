"""How searches and sources fare, for the people who wait for them."""

from libs.contracts.rpc import SearchList, SearchStatus, SourceList, SourceStatus
from libs.storage.pool import Pool

SEARCHES = """
select search_id, source, marketplace, query, category_id, vertical, watch_ids, error, failed_since, polled_at,
    next_poll_at, case when watched_s > 0 then found / watched_s * 86400 end as found_per_day
from searches where enabled and (error is not null or not $1::boolean)
order by error is null, failed_since, query, marketplace
"""

SOURCES = """
select s.source, s.state, s.reason, s.since, q.calls_limit, q.used as calls_used, q.resets_at
from sources s left join lateral (
    select calls_limit, used, resets_at from quota
    where starts_with(credential, s.source || ':') and resets_at > now() order by resets_at desc limit 1
) q on true
order by s.source
"""


class Statuses:
    """Answers in one statement each."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def searches(self, *, failed_only: bool) -> SearchList:
        rows = await self._pool.fetch(SEARCHES, failed_only)
        return SearchList(searches=tuple(SearchStatus(**row) for row in rows))

    async def sources(self) -> SourceList:
        rows = await self._pool.fetch(SOURCES)
        return SourceList(sources=tuple(SourceStatus(**row) for row in rows))
