"""What the tests of messaging share."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.messaging.pipe import Pipe, open_pipe


@pytest.fixture
async def pipe(nats_url: str) -> AsyncIterator[Pipe]:
    async with open_pipe(nats_url) as opened:
        yield opened
