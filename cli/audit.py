"""Compare what was seen with what became of it: one line for every broken promise."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override
from uuid import UUID, uuid5

import asyncpg
import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.dead import DeadLetter
from libs.contracts.listing import ListingExtracted, ListingScored
from libs.messaging.headers import MESSAGE_ID

EXAMPLES = 20
"""Lines printed for one kind of broken promise; the rest is counted."""
READ_TIMEOUT_S = 5.0

MAIN_LINE = ("extractor-", "scorer-", "poller-sweeper")

OPEN = "select event_id, listing_id, tries from poller.sightings where state = 'open' order by opened_at"

SETTLED = "select event_id, listing_id, state, settled_at from poller.sightings where state <> 'open'"

NOT_IN_CATALOG = """
select s.listing_id, max(s.observed_at) as observed_at, l.observed_at as shown_at
from poller.sightings s left join catalog.listings l using (listing_id)
where s.state = 'scored'
group by s.listing_id, l.observed_at
having l.observed_at is null or l.observed_at < max(s.observed_at)
"""

TOLD_TWICE = """
select owner_id, listing_id, trigger, count(*) as alerts from notifier.alerts
where replay_id is null group by owner_id, listing_id, trigger having count(*) > 1
"""

UNDELIVERED = """
select a.alert_id, a.listing_id, coalesce(d.state, 'none') as state, d.channel
from notifier.alerts a left join notifier.deliveries d using (alert_id)
where a.replay_id is null and (d.state is null or d.state in ('pending', 'claimed'))
"""

UNPROVEN = "select alert_id, channel from notifier.deliveries where state = 'confirmed' and message_id is null"

SENT_REPLAY = """
select a.alert_id, d.state from notifier.alerts a join notifier.deliveries d using (alert_id)
where a.replay_id is not null and d.state <> 'replayed'
"""

ALERT_NOT_SHOWN = """
select alert_id, listing_id from notifier.alerts a
where not exists (select from catalog.alerts c where c.alert_id = a.alert_id)
"""

DELIVERY_NOT_SHOWN = """
select d.alert_id, d.channel, d.state, c.state as shown from notifier.deliveries d
left join catalog.deliveries c using (alert_id, channel)
where d.settled_at is not null and c.state is distinct from d.state
"""

HEADS = "select product_key, version from baseliner.heads where version > 0"


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that was not kept, as a sentence."""

    promise: str
    detail: str

    @override
    def __str__(self) -> str:
        return f"{self.promise}: {self.detail}"


async def audit(database_url: str, nats_url: str) -> list[Broken]:
    """Check every promise on a system at rest; an empty list is green."""
    database = await asyncpg.connect(database_url)
    client = await nats.connect(nats_url, inbox_prefix="_INBOX_admin")
    try:
        js = client.jetstream()
        found = [*await _judged_once(database, js), *await _told_once(database), *await _tables_agree(database, js)]
    finally:
        await client.close()
        await database.close()
    return found


def report(broken: Iterable[Broken]) -> list[str]:
    """The lines to print: a bounded number of each kind, then how many more."""
    kinds: dict[str, list[Broken]] = {}
    for each in broken:
        kinds.setdefault(each.promise, []).append(each)
    lines: list[str] = []
    for promise, members in kinds.items():
        lines += [str(each) for each in members[:EXAMPLES]]
        if len(members) > EXAMPLES:
            lines.append(f"{promise}: and {len(members) - EXAMPLES} more")
    return lines


async def _judged_once(database: "asyncpg.Connection[asyncpg.Record]", js: JetStreamContext) -> list[Broken]:
    """Every sighting ends in exactly one score or one dead letter, and the score is shown."""
    broken = [
        Broken(
            "every sighting is settled", f"{row['event_id']} ({row['listing_id']}) is open, tried {row['tries']} times"
        )
        for row in await database.fetch(OPEN)
    ]
    scored, scored_since = await _scored_ids(js)
    dead, dead_since = await _dead_sightings(js)
    for row in await database.fetch(SETTLED):
        sighting, state, settled_at = row["event_id"], row["state"], row["settled_at"]
        expected = scored_id(sighting)
        if state == "scored" and expected not in scored and settled_at > scored_since:
            broken.append(Broken("a scored sighting has its listing.scored", f"{sighting} ({row['listing_id']})"))
        if state == "dead" and sighting not in dead and settled_at > dead_since:
            broken.append(Broken("a dead sighting has its dead letter", f"{sighting} ({row['listing_id']})"))
    broken += [
        Broken("a judged listing is shown", f"{row['listing_id']} seen {row['observed_at']}, shown {row['shown_at']}")
        for row in await database.fetch(NOT_IN_CATALOG)
    ]
    return broken


