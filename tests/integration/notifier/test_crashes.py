"""The notifier as a process that dies at every point where dying could cost or double a message."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from libs.devstack.ports import free_port
from libs.runtime.crashpoint import KILLED
from tests.integration.notifier.world import World
from tests.support.alerts import scored, watch

ROOT = Path(__file__).parents[3]
CANARY = "simulator-canary"


@asynccontextmanager
async def notifier_process(world: World, log: Path, **changes: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = os.environ | world.environment(DEALSTREAM_HEALTH_PORT=str(free_port()), **changes)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.notifier", cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(20):
            await process.wait()


def said(log: Path) -> str:
    return log.read_text()


async def killed_at(world: World, log: Path, point: str, **changes: str) -> None:
    async with notifier_process(world, log, DEALSTREAM_CRASH_AT=point, **changes) as process, asyncio.timeout(30):
        assert await process.wait() == KILLED, said(log)


@pytest.mark.parametrize(
    ("point", "state", "messages"),
    [
        ("after_alert_commit", "confirmed", 1),
        ("after_claim", "confirmed", 1),
        ("before_send", "unknown", 0),
        ("after_send", "unknown", 1),
        ("after_confirm", "confirmed", 1),
    ],
)
async def test_dying_doubles_nothing_and_what_is_missing_is_unknown(
    world: World, tmp_path: Path, point: str, state: str, messages: int
):
    log = tmp_path / "notifier.log"
    await world.watch(watch())
    await world.say(scored())
    await killed_at(world, log, point)

    async with notifier_process(world, log):
        await world.settled(1)
        await world.idle()

    assert await world.states() == [state]
    assert len(await world.messages()) == messages
    assert [event.state for event in await world.delivered()] == [state]
    raised = await world.raised()
    assert len({alert.event_id for alert in raised}) == 1


async def test_a_process_that_slept_through_its_lease_sends_nothing_a_second_time(world: World, tmp_path: Path):
    await world.watch(watch())
    await world.fault(slow=1, slow_s=0.8)
    async with notifier_process(world, tmp_path / "first.log") as first:
        await world.say(scored())
        await world.until(lambda: _sending(world), "nothing was sent")
        first.send_signal(signal.SIGSTOP)
        await world.fault()
        async with notifier_process(world, tmp_path / "second.log"):
            await world.settled(1)
            first.send_signal(signal.SIGCONT)
            await world.say(scored(2))
            await world.settled(2)

    assert await world.states() == ["confirmed", "unknown"]
    footers = await world.footers()
    assert len(footers) == len(set(footers))


async def _sending(world: World) -> bool:
    return await world.rows.fetchval(
        "select exists (select from notifier.deliveries where send_began_at is not null and state = 'claimed')"
    )


async def test_a_message_in_hand_is_finished_when_the_process_is_told_to_stop(world: World, tmp_path: Path):
    log = tmp_path / "notifier.log"
    await world.watch(watch())
    await world.fault(written_then_slow=1, written_then_slow_s=0.7)
    async with notifier_process(world, log) as process:
        await world.say(scored())
        await world.until(lambda: _sending(world), "nothing was sent")
        process.terminate()
        async with asyncio.timeout(15):
            assert await process.wait() == 0, said(log)

    assert await world.states() == ["confirmed"]
    assert len(await world.messages()) == 1


async def test_the_webhooks_secret_is_found_nowhere(world: World, tmp_path: Path):
    log = tmp_path / "notifier.log"
    rows = [watch(("total", "eq", 100 + number)) for number in range(8)]
    await world.watch(*rows)
    await world.fault(written_then_dropped=0.4, **{"429": 0.3, "500": 0.3})
    async with notifier_process(world, log, DEALSTREAM_LOG_LEVEL="DEBUG", DEALSTREAM_LOG_FORMAT="json"):
        await world.say(*(scored(n, price_minor=10000 + 100 * n, shipping_minor=0) for n in range(7)))
        await world.settled(7)
        await world.fault(gone=True)
        await world.say(scored(7, price_minor=10700, shipping_minor=0))
        await world.settled(8)

    written = said(log)
    assert "delivery.unknown" in written
    assert "route.disabled" in written
    for table in ("alerts", "matches", "deliveries", "routes"):
        for row in await world.rows.fetch(f"select {table}::text as line from notifier.{table}"):  # noqa: S608 - our own names
            written += row["line"]
    for event in [*await world.raised(), *await world.delivered()]:
        written += event.model_dump_json()
    assert CANARY not in written
