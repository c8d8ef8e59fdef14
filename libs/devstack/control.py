"""Starting, stopping and asking the stack of a data folder from outside of its supervisor."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from libs.devstack import ports
from libs.devstack.errors import StackError
from libs.devstack.logs import Echo
from libs.devstack.postgres import PostgresServer
from libs.devstack.scratch import FolderLock
from libs.devstack.server import tail
from libs.devstack.stack import StackSettings, build
from libs.devstack.supervisor import RUN_FILE, Supervisor
from libs.devstack.unit import ROOT

SUPERVISOR_LOG = "supervisor.log"
# A service may use its whole grace, then the servers theirs.
STOP_TIMEOUT_S = 60
# So many lives without readiness and the start has failed, however much time is left.
HOPELESS_AFTER = 3
_OURS = (RUN_FILE, SUPERVISOR_LOG, "lock", "logs", "nats", "postgres")

type State = dict[str, Any]


def present_state(folder: Path) -> State | None:
    """What the running supervisor last wrote; None when there is none."""
    if not FolderLock(folder).is_held():
        return None
    try:
        state: State = json.loads((folder / RUN_FILE).read_text())
    except (OSError, ValueError):
        # Held, but not yet or no longer written.
        return {"pid": None, "ready": False, "processes": {}}
    return state


def launch(settings: StackSettings) -> None:
    """Start the supervisor in the background. Raises StackError when the console's port is taken."""
    require_free_port(settings.port)
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / SUPERVISOR_LOG).open("wb") as log:
        subprocess.Popen(
            [sys.executable, "-m", "libs.devstack", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=ROOT,
            env=os.environ | {"DEALSTREAM_DATA_DIR": str(folder.resolve()), "DEALSTREAM_PORT": str(settings.port)},
        )


def require_free_port(port: int) -> None:
    """Raise StackError naming who holds the port; 0 stands for any free one."""
    deadline = time.monotonic() + 3
    # A console that was just told to stop may need a moment.
    while port and not ports.is_free(port):
        if time.monotonic() > deadline:
            raise StackError(
                f"Port {port} is taken by {ports.holder(port) or 'a process of another user'}. "
                f"Stop it, or choose another port for the console: DEALSTREAM_PORT={port + 1} make up"
            )
        time.sleep(0.1)


def wait_until_ready(settings: StackSettings, progress: Callable[[State], None]) -> State:
    """Wait for everything to be ready; `progress` sees the state on the way.

    Raises StackError with the end of the log of what is not ready, when a process fails again and again, the
    supervisor ends, or the time is over.
    """
    folder = settings.data_dir
    deadline = time.monotonic() + settings.up_timeout_s
    appeared = False
    while True:
        state = present_state(folder)
        appeared = appeared or state is not None
        if state is not None:
            progress(state)
            if state["ready"]:
                return state
            if broken := [name for name, one in state["processes"].items() if _is_hopeless(one)]:
                raise StackError(_account_of(state, broken, "does not start"))
        if (appeared and state is None) or time.monotonic() > deadline:
            raise StackError(_why_not(settings, state))
        time.sleep(0.1)


def stop(folder: Path) -> bool:
    """Stop the supervisor and all it keeps; False when nothing runs."""
    deadline = time.monotonic() + STOP_TIMEOUT_S
    state = present_state(folder)
    if state is None:
        return False
    told = None
    while (state := present_state(folder)) is not None:
        if state["pid"] not in (None, told):
            told = state["pid"]
            os.kill(told, signal.SIGTERM)
        if time.monotonic() > deadline and told is not None:
            # Its children follow it.
            os.kill(told, signal.SIGKILL)
        time.sleep(0.05)
    return True


def delete_data(folder: Path) -> None:
    """Delete what a stack keeps in its folder, and nothing else that may lie there."""
    if (folder / "postgres").exists():
        PostgresServer(folder / "postgres").delete()
    for name in _OURS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


async def supervise(settings: StackSettings, echo: Echo | None = None) -> None:
    """Be the supervisor of a data folder until told to stop. Raises StackError when another one is."""
    lock = FolderLock(settings.data_dir)
    for _ in range(20):
        # Somebody who looks whether the lock is held holds it for an instant.
        if lock.acquire():
            break
        await asyncio.sleep(0.05)
    else:
        raise StackError(f"A supervisor already runs on {settings.data_dir}.")
    stack = build(settings)
    supervisor = Supervisor(stack.units, stack.folder, facts=stack.facts, echo=echo)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    try:
        supervisor.start()
        await told.wait()
    finally:
        # The lock is let go by the end of the process, so that whoever waits for it finds nothing of us.
        await supervisor.stop()


def _is_hopeless(process: State) -> bool:
    return process["restarts"] >= HOPELESS_AFTER and process["state"] not in ("ready", "done")


def _why_not(settings: StackSettings, state: State | None) -> str:
    if state is None:
        return f"The supervisor ended:\n{tail(settings.data_dir / SUPERVISOR_LOG)}"
    late = [name for name, one in state["processes"].items() if one["state"] not in ("ready", "done", "waiting")]
    return _account_of(state, late, f"is not ready after {settings.up_timeout_s:g} s")


def _account_of(state: State, names: list[str], what: str) -> str:
    return "\n".join(
        f"{name} {what}; its log ends with\n{tail(Path(state['processes'][name]['log']))}" for name in names
    )
