"""Observations and baselines in PostgreSQL: a handful of statements a batch, whatever its size."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from libs.contracts.baseline import BaselineStats, BaselineUpdated
from libs.domain.baseline import Observation, Sample, summarise
from libs.storage.pool import Connection, Pool
from services.baseliner.service import row_id

UPSERT = """
with incoming as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
        as t (listing_id, product_key, stratum, unit_minor, seller, seen_at)
),
former as (
    select observations.product_key from observations join incoming using (listing_id)
    where observations.product_key <> incoming.product_key
),
stored as (
    insert into observations as o (listing_id, product_key, stratum, unit_minor, seller, first_at, seen_at)
    select listing_id, product_key, stratum, unit_minor, seller, seen_at, seen_at from incoming
    on conflict (listing_id) do update set
        product_key = excluded.product_key, stratum = excluded.stratum, unit_minor = excluded.unit_minor,
        seller = excluded.seller, seen_at = excluded.seen_at, ended_at = null
    where o.seen_at <= excluded.seen_at
)
select product_key from former union select product_key from incoming
"""

WITHDRAW = """
delete from observations o using unnest($1::text[], $2::timestamptz[]) as w (listing_id, at)
where o.listing_id = w.listing_id and o.seen_at <= w.at
returning o.product_key
"""

LOCK = """
insert into heads (product_key) select key from unnest($1::text[]) as key order by key
on conflict (product_key) do update set product_key = excluded.product_key
"""
"""Serialises replicas per key, in one order, before the observations are read."""

SAMPLES = """
select product_key, stratum, array_agg(unit_minor order by unit_minor) as prices,
    min(first_at) as first_at, min(seen_at) as oldest_at, max(seen_at) as last_at
from observations where product_key = any($1) and seen_at > $2
group by product_key, stratum
"""

HEADS = """
select h.product_key, h.version, b.strata, b.computed_at, b.currency
from heads h left join baselines b using (product_key, version)
where h.product_key = any($1)
"""

SAVE = """
with fresh as (
    select product_key, version, strata::jsonb, oldest_at
    from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[])
        as t (product_key, version, strata, oldest_at)
),
kept as (
    insert into baselines (product_key, version, currency, strata, computed_at)
    select f.product_key, f.version, $5, f.strata, $6 from fresh f join heads h using (product_key)
    where f.version > h.version
)
update heads h set version = f.version, oldest_at = f.oldest_at, computed_at = $6
from fresh f where f.product_key = h.product_key
"""

END = """
update observations o set ended_at = e.at from unnest($1::text[], $2::timestamptz[]) as e (listing_id, at)
where o.listing_id = e.listing_id
"""

AGED = "select product_key from heads where oldest_at <= $1 order by oldest_at limit 500"

CURRENT = """
select product_key, version, b.strata, b.computed_at, b.currency
from baselines b join heads h using (product_key, version)
"""


STRATA = TypeAdapter(tuple[BaselineStats, ...])


class PostgresObservations:
    """The adapter the baseliner stores with."""

    def __init__(self, pool: Pool, currency: str) -> None:
        self._pool = pool
        self._currency = currency

    async def record(
        self,
        observed: Sequence[Observation],
        withdrawn: Sequence[tuple[str, datetime]],
        cutoff: datetime,
        now: datetime,
    ) -> list[BaselineUpdated]:
        async with self._pool.acquire() as connection, connection.transaction():
            touched: set[str] = set()
            if observed:
                touched |= _keys(await connection.fetch(UPSERT, *_columns(observed)))
            if withdrawn:
                ids, times = zip(*withdrawn, strict=True)
                touched |= _keys(await connection.fetch(WITHDRAW, ids, times))
            return await self._recompute(connection, touched, cutoff, now)

    async def end(self, ended: Sequence[tuple[str, datetime]]) -> None:
        ids, times = zip(*ended, strict=True)
        await self._pool.execute(END, ids, times)

    async def erase_sellers(self, listing_ids: Sequence[str]) -> None:
        await self._pool.execute(
            "update observations set seller = null where listing_id = any($1::text[])", listing_ids
        )

    async def age(self, cutoff: datetime, now: datetime) -> list[BaselineUpdated]:
        async with self._pool.acquire() as connection, connection.transaction():
            return await self._recompute(connection, _keys(await connection.fetch(AGED, cutoff)), cutoff, now)

    async def current(self) -> list[BaselineUpdated]:
        return [_row(record) for record in await self._pool.fetch(CURRENT)]

    async def _recompute(
        self, connection: Connection, keys: Iterable[str], cutoff: datetime, now: datetime
    ) -> list[BaselineUpdated]:
        """Compute the keys anew; a key whose numbers did not move keeps its version."""
        ordered = sorted(keys)
        if not ordered:
            return []
        await connection.execute(LOCK, ordered)
        samples: dict[str, dict[str, Sample]] = {key: {} for key in ordered}
        oldest: dict[str, datetime] = {}
        for each in await connection.fetch(SAMPLES, ordered, cutoff):
            key = each["product_key"]
            samples[key][each["stratum"]] = Sample(each["prices"], each["first_at"], each["last_at"])
            oldest[key] = min(oldest.get(key, each["oldest_at"]), each["oldest_at"])
        heads = {each["product_key"]: each for each in await connection.fetch(HEADS, ordered)}
        rows = [self._next(heads[key], summarise(samples[key]), now) for key in ordered]
        await connection.execute(
            SAVE,
            ordered,
            [row.version for row in rows],
            [STRATA.dump_json(row.strata).decode() for row in rows],
            [oldest.get(key) for key in ordered],
            self._currency,
            now,
        )
        return [row for row in rows if row.version > 0]

    def _next(self, head: asyncpg.Record, strata: tuple[BaselineStats, ...], now: datetime) -> BaselineUpdated:
        if head["version"] == 0:
            return self._version(head["product_key"], 1 if strata else 0, strata, now)
        current = _row(head)
        return (
            current
            if current.strata == strata
            else self._version(current.product_key, current.version + 1, strata, now)
        )

    def _version(self, key: str, version: int, strata: tuple[BaselineStats, ...], now: datetime) -> BaselineUpdated:
        return BaselineUpdated(
            event_id=UUID(row_id(key, version)),
            occurred_at=now,
            product_key=key,
            version=version,
            currency=self._currency,
            computed_at=now,
            strata=strata,
        )


def _keys(records: Iterable[asyncpg.Record]) -> set[str]:
    return {record["product_key"] for record in records}


def _columns(observed: Sequence[Observation]) -> tuple[list[Any], ...]:
    return (
        [each.listing_id for each in observed],
        [each.product_key for each in observed],
        [each.stratum for each in observed],
        [each.unit_minor for each in observed],
        [each.seller for each in observed],
        [each.seen_at for each in observed],
    )


def _row(record: asyncpg.Record) -> BaselineUpdated:
    return BaselineUpdated(
        event_id=UUID(row_id(record["product_key"], record["version"])),
        occurred_at=record["computed_at"],
        product_key=record["product_key"],
        version=record["version"],
        currency=record["currency"],
        computed_at=record["computed_at"],
        strata=STRATA.validate_python(record["strata"]),
    )
