"""Start and stop of every service: logs, traces, bus, stages, background work, health."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import uvicorn
from faststream.asgi import AsgiFastStream
from faststream.nats import NatsBroker, NatsRouter
from structlog import get_logger

from libs.contracts.envelope import Event
from libs.messaging.bus import Bus
from libs.messaging.connection import exit_process, include, service_broker
from libs.messaging.delivery import sentence
from libs.messaging.stage import Stages
from libs.messaging.table import Table
from libs.runtime.health import health_routes
from libs.runtime.settings import ServiceSettings
from libs.telemetry.logs import set_up_logs
from libs.telemetry.tracing import set_up_tracing

log = get_logger(__name__)

RESTART_S = 1.0
GARBAGE_AFTER = 50_000
"""New objects between two looks for cycles; a batch makes thousands, and next to none of them is in a cycle."""

type Check = Callable[[], Awaitable[bool]]


class Service:
    """One service: what it provides to its stages, what runs beside them, when it is ready.

    ``open`` is an async context manager over the service's resources. It receives the service with
    the bus connected, calls ``provide`` for everything the stages ask for, and is left on stop.
    """

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        *,
        open: Callable[["Service"], Any],  # noqa: A002 - reads as what it does
        stages: Stages | None = None,
        router: NatsRouter | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.broker: NatsBroker = service_broker(settings.nats_url, name, on_closed=self._closed)
        if router is not None:
            include(self.broker, router)
        self.bus = Bus(self.broker, name, ack_wait_s=settings.ack_wait_s)
        self._open = open
        self._stages = stages.declared if stages is not None else []
        self._parts: dict[type, object] = {}
        self._checks: dict[str, Check] = {}
        self._background: list[asyncio.Task[None]] = []
        self._started = False
        self._stopping = False
        self.app = AsgiFastStream(
            self.broker,
            lifespan=self._lifespan,
            after_startup=[self._start],
            on_shutdown=[self._stop],
            asgi_routes=health_routes(self.checks),
            logger=None,
        )
        self.failure: BaseException | None = None

    def provide[T](self, part: T, *, as_type: type | None = None) -> T:
        """Offer a collaborator to stages and RPC handlers that name its type."""
        kind = as_type or type(part)
        self._parts[kind] = part
        self.app.context.set_global(kind.__name__, part)
        return part

    def table[Row: Event](self, event: type[Row], version: Callable[[Row], int], **options: Any) -> Table[Row]:
        """Follow a table stream; the stages start once it has caught up."""
        table = Table(event, version, service=self.name, topology=self.bus.topology, **options)
        self.bus.add_table(table)
        return table

    def check(self, name: str, check: Check) -> None:
        """Add a condition for readiness."""
        self._checks[name] = check

    def background(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a loop beside the stages; one that fails is logged and started again."""
        self._background.append(asyncio.create_task(self._supervise(name, work), name=name))

    async def checks(self) -> dict[str, bool]:
        found = {"started": self._started, **(self.bus.checks() if self._started else {})}
        for name, check in self._checks.items():
            found[name] = await check()
        return found

    async def _supervise(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                return await work()
            except Exception as error:  # noqa: BLE001 - a supervised loop outlives every failure of one turn
                log.warning("background.failed", work=name, error=sentence(error))
            await asyncio.sleep(RESTART_S)

    @asynccontextmanager
    async def _lifespan(self, _context: object = None) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await self.broker.connect()
            await self.bus.open()
            await stack.enter_async_context(self._open(self))
            yield

    async def _start(self) -> None:
        """Begin in the background, so that /live and /ready answer while streams are awaited."""
        task = asyncio.create_task(self._start_stages(), name="start")
        task.add_done_callback(self._note_failure)
        self._background.append(task)

    async def _start_stages(self) -> None:
        await self.bus.start(self._stages, self._parts)
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER)
        self._started = True
        log.info("service.ready")

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        """A service that cannot start ends its process, with the reason, instead of idling."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failure = error
            log.error("service.refused", error=str(error))
            signal.raise_signal(signal.SIGTERM)

    async def _closed(self) -> None:
        if not self._stopping:
            await exit_process()

    async def _stop(self) -> None:
        self._started, self._stopping = False, True
        for task in self._background:
            task.cancel()
        await self.bus.stop(self.settings.grace_s)
        await asyncio.gather(*self._background, return_exceptions=True)


def run(service: Service) -> int:
    """Run one service until it is told to stop; the exit status says whether it refused to start."""
    settings = service.settings
    set_up_logs(service.name, settings.log_format, settings.log_level)
    provider = set_up_tracing(service.name, settings.otlp_endpoint, settings.trace_ratio)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, _note_signal)
    config = uvicorn.Config(
        service.app,
        host=settings.health_host,
        port=settings.health_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=int(settings.grace_s),
    )
    try:
        uvicorn.Server(config).run()
    finally:
        provider.shutdown()
    return 0 if service.failure is None else 78


def _note_signal(_number: int, _frame: object) -> None:
    """Uvicorn raises its stop signal again once it has stopped; by then the last spans are still to be sent."""
