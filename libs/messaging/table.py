"""A table stream in memory: every current row, then every change."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from structlog import get_logger

from libs.contracts.envelope import Event
from libs.messaging.delivery import sentence
from libs.messaging.headers import row_key
from libs.messaging.rights import follower_name
from libs.messaging.topology import Topology
from libs.telemetry import names

log = get_logger(__name__)

RETRY_S = 1.0
IDLE_CHECK_S = 5.0


class Table[Row: Event]:
    """The rows of one table event by key, newest version wins.

    ``follow`` loads all rows and keeps them current until it is cancelled; ``ready`` is set once the
    rows that existed at the start are in. A row that cannot be read is skipped with a warning; one
    that ``on_change`` fails for is offered again.
    """

    def __init__(
        self,
        event: type[Row],
        version: Callable[[Row], int],
        *,
        service: str,
        topology: Topology,
        on_change: Callable[[Row], Awaitable[None] | None] | None = None,
    ) -> None:
        self._event = event
        self._service = service
        self._version = version
        self._stream = topology.stream_of(event.subject)
        self._on_change = on_change
        self._rows: dict[str, Row] = {}
        self._sequence = 0
        self._size = names.TABLE_ROWS.labels(service, event.subject)
        self.ready = asyncio.Event()

    def get(self, key: str) -> Row | None:
        return self._rows.get(key)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    async def follow(self, js: JetStreamContext) -> None:
        """Follow the stream for ever, from the start again whenever it was lost."""
        while True:
            try:
                await self._follow_once(js)
            except Exception as error:  # noqa: BLE001 - the loop must outlive any outage of the connection
                log.warning("table.interrupted", subject=self._event.subject, error=sentence(error))
            await asyncio.sleep(RETRY_S)

    async def _follow_once(self, js: JetStreamContext) -> None:
        created = (await js.stream_info(self._stream)).created
        self._sequence = 0
        subscription = await js.subscribe(
            f"{self._event.subject}.>",
            stream=self._stream,
            ordered_consumer=True,
            config=ConsumerConfig(name=follower_name(self._service), deliver_policy=DeliverPolicy.LAST_PER_SUBJECT),
            pending_msgs_limit=-1,
            pending_bytes_limit=-1,
        )
        try:
            info = await subscription.consumer_info()
            if info.num_pending == 0 and info.delivered is not None and info.delivered.consumer_seq == 0:
                self.ready.set()
            due = 0
            while True:
                await self._drain(subscription)
                stream = await js.stream_info(self._stream)
                if stream.created != created or self._sequence < due:
                    return
                due = stream.state.last_seq if stream.state.messages else 0
        finally:
            await subscription.unsubscribe()

    async def _drain(self, subscription: JetStreamContext.PushSubscription) -> None:
        """Apply changes until nothing comes for a while."""
        while True:
            try:
                message = await subscription.next_msg(timeout=IDLE_CHECK_S)
            except TimeoutError:
                return
            await self._apply(message)
            self._sequence = message.metadata.sequence.stream
            if message.metadata.num_pending == 0:
                self.ready.set()

    async def _apply(self, message: Msg) -> None:
        key = row_key(message.subject.removeprefix(f"{self._event.subject}."))
        try:
            row = self._event.model_validate_json(message.data)
        except ValueError as error:
            log.warning("table.row_skipped", subject=message.subject, error=sentence(error))
            return
        have = self._rows.get(key)
        if have is not None and self._version(have) >= self._version(row):
            return
        self._rows[key] = row
        self._size.set(len(self._rows))
        try:
            changed = self._on_change(row) if self._on_change is not None else None
            if changed is not None:
                await changed
        except BaseException:
            self._put_back(key, have)
            raise

    def _put_back(self, key: str, had: Row | None) -> None:
        """Forget a change that could not be acted on, so that it counts as one when it comes again."""
        if had is None:
            del self._rows[key]
        else:
            self._rows[key] = had
