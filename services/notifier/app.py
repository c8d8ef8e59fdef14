"""Wire the notifier; the only module that knows every part."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import uuid4

from structlog import get_logger

from libs.contracts.watch import WatchChanged
from libs.domain.verticals import builtin
from libs.domain.watches import WatchIndex
from libs.http.client import HttpClient, Limits
from libs.messaging.epoch import EpochWatch
from libs.messaging.headers import Passage
from libs.messaging.publisher import Outgoing
from libs.runtime.service import Service
from libs.storage.epochs import PostgresEpochs
from libs.storage.pool import is_up, open_pool
from services.notifier.channels.discord import DiscordWebhook, UnusableAddressError, WebhookAddress
from services.notifier.courier import Announcement, Channel, Courier
from services.notifier.handlers import stages
from services.notifier.service import Notifier
from services.notifier.settings import NotifierSettings
from services.notifier.storage import PostgresAlerts, PostgresDeliveries

log = get_logger(__name__)

PATIENCE = timedelta(days=1)
"""A deal that could not be told for a day is told no more."""
REFILL = timedelta(days=1)


def create_service(settings: NotifierSettings | None = None) -> Service:
    """Build the notifier; tests pass their own settings."""
    settings = settings or NotifierSettings()
    builtin.register_all()

    @asynccontextmanager
    async def open_parts(service: Service) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            pool = await stack.enter_async_context(
                open_pool(settings.database_url, "notifier", size=settings.pool_size)
            )
            timeout_s = settings.delivery_timeout_s
            http = await stack.enter_async_context(
                HttpClient(limits=Limits(connect_s=timeout_s / 2, read_s=timeout_s, total_s=timeout_s))
            )
            lease = timedelta(seconds=settings.delivery_lease_s)
            deliveries = PostgresDeliveries(pool, owner=_process_name(), lease=lease, patience=PATIENCE)
            channels, unusable = _channels(settings, http)
            for name, reason in unusable.items():
                log.warning("channel.unusable", channel=name, reason=reason)
            courier = Courier(
                deliveries, channels, partial(_publish, service), unusable=unusable, poll_s=settings.delivery_poll_s
            )
            notifier = Notifier(WatchIndex(), PostgresAlerts(pool), on_raised=courier.wake)
            service.provide(notifier)
            service.table(WatchChanged, lambda row: row.revision, on_change=notifier.follow)
            epochs = PostgresEpochs(pool)
            watch = EpochWatch(
                "ALERTS",
                known=epochs.known,
                remember=epochs.remember,
                refill=partial(deliveries.announce_again, REFILL),
            )
            service.check("database", partial(is_up, pool))
            service.background("epoch", lambda: watch.follow(service.bus.js))
            service.background("courier", courier.run)
            yield

    return Service("notifier", settings, open=open_parts, stages=stages)


def _channels(settings: NotifierSettings, http: HttpClient) -> tuple[dict[str, Channel], dict[str, str]]:
    """The channels that can be used, and why others cannot."""
    if not settings.discord_webhook_url.get_secret_value().strip():
        return {}, {"discord": "no Discord webhook is configured; set DEALSTREAM_DISCORD_WEBHOOK_URL"}
    try:
        address = WebhookAddress.parse(settings.discord_webhook_url, settings.allowed_hosts)
    except UnusableAddressError as error:
        return {}, {"discord": str(error)}
    return {"discord": DiscordWebhook(address, http)}, {}


async def _publish(service: Service, announcements: Sequence[Announcement]) -> None:
    await service.bus.publisher.publish(
        [Outgoing(each.event, Passage(traceparent=each.traceparent)) for each in announcements]
    )


def _process_name() -> str:
    return f"{socket.gethostname()}-{uuid4().hex[:12]}"
