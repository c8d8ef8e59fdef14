"""The command line against a running API."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from tests.support.console import Console, running_api
from tests.support.servers import ROOT, NatsBackend


@dataclass
class Done:
    """What a command ended with."""

    code: int
    out: str
    err: str


type Run = Callable[..., Awaitable[Done]]


async def command(*words: str, stdin: bytes = b"", **environment: str) -> Done:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cli",
        *words,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(stdin)
    return Done(process.returncode, out.decode(), err.decode())


@pytest.fixture
async def console(nats_url: str, nats_server: NatsBackend, database_url: str) -> AsyncIterator[Console]:
    async with running_api(nats_url, nats_server.url("api"), database_url) as console:
        yield console


@pytest.fixture
def dealstream(console: Console) -> Run:
    """Run a command against the API of this test."""

    async def run(*words: str) -> Done:
        return await command(*words, DEALSTREAM_URL=console.url)

    return run


@pytest.fixture
def alone() -> Run:
    """Run a command where no API is."""
    return command
