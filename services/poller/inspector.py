"""Look again at known listings: prices change, things are sold and listings end."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from libs.contracts.listing import Listing
from libs.messaging.publisher import Outgoing, Publisher
from libs.storage.pool import Pool
from services.poller.endings import EndReason, end_reason, ending, units_sold
from services.poller.recorder import Recorder
from services.poller.sightings import look_again_s
from services.poller.sources.source import Inspection, ParsedPayload, Source

AGAIN_AFTER = timedelta(minutes=10)
"""When nothing could be learnt, or the process died while looking."""
REFILL_FOR = timedelta(hours=24)

DUE = """
update known set inspected_at = now(), next_look_at = now() + $2 where listing_id in (
    select listing_id from known where ended_at is null and next_look_at <= now()
    order by ends_at nulls last, next_look_at limit $1 for update skip locked
)
returning listing, sold_quantity, changed_at
"""

LOOKED = "update known set next_look_at = $2, sold_quantity = coalesce($3, sold_quantity) where listing_id = $1"

SOLD = """
insert into sales (listing_id, sold_quantity, units, asking_minor, currency, noticed_at)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""

END = """
update known set ended_at = $2, end_reason = $3, sold_quantity = coalesce($4, sold_quantity)
where listing_id = $1 and ended_at is null
"""

ENDED = """
select listing_id, ended_at, end_reason, inspected_at from known
where ended_at is not null and end_reason is not null and inspected_at >= $1
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a listing before the look."""

    listing: Listing
    sold_quantity: int | None
    changed_at: datetime


class Inspector:
    """The use case: the listings whose turn has come, one by one, on what the searches leave of the quota."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        pool: Pool,
        recorder: Recorder,
        publisher: Callable[[], Publisher],
        *,
        soonest_s: float,
    ) -> None:
        self._sources = sources
        self._pool = pool
        self._recorder = recorder
        self._publisher = publisher
        self._soonest_s = soonest_s

    async def inspect(self, limit: int) -> None:
        """Look at up to ``limit`` listings; what could not be learnt now is concluded from nothing."""
        if not self._sources or limit == 0:
            return
        groups: defaultdict[str, list[Kept]] = defaultdict(list)
        for row in await self._pool.fetch(DUE, limit, AGAIN_AFTER):
            kept = Kept(Listing.model_validate(row["listing"]), row["sold_quantity"], row["changed_at"])
            groups[kept.listing.source].append(kept)
        for source, listings in groups.items():
            if source in self._sources:
                await self._look(source, listings)

    async def _look(self, source: str, listings: list[Kept]) -> None:
        now = datetime.now(UTC)
        known = {each.listing.item_id: each for each in listings}
        for found in await self._sources[source].inspect([each.listing for each in listings], now):
            kept = known[found.item_id]
            await self._note_sales(kept, found, now)
            reason = end_reason(kept.listing, found, kept.sold_quantity, now)
            if reason is not None:
                await self._end(kept.listing, found, reason, now)
            elif found.listing is not None:
                parsed = ParsedPayload((found.listing,), (), "inspection")
                await self._recorder.record(source, parsed, observed_at=now)
                await self._plan(kept, found, now)

    async def _plan(self, kept: Kept, found: Inspection, now: datetime) -> None:
        latest = found.listing or kept.listing
        again_s = look_again_s(latest, kept.changed_at, now, self._soonest_s)
        await self._pool.execute(LOOKED, latest.listing_id, now + timedelta(seconds=again_s), found.sold_quantity)

    async def _note_sales(self, kept: Kept, found: Inspection, now: datetime) -> None:
        units = units_sold(found, kept.sold_quantity)
        if units:
            asked = kept.listing
            await self._pool.execute(
                SOLD, asked.listing_id, found.sold_quantity, units, asked.asking_minor, asked.currency, now
            )

    async def _end(self, listing: Listing, found: Inspection, reason: EndReason, now: datetime) -> None:
        """Publish the ending, then remember it: a crash in between only repeats the event."""
        ended_at = found.ended_at or (min(listing.ends_at, now) if listing.ends_at else now)
        event = ending(listing.listing_id, ended_at=ended_at, reason=reason, noticed_at=now)
        await self._publisher().publish([Outgoing(event)])
        await self._pool.execute(END, event.listing_id, event.ended_at, event.reason, found.sold_quantity)

    async def refill(self) -> None:
        """Tell the endings of the last day again: the bus was lost, and with it what it had not delivered."""
        rows = await self._pool.fetch(ENDED, datetime.now(UTC) - REFILL_FOR)
        await self._publisher().publish(
            Outgoing(
                ending(
                    row["listing_id"],
                    ended_at=row["ended_at"],
                    reason=row["end_reason"],
                    noticed_at=row["inspected_at"],
                )
            )
            for row in rows
        )
