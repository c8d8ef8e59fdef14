"""A whole stack under the real supervisor, in a folder of its own, that tests can break."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from libs.devstack import stack as devstack
from libs.devstack.control import delete_data
from libs.devstack.keeper import Keeper, State
from libs.devstack.logs import harmless
from libs.devstack.server import tail
from libs.devstack.stack import SERVICES, Stack, StackSettings
from libs.devstack.supervisor import Supervisor
from libs.devstack.unit import Command
from libs.messaging.rights import ADMIN


class RunningStack:
    """NATS, PostgreSQL and the services, each of which can be killed, stopped, restarted and waited for by name."""

    def __init__(self, stack: Stack, supervisor: Supervisor) -> None:
        self._stack, self._supervisor = stack, supervisor

    @property
    def console_url(self) -> str:
        return self._stack.console_url

    @property
    def database_url(self) -> str:
        return self._stack.database_url

    @property
    def simulator_url(self) -> str:
        if self._stack.simulator_url is None:
            raise RuntimeError("This stack runs without the simulator.")
        return self._stack.simulator_url

    def nats_url(self, user: str = ADMIN) -> str:
        if self._stack.nats is None:
            return self._stack.nats_url
        return self._stack.nats.url(user)

    def health_url(self, service: str) -> str:
        return f"http://127.0.0.1:{self._keeper(service).unit.port}"

    def pid(self, name: str) -> int | None:
        return self._keeper(name).pid

    def restarts(self, name: str) -> int:
        """How often the process ended without being told to."""
        return self._keeper(name).restarts

    def log(self, name: str, lines: int = 200) -> str:
        """The end of what a process wrote."""
        return harmless(tail(self._keeper(name).log, lines))

    async def kill(self, name: str) -> None:
        """Kill a process with SIGKILL and return when it is gone; the supervisor starts it again."""
        keeper = self._keeper(name)
        before = keeper.restarts
        keeper.kill()
        await _until(lambda: keeper.restarts > before, f"{name} did not end", 30)

    async def stop(self, name: str) -> None:
        """End a process in good order; it stays down until `start`."""
        await self._keeper(name).stop()

    async def start(self, name: str) -> None:
        """Start a stopped process and wait until it is ready."""
        self._supervisor.start_one(name)
        await self.wait_ready(name)

    async def restart(self, name: str) -> None:
        """Stop and start a process."""
        await self.stop(name)
        await self.start(name)

    async def wipe_jetstream(self) -> None:
        """Lose the whole JetStream store, and start NATS on an empty one."""
        if self._stack.nats is None:
            raise RuntimeError("The bus is not ours to wipe.")
        await self._keeper("nats").stop()
        self._stack.nats.wipe()
        await self.start("nats")

    async def wait_ready(self, *names: str, timeout_s: float = 60) -> None:
        """Wait until the named processes, or all, are ready now."""
        for keeper in [self._keeper(name) for name in names] or self._supervisor.keepers:
            await _until(
                lambda keeper=keeper: keeper.state in (State.READY, State.DONE),
                f"{keeper.unit.name} is not ready; its log ends with\n{tail(keeper.log)}\n",
                timeout_s,
            )

    def _keeper(self, name: str) -> Keeper:
        return self._supervisor[name]


@contextlib.asynccontextmanager
async def running_stack(
    folder: Path,
    *,
    services: Sequence[str] = SERVICES,
    environment: Mapping[str, str] | None = None,
    command: Callable[[str], Command] = devstack.service_command,
    timeout_s: float = 90,
) -> AsyncIterator[RunningStack]:
    """Start a stack on free ports and wait until all is ready; nothing is left of it at the end.

    The processes get our environment without its DEALSTREAM_ variables, plus `environment`.
    """
    settings = StackSettings(
        data_dir=folder,
        port=0,
        nats_url=None,
        database_url=None,
        ebay_client_id=None,
        discord_webhook_url=None,
        services=tuple(services),
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DEALSTREAM_")}
    stack = devstack.build(settings, environment=inherited | dict(environment or {}), command=command, fast=True)
    supervisor = Supervisor(stack.units, stack.folder, facts=stack.facts)
    running = RunningStack(stack, supervisor)
    try:
        supervisor.start()
        await running.wait_ready(timeout_s=timeout_s)
        yield running
    finally:
        await supervisor.stop()
        delete_data(folder)


async def _until(holds: Callable[[], bool], otherwise: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise} (after {timeout_s:g} s)")
        await asyncio.sleep(0.02)
