"""What happens now, for everybody who watches: a bounded memory of the bus, and its listeners."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import override

from structlog import get_logger

log = get_logger(__name__)

STREAMS = ("LISTING_SCORED", "ALERTS")
MEMORY = 2000
"""Entries kept for those who come back with the id of the last one they saw."""
QUEUE = 4000
SETTLE_S = (0.4, 1.6)
"""How long the query model is given to take in what the bus has just said, and then again when it was behind."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a stream, as it came."""

    stream: str
    sequence: int
    subject: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has read each stream; written ``123-45``."""

    sequences: tuple[int, ...] = (0,) * len(STREAMS)

    @override
    def __str__(self) -> str:
        return "-".join(map(str, self.sequences))

    @classmethod
    def read(cls, text: str) -> "Position":
        """Raises ``ValueError`` for anything this class did not write."""
        parts = text.split("-")
        if len(parts) != len(STREAMS) or not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValueError(f"{text[:80]!r} is no event id of this stream; one looks like 123-45")
        return cls(tuple(int(part[:20]) for part in parts))

    def moved(self, stream: str, sequence: int) -> "Position":
        index = STREAMS.index(stream)
        return Position((*self.sequences[:index], sequence, *self.sequences[index + 1 :]))

    def is_before(self, entry: Entry) -> bool:
        return self.sequences[STREAMS.index(entry.stream)] < entry.sequence


class MissedError(Exception):
    """Some of what happened is no longer remembered; read the lists again."""


class Feed:
    """Follows the streams once for the whole process; any number may listen.

    ``add`` and ``restart`` are the followers' side, ``entries`` and ``beats`` the listeners'.
    """

    def __init__(self) -> None:
        self._memory: deque[Entry] = deque(maxlen=MEMORY)
        self._now = self._forgotten = Position()
        self._listeners: set[asyncio.Queue[Entry | None]] = set()
        self._count = 0
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def position(self) -> Position:
        return self._now

    def restart(self, stream: str, sequence: int) -> None:
        """A stream is followed from behind ``sequence``; nothing before is known."""
        self._memory = deque((each for each in self._memory if each.stream != stream), maxlen=MEMORY)
        self._now = self._now.moved(stream, sequence)
        self._forgotten = self._forgotten.moved(stream, sequence)

    def add(self, entry: Entry) -> None:
        if len(self._memory) == MEMORY:
            first = self._memory[0]
            self._forgotten = self._forgotten.moved(first.stream, first.sequence)
        self._memory.append(entry)
        self._now = self._now.moved(entry.stream, entry.sequence)
        for listener in self._listeners:
            _offer(listener, entry)
        self._wake()

    def close(self) -> None:
        """Let every listener end, so that the process can."""
        self._closed = True
        for listener in self._listeners:
            _offer(listener, None)
        self._wake()

    def since(self, position: Position) -> list[Entry]:
        """What came after a position; raises ``MissedError`` when that is no longer known."""
        bounds = zip(self._forgotten.sequences, position.sequences, self._now.sequences, strict=True)
        if any(seen < forgotten or seen > now for forgotten, seen, now in bounds):
            raise MissedError
        return [entry for entry in self._memory if position.is_before(entry)]

    async def entries(self, after: Position | None = None) -> AsyncIterator[tuple[Position, Entry]]:
        """What happened after a position, by default from now on, each with the position it leads to.

        Raises ``MissedError`` when that is no longer known, or for a listener that reads too slowly.
        """
        with self._listening() as queue:
            position = after or self._now
            for entry in self.since(position):
                position = position.moved(entry.stream, entry.sequence)
                yield position, entry
            while (live := await queue.get()) is not None:
                if position.is_before(live):
                    position = position.moved(live.stream, live.sequence)
                    yield position, live
            if not self._closed:
                raise MissedError

    async def beats(self) -> AsyncIterator[None]:
        """Say that something happened once readers can see it, and again for what took longer; never more often."""
        seen = self._count
        while not self._closed:
            if self._count == seen:
                await self._changed.wait()
                continue
            for settle_s in SETTLE_S:
                await asyncio.sleep(settle_s)
                seen = self._count
                yield

    def _wake(self) -> None:
        self._count += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    @contextmanager
    def _listening(self) -> Iterator[asyncio.Queue[Entry | None]]:
        queue: asyncio.Queue[Entry | None] = asyncio.Queue(QUEUE)
        self._listeners.add(queue)
        if self._closed:
            _offer(queue, None)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)


def _offer(queue: asyncio.Queue[Entry | None], entry: Entry | None) -> None:
    """Hand an entry on; a queue that is full is emptied and ended, so that its listener starts over."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        entry = None
    queue.put_nowait(entry)
