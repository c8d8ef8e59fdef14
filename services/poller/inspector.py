"""Look again at listings nobody has seen for long: prices change and listings end."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from libs.contracts.envelope import stable_id
from libs.contracts.listing import Listing, ListingEnded
from libs.messaging.publisher import Outgoing, Publisher
from libs.storage.pool import Pool
from services.poller.recorder import Recorder
from services.poller.sources.source import Inspection, ParseContext, ParsedPayload, Source

DUE = """
update known set inspected_at = now() where listing_id in (
    select listing_id from known where ended_at is null
    order by coalesce(inspected_at, seen_at) limit $1 for update skip locked
)
returning listing
"""

END = "update known set ended_at = $2, end_reason = $3 where listing_id = $1 and ended_at is null"

ENDED = """
select listing_id, ended_at, end_reason, inspected_at from known
where ended_at is not null and end_reason is not null and inspected_at >= $1
"""

REFILL_FOR = timedelta(hours=24)


class Inspector:
    """The use case: the listings that waited longest, one by one, on the same quota."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        pool: Pool,
        recorder: Recorder,
        publisher: Callable[[], Publisher],
        *,
        allow_loopback: bool,
    ) -> None:
        self._sources = sources
        self._pool = pool
        self._recorder = recorder
        self._publisher = publisher
        self._allow_loopback = allow_loopback

    async def inspect(self, limit: int) -> None:
        """Look at up to ``limit`` listings; what could not be learnt now is concluded from nothing."""
        if not self._sources or limit == 0:
            return
        groups: defaultdict[tuple[str, str, str], list[Listing]] = defaultdict(list)
        for row in await self._pool.fetch(DUE, limit):
            listing = Listing.model_validate(row["listing"])
            groups[listing.source, listing.marketplace, listing.vertical].append(listing)
        for (source, marketplace, vertical), listings in groups.items():
            if source in self._sources:
                now = datetime.now(UTC)
                context = ParseContext(marketplace, vertical, now, allow_loopback=self._allow_loopback)
                await self._look(source, context, listings)

    async def _look(self, source: str, context: ParseContext, listings: list[Listing]) -> None:
        known = {each.item_id: each for each in listings}
        for found in await self._sources[source].inspect(list(known), context):
            if found.listing is not None and found.state in ("active", "sold_out"):
                parsed = ParsedPayload((found.listing,), (), "inspection")
                await self._recorder.record(source, parsed, observed_at=context.observed_at)
            elif found.state in ("ended", "gone"):
                await self._end(known[found.item_id], found, context.observed_at)

    async def _end(self, listing: Listing, found: Inspection, seen_at: datetime) -> None:
        """Publish the ending, then remember it: a crash in between only repeats the event."""
        event = ending(
            listing.listing_id,
            ended_at=found.ended_at or seen_at,
            reason="ended" if found.state == "ended" else "gone",
            noticed_at=seen_at,
        )
        await self._publisher().publish([Outgoing(event)])
        await self._pool.execute(END, event.listing_id, event.ended_at, event.reason)

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


def ending(
    listing_id: str, *, ended_at: datetime, reason: Literal["ended", "gone"], noticed_at: datetime
) -> ListingEnded:
    """The same ending is the same event, however often it is told."""
    return ListingEnded(
        event_id=stable_id(ListingEnded.subject, listing_id, ended_at.isoformat()),
        occurred_at=noticed_at,
        listing_id=listing_id,
        ended_at=ended_at,
        reason=reason,
    )
