"""What every request passes before a route sees it: whose page sent it, how large it is, how it is answered."""

import hashlib
from typing import override
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import ProblemError
from services.api.settings import is_loopback

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """An ASGI middleware for HTTP requests; everything else passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.handle(scope, receive, send)
        except ProblemError as error:
            await error.send(send)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise NotImplementedError


class OriginGuard(Guard):
    """Keeps other web pages from using the API through its reader's browser.

    Without accounts, whoever reaches the port may do everything; a page on the internet reaches it by
    a form, or by a host name that resolves to 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, *, any_host: bool) -> None:
        super().__init__(app)
        self._any_host = any_host

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._any_host and not is_loopback(urlsplit(f"//{host}").hostname or ""):
            raise ProblemError(421, f"this API answers as 127.0.0.1 or localhost, not as {host[:80]!r}")
        origin = headers.get("origin")
        if scope["method"] not in SAFE and origin is not None and urlsplit(origin).netloc != host:
            raise ProblemError(403, f"a page of {origin[:80]!r} may not change anything here")
        await self.app(scope, receive, send)


class NulGuard(Guard):
    """Refuses addresses with a NUL character, which no name or text in the database holds."""

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
            raise ProblemError(400, "the address holds a NUL character (%00); leave it out")
        await self.app(scope, receive, send)


class SizeGuard(Guard):
    """Refuses bodies above a limit, declared or not."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int) -> None:
        super().__init__(app)
        self._limit = limit_bytes

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared[:20]) > self._limit:
            await self._discard(receive)
            raise self._too_large()
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                await self._discard(receive)
                raise self._too_large()
            return message

        async def unless_too_large(message: Message) -> None:
            """Whatever became of the refusal on its way through the application, it is what is answered."""
            if read <= self._limit:
                await send(message)

        await self.app(scope, bounded, unless_too_large)
        if read > self._limit:
            raise self._too_large()

    async def _discard(self, receive: Receive) -> None:
        """Read some of the rest: who is cut off while sending never reads the answer."""
        left = 4 * self._limit
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b""))
            if not message.get("more_body", False):
                return

    def _too_large(self) -> ProblemError:
        return ProblemError(
            413,
            f"a body may have {self._limit:,} bytes; send a larger payload in parts",
            headers={"connection": "close"},
        )


class EntityTags(Guard):
    """Tags every complete GET answer by its content, and says 304 to who has it already."""

    KINDS = ("application/json", "text/html")

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        await self.app(scope, receive, _Tagging(send, known))


class _Tagging:
    """Holds an answer back until it is complete; a stream passes at once."""

    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = {each.strip().removeprefix("W/") for each in known.split(",")}
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if message["status"] == 200 and kind.startswith(EntityTags.KINDS):
                self._start = message
                return
        if self._start is None:
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(self._start, b"".join(self._parts))

    async def _finish(self, start: Message, body: bytes) -> None:
        headers = MutableHeaders(raw=start["headers"])
        tag = headers.get("etag") or f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers["etag"] = tag
        headers.setdefault("cache-control", "no-cache")
        if tag in self._known:
            del headers["content-length"]
            start["status"], body = 304, b""
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


class SecureHeaders(Guard):
    """Says to browsers what a page of this site may do."""

    def __init__(self, app: ASGIApp, *, pictures: frozenset[str]) -> None:
        super().__init__(app)
        images = " ".join(("'self'", "https:", *(f"http://{host}" for host in sorted(pictures))))
        self._headers = {
            "content-security-policy": (
                f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
        }

    @override
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, secured)
