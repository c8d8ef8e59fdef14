"""Child processes that do not outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from libs.devstack.accounts import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def child_options(stop_signal: signal.Signals, account: Account | None = None) -> dict[str, Any]:
    """What to hand to subprocess or asyncio so that the child gets `stop_signal` when we die, however we die.

    The kernel ties this to the thread that forks, so it must be the main thread, which lives as long as the process.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("Children are started from the main thread: elsewhere they would die with their thread.")
    options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True}
    if _libc is not None:
        options["preexec_fn"] = _die_with_parent(stop_signal)
    if account is not None:
        options |= account.subprocess_options
    return options


def watch_over(pid: int, stop_signal: signal.Signals) -> subprocess.Popen[bytes] | None:
    """Where the kernel has no parent-death signal: a shell that waits for our end of a pipe to close.

    None on Linux. Close it with `release` once the child is gone.
    """
    return None if _libc is not None else start_watchdog(pid, stop_signal)


def start_watchdog(pid: int, stop_signal: signal.Signals) -> subprocess.Popen[bytes]:
    """A shell that sends `stop_signal` to `pid` as soon as this process is no more."""
    script = f"read line || kill -{int(stop_signal)} {pid}"
    return subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True)


def release(watchdog: subprocess.Popen[bytes] | None) -> None:
    """Tell a watchdog that its child ended by itself; its pid may soon be somebody else's."""
    if watchdog is None:
        return
    watchdog.kill()
    watchdog.communicate()


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals,
    environment: Mapping[str, str],
    cwd: Path,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that writes to `log` and dies with us."""
    with log.open("ab") as output:
        options = child_options(stop_signal, account)
        return subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=dict(environment), cwd=cwd, **options
        )


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def bind() -> None:
        # After subprocess has changed the user, because that change clears the setting.
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return bind
