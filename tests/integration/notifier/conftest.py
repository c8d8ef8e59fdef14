"""What the tests of the notifier share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.notifier.world import World, open_world
from tests.support.servers import NatsBackend
from tests.support.simulator import running_simulator


@pytest.fixture(scope="session")
def simulated_discord() -> Iterator[str]:
    with running_simulator(speed=0, backlog=10, webhook_limit=100_000) as url:
        yield url


@pytest.fixture
async def world(
    nats_url: str, nats_server: NatsBackend, database_url: str, simulated_discord: str
) -> AsyncIterator[World]:
    async with open_world(nats_url, nats_server.url("notifier"), database_url, simulated_discord) as opened:
        yield opened
