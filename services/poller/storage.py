"""What the poller knows, in PostgreSQL: known listings and the sightings still to be settled."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from libs.contracts.listing import Listing, ListingSeen
from libs.storage.pool import Connection, Pool
from services.poller.sightings import Known, Look, compare, look_again_s
from services.poller.sources.source import Rejected

LOCK_LISTINGS = "select pg_advisory_xact_lock(hashtextextended(id, 7)) from unnest($1::text[]) as id order by id"
"""One look at a listing at a time: two replicas would otherwise both find it new."""

KNOWN = "select listing_id, fingerprint, listing, changed_at, ended_at from known where listing_id = any($1)"

KEEP = """
insert into known as k (listing_id, fingerprint, listing, changed_at, seen_at, ends_at, next_look_at)
select listing_id, fingerprint, listing, $4, $4, (listing ->> 'ends_at')::timestamptz, next_look_at
from unnest($1::text[], $2::text[], $3::jsonb[], $5::timestamptz[])
    as t (listing_id, fingerprint, listing, next_look_at)
on conflict (listing_id) do update set
    fingerprint = excluded.fingerprint, listing = excluded.listing, seen_at = excluded.seen_at,
    changed_at = excluded.changed_at, ended_at = null, end_reason = null,
    ends_at = excluded.ends_at, next_look_at = excluded.next_look_at
"""

STILL_THERE = """
update known set seen_at = $2,
    next_look_at = case when ends_at is null then greatest(next_look_at, $2 + make_interval(secs => $3))
        else next_look_at end
where listing_id = any($1) and seen_at < $2
"""

OPEN = """
insert into sightings as s (event_id, listing_id, observed_at, event, traceparent, next_try_at)
select event_id, listing_id, $5, event, traceparent, now() + make_interval(secs => $6)
from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::text[]) as t (event_id, listing_id, event, traceparent)
on conflict (event_id) do update set
    observed_at = excluded.observed_at, event = excluded.event, traceparent = excluded.traceparent,
    emission = s.emission + 1, state = 'open', verdict = null, reason = null, tries = 0,
    opened_at = now(), next_try_at = excluded.next_try_at, settled_at = null
returning event_id, emission
"""
"""A fact that comes back (a price returns to what it was) is the same sighting, emitted once more."""

SETTLE_SCORED = """
update sightings s set state = 'scored', verdict = t.verdict, reason = null, settled_at = now()
from unnest($1::uuid[], $2::text[]) as t (event_id, verdict)
where s.event_id = t.event_id and s.state <> 'scored'
"""

SETTLE_DEAD = """
update sightings s set state = 'dead', reason = t.reason, settled_at = now()
from unnest($1::uuid[], $2::text[]) as t (event_id, reason)
where s.event_id = t.event_id and s.state = 'open'
"""

OVERDUE = """
update sightings s set
    emission = s.emission + 1, tries = s.tries + 1,
    next_try_at = now() + make_interval(secs => $1 * power(2, least(s.tries + 1, 8)))
