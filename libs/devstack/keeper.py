"""Keeps one process running: start, readiness, restart with back-off, orderly end."""

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from libs.devstack.logs import Echo, LogFile, pump
from libs.devstack.processes import child_options, release, watch_over
from libs.devstack.unit import Unit

# The first restart is quick, for a process that was killed; the last keeps a broken one from using up the machine.
BACKOFF_S = (0.1, 0.5, 1, 2, 5, 10)
STABLE_AFTER_S = 20
_PROBE_EVERY_S = 0.05


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class Keeper:
    """One supervised process over all its lives. `ready` stays set once it has been ready."""

    def __init__(self, unit: Unit, log: Path, *, echo: Echo | None, changed: Callable[[], None]) -> None:
        self.unit = unit
        self.log = log
        self.state = State.WAITING
        self.restarts = 0
        self.exit_code: int | None = None
        self.since = datetime.now(UTC)
        self.ready = asyncio.Event()
        self._echo = echo
        self._changed = changed
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The id of the running process; None when it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def start(self, prerequisites: list["Keeper"]) -> None:
        """Begin to keep the process running; it is first started when all prerequisites have been ready."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep(prerequisites), name=f"keep {self.unit.name}")

    async def stop(self) -> None:
        """End the process in good order and do not start it again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._process is not None and self._process.returncode is None:
            await self._end(self._process)
        self._enter(State.STOPPED)

    def kill(self) -> None:
        """End the process as a crash would; it is started again."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process if it runs."""
        if self.pid is not None:
            os.kill(self.pid, number)

    async def _keep(self, prerequisites: list["Keeper"]) -> None:
        for prerequisite in prerequisites:
            await prerequisite.ready.wait()
        failures = 0
        while True:
            began = time.monotonic()
            with LogFile(self.log) as log:
                try:
                    await self._live_once(log)
                except Exception as error:  # noqa: BLE001 - supervised loop: whatever failed, the next life is tried
                    self.exit_code = None
                    self._say(log, f"cannot run: {error or type(error).__name__}")
            if self.unit.one_shot and self.exit_code == 0:
                self._enter(State.DONE)
                self.ready.set()
                return
            failures = 1 if time.monotonic() - began > STABLE_AFTER_S else failures + 1
            self.restarts += 1
            self._enter(State.RESTARTING)
            await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S)) - 1])

    async def _live_once(self, log: LogFile) -> None:
        """One life of the process, from preparation to exit."""
        self._enter(State.STARTING)
        unit = self.unit
        if unit.prepare:
            await unit.prepare()
        self._process = await asyncio.create_subprocess_exec(
            *unit.command(),
            stdout=PIPE,
            stderr=STDOUT,
            env=dict(unit.environment),
            cwd=unit.cwd,
            **child_options(unit.stop_signal, unit.account),
        )
        watchdog = watch_over(self._process.pid, unit.stop_signal)
        try:
            await self._attend(self._process, log)
        finally:
            release(watchdog)
        self._say(log, f"ended with {_ending(self.exit_code or 0)}")

    async def _attend(self, process: Process, log: LogFile) -> None:
        if process.stdout is None:
            raise RuntimeError(f"{self.unit.name} was started without a pipe.")
        output = asyncio.create_task(pump(process.stdout, self.unit.name, log, self._echo))
        ended = asyncio.create_task(process.wait())
        self._changed()
        try:
            while not self.unit.one_shot and not ended.done():
                if self.unit.is_ready is None or await self.unit.is_ready(process.pid):
                    self._enter(State.READY)
                    self.ready.set()
                    break
                await asyncio.wait({ended}, timeout=_PROBE_EVERY_S)
            await asyncio.wait({ended, output}, return_when=asyncio.FIRST_COMPLETED)
            if output.done():
                output.result()
            self.exit_code = await asyncio.shield(ended)
        except BaseException:
            # Told to stop, or its output cannot be carried on: either way no process stays behind unattended.
            await self._end(process)
            self.exit_code = process.returncode
            raise
        finally:
            # Not for ever: a grandchild may hold the pipe open.
            await asyncio.wait({output}, timeout=1)
            output.cancel()

    async def _end(self, process: Process) -> None:
        """Ask the process to end; kill it when the grace is over."""
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.unit.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), self.unit.grace_s)
        except TimeoutError:
            process.kill()
            await process.wait()

    def _say(self, log: LogFile, text: str) -> None:
        line = f"[supervisor] {self.unit.name} {text}"
        with contextlib.suppress(OSError):
            log.write(line.encode())
        if self._echo:
            self._echo(self.unit.name, line)

    def _enter(self, state: State) -> None:
        self.state = state
        self.since = datetime.now(UTC)
        self._changed()


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
