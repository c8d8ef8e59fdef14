"""Simulated time, and what it looks like to somebody who lives in real time."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Counts simulated seconds since the market opened, and dates them on the reader's own calendar.

    What happened before the opening is as old as it says. What comes afterwards is compressed: at 600 simulated
    seconds a second an auction that has a week to run ends 17 real minutes from now, and says so on the wire.
    """

    def __init__(
        self, speed: float, real_now: Callable[[], datetime] = utc_now, opens_at: datetime | None = None
    ) -> None:
        self._speed = speed
        self._real_now = real_now
        self.opened_at = real_now()
        self.market_opens_at = opens_at or self.opened_at
        self._anchors = [(0.0, self.opened_at)]

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def jumps(self) -> int:
        """How often the clock was put forward; dates on the wire change with it."""
        return len(self._anchors) - 1

    def real_now(self) -> datetime:
        return self._real_now()

    def offset_s(self) -> float:
        """Simulated seconds since the opening."""
        offset, at = self._anchors[-1]
        return offset + max(0.0, (self._real_now() - at).total_seconds()) * self._speed

    def simulated_now(self) -> datetime:
        return self.market_opens_at + timedelta(seconds=self.offset_s())

    def put_forward(self, seconds: float) -> None:
        """Skip simulated time without waiting for it."""
        self._anchors.append((self.offset_s() + seconds, self._real_now()))

    def on_the_wire(self, offset: float) -> datetime:
        """Answer the real instant at which the simulated clock shows (or showed) this offset."""
        if offset <= 0:
            return self.opened_at + timedelta(seconds=offset)
        index = bisect_right(self._anchors, offset, key=lambda anchor: anchor[0]) - 1
        since, at = self._anchors[index]
        instant = at + timedelta(seconds=(offset - since) / (self._speed or 1.0))
        last = index + 1 == len(self._anchors)
        return instant if last else min(instant, self._anchors[index + 1][1])
