"""Wire the scorer; the only module that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from libs.contracts.baseline import BaselineUpdated
from libs.runtime.service import Service
from libs.runtime.settings import ServiceSettings
from services.scorer.handlers import stages
from services.scorer.service import Scorer


def create_service(settings: ServiceSettings | None = None) -> Service:
    """Build the scorer; tests pass their own settings."""
    return Service("scorer", settings or ServiceSettings(), open=_open, stages=stages)


@asynccontextmanager
async def _open(service: Service) -> AsyncIterator[None]:
    baselines = service.table(BaselineUpdated, lambda row: row.version)
    service.provide(Scorer(baselines))
    yield
