"""Wire the poller; the only module that knows every part."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from uuid import uuid4

from libs.contracts.watch import WatchChanged
from libs.domain.cadence import Bounds, looks_within
from libs.http.client import HttpClient
from libs.messaging.epoch import EpochWatch, Refill
from libs.messaging.publisher import Publisher
from libs.messaging.table import Table
from libs.runtime.service import Service
from libs.storage.epochs import PostgresEpochs
from libs.storage.pool import Pool, is_up, open_pool
from services.poller.accounts import LOOKS_PART, EbayAccount, ebay_account
from services.poller.eraser import Eraser
from services.poller.handlers import calls, stages
from services.poller.health import SourceStates
from services.poller.ingest import Ingest
from services.poller.inspector import Inspector
from services.poller.planner import Planner
from services.poller.recorder import Recorder
from services.poller.searches import PostgresSearches, wanted_searches
from services.poller.service import Pace, Poller
from services.poller.settings import PollerSettings
from services.poller.settler import Settler
from services.poller.sources.ebay.parse import parse as parse_ebay
from services.poller.sources.source import Source
from services.poller.statuses import Statuses
from services.poller.storage import PostgresSightings

UNCONFIGURED = "eBay's keys are not set: DEALSTREAM_EBAY_CLIENT_ID and DEALSTREAM_EBAY_CLIENT_SECRET"
MAIN_LINE = ("extractor-listing-seen", "scorer-listing-extracted", "poller-listing-scored")


def create_service(settings: PollerSettings | None = None) -> Service:
    """Build the poller; tests pass their own settings."""
    settings = settings or PollerSettings()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(open_pool(settings.database_url, "poller", size=settings.pool_size))
            http = await stack.enter_async_context(HttpClient())
            account = ebay_account(settings, pool, http)
            if account is not None:
                stack.push_async_callback(account.give_back)
            _wire(service, settings, pool, account)
            yield

    return Service("poller", settings, open=open_parts, stages=stages, router=calls.router)


def _wire(service: Service, settings: PollerSettings, pool: Pool, account: EbayAccount | None) -> None:
    def publisher() -> Publisher:
        return service.bus.publisher

    sightings = PostgresSightings(pool, patience_s=settings.sweep_after_s, look_s=settings.look_soonest_s)
    recorder = Recorder(sightings, publisher)
    searches = service.provide(PostgresSearches(pool, _process_name(), lease_s=settings.search_lease_s))
    service.provide(Statuses(pool))
    service.provide(Eraser(pool, publisher))
    health = SourceStates(pool, publisher)
    sources: dict[str, Source] = {} if account is None else {"ebay": account.source}
    settler = service.provide(
        Settler(sightings, recorder, publisher, quiet=partial(_is_quiet, service), tries=settings.sweep_tries)
    )
    local = settings.ebay_url.startswith("http://")
    service.provide(Ingest({"ebay": parse_ebay}, recorder, pool, allow_loopback=local))
    bounds = Bounds(settings.poll_every_s, max(settings.poll_every_s, settings.poll_at_least_every_s))
    planner = Planner(searches, {} if account is None else {"ebay": account.ledger}, bounds)
    pace = Pace(settings.first_run_pages, settings.pages)
    poller = Poller(sources=sources, searches=searches, recorder=recorder, health=health, planner=planner, pace=pace)
    inspector = Inspector(sources, pool, recorder, publisher, soonest_s=settings.look_soonest_s)
    watches: Table[WatchChanged] = service.table(WatchChanged, lambda row: row.revision)

    service.check("database", partial(is_up, pool))
    if account is not None:
        service.background("read back", account.read_back.follow)
    else:
        service.background("unconfigured", partial(health.unconfigured, "ebay", UNCONFIGURED))
    service.background("searches", partial(_follow_watches, watches, searches))
    service.background("poll", partial(_poll, poller, account, settings.poll_idle_s))
    service.background("inspect", partial(_look_again, inspector, account, settings))
    service.background("sweep", partial(_every, settings.sweep_every_s, settler.sweep))
    service.background("forget", partial(_every, 3600.0, settler.forget, settings.keep_days))
    _follow_epoch(service, pool, settler.refill, "LISTING_SEEN", "LISTING_EXTRACTED", "LISTING_SCORED")
    _follow_epoch(service, pool, inspector.refill, "LISTING_ENDED")


def _follow_epoch(service: Service, pool: Pool, refill: Refill, *streams: str) -> None:
    """Fill streams again when they were lost."""
    epochs = PostgresEpochs(pool)
    watch = EpochWatch(*streams, known=epochs.known, remember=epochs.remember, refill=refill)
    service.background(f"epoch of {streams[0]}", lambda: watch.follow(service.bus.js))


def _process_name() -> str:
    """A process that is started again gets another: what its former self claimed is not its own."""
    return f"{socket.gethostname()}-{uuid4().hex[:12]}"


async def _is_quiet(service: Service) -> bool:
    """Whether every consumer of the main line has taken all there is.

    What was taken and not settled does not count: one message that a stage never gets done with
    would keep the sweeper from all others, and from giving that one up.
    """
    for durable in MAIN_LINE:
        consumer = service.bus.topology.consumer(durable)
        state = await service.bus.js.consumer_info(consumer.stream, durable)
        if state.num_pending:
            return False
    return True


async def _follow_watches(watches: Table[WatchChanged], searches: PostgresSearches) -> None:
    """Keep the searches equal to what the watches ask for."""
    await watches.ready.wait()
    kept: object = None
    while True:
        wanted = wanted_searches(watches)
        if wanted != kept:
            await searches.keep(wanted)
            kept = wanted
        await asyncio.sleep(1)


async def _poll(poller: Poller, account: EbayAccount | None, idle_s: float) -> None:
    while True:
        if account is not None:
            await account.read_back.known.wait()
        if not await poller.poll_next():
            await asyncio.sleep(idle_s)


async def _look_again(inspector: Inspector, account: EbayAccount | None, settings: PollerSettings) -> None:
    """Spread the looks that the budget allows over its window."""
    saved, every_s = 0.0, settings.inspect_every_s
    while account is not None:
        await asyncio.sleep(every_s)
        allowed = looks_within(await account.ledger.budget(LOOKS_PART), every_s)
        saved = min(saved + allowed, settings.inspect_batch)
        await inspector.inspect(int(saved))
        saved -= int(saved)


async def _every[**P](seconds: float, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
    while True:
        await asyncio.sleep(seconds)
        await work(*args, **kwargs)
