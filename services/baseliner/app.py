"""Wire the baseliner; the only module that knows every part."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from libs.messaging.epoch import EpochWatch
from libs.runtime.service import Service
from libs.storage.epochs import PostgresEpochs
from libs.storage.pool import is_up, open_pool
from services.baseliner.handlers import stages
from services.baseliner.service import Baseliner
from services.baseliner.settings import BaselinerSettings
from services.baseliner.storage import PostgresObservations


def create_service(settings: BaselinerSettings | None = None) -> Service:
    """Build the baseliner; tests pass their own settings."""
    settings = settings or BaselinerSettings()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        async with open_pool(settings.database_url, "baseliner", size=settings.pool_size) as pool:
            baseliner = service.provide(Baseliner(PostgresObservations(pool, settings.base_currency)))
            epochs = PostgresEpochs(pool)

            async def refill() -> None:
                await service.bus.publish(await baseliner.current())

            watch = EpochWatch("BASELINES", known=epochs.known, remember=epochs.remember, refill=refill)
            service.check("database", partial(is_up, pool))
            service.background("epoch", lambda: watch.follow(service.bus.js))
            service.background("ageing", lambda: _age(service, baseliner, settings.ageing_every_s))
            yield

    return Service("baseliner", settings, open=open_parts, stages=stages)


async def _age(service: Service, baseliner: Baseliner, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        await service.bus.publish(await baseliner.age(datetime.now(UTC)))
