"""Feed the ceiling with what was built beforehand: ``python -m tests.bench.raw_feeder COUNT``."""

import sys
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import uvloop

from libs.contracts.envelope import stable_id
from libs.contracts.listing import ListingSeen
from services.poller import storage as sightings
from services.poller.sources.ebay.fingerprint import fingerprint
from tests.bench import market
from tests.bench.cue import await_cue, batches_at, dismissed
from tests.bench.raw import TRACE, Raw, connect

PAGE = 200


class Prepared(NamedTuple):
    """One sighting, ready to be written and sent."""

    event_id: UUID
    listing_id: str
    fingerprint: str
    listing: str
    event: str


def prepare(number: int, now: datetime) -> Prepared:
    listing = market.listing(number)
    mark = fingerprint(listing)
    event_id = stable_id(listing.listing_id, mark)
    event = ListingSeen(event_id=event_id, occurred_at=now, listing=listing, fingerprint=mark, observed_at=now)
    texts = (each.model_dump_json(exclude_none=True) for each in (listing, event))
    return Prepared(event_id, listing.listing_id, mark, *texts)


async def feed(raw: Raw, page: list[Prepared], now: datetime) -> None:
    ids = [each.listing_id for each in page]
    async with raw.database.transaction():
        await raw.database.execute(sightings.LOCK_LISTINGS, sorted(ids))
        await raw.database.fetch(sightings.KNOWN, ids)
        marks, listings = [each.fingerprint for each in page], [each.listing for each in page]
        await raw.database.execute(sightings.KEEP, ids, marks, listings, now, [now] * len(ids))
        events, facts = [each.event for each in page], [each.event_id for each in page]
        await raw.database.fetch(sightings.OPEN, facts, ids, events, [TRACE] * len(page), now, 120.0)
    await raw.wire.publish([(b"listing.seen", str(each.event_id).encode(), each.event.encode()) for each in page])


async def main(count: int) -> None:
    now = datetime.now(UTC)
    prepared = [prepare(number, now) for number in range(count)]
    raw = await connect("poller")
    await await_cue()
    async for page in batches_at(prepared, 0.0, PAGE):
        await feed(raw, list(page), now)
    await dismissed()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
