"""Wire the extractor; the only module that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from libs.domain.verticals import builtin
from libs.domain.verticals.schema import completes
from libs.domain.verticals.server.schema import ServerCompletion
from libs.http.client import HttpClient, Limits
from libs.runtime.service import Service
from libs.storage.pool import open_pool
from services.extractor.asker import Asker
from services.extractor.backends.choice import backend_of
from services.extractor.handlers import calls, stages
from services.extractor.ledger import Budget, Ledger, Prices
from services.extractor.questions import Questions, RememberedQuestions
from services.extractor.rates import EcbRates
from services.extractor.service import Extractor
from services.extractor.settings import ExtractorSettings
from services.extractor.storage import PostgresAnswers, PostgresQuestions


def create_service(settings: ExtractorSettings | None = None) -> Service:
    """Build the extractor; tests pass their own settings."""
    settings = settings or ExtractorSettings()
    builtin.register_all()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        extractor = service.provide(Extractor(EcbRates(), settings.base_currency))
        if settings.llm_backend == "off":
            service.provide(Questions())
            yield
            return
        async with _asking(service, settings, extractor):
            yield

    return Service("extractor", settings, open=open_parts, stages=stages, router=calls.router)


@asynccontextmanager
async def _asking(service: Service, settings: ExtractorSettings, extractor: Extractor) -> AsyncIterator[None]:
    """Everything a model needs. Readiness does not wait for it: the pipeline goes on without."""
    completes("server", ServerCompletion())
    timeout_s = settings.llm_timeout_s
    limits = Limits(read_s=timeout_s, total_s=timeout_s, body_bytes=2**20, calls_per_host=settings.llm_concurrency)
    async with (
        HttpClient(limits=limits) as client,
        open_pool(settings.database_url, "extractor", size=settings.pool_size) as pool,
    ):
        backend = backend_of(settings, client)
        answers, questions = PostgresAnswers(pool), PostgresQuestions(pool)
        remembered = RememberedQuestions(extractor, answers, questions, model=backend.model)
        service.provide(remembered, as_type=Questions)
        asker = Asker(
            backend,
            Ledger(pool, backend=backend.name, model=backend.model, prices=_prices(settings), budget=_budget(settings)),
            extractor,
            remembered,
            answers,
            questions,
            publish=service.bus.publisher.publish,
            timeout_s=timeout_s,
        )
        service.background(
            "questions", partial(asker.run, at_a_time=settings.llm_concurrency, idle_s=settings.llm_idle_s)
        )
        yield


def _prices(settings: ExtractorSettings) -> Prices:
    return Prices(settings.llm_input_usd_per_million, settings.llm_output_usd_per_million)


def _budget(settings: ExtractorSettings) -> Budget:
    usd = settings.llm_daily_budget_usd
    return Budget(settings.llm_daily_budget_tokens, None if usd is None else round(usd * 1_000_000))
