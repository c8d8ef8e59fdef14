"""The web server beside the service's health endpoints, in the same process and event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import override

import uvicorn
from starlette.types import ASGIApp

from services.api.settings import ApiSettings


class NoDoorError(Exception):
    """The API cannot listen where it was told to; the sentence says why and what to do."""


def open_door(settings: ApiSettings) -> socket.socket:
    """Take the API's port before anything else starts; raises ``NoDoorError``."""
    host, port = settings.host, settings.port
    if not settings.is_loopback and not settings.allow_remote:
        raise NoDoorError(
            f"DEALSTREAM_HOST is {host!r}, which other machines can reach, and the API has no accounts yet: "
            "use 127.0.0.1, or set DEALSTREAM_ALLOW_REMOTE=1 where something in front of it decides who may come in"
        )
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        door = socket.socket(family, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
    except OSError as error:
        raise NoDoorError(
            f"the API cannot listen on {host}:{port}: {error.strerror}; free the port or choose another "
            "with DEALSTREAM_PORT"
        ) from None
    return door


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to the one that serves its health."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, door: socket.socket, grace_s: float) -> AsyncIterator[None]:
    """Serve an application until the block is left; requests in hand get the grace to finish."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(grace_s),
        timeout_keep_alive=30,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[door]), name="web server")
    try:
        yield
    finally:
        server.should_exit = True
        await task
