"""Feed listings through the poller's own recorder: ``python -m tests.bench.ours_feeder COUNT [RATE]``."""

import sys
from datetime import UTC, datetime

import nats
import uvloop

from libs.messaging.publisher import Publisher
from libs.messaging.replies import Replies
from libs.messaging.topology import TOPOLOGY
from libs.storage.pool import open_pool
from libs.telemetry.tracing import set_up_tracing
from services.poller.recorder import Recorder
from services.poller.settings import PollerSettings
from services.poller.sources.source import ParsedPayload
from services.poller.storage import PostgresSightings
from tests.bench import market
from tests.bench.cue import await_cue, batches_at, dismissed

PAGE = 200
"""Listings in one answer of the eBay Browse API."""


async def main(count: int, rate: float) -> None:
    settings = PollerSettings()
    tracing = set_up_tracing("poller", settings.otlp_endpoint, settings.trace_ratio)
    listings = [market.listing(number) for number in range(count)]
    client = await nats.connect(settings.nats_url)
    async with open_pool(settings.database_url, "poller") as pool:
        publisher = Publisher(await Replies(client).start(), TOPOLOGY)
        recorder = Recorder(PostgresSightings(pool, patience_s=settings.sweep_after_s), lambda: publisher)
        await await_cue()
        async for page in batches_at(listings, rate, PAGE):
            await recorder.record("ebay", ParsedPayload(tuple(page), (), "bench"), observed_at=datetime.now(UTC))
        await dismissed()
    await client.close()
    tracing.shutdown()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))
