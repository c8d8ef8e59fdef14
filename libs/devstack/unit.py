"""What the supervisor is told about one process."""

import asyncio
import http.client
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from libs.devstack.accounts import Account
from libs.devstack.server import EmbeddedServer

ROOT = Path(__file__).parents[2]

type Command = Callable[[], list[str]]
type Probe = Callable[[int], Awaitable[bool]]
"""Whether the process with this id does its work."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One process: how it starts, when it counts as ready, how it ends."""

    name: str
    command: Command
    environment: Mapping[str, str]
    after: tuple[str, ...] = ()
    """Units that are ready before this one starts for the first time."""
    one_shot: bool = False
    """Runs to its end; that it ended well is its readiness."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """Awaited before every start."""
    is_ready: Probe | None = None
    """None: ready as soon as it runs."""
    port: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # Longer than a service gives its own work in flight.
    grace_s: float = 30
    account: Account | None = None
    cwd: Path = field(default=ROOT)


def server_unit(server: EmbeddedServer, *, port: int) -> Unit:
    """An embedded server under supervision."""
    return Unit(
        name=server.name,
        command=server.command,
        environment=server.environment(),
        prepare=lambda: asyncio.to_thread(server.prepare),
        is_ready=lambda pid: asyncio.to_thread(server.is_ready, pid),
        port=port,
        stop_signal=server.stop_signal,
        grace_s=15,
        account=server.account,
        cwd=Path("/"),
    )


def module_command(module: str, *arguments: str) -> Command:
    """Runs a module with the interpreter we run on."""
    return lambda: [sys.executable, "-m", module, *arguments]


async def answers_ready(port: int) -> bool:
    """Whether GET /ready on a loopback port answers 200."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                status = (await reader.readline()).split()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return len(status) > 1 and status[1] == str(http.client.OK).encode()
