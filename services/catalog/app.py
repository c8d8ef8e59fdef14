"""Wire the catalog; the only module that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from libs.runtime.service import Service
from libs.storage.pool import is_up, open_pool
from services.catalog.handlers import stages
from services.catalog.service import Catalog
from services.catalog.settings import CatalogSettings
from services.catalog.storage import PostgresProjections


def create_service(settings: CatalogSettings | None = None) -> Service:
    """Build the catalog; tests pass their own settings."""
    settings = settings or CatalogSettings()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        async with open_pool(settings.database_url, "catalog", size=settings.pool_size) as pool:
            service.provide(Catalog(PostgresProjections(pool)))
            service.check("database", partial(is_up, pool))
            yield

    return Service("catalog", settings, open=open_parts, stages=stages)
