"""What a stage does while the bus, its consumer or its streams are away, and after."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from libs.devstack.nats import NatsServer
from libs.messaging import pull
from libs.messaging.provision import provision
from tests.integration.messaging.pipe import Pipe, echo, open_pipe, ping, until


@pytest.fixture
async def own(own_nats_server: NatsServer) -> AsyncIterator[Pipe]:
    async with open_pipe(own_nats_server.url(), ack_wait_s=2) as pipe:
        yield pipe


async def answered(pipe: Pipe, count: int) -> bool:
    return len(await pipe.pongs()) >= count


async def test_without_its_consumer_it_asks_now_and_then_says_so_and_recovers(pipe: Pipe) -> None:
    runner = await pipe.run(echo)
    await pipe.send(ping("a"))
    await pipe.settled()
    await pipe.js.delete_consumer("PING", "worker-ping")
    await until(lambda: _is(runner.connected, expected=False))
    sent = pipe.client.stats["out_msgs"]
    await asyncio.sleep(2)
    assert 2 <= pipe.client.stats["out_msgs"] - sent <= 8
    assert not runner.connected
    await pipe.send(ping("b"))
    await provision(pipe.js, pipe.topology)
    await until(lambda: answered(pipe, 2))
    assert runner.connected


async def test_a_request_that_ran_out_is_followed_by_the_next_at_once(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "EXPIRES_S", 1.0)
    monkeypatch.setattr(pull, "HEARTBEAT_S", 0.4)
    monkeypatch.setattr(pull, "RETRY_S", 60.0)
    runner = await pipe.run(echo)
    await asyncio.sleep(2.3)
    await pipe.send(ping("a"))
    await until(lambda: answered(pipe, 1), within_s=1)
    assert runner.connected


async def test_a_consumer_made_anew_starts_over_and_harms_nothing(pipe: Pipe) -> None:
    await pipe.run(echo)
    await pipe.send(ping("a"), ping("b"))
    await pipe.settled()
    await pipe.js.delete_consumer("PING", "worker-ping")
    await provision(pipe.js, pipe.topology)
    await pipe.settled()
    assert await pipe.pongs() == ["a", "b"]


async def test_a_killed_server_that_returns_is_used_again_within_seconds(
    own: Pipe, own_nats_server: NatsServer
) -> None:
    runner = await own.run(echo)
    await own.send(ping("a"))
    await own.settled()
    own_nats_server.kill()
    await asyncio.sleep(0.3)
    own_nats_server.start()
    back = time.monotonic()
    await until(lambda: _sent(own, "b"), within_s=8)
    await until(lambda: answered(own, 2), within_s=8)
    assert time.monotonic() - back < 6
    assert await own.pongs() == ["a", "b"]
    assert runner.connected


async def test_a_server_killed_again_and_again_loses_and_repeats_nothing(
    own: Pipe, own_nats_server: NatsServer
) -> None:
    await own.run(echo)
    for round_ in range(3):
        for number in range(30):
            text = f"{round_}-{number}"
            await until(lambda text=text: _sent(own, text), within_s=8)  # type: ignore[misc]
        own_nats_server.kill()
        own_nats_server.start()
    await until(lambda: answered(own, 90), within_s=15)
    await own.settled(within_s=10)
    assert sorted(await own.pongs()) == sorted(f"{round_}-{number}" for round_ in range(3) for number in range(30))


async def test_a_store_that_was_wiped_is_filled_and_worked_on_again(own: Pipe, own_nats_server: NatsServer) -> None:
    await own.run(echo)
    await own.send(ping("a"))
    await own.settled()
    own_nats_server.kill()
    own_nats_server.wipe()
    own_nats_server.start()
    await until(lambda: _provisioned(own), within_s=8)
    await own.send(ping("b"))
    await until(lambda: answered(own, 1), within_s=8)
    assert await own.pongs() == ["b"]


async def test_a_suspended_server_is_waited_for(own: Pipe, own_nats_server: NatsServer) -> None:
    await own.run(echo)
    await own.send(ping("a"))
    await own.settled()
    assert own_nats_server.pid is not None
    os.kill(own_nats_server.pid, signal.SIGSTOP)
    sending = asyncio.create_task(own.send(ping("b")))
    await asyncio.sleep(3)
    assert await own_pongs_are_unreachable(own)
    os.kill(own_nats_server.pid, signal.SIGCONT)
    await asyncio.gather(sending, return_exceptions=True)
    await until(lambda: _sent(own, "b"), within_s=8)
    await own.settled(within_s=8)
    assert await own.pongs() == ["a", "b"]


async def test_a_failing_attempts_bucket_does_not_end_the_stage(pipe: Pipe) -> None:
    """Its purge fails after the handler; the loop must survive it."""
    await pipe.send(ping("a"))
    pull = await pipe.js.pull_subscribe_bind("worker-ping", "PING")
    for _ in range(2):
        for message in await pull.fetch(1, timeout=2):
            await message.nak()
    await pull.unsubscribe()

    async def lose_the_bucket(batch: object) -> list[object]:
        await pipe.js.delete_key_value("ATTEMPTS")
        return await echo(batch)  # type: ignore[arg-type,return-value]

    runner = await pipe.run(lose_the_bucket)  # type: ignore[arg-type]
    await until(lambda: answered(pipe, 1))
    await pipe.settled()
    await provision(pipe.js, pipe.topology)
    await pipe.send(ping("b"))
    await until(lambda: answered(pipe, 2), within_s=10)
    assert runner.connected
    assert not pipe.tasks[0].done()


async def own_pongs_are_unreachable(pipe: Pipe) -> bool:
    try:
        async with asyncio.timeout(0.3):
            await pipe.pongs()
    except TimeoutError:
        return True
    return False


async def _is(value: bool, *, expected: bool) -> bool:  # noqa: FBT001
    return value is expected


async def _sent(pipe: Pipe, text: str) -> bool:
    await pipe.send(ping(text))
    return True


async def _provisioned(pipe: Pipe) -> bool:
    return bool(await provision(pipe.js, pipe.topology)) and pipe.client.is_connected
