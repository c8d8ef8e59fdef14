"""Services running in the test's own process, on real servers, without their HTTP ports."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from libs.runtime.service import Service

READY_S = 20.0


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[None]:
    """Start services in order, wait until all are ready, stop them in reverse."""
    async with AsyncExitStack() as stack:
        for service in services:
            await stack.enter_async_context(service.app.start_lifespan_context())
        for service in services:
            await until(lambda service=service: _is_ready(service), f"{service.name} did not become ready")
        yield


async def until(
    holds: Callable[[], Awaitable[bool]], otherwise: str, *, within_s: float = READY_S, every_s: float = 0.05
) -> None:
    """Wait for a condition; fails with a sentence."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while not await holds():  # noqa: ASYNC110 - the condition lies in servers
                await asyncio.sleep(every_s)
            return
    raise AssertionError(f"{otherwise} within {within_s:g} s")


async def _is_ready(service: Service) -> bool:
    return all((await service.checks()).values())
