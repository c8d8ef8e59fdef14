"""Keep watches, and tell the bus of every change so that none is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from structlog import get_logger

from libs.contracts.envelope import Event, stable_id
from libs.contracts.watch import Watch, WatchChanged
from libs.messaging.delivery import sentence

log = get_logger(__name__)

type Publish = Callable[[Sequence[Event]], Awaitable[None]]


class WatchGoneError(Exception):
    """There is no such watch, or somebody changed it meanwhile."""

    def __init__(self, found_revision: int | None) -> None:
        super().__init__(f"found revision {found_revision}")
        self.found_revision = found_revision


class WatchStore(Protocol):
    """Where watches are kept."""

    async def add(self, watch: Watch, now: datetime) -> int: ...
    async def change(self, watch_id: UUID, watch: Watch | None, expected: int | None, now: datetime) -> int: ...
    async def publish_pending(self, publish: Publish, limit: int) -> int: ...
    async def forget_published(self) -> None: ...


class Watches:
    """Create, change and remove watches.

    A change is stored, then published and waited for, then marked as published. What could not be
    published stays unmarked and is found by ``publish_pending``; the newest state of a row is always
    what is sent, under its lock, so that the last message of a watch is its highest revision.
    """

    BATCH = 100

    def __init__(self, store: WatchStore, publish: Publish) -> None:
        self._store = store
        self._publish = publish

    async def create(self, build: Callable[[UUID], Watch]) -> tuple[Watch, int]:
        watch = build(uuid4())
        revision = await self._store.add(watch, datetime.now(UTC))
        await self._try_to_publish()
        return watch, revision

    async def replace(self, watch: Watch, expected: int | None) -> int:
        """Store a new content; raises ``WatchGoneError`` when it is absent or not at ``expected``."""
        revision = await self._store.change(watch.watch_id, watch, expected, datetime.now(UTC))
        await self._try_to_publish()
        return revision

    async def remove(self, watch_id: UUID, expected: int | None) -> None:
        await self._store.change(watch_id, None, expected, datetime.now(UTC))
        await self._try_to_publish()

    async def publish_pending(self) -> int:
        """Publish every change that is not marked as published; returns how many there were."""
        total = 0
        while sent := await self._store.publish_pending(self._publish, self.BATCH):
            total += sent
        return total

    async def publish_all_again(self) -> None:
        """Fill a new, empty stream."""
        await self._store.forget_published()
        await self.publish_pending()

    async def sweep(self, every_s: float) -> None:
        """Publish what was left unpublished, for ever."""
        while True:
            await self.publish_pending()
            await asyncio.sleep(every_s)

    async def _try_to_publish(self) -> None:
        try:
            await self.publish_pending()
        except Exception as error:  # noqa: BLE001 - the change is stored; the sweep publishes it later
            log.warning("watch.unpublished", error=sentence(error))


def change_event(watch_id: UUID, revision: int, changed_at: datetime, watch: Watch | None) -> WatchChanged:
    return WatchChanged(
        event_id=stable_id("watch", str(watch_id), str(revision)),
        occurred_at=changed_at,
        watch_id=watch_id,
        revision=revision,
        changed_at=changed_at,
        watch=watch,
    )