async def _told_once(database: "asyncpg.Connection[asyncpg.Record]") -> list[Broken]:
    """Nobody is told twice, every alert ends, and what happened is shown."""
    found: list[Broken] = []
    for promise, query, words in (
        ("nobody is told twice", TOLD_TWICE, "{owner_id} has {alerts} alerts for {listing_id} ({trigger})"),
        ("every alert is delivered", UNDELIVERED, "{alert_id} for {listing_id} on {channel} is {state}"),
        ("a confirmed delivery has its message", UNPROVEN, "{alert_id} on {channel} has no message id"),
        ("a replay sends nothing", SENT_REPLAY, "{alert_id} is {state}"),
        ("an alert is shown", ALERT_NOT_SHOWN, "{alert_id} for {listing_id} is not in the catalog"),
        ("a delivery is shown", DELIVERY_NOT_SHOWN, "{alert_id} on {channel} is {state}, shown as {shown}"),
    ):
        found += [Broken(promise, words.format(**row)) for row in await database.fetch(query)]
    return found


async def _tables_agree(database: "asyncpg.Connection[asyncpg.Record]", js: JetStreamContext) -> list[Broken]:
    """The bus carries the newest version of every baseline."""
    rows = {row["product_key"]: row["version"] for row in await database.fetch(HEADS)}
    carried: dict[str, int] = {}
    async for message in _messages(js, "BASELINES", f"{BaselineUpdated.subject}.>"):
        row = BaselineUpdated.model_validate_json(message.data)
        carried[row.product_key] = max(row.version, carried.get(row.product_key, 0))
    return [
        Broken("the bus carries the newest baseline", f"{key} is version {version}, the bus has {carried.get(key, 0)}")
        for key, version in rows.items()
        if carried.get(key, 0) < version
    ]


def scored_id(sighting: UUID) -> UUID:
    """The id of the ``listing.scored`` that follows from a sighting."""
    return uuid5(uuid5(sighting, ListingExtracted.subject), ListingScored.subject)


async def _scored_ids(js: JetStreamContext) -> tuple[set[UUID], datetime]:
    found = set()
    async for message in _messages(js, "LISTING_SCORED", ListingScored.subject, headers_only=True):
        fact = _fact((message.headers or {}).get(MESSAGE_ID, ""))
        if fact is not None:
            found.add(fact)
    return found, await _since(js, "LISTING_SCORED")


def _fact(message_id: str) -> UUID | None:
    """The event a message carries; ``None`` for what no service of ours published, which is a dead letter by now."""
    try:
        return UUID(message_id.rpartition("/")[0])
    except ValueError:
        return None


async def _dead_sightings(js: JetStreamContext) -> tuple[set[UUID], datetime]:
    found = set()
    async for message in _messages(js, "DEAD", f"{DeadLetter.subject}.>"):
        letter = DeadLetter.model_validate_json(message.data)
        if letter.sighting_id is not None and letter.stage.startswith(MAIN_LINE):
            found.add(letter.sighting_id)
    return found, await _since(js, "DEAD")


async def _since(js: JetStreamContext, stream: str) -> datetime:
    """When this stream began: what was settled before, an earlier one had told."""
    return (await js.stream_info(stream)).created or datetime.min.replace(tzinfo=UTC)


async def _messages(
    js: JetStreamContext, stream: str, subject: str, *, headers_only: bool = False
) -> AsyncIterator[Msg]:
    """Everything a stream holds now, in order."""
    if (await js.stream_info(stream)).state.messages == 0:
        return
    subscription = await js.subscribe(
        subject,
        stream=stream,
        ordered_consumer=True,
        config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL),
        headers_only=headers_only,
        pending_msgs_limit=-1,
        pending_bytes_limit=-1,
    )
    try:
        while True:
            message = await subscription.next_msg(timeout=READ_TIMEOUT_S)
            yield message
            if message.metadata.num_pending == 0:
                return
    finally:
        await subscription.unsubscribe()
