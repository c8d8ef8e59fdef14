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

    ``refill`` runs before the new epoch is remembered, so a crash in between repeats it.
    """

    def __init__(self, stream: str, *, known: Known, remember: Remember, refill: Refill) -> None:
        self._stream = stream
        self._known = known
        self._remember = remember
        self._refill = refill

    async def follow(self, js: JetStreamContext) -> None:
        """Check for ever."""
        while True:
            try:
                await self.check(js)
            except Exception as error:  # noqa: BLE001 - the loop must outlive any outage of the connection
                log.debug("epoch.unknown", stream=self._stream, error=sentence(error))
            await asyncio.sleep(CHECK_S)

    async def check(self, js: JetStreamContext) -> None:
        created = (await js.stream_info(self._stream)).created
        epoch = "" if created is None else created.isoformat()
        if await self._known(self._stream) == epoch:
            return
        log.info("epoch.new", stream=self._stream, epoch=epoch)
        await self._refill()
        await self._remember(self._stream, epoch)
