"""The logs of the stack: files with a bounded size, and lines with a coloured prefix on a terminal."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

LIMIT_BYTES = 20_000_000
_LONGEST_LINE = 1_000_000
_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)
# What logs quote was written by strangers: only colours may reach the terminal, no other control sequence.
_CONTROL = re.compile(r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]")

type Echo = Callable[[str, str], None]
"""Told the name of a process and a line it wrote."""


class LogFile:
    """A process's log; when it is full it becomes `<name>.log.1` and a new one begins."""

    def __init__(self, path: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.path = path
        self._limit = limit_bytes
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab")

    def write(self, line: bytes) -> None:
        if self._file.tell() > self._limit:
            self._file.close()
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
            self._file = self.path.open("ab")
        self._file.write(line + b"\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


async def pump(source: asyncio.StreamReader, name: str, log: LogFile, echo: Echo | None) -> None:
    """Carry what a process writes into its log, and to the terminal when there is one, until it ends."""
    rest = b""
    while chunk := await source.read(65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            lines, rest = [*lines, rest], b""
        for line in lines:
            log.write(line)
            if echo:
                echo(name, line.decode(errors="replace"))
    if rest:
        log.write(rest)


def prefixed(name: str, line: str, *, width: int, index: int, colour: bool) -> str:
    """One line for the terminal: who said it, in a colour of its own, and what."""
    label = f"{name:<{width}} │"
    if colour:
        label = f"\x1b[{_COLOURS[index % len(_COLOURS)]}m{label}\x1b[0m"
    return f"{label} {harmless(line)}"


def harmless(line: str) -> str:
    """The line without control characters other than tabs and colours."""
    return _CONTROL.sub("", line)


def follow(paths: list[Path], wait: Callable[[], None]) -> Iterator[tuple[Path, str]]:
    """Yield the lines that are appended to any of the files from now on; `wait` is called when there are none."""
    offsets = {path: path.stat().st_size if path.exists() else 0 for path in paths}
    while True:
        idle = True
        for path in paths:
            size = path.stat().st_size if path.exists() else 0
            # Shorter than before: it was rotated.
            start = offsets[path] if size >= offsets[path] else 0
            if size == start:
                continue
            with path.open("rb") as source:
                source.seek(start)
                complete, _, _ = source.read(size - start).rpartition(b"\n")
            if complete:
                idle = False
                offsets[path] = start + len(complete) + 1
                yield from ((path, line) for line in complete.decode(errors="replace").splitlines())
        if idle:
            wait()
