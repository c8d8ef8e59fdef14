"""A service's connection to NATS: FastStream's broker, set up so that it cannot lose or freeze."""

import os
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from faststream import AckPolicy
from faststream.nats import NatsBroker, NatsRouter
from faststream.nats.opentelemetry import NatsTelemetryMiddleware
from structlog import get_logger

from libs.messaging.rights import inbox_prefix
from libs.telemetry import names

log = get_logger(__name__)

CONNECT_TIMEOUT_S = 5
PING_INTERVAL_S = 10
GRACE_S = 25.0

type OnClosed = Callable[[], Awaitable[None]]


async def exit_process() -> None:
    """End the process: a client that was closed for good would spin for ever (FastStream 0.7.8)."""
    log.error("nats.closed", outcome="the process exits and is started again")
    os._exit(70)


def service_broker(url: str, service: str, *, on_closed: OnClosed = exit_process) -> NatsBroker:
    """Build the broker of one service; ``on_closed`` runs when its client was closed, whoever closed it.

    Acknowledgement is manual because every other policy of FastStream 0.7.8 discards or spins;
    reconnecting never gives up; errors that NATS reports on the side, such as a missing right, are counted.
    """

    async def count_error(error: Exception) -> None:
        names.NATS_ERRORS.labels(service).inc()
        log.warning("nats.error", error=str(error) or type(error).__name__)

    return NatsBroker(
        url,
        name=service,
        ack_policy=AckPolicy.MANUAL,
        middlewares=(NatsTelemetryMiddleware(),),
        inbox_prefix=inbox_prefix(service),
        connect_timeout=CONNECT_TIMEOUT_S,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=PING_INTERVAL_S,
        max_outstanding_pings=2,
        graceful_timeout=GRACE_S,
        error_cb=count_error,
        closed_cb=on_closed,
        specification_url=f"nats://{urlsplit(url).hostname}",
        logger=None,
    )


def include(broker: NatsBroker, router: NatsRouter) -> None:
    """Let a router's handlers answer requests; raises ``ValueError`` for one that takes from a stream.

    A policy set on the broker is not inherited by a router's handlers (FastStream 0.7.8): they would
    discard at the first failure, and ``stream="NAME"`` would rewrite the stream's configuration.
    """
    for subscriber in router.subscribers:
        stream = getattr(subscriber, "stream", None)
        if stream is not None:
            raise ValueError(f"a handler takes from stream {stream.name}; declare it as a stage (libs.messaging.stage)")
    broker.include_router(router)
