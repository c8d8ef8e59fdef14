"""What an embedded server is: prepared, started, probed, stopped, killed and started again at the same address."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from libs.devstack.accounts import Account
from libs.devstack.errors import StackError
from libs.devstack.ports import command_line
from libs.devstack.processes import is_alive, release, spawn, watch_over


class EmbeddedServer(ABC):
    """A server of our own on loopback; its folder and its ports outlive each of its processes."""

    name: str
    stop_signal: signal.Signals
    crash_signal: signal.Signals

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / f"{self.name}.log"
        self.account: Account | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Bring the folder into the state the server can start from; may block for a second."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command line of the server."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Whether the server that runs as `pid` takes clients."""

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    @property
    def pid(self) -> int | None:
        """The id of the running process; None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, timeout_s: float = 30) -> Self:
        """Start and wait until clients are taken. Raises StackError with the end of the log when that fails."""
        if self.pid is not None:
            return self
        self.folder.mkdir(parents=True, exist_ok=True)
        self.prepare()
        self._process = spawn(
            self.command(),
            log=self.log,
            stop_signal=self.stop_signal,
            environment=self.environment(),
            cwd=Path("/"),
            account=self.account,
        )
        self._watchdog = watch_over(self._process.pid, self.stop_signal)
        deadline = time.monotonic() + timeout_s
        while not self.is_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StackError(f"{self.name} did not become ready:\n{tail(self.log)}")
            time.sleep(0.005)
        return self

    def stop(self, grace_s: float = 10) -> None:
        """Stop in good order; kill what does not end within the grace."""
        self._end(self.stop_signal, grace_s)

    def kill(self) -> None:
        """End as a crash would: nothing is flushed, nobody is told."""
        self._end(self.crash_signal, 5)

    def restart(self) -> None:
        """Stop and start at the same address with the same data."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _end(self, by: signal.Signals, grace_s: float) -> None:
        process, self._process = self._process, None
        release(self._watchdog)
        self._watchdog = None
        if process is None or process.poll() is not None:
            return
        process.send_signal(by)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_end_of_predecessor(pid_file: Path, mark: str, stop_signal: signal.Signals) -> bool:
    """Wait for a server that a killed owner left on this folder; it was told to stop when its owner died.

    `mark` is in its command line. Returns True when the file names a living process that is none of ours,
    which happens when process ids have started over.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return False
    deadline = time.monotonic() + 15
    nudged = False
    while is_alive(pid):
        if mark not in (command_line(pid) or mark):
            return True
        if time.monotonic() > deadline:
            raise StackError(f"Process {pid} still uses {pid_file.parent}; stop it first (kill {pid}).")
        if not nudged and time.monotonic() > deadline - 13:
            os.kill(pid, stop_signal)
            nudged = True
        time.sleep(0.05)
    return False


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log; a note when there are none."""
    if not log.exists():
        return f"({log} was not written)"
    with log.open("rb") as source:
        source.seek(max(0, log.stat().st_size - 64_000))
        text = source.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:]) or f"({log} is empty)"
