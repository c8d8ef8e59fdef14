"""The embedded servers keep what they promised over stops, crashes and restarts."""

import asyncpg
import nats
import nats.errors
import pytest
from nats.js.api import ConsumerConfig

from libs.devstack.nats import NatsServer
from libs.devstack.postgres import PostgresServer
from libs.devstack.rights import Durable, default_users, service_rights
from tests.support.servers import server_variables


async def test_messages_survive_a_killed_nats_server_at_the_same_address(own_nats_server):
    client = await nats.connect(own_nats_server.url())
    await client.jetstream().add_stream(name="SEEN", subjects=["listing.seen"])
    await client.jetstream().publish("listing.seen", b"one")
    address = own_nats_server.url()
    await client.close()

    own_nats_server.kill()
    own_nats_server.start()

    client = await nats.connect(own_nats_server.url())
    state = (await client.jetstream().stream_info("SEEN")).state
    await client.close()
    assert (own_nats_server.url(), state.messages) == (address, 1)


async def test_every_acknowledged_write_is_on_disk(own_nats_server):
    jetstream = server_variables(own_nats_server)["jetstream"]["config"]

    assert jetstream["sync_always"] is True


async def test_a_wiped_store_has_no_streams(own_nats_server):
    client = await nats.connect(own_nats_server.url())
    await client.jetstream().add_stream(name="SEEN", subjects=["listing.seen"])
    await client.close()

    own_nats_server.stop()
    own_nats_server.wipe()
    own_nats_server.start()

    client = await nats.connect(own_nats_server.url())
    streams = await client.jetstream().streams_info()
    await client.close()
    assert streams == []


async def test_a_service_cannot_destroy_a_stream(own_nats_server):
    admin = await nats.connect(own_nats_server.url())
    await admin.jetstream().add_stream(name="SEEN", subjects=["listing.seen"])
    refusals = []

    async def note(error: Exception) -> None:
        refusals.append(str(error))

    scorer = await nats.connect(own_nats_server.url("scorer"), error_cb=note)
    with pytest.raises(nats.errors.TimeoutError):
        await scorer.jetstream(timeout=0.3).delete_stream("SEEN")

    streams = await admin.jetstream().streams_info()
    await scorer.close()
    await admin.close()
    assert [info.config.name for info in streams] == ["SEEN"]
    assert "permissions violation" in refusals[0].lower()


async def test_least_rights_suffice_to_fetch_acknowledge_and_publish(tmp_path):
    rights = service_rights("scorer", publishes=["listing.scored"], consumes=[Durable("EXTRACTED", "scorer-extracted")])
    with NatsServer(tmp_path, rights=[rights, *default_users(())]) as server:
        admin = await nats.connect(server.url())
        js = admin.jetstream()
        await js.add_stream(name="EXTRACTED", subjects=["listing.extracted"])
        await js.add_stream(name="SCORED", subjects=["listing.scored"])
        await js.add_consumer("EXTRACTED", ConsumerConfig(durable_name="scorer-extracted", ack_policy="explicit"))
        await js.publish("listing.extracted", b"one")

        scorer = await nats.connect(server.url("scorer"), inbox_prefix=b"_INBOX_scorer")
        pulled = await scorer.jetstream().pull_subscribe_bind("scorer-extracted", "EXTRACTED")
        (message,) = await pulled.fetch(1, timeout=2)
        stored = await scorer.jetstream().publish("listing.scored", b"two")
        await message.ack_sync()
        with pytest.raises(nats.errors.TimeoutError):
            await scorer.jetstream(timeout=0.3).publish("listing.extracted", b"not mine")

        left = (await js.consumer_info("EXTRACTED", "scorer-extracted")).num_ack_pending
        await scorer.close()
        await admin.close()
    assert (stored.stream, left) == ("SCORED", 0)


@pytest.mark.parametrize("fast", [True, False])
async def test_committed_rows_survive_a_crash_of_postgres(tmp_path, fast):
    server = PostgresServer(tmp_path / "postgres", fast=fast)
    with server:
        url = await server.create_database("deals")
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE listing (id int); INSERT INTO listing VALUES (7)")
        server.kill()
        connection.terminate()
        server.start()
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT id FROM listing")
        await connection.close()
    server.delete()
    assert [row["id"] for row in rows] == [7]
    assert not server.home.exists()


async def test_the_development_database_is_durable_and_the_test_database_fast(tmp_path, postgres_server):
    server = PostgresServer(tmp_path / "postgres")
    with server:
        durable = await _setting(server.url(), "fsync")
    server.delete()
    assert (durable, await _setting(postgres_server.url(), "fsync")) == ("on", "off")


async def test_tests_get_databases_that_do_not_see_each_other(database_url, empty_database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TABLE only_here (id int)")
    await connection.close()
    other = await asyncpg.connect(empty_database_url)
    found = await other.fetchval("SELECT to_regclass('only_here')")
    await other.close()
    assert found is None


async def _setting(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT current_setting($1)", name)
    finally:
        await connection.close()
