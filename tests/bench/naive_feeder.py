"""Feed one listing at a time: ``python -m tests.bench.naive_feeder COUNT``."""

import sys
from datetime import UTC, datetime

import uvloop
from faststream.nats import NatsBroker

from libs.contracts.envelope import stable_id
from libs.contracts.listing import Listing, ListingSeen
from libs.runtime.settings import DatabaseSettings
from libs.storage.pool import Pool, open_pool
from services.poller import storage as sightings
from services.poller.sources.ebay.fingerprint import fingerprint
from tests.bench import market
from tests.bench.cue import await_cue, dismissed
from tests.bench.naive import publish

PATIENCE_S = 120.0


async def feed(pool: Pool, broker: NatsBroker, listing: Listing) -> None:
    now, mark = datetime.now(UTC), fingerprint(listing)
    event = ListingSeen(
        event_id=stable_id(listing.listing_id, mark),
        occurred_at=now,
        listing=listing,
        fingerprint=mark,
        observed_at=now,
    )
    document = listing.model_dump(mode="json", exclude_none=True)
    await pool.fetch(sightings.KNOWN, [listing.listing_id])
    await pool.execute(sightings.KEEP, [listing.listing_id], [mark], [document], now, [now])
    facts = [event.model_dump(mode="json", exclude_none=True)]
    await pool.fetch(sightings.OPEN, [event.event_id], [listing.listing_id], facts, [None], now, PATIENCE_S)
    await publish(broker, event)


async def main(count: int) -> None:
    settings = DatabaseSettings()
    listings = [market.listing(number) for number in range(count)]
    async with NatsBroker(settings.nats_url, logger=None) as broker, open_pool(settings.database_url, "poller") as pool:
        await await_cue()
        for listing in listings:
            await feed(pool, broker, listing)
        await dismissed()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
