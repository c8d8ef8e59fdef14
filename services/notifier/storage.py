"""Alerts and deliveries in PostgreSQL; leases and moments are the database's own."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import stamina

from libs.contracts.alert import AlertDelivered, AlertRaised, DeliveryState
from libs.contracts.envelope import stable_id
from libs.contracts.listing import Seller
from libs.storage.pool import Pool
from services.notifier.courier import Announcement, Letter, Settlement

RECORD_ALERTS = """
insert into alerts (alert_id, owner_id, listing_id, trigger, vertical, score, sighting_id, cause_id, replay_id,
    event_id, event, traceparent, raised_at)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::uuid[], $8::uuid[],
    $9::uuid[], $10::uuid[], $11::bytea[], $12::text[], $13::timestamptz[])
on conflict do nothing returning alert_id
"""

ALERTS_OF_LISTINGS = """
select alert_id, event from alerts where listing_id = any($1::text[]) order by alert_id for update
"""

REWRITE_ALERTS = """
update alerts a set event = t.event from unnest($1::uuid[], $2::bytea[]) as t (alert_id, event)
where a.alert_id = t.alert_id
"""

RECORD_MATCHES = """
insert into matches (alert_id, watch_id, cause_id, score, matched_at)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::timestamptz[])
on conflict do nothing
"""

RECORD_DELIVERIES = """
insert into deliveries (alert_id, channel, state, settled_at)
select alert_id, channel, state, case state when 'replayed' then clock_timestamp() end
from unnest($1::uuid[], $2::text[], $3::text[]) as fresh (alert_id, channel, state)
"""

KNOWN_ALERTS = "select event from alerts where cause_id = any($1::uuid[]) order by alert_id"

CLAIM = """
with due as (
    select alert_id, channel from deliveries
    where state = 'pending' and next_attempt_at <= clock_timestamp()
        or state = 'claimed' and lease_until < clock_timestamp() and send_began_at is null
    order by next_attempt_at, alert_id limit $3 for update skip locked
)
update deliveries d
set state = 'claimed', owner = $1, attempt = d.attempt + 1, lease_until = clock_timestamp() + $2, send_began_at = null
from due, alerts a
where d.alert_id = due.alert_id and d.channel = due.channel and a.alert_id = d.alert_id
returning d.channel, d.attempt, d.created_at < clock_timestamp() - $4::interval as stale, a.event, a.traceparent,
    a.raised_at
"""

BEGIN = """
update deliveries d
set send_began_at = clock_timestamp(), first_send_at = coalesce(first_send_at, clock_timestamp()),
    lease_until = clock_timestamp() + $2
from unnest($3::uuid[], $4::text[], $5::integer[]) as mine (alert_id, channel, attempt)
where d.alert_id = mine.alert_id and d.channel = mine.channel and d.attempt = mine.attempt
    and d.owner = $1 and d.state = 'claimed' and d.lease_until > clock_timestamp() and d.send_began_at is null
returning d.alert_id
"""
"""Fences off a claim that expired while its process slept: what comes back may be sent, nothing else."""

SETTLE = """
update deliveries d
set state = $5, message_id = $6, reason = $7, settled_at = clock_timestamp(), announced_at = null
from unnest($2::uuid[], $3::text[], $4::integer[]) as mine (alert_id, channel, attempt)
where d.alert_id = mine.alert_id and d.channel = mine.channel and d.attempt = mine.attempt
    and d.owner = $1 and (d.state = 'claimed' or d.state = 'unknown' and $5 = 'confirmed')
returning d.channel
"""
"""A late answer may still turn unknown into confirmed."""

GIVE_BACK = """
update deliveries d
set state = 'pending', reason = $6, send_began_at = null, lease_until = null,
    next_attempt_at = clock_timestamp() + $5::interval
from unnest($2::uuid[], $3::text[], $4::integer[]) as mine (alert_id, channel, attempt)
where d.alert_id = mine.alert_id and d.channel = mine.channel and d.attempt = mine.attempt
    and d.owner = $1 and d.state = 'claimed'
"""

RELEASE = """
update deliveries set state = 'pending', lease_until = null
where owner = $1 and state = 'claimed' and send_began_at is null
"""

EXPIRE = """
update deliveries
set state = 'unknown', settled_at = clock_timestamp(), announced_at = null,
    reason = 'the process that was sending it stopped before it knew the answer'
