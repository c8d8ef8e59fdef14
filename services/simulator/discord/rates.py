"""Rate limit buckets: so many posts per window and route, with Discord's headers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    headers: dict[str, str]
    retry_after_s: float = 0.0


class Buckets:
    """Fixed windows by bucket name; the window starts with its first post."""

    def __init__(self, limit: int, window_s: float, now: Callable[[], float] = time.time) -> None:
        self._limit = limit
        self._window_s = window_s
        self._now = now
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, name: str) -> Verdict:
        """Count a post."""
        now = self._now()
        since, used = self._windows.get(name, (now, 0))
        if now - since >= self._window_s:
            since, used = now, 0
        allowed = used < self._limit
        if allowed:
            self._windows[name] = (since, used + 1)
        return self._verdict(name, allowed=allowed, used=used + allowed, reset_at=since + self._window_s)

    def refuse(self, name: str) -> Verdict:
        """Answer what a full bucket answers, without counting."""
        return self._verdict(name, allowed=False, used=self._limit, reset_at=self._now() + self._window_s / 4)

    def _verdict(self, name: str, *, allowed: bool, used: int, reset_at: float) -> Verdict:
        after = max(0.0, reset_at - self._now())
        headers = {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(max(0, self._limit - used)),
            "X-RateLimit-Reset": f"{reset_at:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": f"{crc32(name.encode()):08x}",
        }
        if not allowed:
            headers |= {"Retry-After": f"{after:.3f}", "X-RateLimit-Global": "false", "X-RateLimit-Scope": "user"}
        return Verdict(allowed, headers, round(after, 3))
