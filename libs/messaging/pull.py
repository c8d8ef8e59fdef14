"""Keep one pull request open at JetStream and hand over whatever has arrived."""

import asyncio
import time
from collections import deque

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from structlog import get_logger

from libs.messaging.topology import FETCH_LIMIT

log = get_logger(__name__)

EXPIRES_S = 30.0
HEARTBEAT_S = 5.0
SILENCE_S = 2 * HEARTBEAT_S + 1
"""No message and no heartbeat for this long: the request was lost, ask again."""
RETRY_S = 0.5
BUFFER_LIMIT = 2 * FETCH_LIMIT

HEARTBEAT = "100"
EXPIRED = "408"
"""A request ran out unused, which is followed by the next at once; what else ends one is waited out."""


class Pull:
    """Messages of one durable, as many as wait, without a collecting window.

    The server keeps the request open and pushes into our inbox, so an idle stage costs nothing and
    a message is handed over at once. A request that ends, fails or falls silent is made again.
    """

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._durable = durable
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = client.new_inbox()
        self._request = 0
        self._open = 0
        """Messages the current request may still bring."""
        self._buffer: deque[Msg] = deque()
        self._arrived = asyncio.Event()
        self._heard_at = 0.0
        self._asked_at = 0.0
        self._subscription: Subscription | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.connected = True
        """Whether the consumer answers; believed until a request is refused or falls silent."""

    async def start(self) -> None:
        self._subscription = await self._client.subscribe(
            self._inbox + ".*", cb=self._receive, pending_msgs_limit=-1, pending_bytes_limit=-1
        )
        self._keeper = asyncio.create_task(self._keep_open(), name=f"pull {self._durable}")

    async def stop(self) -> None:
        """Ask for nothing more; what is buffered stays un-acked and is delivered again."""
        if self._keeper is not None:
            self._keeper.cancel()
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def take(self, limit: int = FETCH_LIMIT) -> list[Msg]:
        """Wait until something is there, then take what there is, up to ``limit``."""
        while not self._buffer:
            self._arrived.clear()
            await self._arrived.wait()
        taken = [self._buffer.popleft() for _ in range(min(limit, len(self._buffer)))]
        await self._ask_if_due()
        return taken

    def waiting(self) -> tuple[Msg, ...]:
        """What has arrived and was not taken yet."""
        return tuple(self._buffer)

    async def _receive(self, message: Msg) -> None:
        self._heard_at = time.monotonic()
        if not message.reply:
            await self._note_status((message.headers or {}).get("Status"), message)
            return
        self.connected = True
        self._open -= 1
        self._buffer.append(message)
        self._arrived.set()
        await self._ask_if_due()

    async def _note_status(self, status: str | None, message: Msg) -> None:
        if status == HEARTBEAT:
            self.connected = True
        elif message.subject.endswith(f".{self._request}"):
            self._open = 0
            if status != EXPIRED:
                self.connected = False
            elif time.monotonic() - self._asked_at > EXPIRES_S / 2:
                await self._ask_if_due()

    async def _ask_if_due(self) -> None:
        if self.connected and self._open <= 0 and len(self._buffer) < BUFFER_LIMIT:
            await self._ask()

    async def _ask(self) -> None:
        self._request += 1
        self._open = FETCH_LIMIT
        self._heard_at = self._asked_at = time.monotonic()
        body = {
            "batch": FETCH_LIMIT,
            "expires": int(EXPIRES_S * 1e9),
            "idle_heartbeat": int(HEARTBEAT_S * 1e9),
        }
        try:
            await self._client.publish(self._next, orjson.dumps(body), reply=f"{self._inbox}.{self._request}")
        except NatsError as error:
            self._open = 0
            log.warning("pull.failed", durable=self._durable, error=str(error) or type(error).__name__)

    async def _keep_open(self) -> None:
        reconnects = self._client.stats["reconnects"]
        while True:
            silent = time.monotonic() - self._heard_at > SILENCE_S
            if silent and self._request:
                self.connected = False
            if reconnects != self._client.stats["reconnects"]:
                reconnects = self._client.stats["reconnects"]
                self._open = 0
            if (self._open <= 0 or silent) and self._client.is_connected and len(self._buffer) < BUFFER_LIMIT:
                await self._ask()
            await asyncio.sleep(RETRY_S)
