"""Starts the processes of a stack in order, keeps them running, and ends them in the reverse order."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from libs.devstack.keeper import Keeper, State
from libs.devstack.logs import Echo
from libs.devstack.unit import Unit

RUN_FILE = "run.json"


class Supervisor:
    """All processes of one stack; `run.json` in its folder always tells their present state."""

    def __init__(
        self, units: Sequence[Unit], folder: Path, *, facts: Mapping[str, Any] | None = None, echo: Echo | None = None
    ) -> None:
        self.folder = folder
        self._facts = dict(facts or {})
        self._started_at = datetime.now(UTC)
        self._keepers: dict[str, Keeper] = {}
        for unit in units:
            if unknown := set(unit.after) - set(self._keepers):
                raise ValueError(
                    f"{unit.name} starts after {', '.join(sorted(unknown))}, which is not listed before it."
                )
            log = folder / "logs" / f"{unit.name}.log"
            self._keepers[unit.name] = Keeper(unit, log, echo=echo, changed=self._write_state)

    def __getitem__(self, name: str) -> Keeper:
        if name not in self._keepers:
            raise KeyError(f"No process {name!r}; there are {', '.join(self._keepers)}.")
        return self._keepers[name]

    @property
    def keepers(self) -> list[Keeper]:
        return list(self._keepers.values())

    @property
    def is_ready(self) -> bool:
        """Whether every process is ready, or done when it is one that ends."""
        return all(keeper.state in (State.READY, State.DONE) for keeper in self._keepers.values())

    def start(self) -> None:
        """Begin to start everything; needs a running loop in the main thread."""
        for name in self._keepers:
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Start one process, when those it comes after are ready."""
        keeper = self[name]
        keeper.start([self[other] for other in keeper.unit.after])

    async def stop(self) -> None:
        """End everything: first what nothing else comes after."""
        left = dict(self._keepers)
        while left:
            needed = {name for keeper in left.values() for name in keeper.unit.after}
            last = [name for name in left if name not in needed]
            await asyncio.gather(*(left.pop(name).stop() for name in last))
        (self.folder / RUN_FILE).unlink(missing_ok=True)

    def _write_state(self) -> None:
        processes = {name: _described(keeper) for name, keeper in self._keepers.items()}
        state = {
            "pid": os.getpid(),
            "started_at": self._started_at.isoformat(),
            "ready": self.is_ready,
            **self._facts,
            "processes": processes,
        }
        target = self.folder / RUN_FILE
        staging = target.with_suffix(".new")
        # It holds passwords of the embedded servers.
        handle = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(state, file, indent=2)
        staging.replace(target)


def _described(keeper: Keeper) -> dict[str, Any]:
    return {
        "state": keeper.state,
        "pid": keeper.pid,
        "port": keeper.unit.port,
        "restarts": keeper.restarts,
        "since": keeper.since.isoformat(),
        "exit_code": keeper.exit_code,
        "log": str(keeper.log),
    }
