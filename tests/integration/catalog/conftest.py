"""The catalog on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from libs.storage.pool import Pool, open_pool
from services.catalog.service import Catalog
from services.catalog.storage import PostgresProjections


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, "catalog") as pool:
        yield pool


@pytest.fixture
def catalog(pool: Pool) -> Catalog:
    return Catalog(PostgresProjections(pool))
