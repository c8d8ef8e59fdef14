"""One run of one variant: fed, timed until everything is settled, counted, its CPU time attributed."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from libs.messaging.rights import ADMIN
from tests.bench import market
from tests.bench.ground import Ground
from tests.bench.processes import Processes, family_cpu_seconds, machine_cpu_seconds
from tests.bench.variants import FEEDER, OURS, STAGES, Variant

LOOK_S = 0.02
PATIENCE_S = 300.0

COUNTS = """
select
    (select count(*) from poller.sightings where state = 'scored') as settled,
    (select count(*) from catalog.listings) as listed,
    (select count(*) from catalog.price_points) as priced,
    (select count(*) from notifier.alerts) as alerted,
    (select count(*) from catalog.alerts) as shown,
    (select count(*) from baseliner.observations) as observed
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run took."""

    variant: str
    listings: int
    seconds: float
    cpu_us: Mapping[str, float]
    """CPU microseconds a listing, by process."""
    other_cores: float
    """Cores that were busy with something else meanwhile, this program included."""

    @property
    def per_second(self) -> float:
        return self.listings / self.seconds

    @property
    def busy_cores(self) -> float:
        return sum(self.cpu_us.values()) * self.listings / self.seconds / 1e6


async def measure(ground: Ground, variant: Variant, count: int, otlp: str, log: Path) -> Result:
    """Feed ``count`` listings at full speed; raises ``AssertionError`` when one was lost or doubled."""
    async with running(ground, variant, count, 0.0, otlp, log) as processes:
        before, machine, began = _cpu(ground, processes), machine_cpu_seconds(), time.perf_counter()
        await processes.say(FEEDER, "go")
        await settled(ground, variant, processes, count)
        seconds = time.perf_counter() - began
        after, machine = _cpu(ground, processes), machine_cpu_seconds() - machine
        await _verify(ground, count)
    cpu_us = {name: (after[name] - before[name]) / count * 1e6 for name in after}
    others = (machine - sum(after.values()) + sum(before.values())) / seconds
    return Result(variant.name, count, seconds, cpu_us, others)


@asynccontextmanager
async def running(
    ground: Ground, variant: Variant, count: int, rate: float, otlp: str, log: Path
) -> AsyncIterator[Processes]:
    """A variant on fresh state, idle, its feeder waiting for the word."""
    await ground.renew()
    shared = {name: value for name, value in os.environ.items() if not name.startswith("DEALSTREAM_")}
    shared |= {"DEALSTREAM_OTLP_ENDPOINT": otlp, "DEALSTREAM_LOG_FORMAT": "json"}
    environments = {FEEDER: shared | ground.environment()}
    environments |= {name: shared | ground.environment(name if variant is OURS else ADMIN) for name in STAGES}
    async with Processes(environments, log) as processes:
        await processes.start([*variant.stages, variant.feed(count, rate)])
        await _quiet(ground, variant)
        yield processes


async def settled(ground: Ground, variant: Variant, processes: Processes, count: int) -> None:
    """Wait until every listing is scored, every alert raised and every consumer done."""
    async with asyncio.timeout(PATIENCE_S):
        while await ground.messages("LISTING_SCORED") < count:
            processes.check()
            await asyncio.sleep(LOOK_S)
        await _quiet(ground, variant)


async def _quiet(ground: Ground, variant: Variant) -> None:
    for durable, stream in variant.durables.items():
        while not await ground.is_drained(durable, stream):  # noqa: ASYNC110 - the condition lies in a server
            await asyncio.sleep(LOOK_S)


def _cpu(ground: Ground, processes: Processes) -> dict[str, float]:
    servers = {"nats": ground.nats.pid or 0, "postgres": ground.postgres.pid or 0}
    return processes.cpu_seconds() | {name: family_cpu_seconds(pid) for name, pid in servers.items()}


async def _verify(ground: Ground, count: int) -> None:
    deals = sum(map(market.is_deal, range(count)))
    streams = ("LISTING_SEEN", "LISTING_EXTRACTED", "LISTING_SCORED", "ALERTS")
    stored = [await ground.messages(stream) for stream in streams]
    assert stored == [count, count, count, deals], f"{streams} hold {stored} after {count} listings with {deals} deals"
    connection = await asyncpg.connect(ground.database_url)
    try:
        found = dict(await connection.fetchrow(COUNTS) or {})
    finally:
        await connection.close()
    expected = dict.fromkeys(("settled", "listed", "priced"), count) | dict.fromkeys(("alerted", "shown"), deals)
    expected["observed"] = count + len(market.history())
    assert found == expected, f"the database holds {found} and should hold {expected}"
