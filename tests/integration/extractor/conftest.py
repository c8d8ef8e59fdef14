"""The extractor's tables in a database of its own."""

from collections.abc import AsyncIterator

import pytest

from libs.storage.pool import Pool, open_pool


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "extractor", size=8) as pool:
        yield pool
