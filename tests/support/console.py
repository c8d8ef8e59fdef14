"""The API on a real bus and a real database, reached over HTTP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import nats

from libs.messaging.bus import Bus
from libs.messaging.connection import service_broker
from libs.messaging.provision import provision
from libs.runtime.service import Service
from libs.storage.pool import Pool, open_pool
from services.api.app import create_service
from services.api.server import open_door
from services.api.settings import ApiSettings
from services.catalog.service import Catalog
from services.catalog.storage import PostgresProjections


@dataclass
class Console:
    """A running API and what a test needs around it."""

    url: str
    client: httpx.AsyncClient
    bus: Bus
    catalog: Catalog
    pool: Pool
    service: Service


async def stay() -> None:
    """A test that closes its connection goes on."""


@contextlib.asynccontextmanager
async def administrators_bus(nats_url: str) -> AsyncIterator[Bus]:
    """A bus with every stream and consumer on it."""
    admin = await nats.connect(nats_url)
    await provision(admin.jetstream())
    await admin.close()
    broker = service_broker(nats_url, "admin", on_closed=stay)
    await broker.connect()
    bus = await Bus(broker, "admin").open()
    try:
        yield bus
    finally:
        await bus.stop(1)
        await broker.stop()


@contextlib.asynccontextmanager
async def hosted(service: Service) -> AsyncIterator[Service]:
    """Run a service in a task of its own; a fixture is entered and left in different ones."""
    up, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with service.app.start_lifespan_context():
            up.set()
            await stop.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if waiting.done():
            yield service
    finally:
        stop.set()
        await life


@contextlib.asynccontextmanager
async def running_api(nats_url: str, api_url: str, database_url: str, **settings: object) -> AsyncIterator[Console]:
    """Start the API on a free port of loopback."""
    chosen = ApiSettings(nats_url=api_url, database_url=database_url, port=0, publish_every_s=0.2, **settings)
    door: socket.socket = open_door(chosen)
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    async with contextlib.AsyncExitStack() as stack:
        bus = await stack.enter_async_context(administrators_bus(nats_url))
        pool = await stack.enter_async_context(open_pool(database_url, "catalog"))
        service = create_service(chosen, door)
        await stack.enter_async_context(hosted(service))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=10))
        yield Console(url, client, bus, Catalog(PostgresProjections(pool)), pool, service)
