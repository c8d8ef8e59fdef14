"""Wire the API; the only module that knows every part."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import asyncpg
from structlog import get_logger

from libs.domain.verticals import builtin
from libs.messaging.epoch import EpochWatch
from libs.messaging.rpc import RpcClient
from libs.runtime.service import Service
from libs.storage.epochs import PostgresEpochs
from libs.storage.pool import Pool, is_up, open_pool
from services.api.feed import STREAMS, Feed
from services.api.followers import Sources, feed_follower
from services.api.kept import Kept
from services.api.parts import Parts
from services.api.reading.catalog import Catalog
from services.api.server import open_door, serving
from services.api.service import Watches
from services.api.settings import ApiSettings
from services.api.storage import PostgresWatches
from services.api.web import create_app

log = get_logger(__name__)

READER = "dealstream_reader"
OVERVIEW_FOR_S = 2.0


def create_service(settings: ApiSettings | None = None, door: socket.socket | None = None) -> Service:
    """Build the API behind an open port; tests pass their own settings and port."""
    settings = settings or ApiSettings()
    door = door or open_door(settings)
    builtin.register_all()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            own = await stack.enter_async_context(open_pool(settings.database_url, "api", size=settings.pool_size))
            reader = await stack.enter_async_context(
                open_pool(
                    settings.database_url,
                    "api",
                    schema="catalog",
                    role=await reader_role(own),
                    size=settings.pool_size,
                )
            )
            parts = _assemble(service, settings, own, reader)
            service.check("database", partial(is_up, own))
            await stack.enter_async_context(serving(create_app(parts), door, settings.grace_s))
            stack.callback(parts.feed.close)
            yield

    return Service("api", settings, open=open_parts)


def _assemble(service: Service, settings: ApiSettings, own: Pool, reader: Pool) -> Parts:
    """Make the parts and start what runs beside the requests."""
    store = PostgresWatches(own)
    watches = Watches(store, service.bus.publish)
    epochs = PostgresEpochs(own)
    epoch = EpochWatch("WATCHES", known=epochs.known, remember=epochs.remember, refill=watches.publish_all_again)
    feed, sources = Feed(), Sources()
    followers = [*(feed_follower(feed, stream) for stream in STREAMS), sources.follower]
    for index, follower in enumerate(followers):
        service.background(f"follower {index}", partial(follower.follow, service.bus.js))
    service.background("epoch", partial(epoch.follow, service.bus.js))
    service.background("sweep", partial(watches.sweep, settings.publish_every_s))
    catalog = Catalog(reader, settings.base_currency)
    return Parts(
        settings=settings,
        catalog=catalog,
        overview=Kept(catalog.overview, OVERVIEW_FOR_S),
        watches=watches,
        store=store,
        rpc=RpcClient(service.broker),
        publish=service.bus.publish,
        feed=feed,
        sources=sources,
        checks=service.checks,
    )


async def reader_role(pool: Pool) -> str | None:
    """The role that may only read, where the login may take it on; else the login itself."""
    try:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(f"set local role {READER}")
    except asyncpg.PostgresError as error:
        log.warning("database.reader_missing", role=READER, error=str(error))
        return None
    return READER
