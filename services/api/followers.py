"""Follow streams of the bus for the feed and the states of sources, through every outage."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from structlog import get_logger

from libs.contracts.work import SourceHealth
from libs.messaging.delivery import sentence
from libs.messaging.rights import follower_name
from services.api.feed import MEMORY, Entry, Feed

log = get_logger(__name__)

RETRY_S = 1.0
IDLE_CHECK_S = 5.0

type Take = Callable[[Msg], None]
type Begin = Callable[[int, bool], int]
"""Given the stream's last sequence and whether it is a new stream: the last sequence not to be read."""


class StreamFollower:
    """Reads one stream on an ordered consumer, for ever; starts over when the stream was made anew."""

    def __init__(self, stream: str, *, begin: Begin, take: Take) -> None:
        self._stream = stream
        self._begin = begin
        self._take = take
        self._created: datetime | None = None
        self._sequence = 0

    async def follow(self, js: JetStreamContext) -> None:
        while True:
            try:
                await self._follow_once(js)
            except Exception as error:  # noqa: BLE001 - the loop must outlive any outage of the connection
                log.debug("follower.interrupted", stream=self._stream, error=sentence(error))
            await asyncio.sleep(RETRY_S)

    async def _follow_once(self, js: JetStreamContext) -> None:
        info = await js.stream_info(self._stream)
        is_new = info.created != self._created or info.state.last_seq < self._sequence
        self._sequence = self._begin(info.state.last_seq, is_new)
        self._created = info.created
        async for message in self._messages(js):
            self._sequence = message.metadata.sequence.stream
            self._take(message)

    async def _messages(self, js: JetStreamContext) -> AsyncIterator[Msg]:
        """Messages behind the known sequence, until the stream is another or has left us behind."""
        subscription = await js.subscribe(
            ">",
            stream=self._stream,
            ordered_consumer=True,
            config=ConsumerConfig(
                name=follower_name("api"),
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._sequence + 1,
            ),
            pending_msgs_limit=-1,
            pending_bytes_limit=-1,
        )
        try:
            while True:
                try:
                    yield await subscription.next_msg(timeout=IDLE_CHECK_S)
                except TimeoutError:
                    info = await js.stream_info(self._stream)
                    if info.created != self._created or info.state.last_seq != self._sequence:
                        return
        finally:
            await subscription.unsubscribe()


def feed_follower(feed: Feed, stream: str) -> StreamFollower:
    """Fill the feed from a stream, beginning with what it may still have to repeat."""
    known = 0

    def begin(last: int, is_new: bool) -> int:  # noqa: FBT001 - see Begin
        nonlocal known
        if is_new:
            known = max(0, last - MEMORY // 2)
            feed.restart(stream, known)
        return known

    def take(message: Msg) -> None:
        nonlocal known
        known = message.metadata.sequence.stream
        feed.add(Entry(stream, known, message.subject, message.data))

    return StreamFollower(stream, begin=begin, take=take)


class Sources:
    """The last word about each source."""

    def __init__(self) -> None:
        self._states: dict[str, SourceHealth] = {}
        self.follower = StreamFollower("SOURCES", begin=lambda _last, _is_new: 0, take=self._take)

    def down(self) -> list[SourceHealth]:
        """Sources that cannot be asked, the longest first."""
        return sorted((each for each in self._states.values() if each.state != "up"), key=lambda each: each.since)

    def _take(self, message: Msg) -> None:
        try:
            state = SourceHealth.model_validate_json(message.data)
        except ValueError as error:
            log.warning("source.unreadable", error=sentence(error))
            return
        self._states[state.source] = state
