"""Watches in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from libs.contracts.watch import Watch, WatchChanged
from libs.storage.pool import Pool
from services.api.service import Publish, WatchGoneError, change_event

ADD = """
insert into watches (watch_id, owner_id, revision, watch, created_at, changed_at) values ($1, $2, 1, $3, $4, $4)
"""

CHANGE = """
update watches set watch = $2, revision = revision + 1, changed_at = $3
where watch_id = $1 and watch is not null and ($4::bigint is null or revision = $4)
returning revision
"""

LIST = """
select watch_id, revision, watch, created_at, changed_at from watches
where owner_id = $1 and watch is not null and ($2::timestamptz is null or (created_at, watch_id) > ($2, $3))
order by created_at, watch_id limit $4
"""

PENDING = """
select watch_id, revision, changed_at, watch from watches where published_revision < revision
order by changed_at limit $1 for update
"""

MARK = """
update watches w set published_revision = p.revision from unnest($1::uuid[], $2::bigint[]) as p (watch_id, revision)
where w.watch_id = p.watch_id
"""


@dataclass(frozen=True, slots=True)
class StoredWatch:
    """A watch with its revision and times."""

    watch: Watch
    revision: int
    created_at: datetime
    changed_at: datetime


class PostgresWatches:
    """The adapter watches are kept with."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, watch: Watch, now: datetime) -> int:
        await self._pool.execute(ADD, watch.watch_id, watch.owner_id, watch.model_dump(mode="json"), now)
        return 1

    async def change(self, watch_id: UUID, watch: Watch | None, expected: int | None, now: datetime) -> int:
        content = None if watch is None else watch.model_dump(mode="json")
        revision: int | None = await self._pool.fetchval(CHANGE, watch_id, content, now, expected)
        if revision is None:
            found = await self.get(watch_id)
            raise WatchGoneError(found.revision if found else None)
        return revision

    async def get(self, watch_id: UUID) -> StoredWatch | None:
        row = await self._pool.fetchrow("select * from watches where watch_id = $1 and watch is not null", watch_id)
        return None if row is None else _stored(row)

    async def page(self, owner_id: str, limit: int, after: tuple[datetime, UUID] | None = None) -> list[StoredWatch]:
        """Watches of one owner, oldest first."""
        at, watch_id = after or (None, None)
        return [_stored(row) for row in await self._pool.fetch(LIST, owner_id, at, watch_id, limit)]

    async def publish_pending(self, publish: Publish, limit: int) -> int:
        """Publish under the rows' locks, then mark; nothing is marked that was not acknowledged."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(PENDING, limit)
            if rows:
                await publish([_event(row) for row in rows])
                await connection.execute(MARK, [r["watch_id"] for r in rows], [r["revision"] for r in rows])
            return len(rows)

    async def forget_published(self) -> None:
        await self._pool.execute("update watches set published_revision = 0")


def _stored(row: asyncpg.Record) -> StoredWatch:
    return StoredWatch(Watch.model_validate(row["watch"]), row["revision"], row["created_at"], row["changed_at"])


def _event(row: asyncpg.Record) -> WatchChanged:
    watch = None if row["watch"] is None else Watch.model_validate(row["watch"])
    return change_event(row["watch_id"], row["revision"], row["changed_at"], watch)
