"""The embedded servers keep what they promised over stops, crashes and restarts."""

import asyncio

import asyncpg
import nats
import nats.errors
import pytest

from libs.devstack.errors import StackError
from libs.devstack.postgres import PostgresServer
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


async def test_committed_rows_survive_a_crash_of_postgres(own_postgres_server):
    await _commit_crash_and_read_back(own_postgres_server)


async def test_committed_rows_survive_a_crash_of_the_fast_postgres_of_tests(tmp_path):
    server = PostgresServer(tmp_path / "postgres", fast=True)
    try:
        with server:
            await _commit_crash_and_read_back(server)
    finally:
        server.delete()
    assert not server.home.exists()


async def test_the_development_database_is_durable_and_the_test_database_fast(own_postgres_server, postgres_server):
    settings = [await _setting(server.url(), "fsync") for server in (own_postgres_server, postgres_server)]

    assert settings == ["on", "off"]


async def test_data_of_another_postgres_major_is_refused_with_the_way_out(own_postgres_server):
    own_postgres_server.stop()
    (own_postgres_server.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(StackError, match=r"made by PostgreSQL 12, but .* `make reset` deletes the development data"):
        own_postgres_server.start()


async def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(own_postgres_server):
    own_postgres_server.stop()
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        stale = f"{stranger.pid}\n{own_postgres_server.data}\n1700000000\n5432\n\n127.0.0.1\n\nready\n"
        (own_postgres_server.data / "postmaster.pid").write_text(stale)
        own_postgres_server.start()
        assert stranger.returncode is None
    finally:
        stranger.kill()
        await stranger.wait()
    assert await _setting(own_postgres_server.url(), "port") == str(own_postgres_server.port)


async def test_tests_get_databases_that_do_not_see_each_other(database_url, empty_database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("CREATE TABLE only_here (id int)")
    await connection.close()
    other = await asyncpg.connect(empty_database_url)
    found = await other.fetchval("SELECT to_regclass('only_here')")
    await other.close()
    assert found is None


async def _commit_crash_and_read_back(server: PostgresServer) -> None:
    url = await server.create_database("deals")
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE listing (id int); INSERT INTO listing VALUES (7)")
    server.kill()
    connection.terminate()
    server.start()
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT id FROM listing")
    await connection.close()
    assert [row["id"] for row in rows] == [7]


async def _setting(url: str, name: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT current_setting($1)", name)
    finally:
        await connection.close()