where s.event_id in (
    select event_id from sightings where state = 'open' and next_try_at <= now()
    order by next_try_at limit $2 for update skip locked
)
returning s.event_id, s.emission, s.tries, s.event, s.traceparent
"""

RECENT = """
update sightings s set emission = s.emission + 1
where s.event_id in (
    select event_id from sightings where opened_at >= $1 and event_id > $2 order by event_id limit $3
)
returning s.event_id, s.emission, s.tries, s.event, s.traceparent
"""

FORGET = "delete from sightings where state <> 'open' and settled_at < $1"

COUNT_OPEN = "select count(*) from sightings where state = 'open'"

NEW_REJECTED = """
insert into rejected (digest, source, item_id, reason)
select digest, $2, item_id, reason from unnest($1::text[], $3::text[], $4::text[]) as t (digest, item_id, reason)
on conflict do nothing returning digest
"""

FIRST_ID = UUID(int=0)


type BeginTrace = Callable[[ListingSeen], str]
"""Begins the trace of one sighting and returns its ``traceparent``."""


@dataclass(frozen=True, slots=True)
class Emission:
    """A sighting to be published, and which emission of it this is."""

    event: ListingSeen
    emission: int
    traceparent: str | None
    tries: int = 0


class PostgresSightings:
    """Known listings and sightings; each method is one transaction of a few statements."""

    def __init__(self, pool: Pool, *, patience_s: float, look_s: float = 7200.0) -> None:
        self._pool = pool
        self._patience_s = patience_s
        self._look_s = look_s

    async def record(
        self,
        listings: Sequence[Listing],
        *,
        observed_at: datetime,
        search_id: str | None,
        begin_trace: BeginTrace,
        ingest_id: UUID | None = None,
    ) -> tuple[Look, list[Emission]]:
        """Remember a look and open a sighting for everything that is news."""
        ids = sorted({each.listing_id for each in listings})
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK_LISTINGS, ids)
            known = {row["listing_id"]: _known(row) for row in await connection.fetch(KNOWN, ids)}
            look = compare(listings, known, observed_at=observed_at, search_id=search_id)
            if look.unchanged:
                unchanged = [each.listing_id for each in look.unchanged]
                await connection.execute(STILL_THERE, unchanged, observed_at, self._look_s)
            emissions = await self._open(connection, look.news, observed_at, begin_trace) if look.news else []
            if ingest_id is not None:
                await self._join(connection, ingest_id, look.news)
        return look, emissions

    async def _open(
        self, connection: Connection, news: Sequence[ListingSeen], observed_at: datetime, begin_trace: BeginTrace
    ) -> list[Emission]:
        traceparents = [begin_trace(each) for each in news]
        ids = [each.listing.listing_id for each in news]
        await connection.execute(
            KEEP,
            ids,
            [each.fingerprint for each in news],
            [each.listing.model_dump(mode="json", exclude_none=True) for each in news],
            observed_at,
            [self._first_look(each.listing, observed_at) for each in news],
        )
        rows = await connection.fetch(
            OPEN,
            [each.event_id for each in news],
            ids,
            [each.model_dump(mode="json", exclude_none=True) for each in news],
            traceparents,
            observed_at,
            self._patience_s,
        )
        emission = {row["event_id"]: row["emission"] for row in rows}
        return [
            Emission(each, emission[each.event_id], traceparent)
            for each, traceparent in zip(news, traceparents, strict=True)
        ]

    def _first_look(self, listing: Listing, observed_at: datetime) -> datetime:
        return observed_at + timedelta(seconds=look_again_s(listing, observed_at, observed_at, self._look_s))

    async def _join(self, connection: Connection, ingest_id: UUID, news: Sequence[ListingSeen]) -> None:
        await connection.execute(
            "insert into ingest_members (ingest_id, event_id) select $1, unnest($2::uuid[]) on conflict do nothing",
            ingest_id,
            [each.event_id for each in news],
        )

    async def note_rejected(self, source: str, entries: Mapping[str, Rejected]) -> set[str]:
        """Remember what was no listing, by digest; return the digests not met before."""
        rows = await self._pool.fetch(
            NEW_REJECTED,
            list(entries),
            source,
            [each.item_id for each in entries.values()],
            [each.reason for each in entries.values()],
        )
        return {row["digest"] for row in rows}

    async def settle_scored(self, settled: Sequence[tuple[UUID, str]]) -> None:
        ids, verdicts = zip(*sorted(settled), strict=True)
        await self._pool.execute(SETTLE_SCORED, ids, verdicts)

    async def settle_dead(self, settled: Sequence[tuple[UUID, str]]) -> None:
        ids, reasons = zip(*sorted(settled), strict=True)
        await self._pool.execute(SETTLE_DEAD, ids, reasons)

    async def take_overdue(self, limit: int) -> list[Emission]:
        """Claim open sightings whose time has come, raising their emission."""
        return [_emission(row) for row in await self._pool.fetch(OVERDUE, self._patience_s, limit)]

    async def take_recent(self, since: datetime, after: UUID, limit: int) -> list[Emission]:
        """Claim a page of everything seen since a moment, in order of id, for a bus that was lost."""
        return [_emission(row) for row in await self._pool.fetch(RECENT, since, after, limit)]

    async def forget(self, before: datetime) -> None:
        await self._pool.execute(FORGET, before)

    async def count_open(self) -> int:
        return int(await self._pool.fetchval(COUNT_OPEN))


def _known(row: asyncpg.Record) -> Known:
    return Known(
        row["fingerprint"], Listing.model_validate(row["listing"]), row["changed_at"], row["ended_at"] is not None
    )


def _emission(row: asyncpg.Record) -> Emission:
    return Emission(ListingSeen.model_validate(row["event"]), row["emission"], row["traceparent"], row["tries"])


def last_id(emissions: Iterable[Emission]) -> UUID:
    """Where the next page of ``take_recent`` begins."""
    return max((each.event.event_id for each in emissions), default=FIRST_ID)
