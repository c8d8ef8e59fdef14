"""How the driver and a feeder talk: a line in, a line out; and how a feeder keeps its pace."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence


def tell(word: str) -> None:
    """Write a line to the driver."""
    print(word, flush=True)  # noqa: T201


async def await_cue() -> None:
    """Say that all is ready and wait for the driver's line."""
    tell("ready")
    await asyncio.to_thread(sys.stdin.readline)


async def dismissed() -> None:
    """Say that all was fed, and stay until the driver has read the CPU time."""
    tell("done")
    await asyncio.to_thread(sys.stdin.readline)


async def batches_at[T](items: Sequence[T], rate: float, limit: int) -> AsyncIterator[Sequence[T]]:
    """Items in batches of ``limit`` as fast as they are taken, or as they fall due at ``rate`` a second."""
    started, taken = time.monotonic(), 0
    while taken < len(items):
        due = len(items) if not rate else min(len(items), int((time.monotonic() - started) * rate) + 1)
        if due > taken:
            batch = items[taken : min(due, taken + limit)]
            yield batch
            taken += len(batch)
        else:
            await asyncio.sleep(max(0.0, started + taken / rate - time.monotonic()))
