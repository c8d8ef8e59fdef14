"""The API as a process: what it refuses before it starts, and how it stops."""

import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

from tests.support.console import administrators_bus
from tests.support.servers import ROOT


async def _start(**environment):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.api",
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_an_address_others_can_reach_is_refused_with_a_sentence():
    process = await _start(DEALSTREAM_HOST="0.0.0.0", DEALSTREAM_PORT="0")  # noqa: S104 - to be refused
    _, said = await process.communicate()

    assert process.returncode == 78
    assert said.decode().startswith("DEALSTREAM_HOST is '0.0.0.0', which other machines can reach")
    assert len(said.decode().strip().splitlines()) == 1


async def test_a_port_that_is_taken_is_refused_with_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await _start(DEALSTREAM_PORT=str(port))
        _, said = await process.communicate()

    assert process.returncode == 78
    assert said.decode().startswith(f"the API cannot listen on 127.0.0.1:{port}: Address already in use")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_a_served_stream_does_not_hold_the_process_when_it_is_told_to_stop(
    nats_url, nats_server, database_url, stop
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with administrators_bus(nats_url), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        process = await _start(
            DEALSTREAM_PORT=str(port), DEALSTREAM_NATS_URL=nats_server.url("api"), DEALSTREAM_DATABASE_URL=database_url
        )
        try:
            await _until_ready(client, process)
            async with client.stream("GET", "/v1/events") as answer:
                assert answer.status_code == 200
                process.send_signal(stop)
                async with asyncio.timeout(8):
                    _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0
    assert b"Traceback" not in said


async def _until_ready(client, process):
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
