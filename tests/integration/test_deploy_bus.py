"""The configuration that containers mount, on a real server: who may do what."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from deploy.bus import FOLDER, password_variable
from deploy.check import ROOT
from libs.devstack.binaries import nats_server
from libs.devstack.ports import free_port
from libs.messaging.provision import find_drift, provision
from libs.messaging.rights import ADMIN, bus_users, inbox_prefix

PASSWORD = "development"


@dataclass
class Server:
    port: int

    async def client(self, user: str) -> tuple[Client, list[str]]:
        """Connect as a user; the list fills with what the server objects to."""
        objections: list[str] = []

        async def note(error: Exception) -> None:
            objections.append(str(error))

        url = f"nats://{user}:{PASSWORD}@127.0.0.1:{self.port}"
        return await nats.connect(url, inbox_prefix=inbox_prefix(user), error_cb=note), objections


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    names = [*(each.user for each in bus_users()), "sys"]
    environment = os.environ | {password_variable(name).removeprefix("$"): PASSWORD for name in names}
    folder, port, monitor = tmp_path_factory.mktemp("nats"), free_port(), free_port()
    shutil.copytree(ROOT / FOLDER, folder, dirs_exist_ok=True)
    conf = folder / "nats.conf"
    conf.write_text(conf.read_text().replace("store_dir: /data", f'store_dir: "{folder}"'))
    command = [nats_server(), "-c", conf, "-a", "127.0.0.1"]
    with subprocess.Popen(
        [*map(str, command), "-p", str(port), "-m", str(monitor)], env=environment, stderr=subprocess.PIPE
    ) as process:
        try:
            _await_ready(process)
            yield Server(port)
        finally:
            process.terminate()


def _await_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    deadline = time.monotonic() + 20
    for line in process.stderr:
        if b"Server is ready" in line:
            return
        assert time.monotonic() < deadline, line.decode()
    raise AssertionError("the server ended before it was ready")


@pytest.fixture
async def provisioned(server: Server) -> AsyncIterator[Server]:
    admin, _ = await server.client(ADMIN)
    await provision(admin.jetstream())
    yield server
    await admin.close()


async def test_the_administrator_may_provision_everything(provisioned: Server) -> None:
    admin, objections = await provisioned.client(ADMIN)
    assert await find_drift(admin.jetstream()) == []
    await admin.close()
    assert objections == []


async def test_a_service_may_publish_what_it_says_and_nothing_else(provisioned: Server) -> None:
    scorer, objections = await provisioned.client("scorer")
    await scorer.jetstream().publish("listing.scored", b"{}")
    await scorer.publish("listing.seen", b"{}")
    await scorer.flush()
    async with asyncio.timeout(5):
        while not objections:  # noqa: ASYNC110 - the client tells its errors beside the flush
            await asyncio.sleep(0.01)
    await scorer.close()
    assert objections == ['nats: permissions violation for publish to "listing.seen"']


async def test_nobody_may_connect_with_another_password(server: Server) -> None:
    with pytest.raises(nats.errors.Error, match=r"(?i)authorization violation"):
        await nats.connect(f"nats://scorer:wrong@127.0.0.1:{server.port}", allow_reconnect=False, error_cb=_ignore)


async def _ignore(_error: Exception) -> None:
    """The refusal is what the test waits for."""


def test_the_configuration_names_only_files_beside_it() -> None:
    assert sorted(path.name for path in (Path(ROOT) / FOLDER).glob("*.conf")) == ["nats.conf", "users.conf"]
