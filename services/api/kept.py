"""Keep an answer for a short while, so that many who ask at once cost one question."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class Kept[Answer]:
    """A question whose answer may be some seconds old; while one asks, the others wait for it."""

    def __init__(self, ask: Callable[[], Awaitable[Answer]], for_s: float) -> None:
        self._ask = ask
        self._for_s = for_s
        self._lock = asyncio.Lock()
        self._answers: list[tuple[float, Answer]] = []

    async def __call__(self) -> Answer:
        async with self._lock:
            if self._answers and time.monotonic() < self._answers[0][0]:
                return self._answers[0][1]
            answer = await self._ask()
            self._answers = [(time.monotonic() + self._for_s, answer)]
            return answer