where state = 'claimed' and send_began_at is not null and lease_until < clock_timestamp()
returning channel
"""

UNANNOUNCED = """
select d.alert_id, d.channel, d.state, d.attempt, d.message_id, d.reason, d.settled_at,
    a.listing_id, a.event_id, a.replay_id, a.traceparent
from deliveries d join alerts a using (alert_id)
where d.announced_at is null and d.settled_at is not null and d.state in ('confirmed', 'unknown', 'failed', 'replayed')
order by d.settled_at limit $1
"""

ANNOUNCED = """
update deliveries d set announced_at = clock_timestamp()
from unnest($1::uuid[], $2::text[], $3::text[]) as told (alert_id, channel, state)
where d.alert_id = told.alert_id and d.channel = told.channel and d.state = told.state
"""

ANNOUNCE_AGAIN = "update deliveries set announced_at = null where settled_at > clock_timestamp() - $1::interval"

DISABLED = "select reason from routes where route_id = $1"

DISABLE = "insert into routes (route_id, channel, reason) values ($1, $2, $3) on conflict do nothing"

CONNECTION_LOST = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)


class PostgresAlerts:
    """The adapter the notifier decides with: one insert a table, whatever the size of the batch."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def known(self, causes: Sequence[UUID]) -> list[AlertRaised]:
        rows = await self._pool.fetch(KNOWN_ALERTS, causes)
        return [AlertRaised.model_validate_json(row["event"]) for row in rows]

    async def erase_sellers(self, listing_ids: Sequence[str]) -> None:
        """Write the stored events anew without their seller."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(ALERTS_OF_LISTINGS, listing_ids)
            alerts = [AlertRaised.model_validate_json(row["event"]) for row in rows]
            erased = [_without_seller(each) for each in alerts]
            if erased:
                await connection.execute(
                    REWRITE_ALERTS,
                    [row["alert_id"] for row in rows],
                    [each.model_dump_json(exclude_none=True).encode() for each in erased],
                )

    async def record(self, alerts: Sequence[AlertRaised], traces: Mapping[UUID, str | None]) -> set[UUID]:
        """Rows go in by id, so that replicas that hold the same listings wait for each other in one order."""
        ordered = sorted(alerts, key=lambda alert: alert.alert_id)
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(RECORD_ALERTS, *_alert_columns(ordered, traces))
            new = {row["alert_id"] for row in rows}
            await connection.execute(RECORD_MATCHES, *_match_columns(ordered))
            if new:
                await connection.execute(
                    RECORD_DELIVERIES, *_delivery_columns([alert for alert in ordered if alert.alert_id in new])
                )
        return new


class PostgresDeliveries:
    """The adapter the courier delivers with."""

    def __init__(self, pool: Pool, *, owner: str, lease: timedelta, patience: timedelta) -> None:
        self._pool = pool
        self._owner = owner
        self._lease = lease
        self._patience = patience

    async def claim(self, limit: int) -> list[Letter]:
        rows = await self._pool.fetch(CLAIM, self._owner, self._lease, limit, self._patience)
        letters = [
            Letter(
                alert=AlertRaised.model_validate_json(row["event"]),
                channel=row["channel"],
                attempt=row["attempt"],
                traceparent=row["traceparent"],
                stale=row["stale"],
            )
            for row in rows
        ]
        return sorted(letters, key=lambda letter: (letter.alert.occurred_at, letter.alert.alert_id))

    async def begin(self, letters: Sequence[Letter]) -> list[Letter]:
        rows = await self._pool.fetch(BEGIN, self._owner, self._lease, *_keys(letters))
        begun = {row["alert_id"] for row in rows}
        return [letter for letter in letters if letter.alert.alert_id in begun]

    async def settle(self, letters: Sequence[Letter], settlement: Settlement) -> int:
        """Write down an outcome, patiently: an answer that is not written down is lost for good."""
        async for attempt in stamina.retry_context(on=CONNECTION_LOST, attempts=None, timeout=45.0, wait_max=2.0):
            with attempt:
                rows = await self._pool.fetch(
                    SETTLE,
                    self._owner,
                    *_keys(letters),
                    settlement.state,
                    settlement.message_id,
                    settlement.reason,
                )
        return len(rows)

    async def give_back(self, letters: Sequence[Letter], reason: str, after_s: float) -> None:
        async for attempt in stamina.retry_context(on=CONNECTION_LOST, attempts=None, timeout=45.0, wait_max=2.0):
            with attempt:
                await self._pool.execute(GIVE_BACK, self._owner, *_keys(letters), timedelta(seconds=after_s), reason)

    async def release(self) -> None:
        """Give back what was claimed and not begun, for another process to take at once."""
        await self._pool.execute(RELEASE, self._owner)

    async def expire(self) -> list[str]:
        return [row["channel"] for row in await self._pool.fetch(EXPIRE)]

    async def unannounced(self, limit: int) -> list[Announcement]:
        return [_announcement(row) for row in await self._pool.fetch(UNANNOUNCED, limit)]

    async def announced(self, announcements: Sequence[Announcement]) -> None:
        events = [each.event for each in announcements]
        await self._pool.execute(
            ANNOUNCED,
            [event.alert_id for event in events],
            [event.channel for event in events],
            [event.state for event in events],
        )

    async def announce_again(self, since: timedelta) -> None:
        """Forget what was announced lately, because the stream that held it is gone."""
        await self._pool.execute(ANNOUNCE_AGAIN, since)

    async def disabled(self, route_id: UUID) -> str | None:
        reason: str | None = await self._pool.fetchval(DISABLED, route_id)
        return reason

    async def disable(self, route_id: UUID, channel: str, reason: str) -> None:
        await self._pool.execute(DISABLE, route_id, channel, reason)


def delivered_id(alert_id: UUID, channel: str, state: DeliveryState) -> UUID:
    """The same outcome of the same delivery is the same event, however often it is announced."""
    return stable_id(AlertDelivered.subject, str(alert_id), channel, state)


def _announcement(row: asyncpg.Record) -> Announcement:
    event = AlertDelivered(
        event_id=delivered_id(row["alert_id"], row["channel"], row["state"]),
        occurred_at=row["settled_at"],
        cause_id=row["event_id"],
        replay_id=row["replay_id"],
        alert_id=row["alert_id"],
        listing_id=row["listing_id"],
        channel=row["channel"],
        state=row["state"],
        attempt=row["attempt"],
        message_id=row["message_id"],
        reason=row["reason"],
    )
    return Announcement(event, row["traceparent"])


def _without_seller(alert: AlertRaised) -> AlertRaised:
    contributions = tuple(
        each.model_copy(update={"reason": "the seller closed their account"}) if each.factor == "seller" else each
        for each in alert.judgement.contributions
    )
    return alert.model_copy(
        update={
            "listing": alert.listing.model_copy(update={"seller": Seller()}),
            "judgement": alert.judgement.model_copy(update={"contributions": contributions}),
        }
    )


def _keys(letters: Sequence[Letter]) -> tuple[list[UUID], list[str], list[int]]:
    return (
        [letter.alert.alert_id for letter in letters],
        [letter.channel for letter in letters],
        [letter.attempt for letter in letters],
    )


def _alert_columns(alerts: Sequence[AlertRaised], traces: Mapping[UUID, str | None]) -> tuple[list[object], ...]:
    rows = [
        (
            alert.alert_id,
            alert.owner_id,
            alert.listing.listing_id,
            alert.matches[0].trigger,
            alert.listing.vertical,
            alert.judgement.score,
            alert.sighting_id,
            alert.cause_id,
            alert.replay_id,
            alert.event_id,
            alert.model_dump_json(exclude_none=True).encode(),
            traces.get(alert.cause_id) if alert.cause_id else None,
            alert.occurred_at,
        )
        for alert in alerts
    ]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _match_columns(alerts: Sequence[AlertRaised]) -> tuple[list[object], ...]:
    rows: list[tuple[UUID, UUID, UUID | None, float, datetime]] = [
        (alert.alert_id, match.watch_id, alert.cause_id, alert.judgement.score, alert.occurred_at)
        for alert in alerts
        for match in alert.matches
    ]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _delivery_columns(alerts: Sequence[AlertRaised]) -> tuple[list[object], ...]:
    rows = [
        (alert.alert_id, channel, "pending" if alert.replay_id is None else "replayed")
        for alert in alerts
        for channel in alert.channels
    ]
    return tuple(list(column) for column in zip(*rows, strict=True)) or ([], [], [])
