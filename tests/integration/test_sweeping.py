"""A listing that a stage never gets done with holds up nobody else, and is given up in the end."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import nats
import orjson

from libs.contracts.listing import Listing, Product
from libs.contracts.rpc import IngestProgress, IngestProgressRequest, IngestRequest
from libs.domain.verticals.registry import registered
from libs.domain.verticals.vertical import Vertical
from libs.messaging.connection import service_broker
from libs.messaging.procedures import INGEST, INGEST_PROGRESS
from libs.messaging.provision import provision
from libs.messaging.rpc import RpcClient
from libs.runtime.settings import ServiceSettings
from services.extractor.app import create_service as extractor
from services.extractor.settings import ExtractorSettings
from services.poller.app import create_service as poller
from services.poller.settings import PollerSettings
from services.scorer.app import create_service as scorer
from tests.support.ebay import search_answer, summary
from tests.support.pipeline import running, until


def understand(listing: Listing) -> Product:
    if "stuck" in listing.title:
        raise RuntimeError("a bug that shows on this title only")
    return Product(component_type="thing")


THINGS = Vertical(name="things", label="Things", version="things-1", understand=understand, component_types={})


async def test_a_message_that_never_gets_done_is_given_up_and_the_lost_are_sent_again(nats_url: str, database_url: str):
    async with pipeline(nats_url, database_url) as rpc, connected(database_url) as database:
        stuck = await ingest(rpc, "stuck", "fine")
        await until(lambda: has(rpc, stuck, scored=1, pending=1), "the neighbour was not judged")
        lost = await ingest(rpc, "lost")
        await until(lambda: has(rpc, lost, scored=1), "it was not judged")
        await database.execute(
            "update poller.sightings set state = 'open', next_try_at = now() "
            "from poller.ingest_members m where m.event_id = sightings.event_id and m.ingest_id = $1",
            lost,
        )
        await until(lambda: has(rpc, lost, scored=1), "what was lost was not sent again")
        await until(lambda: has(rpc, stuck, scored=1, dead=1), "what never gets done was not given up")
        (reason,) = (await progress(rpc, stuck)).dead_reasons
        assert reason.reason.startswith("poller-sweeper: sent 2 times and never came back")


@asynccontextmanager
async def pipeline(nats_url: str, database_url: str) -> AsyncIterator[RpcClient]:
    client = await nats.connect(nats_url)
    await provision(client.jetstream())
    await client.close()
    poller_settings = PollerSettings(
        nats_url=nats_url, database_url=database_url, sweep_after_s=0.2, sweep_every_s=0.1, sweep_tries=2
    )
    broker = service_broker(nats_url, "test", on_closed=expected)
    with registered(THINGS):
        async with running(
            poller(poller_settings),
            extractor(ExtractorSettings(nats_url=nats_url)),
            scorer(ServiceSettings(nats_url=nats_url)),
        ):
            await broker.connect()
            try:
                yield RpcClient(broker)
            finally:
                await broker.stop()


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    database = await asyncpg.connect(database_url)
    try:
        yield database
    finally:
        await database.close()


async def ingest(rpc: RpcClient, *titles: str) -> UUID:
    items = [summary(itemId=f"v1|{uuid4().int % 10**12}|0", title=title) for title in titles]
    request = IngestRequest(
        ingest_id=uuid4(),
        source="ebay",
        marketplace="EBAY_US",
        vertical="things",
        payload_base64=base64.b64encode(orjson.dumps(search_answer(*items))).decode(),
    )
    await rpc.call(INGEST, request)
    return request.ingest_id


async def progress(rpc: RpcClient, ingest_id: UUID) -> IngestProgress:
    return await rpc.call(INGEST_PROGRESS, IngestProgressRequest(ingest_id=ingest_id))


async def has(rpc: RpcClient, ingest_id: UUID, **counts: int) -> bool:
    found = await progress(rpc, ingest_id)
    return {"pending": 0, "dead": 0} | counts == {
        "pending": found.pending, "dead": found.dead, "scored": found.scored
    }  # fmt: skip


async def expected() -> None:
    """The test closes its own connection."""
