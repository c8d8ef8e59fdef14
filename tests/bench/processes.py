"""The processes of one run: started, waited for, their CPU time read, stopped."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from libs.devstack.ports import free_port
from libs.devstack.processes import child_options
from libs.devstack.unit import ROOT, answers_ready

READY_S = 60.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Role:
    """One process of a variant: what it is called in the table and how it is started."""

    name: str
    arguments: tuple[str, ...]
    """After ``python -m``."""
    has_health: bool = False
    """Ready when /ready says so; otherwise when it writes a line."""


class Processes:
    """Child processes that write ``ready`` or answer it, in one block."""

    def __init__(self, environments: Mapping[str, Mapping[str, str]], log: Path) -> None:
        self._environments = environments
        self._log = log
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()
                await process.wait()

    async def start(self, roles: Sequence[Role]) -> None:
        """Start all at once and wait until every one is ready."""
        await asyncio.gather(*(self._start(role) for role in roles))

    async def _start(self, role: Role) -> None:
        port = free_port()
        options = child_options(signal.SIGTERM) | {"stdin": asyncio.subprocess.PIPE}
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *role.arguments,
                env={**self._environments[role.name], "DEALSTREAM_HEALTH_PORT": str(port)},
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                **options,
            )
        self._running[role.name] = process
        async with asyncio.timeout(READY_S):
            if role.has_health:
                while not await answers_ready(port):
                    self._must_run(role.name)
                    await asyncio.sleep(0.1)
            else:
                await self.hear(role.name, "ready")

    async def hear(self, name: str, word: str) -> None:
        """Wait until a process writes a line."""
        output = self._running[name].stdout
        while output is not None and (line := await output.readline()):
            if line.decode().strip() == word:
                return
        self._must_run(name, otherwise=f"it closed its output without a word of {word!r}")

    async def say(self, name: str, word: str) -> None:
        """Send a line to a process."""
        entry = self._running[name].stdin
        if entry is not None:
            entry.write(f"{word}\n".encode())
            await entry.drain()

    def check(self) -> None:
        """Raise when a process has ended."""
        for name in self._running:
            self._must_run(name)

    def cpu_seconds(self) -> dict[str, float]:
        return {name: cpu_seconds(process.pid) for name, process in self._running.items()}

    def _must_run(self, name: str, otherwise: str = "") -> None:
        status = self._running[name].returncode
        if status is not None or otherwise:
            said = self._log.read_text(errors="replace")[-3_000:]
            raise RuntimeError(f"{name} ended with {status} {otherwise}:\n{said}")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its children that ended (proc(5))."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS_PER_S


def family_cpu_seconds(pid: int) -> float:
    """The same with the children that live: PostgreSQL's backends."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    children = [each for each in running if _parent(each) == pid]
    return cpu_seconds(pid) + sum(sum(map(int, _stat(child)[11:13])) / TICKS_PER_S for child in children)


def machine_cpu_seconds() -> float:
    """What all processors were busy with since they were started, idling and waiting left out (proc(5))."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS_PER_S


def _parent(pid: int) -> int:
    try:
        return int(_stat(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
