"""A table stream in memory, on a real server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from nats.js import JetStreamContext

from libs.devstack.nats import NatsServer
from libs.messaging import table as module
from libs.messaging.provision import provision
from libs.messaging.table import Table
from tests.integration.messaging.pipe import TOPOLOGY, Pipe, Row, open_pipe, row, until

HOSTILE_KEYS = (
    "ram:ddr4/2.5",
    "a b",
    "*",
    ">",
    "100%",
    "%2E",
    "über:éß",
    "卡:寶可夢",
    ".",
    "..",
    "a\tb\nc",
    "$JS.API",
    "😀",
)


def table(on_change: Callable[[Row], Awaitable[None] | None] | None = None) -> Table[Row]:
    return Table(Row, lambda each: each.version, service="scorer", topology=TOPOLOGY, on_change=on_change)


@asynccontextmanager
async def following(rows: Table[Row], js: JetStreamContext) -> AsyncIterator[None]:
    task = asyncio.create_task(rows.follow(js))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def versions(rows: Table[Row]) -> dict[str, int]:
    return {each.key: each.version for each in rows}


async def test_the_last_row_of_every_key_is_loaded_and_changes_are_followed(pipe: Pipe) -> None:
    await pipe.send(row("a", 1), row("b", 1), row("a", 2))
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        assert versions(rows) == {"a": 2, "b": 1}
        await pipe.send(row("b", 5), row("c", 1))
        await until(lambda: _holds(rows, {"a": 2, "b": 5, "c": 1}))
    assert rows.get("nobody") is None
    assert len(rows) == 3


async def test_an_empty_table_is_ready(pipe: Pipe) -> None:
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
    assert len(rows) == 0


@pytest.mark.parametrize("count", [1, 300, 5_000])
async def test_it_is_ready_only_when_all_rows_are_in(pipe: Pipe, count: int) -> None:
    await pipe.send(*(row(str(number), 1) for number in range(count)))
    for _ in range(5):
        rows = table()
        async with following(rows, pipe.js):
            await asyncio.wait_for(rows.ready.wait(), 10)
            assert len(rows) == count


async def test_an_older_version_is_ignored(pipe: Pipe) -> None:
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        await pipe.send(row("a", 3))
        await until(lambda: _holds(rows, {"a": 3}))
        await pipe.send(row("a", 2), row("b", 1))
        await until(lambda: _holds(rows, {"a": 3, "b": 1}))


async def test_a_row_that_cannot_be_read_is_skipped(pipe: Pipe) -> None:
    await pipe.send(row("a", 1))
    await pipe.js.publish("row.broken", b"{")
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        assert versions(rows) == {"a": 1}


async def test_any_key_is_one_row(pipe: Pipe) -> None:
    await pipe.send(*(row(key, 1) for key in HOSTILE_KEYS))
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        assert {key: rows.get(key) is not None for key in HOSTILE_KEYS} == dict.fromkeys(HOSTILE_KEYS, True)
        assert len(rows) == len(HOSTILE_KEYS)


async def test_a_change_that_could_not_be_acted_on_is_offered_again(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    offered: list[int] = []

    async def fail_once(changed: Row) -> None:
        offered.append(changed.version)
        if len(offered) == 1:
            raise ConnectionError("the database is away")

    await pipe.send(row("a", 1))
    rows = table(fail_once)
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        await until(lambda: _holds(rows, {"a": 1}))
    assert offered == [1, 1]


async def test_it_survives_a_restart_of_the_server(own_nats_server: NatsServer) -> None:
    async with open_pipe(own_nats_server.url()) as pipe:
        await pipe.send(row("a", 1))
        rows = table()
        async with following(rows, pipe.js):
            await asyncio.wait_for(rows.ready.wait(), 2)
            own_nats_server.kill()
            own_nats_server.start()
            await until(lambda: _sent(pipe, row("a", 2)), within_s=8)
            await until(lambda: _holds(rows, {"a": 2}), within_s=20)


async def test_it_follows_an_empty_table_through_a_restart(own_nats_server: NatsServer) -> None:
    async with open_pipe(own_nats_server.url()) as pipe:
        rows = table()
        async with following(rows, pipe.js):
            await asyncio.wait_for(rows.ready.wait(), 2)
            own_nats_server.kill()
            own_nats_server.start()
            await until(lambda: _sent(pipe, row("a", 1)), within_s=8)
            await until(lambda: _holds(rows, {"a": 1}), within_s=25)


async def test_it_survives_the_loss_of_the_stream(own_nats_server: NatsServer) -> None:
    async with open_pipe(own_nats_server.url()) as pipe:
        await pipe.send(row("a", 1), row("b", 7))
        rows = table()
        async with following(rows, pipe.js):
            await asyncio.wait_for(rows.ready.wait(), 2)
            own_nats_server.kill()
            own_nats_server.wipe()
            own_nats_server.start()
            await until(lambda: _provisioned(pipe), within_s=8)
            await pipe.send(row("a", 2))
            await until(lambda: _holds(rows, {"a": 2, "b": 7}), within_s=20)


async def test_it_notices_that_the_stream_is_another(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of the new stream begin again below those of the old one."""
    monkeypatch.setattr(module, "IDLE_CHECK_S", 0.2)
    monkeypatch.setattr(module, "RETRY_S", 0.05)
    await pipe.send(row("a", 1), row("b", 7))
    rows = table()
    async with following(rows, pipe.js):
        await asyncio.wait_for(rows.ready.wait(), 2)
        await pipe.js.delete_stream("ROWS")
        await provision(pipe.js, pipe.topology)
        await pipe.send(row("a", 2))
        await until(lambda: _holds(rows, {"a": 2, "b": 7}))


async def test_a_row_that_arrives_while_the_end_is_checked_is_not_taken_for_a_gap(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_CHECK_S", 0.05)
    rows = table()
    consumers = await pipe.client.subscribe("$JS.API.CONSUMER.CREATE.ROWS.>")
    async with following(rows, pipe.js):
        for version in range(1, 20):
            await pipe.send(row("a", version))
            await asyncio.sleep(0.06)
        await until(lambda: _holds(rows, {"a": 19}))
    assert consumers.pending_msgs == 1


async def _holds(rows: Table[Row], expected: dict[str, int]) -> bool:
    return versions(rows) == expected


async def _sent(pipe: Pipe, event: Row) -> bool:
    await pipe.send(event)
    return True


async def _provisioned(pipe: Pipe) -> bool:
    return bool(await provision(pipe.js, pipe.topology))
