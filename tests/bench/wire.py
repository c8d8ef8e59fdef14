"""The least of a NATS client: no reconnecting, no queues, no objects; the ceiling is measured with it."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast, override
from urllib.parse import urlsplit

import orjson

LIMIT = 256
REQUEST = orjson.dumps({"batch": LIMIT, "expires": 30_000_000_000})
ATOMIC_FROM = 16
TRACEPARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


class Message(NamedTuple):
    """One received message; ``reply`` is where it is acknowledged."""

    subject: bytes
    reply: bytes
    body: bytes


type Receive = Callable[[Message], None]
type Outgoing = tuple[bytes, bytes, bytes]
"""Subject, id, body."""


class _Tally(NamedTuple):
    """The answers to one address so far."""

    count: int
    bodies: list[bytes]
    complete: asyncio.Future[list[bytes]]


class Wire(asyncio.Protocol):
    """One connection that parses what arrives and writes once a batch."""

    def __init__(self) -> None:
        self._rest = b""
        self._out: list[bytes] = []
        self._receivers: dict[bytes, Receive] = {}
        self._ids = itertools.count(1)
        self._inbox = b"_INBOX_wire.%d" % id(self)
        self._tallies: dict[bytes, _Tally] = {}

    @classmethod
    async def connect(cls, url: str) -> "Wire":
        parts = urlsplit(url)
        _, wire = await asyncio.get_running_loop().create_connection(cls, parts.hostname, parts.port)
        hello = {"user": parts.username, "pass": parts.password, "headers": True, "verbose": False, "lang": "wire"}
        wire.send(b"CONNECT " + orjson.dumps(hello) + b"\r\n")
        wire.subscribe(wire._inbox + b".*", wire._answered)
        return wire

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        data, position = self._rest + data, 0
        while (end := data.find(b"\r\n", position)) >= 0:
            line = data[position:end]
            if line.startswith((b"MSG", b"HMSG")):
                words = line.split()
                has_headers = words[0] == b"HMSG"
                size = int(words[-1])
                stop = end + 2 + size
                if len(data) < stop + 2:
                    break
                head = int(words[-2]) if has_headers else 0
                reply = words[3] if len(words) == (6 if has_headers else 5) else b""
                self._receivers[words[2]](Message(words[1], reply, data[end + 2 + head : stop]))
                position = stop + 2
                continue
            if line == b"PING":
                self.send(b"PONG\r\n")
            elif line.startswith(b"-ERR"):
                raise RuntimeError(line.decode())
            position = end + 2
        self._rest = data[position:]

    def send(self, data: bytes) -> None:
        self._transport.write(data)

    def put(self, subject: bytes, body: bytes, reply: bytes = b"", headers: bytes = b"") -> None:
        """Write into the batch that ``flush`` sends."""
        if headers:
            size = len(headers) + len(body)
            self._out.append(b"HPUB %b %b %d %d\r\n%b%b\r\n" % (subject, reply, len(headers), size, headers, body))
        else:
            self._out.append(b"PUB %b %b %d\r\n%b\r\n" % (subject, reply, len(body), body))

    def flush(self) -> None:
        self._transport.write(b"".join(self._out))
        self._out.clear()

    def subscribe(self, subject: bytes, receive: Receive) -> None:
        sid = b"%d" % next(self._ids)
        self._receivers[sid] = receive
        self.send(b"SUB %b %b\r\n" % (subject, sid))

    def expect(self, count: int) -> tuple[bytes, asyncio.Future[list[bytes]]]:
        """An address for ``count`` answers, and all of them."""
        token = b"%b.%d" % (self._inbox, next(self._ids))
        tally = self._tallies[token] = _Tally(count, [], asyncio.get_running_loop().create_future())
        return token, tally.complete

    def _answered(self, message: Message) -> None:
        tally = self._tallies[message.subject]
        tally.bodies.append(message.body)
        if len(tally.bodies) == tally.count:
            del self._tallies[message.subject]
            tally.complete.set_result(tally.bodies)

    async def ask(self, subject: bytes, body: bytes) -> bytes:
        reply, answer = self.expect(1)
        self.put(subject, body, reply)
        self.flush()
        return (await answer)[0]

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Store messages of one stream: an atomic batch from 16 on, else pipelined."""
        last = len(outgoing)
        atomic = last >= ATOMIC_FROM
        reply, answer = self.expect(1 if atomic else last)
        batch_id = b"%032x" % next(self._ids)
        for index, (subject, message_id, body) in enumerate(outgoing, 1):
            headers = b"NATS/1.0\r\nNats-Msg-Id: %b/1\r\ntraceparent: %b\r\n" % (message_id, TRACEPARENT)
            if atomic:
                headers += b"Nats-Batch-Id: %b\r\nNats-Batch-Sequence: %d\r\n" % (batch_id, index)
            if atomic and index == last:
                headers += b"Nats-Batch-Commit: 1\r\n"
            self.put(subject, body, reply if not atomic or index == last else b"", headers + b"\r\n")
        self.flush()
        for body in await answer:
            if b'"error"' in body or not body:
                raise RuntimeError(f"not stored: {body!r}")

    async def acknowledge(self, messages: Sequence[Message]) -> None:
        """Acknowledge and wait for the server's word on the last, as the stages do."""
        reply, answer = self.expect(1)
        for message in messages[:-1]:
            self.put(message.reply, b"+ACK")
        self.put(messages[-1].reply, b"+ACK", reply)
        self.flush()
        await answer


class Feed:
    """What arrives from one durable, as many as wait."""

    def __init__(self, wire: Wire, stream: str, durable: str) -> None:
        self._wire = wire
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}".encode()
        self._inbox = b"_INBOX_wire.%d" % id(self)
        self._buffer: deque[Message] = deque()
        self._open = 0
        self._arrived = asyncio.Event()
        wire.subscribe(self._inbox, self._receive)
        self._ask()

    async def take(self) -> list[Message]:
        while not self._buffer:
            self._arrived.clear()
            await self._arrived.wait()
        taken = [self._buffer.popleft() for _ in range(min(LIMIT, len(self._buffer)))]
        if self._open <= 0:
            self._ask()
        return taken

    def _receive(self, message: Message) -> None:
        if not message.reply:
            self._ask()
            return
        self._open -= 1
        self._buffer.append(message)
        self._arrived.set()
        if self._open <= 0 and len(self._buffer) < 2 * LIMIT:
            self._ask()

    def _ask(self) -> None:
        self._open = LIMIT
        self._wire.put(self._subject, REQUEST, self._inbox)
        self._wire.flush()
