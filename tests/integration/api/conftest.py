"""A running API and a client of it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.console import Console, running_api
from tests.support.servers import NatsBackend


@pytest.fixture
async def console(nats_url: str, nats_server: NatsBackend, database_url: str) -> AsyncIterator[Console]:
    async with running_api(nats_url, nats_server.url("api"), database_url) as console:
        yield console


@pytest.fixture
def client(console: Console) -> httpx.AsyncClient:
    return console.client
