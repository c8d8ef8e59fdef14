"""A vertical defined in this file alone goes from a saved payload to an alert."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import nats
from pydantic import SecretStr

from libs.contracts.listing import Attribute, Listing, Product
from libs.contracts.rpc import IngestProgressRequest, IngestRequest
from libs.contracts.watch import Trigger, Watch, WatchChanged
from libs.domain.verticals.registry import registered
from libs.domain.verticals.vertical import AttributeSpec, ComponentType, Vertical
from libs.messaging.connection import service_broker
from libs.messaging.procedures import INGEST, INGEST_PROGRESS
from libs.messaging.provision import provision
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.rpc import RpcClient
from libs.messaging.topology import TOPOLOGY
from libs.runtime.settings import ServiceSettings
from services.baseliner.app import create_service as baseliner
from services.baseliner.settings import BaselinerSettings
from services.catalog.app import create_service as catalog
from services.catalog.settings import CatalogSettings
from services.extractor.app import create_service as extractor
from services.extractor.settings import ExtractorSettings
from services.notifier.app import create_service as notifier
from services.notifier.settings import NotifierSettings
from services.poller.app import create_service as poller
from services.poller.settings import PollerSettings
from services.scorer.app import create_service as scorer
from tests.support.ebay import search_answer, summary
from tests.support.pipeline import running, until
from tests.support.simulator import running_simulator


def understand_teapot(listing: Listing) -> Product:
    """Teapots are told apart by how many cups they hold."""
    cups = re.search(r"(\d+) cups?", listing.title)
    if cups is None:
        return Product(component_type="teapot")
    return Product(
        component_type="teapot",
        product_key=f"teapot:{cups[1]}",
        condition="used_working",
        stratum="used_working",
        attributes=(Attribute(name="cups", value=int(cups[1]), origin="title", evidence=cups[0]),),
        confidence=1.0,
    )


TEAPOTS = Vertical(
    name="teapots",
    label="Teapots",
    version="teapots-1",
    understand=understand_teapot,
    component_types={
        "teapot": ComponentType("teapot", "Teapot", (AttributeSpec("cups", "integer", "Cups", required=True),))
    },
)


@asynccontextmanager
async def pipeline(nats_url: str, database_url: str, discord: str) -> AsyncIterator[None]:
    shared: dict[str, Any] = {"nats_url": nats_url}
    stored = {**shared, "database_url": database_url}
    async with running(
        poller(PollerSettings(**stored)),
        extractor(ExtractorSettings(**shared)),
        baseliner(BaselinerSettings(**stored)),
        scorer(ServiceSettings(**shared)),
        notifier(
            NotifierSettings(
                **stored,
                discord_webhook_url=SecretStr(f"{discord}/api/webhooks/1/simulator"),
                allowed_hosts=discord[7:],
            )
        ),
        catalog(CatalogSettings(**stored)),
    ):
        yield


def payload(first: int, *prices: str) -> bytes:
    items = [
        summary(
            itemId=f"v1|{number}|0",
            title=f"Brown Betty teapot, 6 cups, no. {number}",
            price={"value": price, "currency": "USD"},
        )
        for number, price in enumerate(prices, start=first)
    ]
    return json.dumps(search_answer(*items)).encode()


async def _expected() -> None:
    """The test closes its own connection."""


async def ingest(rpc: RpcClient, body: bytes) -> None:
    request = IngestRequest(
        ingest_id=uuid4(),
        name="teapots.json",
        source="ebay",
        marketplace="EBAY_US",
        vertical="teapots",
        payload_base64=base64.b64encode(body).decode(),
    )
    accepted = await rpc.call(INGEST, request)
    assert accepted.rejected == ()

    async def settled() -> bool:
        progress = await rpc.call(INGEST_PROGRESS, IngestProgressRequest(ingest_id=request.ingest_id))
        return progress.seen == accepted.new_or_changed and progress.pending == 0

    await until(settled, "the payload was not judged")


async def delivered_alert(database_url: str) -> asyncpg.Record:
    database = await asyncpg.connect(database_url)

    async def confirmed() -> bool:
        return bool(await database.fetchval("select true from catalog.deliveries where state = 'confirmed'"))

    try:
        await until(confirmed, "no alert was delivered")
        return await database.fetchrow("select title, verdict, product_key from catalog.alerts")
    finally:
        await database.close()


async def test_a_toy_vertical_goes_from_payload_to_alert(nats_url: str, database_url: str) -> None:
    client = await nats.connect(nats_url)
    await provision(client.jetstream())
    publisher = Publisher(await Replies(client).start(), TOPOLOGY)
    watch = Watch(
        watch_id=uuid4(),
        owner_id="local",
        name="Teapots under the usual price",
        vertical="teapots",
        triggers=(Trigger(kind="deal", threshold=60),),
    )
    now = datetime.now(UTC)
    changed = WatchChanged(
        event_id=uuid4(), occurred_at=now, watch_id=watch.watch_id, revision=1, changed_at=now, watch=watch
    )
    await publisher.publish([Outgoing(changed)])
    broker = service_broker(nats_url, "test", on_closed=_expected)
    await broker.connect()
    rpc = RpcClient(broker)

    with registered(TEAPOTS), running_simulator() as discord:
        async with pipeline(nats_url, database_url, discord):
            await ingest(rpc, payload(100, *(f"{price}.00" for price in range(40, 60))))
            await ingest(rpc, payload(200, "12.00"))
            row = await delivered_alert(database_url)

    assert dict(row) == {
        "title": "Brown Betty teapot, 6 cups, no. 200",
        "verdict": "great",
        "product_key": "teapot:6",
    }
    await broker.stop()
    await client.close()
