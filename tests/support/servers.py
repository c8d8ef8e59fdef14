"""The NATS and PostgreSQL servers the tests run on: embedded, named by the environment, or containers."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import nats
import pytest

from libs.devstack.nats import SYSTEM_USER, NatsServer, configuration
from libs.devstack.postgres import PostgresServer
from libs.messaging.rights import ADMIN, bus_users

ROOT = Path(__file__).parents[2]


class NatsBackend(Protocol):
    """A NATS server with JetStream that the tests may fill and empty."""

    def url(self, user: str = ADMIN) -> str: ...


class PostgresBackend(Protocol):
    """A PostgreSQL server on which the tests may create databases."""

    def url(self, database: str = "postgres") -> str: ...


class GivenNats:
    """The server DEALSTREAM_NATS_URL names; one user for everything."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, user: str = ADMIN) -> str:  # noqa: ARG002 - whoever asks is the one user
        return self._url


class GivenPostgres:
    """The server DEALSTREAM_DATABASE_URL names."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def url(self, database: str = "") -> str:
        return urlunsplit(self._url._replace(path=f"/{database}" if database else self._url.path))


@contextlib.contextmanager
def nats_backend(folder: Path) -> Iterator[NatsBackend]:
    """The NATS server of this test run."""
    if given := os.environ.get("DEALSTREAM_NATS_URL"):
        yield GivenNats(given)
    elif _wants_containers():
        with _nats_container(folder) as url:
            yield url
    else:
        with NatsServer(folder / "nats", durable=False) as server:
            yield server


@contextlib.contextmanager
def postgres_backend(folder: Path) -> Iterator[PostgresBackend]:
    """The PostgreSQL server of this test run."""
    if given := os.environ.get("DEALSTREAM_DATABASE_URL"):
        yield GivenPostgres(given)
    elif _wants_containers():
        with _postgres_container() as server:
            yield server
    else:
        server = PostgresServer(folder / "postgres", fast=True)
        with server:
            yield server
        server.delete()


async def stream_names(url: str) -> list[str]:
    """The names of all streams on a server."""
    client = await nats.connect(url)
    try:
        return [info.config.name for info in await client.jetstream().streams_info() if info.config.name]
    finally:
        await client.close()


async def empty(url: str) -> None:
    """Delete every stream of a server."""
    client = await nats.connect(url)
    try:
        jetstream = client.jetstream()
        for info in await jetstream.streams_info():
            await jetstream.delete_stream(info.config.name or "")
    finally:
        await client.close()


async def migrated_template(postgres: PostgresBackend) -> str:
    """Create a database with every service's migrations applied; return its name."""
    name = f"dealstream_template_{secrets.token_hex(4)}"
    await _execute(postgres.url(), f'CREATE DATABASE "{name}"')
    if find_spec("libs.storage.migrate"):
        environment = os.environ | {"DEALSTREAM_DATABASE_URL": postgres.url(name)}
        command = [sys.executable, "-m", "libs.storage.migrate"]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: ASYNC221 - once, before any test
        if done.returncode:
            pytest.fail(f"The migrations failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return name


@contextlib.asynccontextmanager
async def database(postgres: PostgresBackend, template: str = "template1"):
    """A database of its own for one test; yields its URL."""
    name = f"dealstream_test_{secrets.token_hex(6)}"
    await _execute(postgres.url(), f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield postgres.url(name)
    finally:
        await drop(postgres, name)


async def drop(postgres: PostgresBackend, name: str) -> None:
    await _execute(postgres.url(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _wants_containers() -> bool:
    backend = os.environ.get("DEALSTREAM_TEST_BACKEND", "embedded")
    if backend not in ("embedded", "containers"):
        pytest.fail(f"DEALSTREAM_TEST_BACKEND is {backend!r}; it must be embedded or containers.", pytrace=False)
    return backend == "containers"


def _require_engine() -> None:
    import docker  # noqa: PLC0415 - only where containers are asked for

    try:
        docker.from_env().ping()
    except docker.errors.DockerException as error:
        pytest.skip(f"DEALSTREAM_TEST_BACKEND=containers, but no Docker engine answers: {error}")


@contextlib.contextmanager
def _nats_container(folder: Path) -> Iterator[NatsBackend]:
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only where containers are asked for
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy  # noqa: PLC0415 - the same

    _require_engine()
    rights = bus_users()
    passwords = {user: secrets.token_hex(8) for user in (*(right.user for right in rights), SYSTEM_USER)}
    config = folder / "container-nats.conf"
    config.write_text(
        configuration(
            host="0.0.0.0",  # noqa: S104 - inside the container
            port=4222,
            monitor_port=8222,
            folder=Path("/data"),
            rights=rights,
            passwords=passwords,
            durable=False,
        )
    )
    image = os.environ.get("DEALSTREAM_NATS_IMAGE", "nats:2.15")
    container = DockerContainer(image).with_exposed_ports(4222).with_volume_mapping(str(config), "/nats.conf")
    container = container.with_tmpfs_mount("/data").with_command("--config /nats.conf")
    with container.waiting_for(LogMessageWaitStrategy("Server is ready")) as running:
        address = f"{running.get_container_host_ip()}:{running.get_exposed_port(4222)}"
        yield _ContainerNats(address, passwords)


class _ContainerNats:
    def __init__(self, address: str, passwords: dict[str, str]) -> None:
        self._address, self._passwords = address, passwords

    def url(self, user: str = ADMIN) -> str:
        return f"nats://{user}:{self._passwords[user]}@{self._address}"


@contextlib.contextmanager
def _postgres_container() -> Iterator[PostgresBackend]:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415 - only where containers are asked for

    _require_engine()
    with PostgresContainer(os.environ.get("DEALSTREAM_POSTGRES_IMAGE", "postgres:18"), driver=None) as running:
        yield GivenPostgres(running.get_connection_url())


def server_variables(server: NatsServer) -> dict[str, object]:
    """What the server says about itself on its monitoring port."""
    with urllib.request.urlopen(f"{server.monitor_url}/varz", timeout=5) as answer:  # noqa: S310 - our own server
        return json.load(answer)
