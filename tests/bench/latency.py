"""How long a listing takes from seen to alert raised, by the times at which the server stored both."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.messaging.headers import MESSAGE_ID
from tests.bench.ground import Ground
from tests.bench.processes import Processes
from tests.bench.run import running, settled
from tests.bench.variants import FEEDER, Variant

WARM_UP = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over one run at an even rate."""

    variant: str
    rate: int
    alerts: int
    p50_ms: float
    p99_ms: float
    looked_p50_ms: float
    """From the poller's look at the source: with the poller's own transaction before it."""
    looked_p99_ms: float


async def measure_latency(ground: Ground, variant: Variant, rate: int, seconds: int, otlp: str, log: Path) -> Latency:
    """Feed at an even rate; the first seconds are dropped."""
    async with running(ground, variant, rate * seconds, float(rate), otlp, log) as processes:
        await _feed(ground, variant, processes, rate * seconds)
        seen = {_event_id(each): each.metadata.timestamp for each in await _all(ground, "LISTING_SEEN")}
        alerts = await _all(ground, "ALERTS")
    begun = min(seen.values()) + WARM_UP
    since_seen, since_look = [], []
    for alert in alerts:
        body, stored = orjson.loads(alert.data), alert.metadata.timestamp
        if seen[body["sighting_id"]] >= begun:
            since_seen.append((stored - seen[body["sighting_id"]]).total_seconds() * 1e3)
            since_look.append((stored - datetime.fromisoformat(body["observed_at"])).total_seconds() * 1e3)
    return Latency(
        variant.name,
        rate,
        len(since_seen),
        quantile(since_seen, 0.50),
        quantile(since_seen, 0.99),
        quantile(since_look, 0.50),
        quantile(since_look, 0.99),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all do not exceed."""
    ascending = sorted(values)
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


async def _feed(ground: Ground, variant: Variant, processes: Processes, count: int) -> None:
    await processes.say(FEEDER, "go")
    await processes.hear(FEEDER, "done")
    await asyncio.sleep(0.5)
    await settled(ground, variant, processes, count)


async def _all(ground: Ground, stream: str) -> list[Msg]:
    count = await ground.messages(stream)
    subscription = await ground.js.subscribe(
        "", stream=stream, ordered_consumer=True, config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    )
    try:
        return [await subscription.next_msg(timeout=10) for _ in range(count)]
    finally:
        await subscription.unsubscribe()


def _event_id(message: Msg) -> str:
    return (message.headers or {})[MESSAGE_ID].partition("/")[0]
