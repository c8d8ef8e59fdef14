"""Notice that a stream was lost and made anew, so that its owner can fill it again."""

import asyncio
from collections.abc import Awaitable, Callable

from nats.js import JetStreamContext
from structlog import get_logger

from libs.messaging.delivery import sentence

log = get_logger(__name__)

CHECK_S = 3.0

type Refill = Callable[[], Awaitable[None]]
type Known = Callable[[str], Awaitable[str | None]]
type Remember = Callable[[str, str], Awaitable[None]]


class EpochWatch:
    """A stream's epoch is the instant of its creation; the owner keeps the last one it has filled.

    Streams that are filled together are watched together. ``refill`` runs before the new epoch is
    remembered, so a crash in between repeats it.
    """

    def __init__(self, *streams: str, known: Known, remember: Remember, refill: Refill) -> None:
        self._streams = streams
        self._name = ",".join(streams)
        self._known = known
        self._remember = remember
        self._refill = refill

    async def follow(self, js: JetStreamContext) -> None:
        """Check for ever."""
        while True:
            try:
                await self.check(js)
            except Exception as error:  # noqa: BLE001 - the loop must outlive any outage of the connection
                log.debug("epoch.unknown", streams=self._name, error=sentence(error))
            await asyncio.sleep(CHECK_S)

    async def check(self, js: JetStreamContext) -> None:
        created = [(await js.stream_info(stream)).created for stream in self._streams]
        epoch = ",".join("" if each is None else each.isoformat() for each in created)
        if await self._known(self._name) == epoch:
            return
        log.info("epoch.new", streams=self._name, epoch=epoch)
        try:
            await self._refill()
        except Exception as error:
            log.warning("epoch.refill_failed", streams=self._name, error=sentence(error))
            raise
        await self._remember(self._name, epoch)
