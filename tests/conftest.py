"""Fixtures every test may use: real servers, a database of its own, an empty bus."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from libs.devstack.nats import NatsServer
from libs.devstack.postgres import PostgresServer
from libs.devstack.scratch import scratch_folder
from tests.support import servers
from tests.support.servers import NatsBackend, PostgresBackend
from tests.support.stack import RunningStack, running_stack

UNIT = Path(__file__).parent / "unit"


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """A folder an unprivileged server can enter; removed at the end, or swept by the next run."""
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
async def nats_server(scratch: Path) -> AsyncIterator[NatsBackend]:
    """The NATS server all tests share. `url(user)` is where to connect as a service or as `admin`."""
    with servers.nats_backend(scratch) as server:
        if isinstance(server, servers.GivenNats) and (streams := await servers.stream_names(server.url())):
            pytest.fail(
                f"DEALSTREAM_NATS_URL has streams ({streams[0]} …); tests delete all, give them an empty server."
            )
        yield server


@pytest.fixture
async def nats_url(nats_server: NatsBackend) -> AsyncIterator[str]:
    """The administrator's URL of the shared NATS server, without a stream on it."""
    await servers.empty(nats_server.url())
    yield nats_server.url()
    await servers.empty(nats_server.url())


@pytest.fixture
def own_nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A NATS server of the test's own, to be killed, wiped and started again; always the embedded one."""
    with NatsServer(tmp_path / "nats") as server:
        yield server


@pytest.fixture
def own_postgres_server(tmp_path: Path) -> Iterator[PostgresServer]:
    """A durable PostgreSQL server of the test's own, to be killed and started again; always the embedded one."""
    server = PostgresServer(tmp_path / "postgres")
    try:
        with server:
            yield server
    finally:
        server.delete()


@pytest.fixture(scope="session")
def postgres_server(scratch: Path) -> Iterator[PostgresBackend]:
    """The PostgreSQL server all tests share."""
    with servers.postgres_backend(scratch) as server:
        yield server


@pytest.fixture(scope="session")
async def database_template(postgres_server: PostgresBackend) -> AsyncIterator[str]:
    """The name of a database with every migration applied, which tests clone."""
    name = await servers.migrated_template(postgres_server)
    yield name
    await servers.drop(postgres_server, name)


@pytest.fixture
async def database_url(postgres_server: PostgresBackend, database_template: str) -> AsyncIterator[str]:
    """The URL of a fresh, fully migrated database that is dropped after the test."""
    async with servers.database(postgres_server, database_template) as url:
        yield url


@pytest.fixture
async def empty_database_url(postgres_server: PostgresBackend) -> AsyncIterator[str]:
    """The URL of a fresh database without any schema that is dropped after the test."""
    async with servers.database(postgres_server) as url:
        yield url


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[RunningStack]:
    """Everything `make up` starts, on free ports, for this test alone."""
    async with running_stack(tmp_path / "dealstream") as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Unit tests reach no network: connecting or listening raises."""
    if UNIT not in item.path.parents:
        return (yield)

    def refuse(*_: object) -> None:
        raise RuntimeError(
            "A test in tests/unit opened a socket; it belongs into tests/component or tests/integration."
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "bind", refuse)
        return (yield)
