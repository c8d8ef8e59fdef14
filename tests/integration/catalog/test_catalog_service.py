"""The catalog follows the bus into its tables, a handful of statements a batch."""

import asyncio

import nats

from libs.messaging.bus import Bus
from libs.messaging.connection import service_broker
from libs.messaging.provision import provision
from libs.telemetry import names
from services.catalog.app import create_service
from services.catalog.settings import CatalogSettings
from tests.support.scored import alert, band, delivered, ended, scored


async def test_what_the_bus_says_is_in_the_tables(nats_url, nats_server, database_url, pool):
    admin = await nats.connect(nats_url)
    await provision(admin.jetstream())
    await admin.close()
    events = [scored(number) for number in range(40)]
    raised = alert(events[0])
    settings = CatalogSettings(nats_url=nats_server.url("catalog"), database_url=database_url)
    service = create_service(settings)
    broker = service_broker(nats_url, "admin", on_closed=_stay)
    await broker.connect()
    bus = await Bus(broker, "admin").open()
    await bus.publish([*events, band(), raised, delivered(raised), ended(events[1], events[1].observed_at)])

    async with service.app.start_lifespan_context():
        await _until(pool, "select count(*) = 40 from listings")
        await _until(pool, "select count(*) = 1 from listings where status = 'ended'")
        await _until(pool, "select exists (select from products where version = 1 and component_type = 'ram')")
        await _until(pool, "select exists (select from alerts join deliveries using (alert_id))")
        assert all((await service.checks()).values())
    await bus.stop(1)
    await broker.stop()


async def test_a_batch_costs_five_statements_and_a_transaction(pool, catalog):
    counter = names.STATEMENTS.labels("catalog")
    before = counter._value.get()

    await catalog.show_listings([scored(number) for number in range(256)])

    assert counter._value.get() - before <= 6


async def _stay():
    """A test that ends its connection goes on."""


async def _until(pool, question):
    async with asyncio.timeout(20):
        while not await pool.fetchval(question):  # noqa: ASYNC110 - the answer is in another process's hands
            await asyncio.sleep(0.05)
