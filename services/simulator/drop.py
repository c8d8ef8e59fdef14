"""Closes a connection without an answer, as a network that fails between writing and replying does."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

EXTENSION = "dealstream.drop"


class Droppable:
    """Outermost ASGI layer: hands the abort of the connection's transport to whoever wants to use it.

    ASGI has no way to say "close the socket". An exception makes uvicorn answer 500, and a started response sends a
    status line; only uvicorn's own transport, which the bound `send` leads to, closes with not one byte written.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            scope.setdefault("extensions", {})[EXTENSION] = transport.abort if transport is not None else None
        await self._app(scope, receive, send)


async def drop_connection(request: Request) -> None:
    """Abort the connection and wait until the server knows; what is answered afterwards goes nowhere."""
    abort: Callable[[], None] | None = request.scope.get("extensions", {}).get(EXTENSION)
    if abort is None:
        raise RuntimeError("no transport to drop: the simulator must run under uvicorn")
    abort()
    while (await request.receive())["type"] != "http.disconnect":
        pass
