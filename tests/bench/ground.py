"""The servers of a measurement: durable NATS and PostgreSQL, with the same state before every run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import nats
from nats.aio.client import Client

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.envelope import Event, stable_id
from libs.contracts.listing import Listing, ListingExtracted, ListingSeen
from libs.devstack.nats import NatsServer
from libs.devstack.postgres import PostgresServer
from libs.devstack.scratch import scratch_folder
from libs.domain.verticals import builtin
from libs.messaging.provision import provision
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.rights import ADMIN
from libs.messaging.topology import TOPOLOGY
from libs.storage.migrate import migrate
from libs.storage.pool import open_pool
from services.baseliner.service import Baseliner
from services.baseliner.storage import PostgresObservations
from services.extractor.rates import EcbRates
from services.extractor.service import Extractor
from tests.bench import market

TEMPLATE = "bench_template"
DATABASE = "bench"


class Ground:
    """Both servers, and a client of the bus for the driver."""

    def __init__(self, nats_server: NatsServer, postgres: PostgresServer, client: Client) -> None:
        self.nats, self.postgres = nats_server, postgres
        self.client = client
        self.js = client.jetstream()
        self._baselines: list[BaselineUpdated] = []

    @property
    def database_url(self) -> str:
        return self.postgres.url(DATABASE)

    def environment(self, user: str = ADMIN) -> dict[str, str]:
        """Where a process finds the servers."""
        return {"DEALSTREAM_NATS_URL": self.nats.url(user), "DEALSTREAM_DATABASE_URL": self.database_url}

    async def prepare(self) -> None:
        """Migrate a database and teach it what every product usually costs."""
        url = await self.postgres.create_database(TEMPLATE)
        await migrate(url)
        self._baselines = await teach(url)

    async def renew(self) -> None:
        """The state every run starts from: a copy of the database, empty streams, the tables filled."""
        await self.postgres.drop_database(DATABASE)
        await self.postgres.create_database(DATABASE, template=TEMPLATE)
        for stream in await self.js.streams_info():
            await self.js.delete_stream(stream.config.name or "")
        await provision(self.js)
        replies = await Replies(self.client).start()
        rows: list[Event] = [*market.watches(), *self._baselines]
        await Publisher(replies, TOPOLOGY).publish([Outgoing(row) for row in rows])
        await replies.stop()

    async def messages(self, stream: str) -> int:
        return (await self.js.stream_info(stream)).state.messages

    async def is_drained(self, durable: str, stream: str) -> bool:
        """Whether a consumer has taken everything and settled it."""
        state = await self.js.consumer_info(stream, durable)
        return not state.num_pending and not state.num_ack_pending


@cache
def _extractor() -> Extractor:
    builtin.register_all()
    return Extractor(EcbRates(), "USD")


def seen(listing: Listing) -> ListingSeen:
    """A first sight of a listing."""
    now = datetime.now(UTC)
    event_id = stable_id("bench", listing.listing_id)
    return ListingSeen(event_id=event_id, occurred_at=now, listing=listing, fingerprint="", observed_at=now)


def extracted(listing: Listing) -> ListingExtracted:
    """What the real rules make of a listing."""
    return _extractor().extract(seen(listing), datetime.now(UTC))


async def teach(database_url: str) -> list[BaselineUpdated]:
    """Let the baseliner learn the market's history; returns the table it publishes."""
    async with open_pool(database_url, "baseliner") as pool:
        return await Baseliner(PostgresObservations(pool, "USD")).learn(_history(), datetime.now(UTC))


@cache
def _history() -> tuple[ListingExtracted, ...]:
    return tuple(extracted(each) for each in market.history())


@asynccontextmanager
async def open_ground() -> AsyncIterator[Ground]:
    """Start both servers as `make up` would: every write is synced before it is acknowledged."""
    with scratch_folder() as folder:
        postgres = PostgresServer(Path(folder) / "postgres")
        with NatsServer(Path(folder) / "nats") as server, postgres:
            client = await nats.connect(server.url(ADMIN))
            try:
                ground = Ground(server, postgres, client)
                await ground.prepare()
                yield ground
            finally:
                await asyncio.shield(client.close())
        postgres.delete()
