"""Wire the extractor; the only module that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from libs.domain.verticals import builtin
from libs.runtime.service import Service
from services.extractor.handlers import calls, stages
from services.extractor.rates import EcbRates
from services.extractor.service import Extractor
from services.extractor.settings import ExtractorSettings


def create_service(settings: ExtractorSettings | None = None) -> Service:
    """Build the extractor; tests pass their own settings."""
    settings = settings or ExtractorSettings()
    builtin.register_all()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        service.provide(Extractor(EcbRates(), settings.base_currency))
        yield

    return Service("extractor", settings, open=open_parts, stages=stages, router=calls.router)
