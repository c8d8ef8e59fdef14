"""Hear from the marketplace how many calls are left: at the start, hourly, and when its window ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from structlog import get_logger

from libs.telemetry import names
from services.poller.quota import PostgresQuota
from services.poller.sources.errors import SourceError

log = get_logger(__name__)

HOURLY_S = 3600.0
AGAIN_S = 60.0
"""When the marketplace could not be asked."""
STALE_S = 1.0
STALE_TRIES = 30
"""Its answer may still tell of the window that has just ended."""


class RateLimit(Protocol):
    """One window of calls, as the marketplace counts it."""

    @property
    def limit(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def reset_at(self) -> datetime: ...
    @property
    def window_s(self) -> int | None: ...


class ReadBack:
    """Keeps the ledger equal to the marketplace's own count.

    ``known`` is set while the present window is: polls wait for it, so that no interval is planned
    by the budget of a window that has ended. Where the marketplace cannot be asked, our own count serves.
    """

    def __init__(self, ask: Callable[[], Awaitable[RateLimit]], ledger: PostgresQuota) -> None:
        self._ask = ask
        self._ledger = ledger
        self._stale = 0
        self.known = asyncio.Event()

    async def follow(self) -> None:
        """Read back for ever."""
        while True:
            again_s = await self.read_back()
            await asyncio.sleep(again_s)

    async def read_back(self) -> float:
        """Ask and correct once; returns after how many seconds to do so again."""
        try:
            limit = await self._ask()
        except SourceError as error:
            log.warning("quota.unread", error=str(error))
            self.known.set()
            return AGAIN_S
        standing = await self._ledger.correct(
            resets_at=limit.reset_at, limit=limit.limit, remaining=limit.remaining, window_s=limit.window_s
        )
        if standing is None:
            return self._wait_for_the_new_window()
        self._stale = 0
        names.EBAY_RATE_LIMIT.set(standing.limit)
        names.EBAY_RATE_REMAINING.set(max(0, standing.limit - standing.used))
        names.EBAY_RATE_RESET.set(standing.resets_at.timestamp())
        self.known.set()
        return self._until(limit.reset_at)

    def _until(self, reset_at: datetime) -> float:
        left_s = (reset_at - datetime.now(UTC)).total_seconds()
        if left_s <= HOURLY_S:
            asyncio.get_running_loop().call_later(max(0.0, left_s), self.known.clear)
        return min(HOURLY_S, max(STALE_S, left_s))

    def _wait_for_the_new_window(self) -> float:
        self._stale += 1
        if self._stale < STALE_TRIES:
            return STALE_S
        self._stale = 0
        self.known.set()
        return AGAIN_S
