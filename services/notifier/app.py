"""Wire the notifier; the only module that knows every part."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
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
from libs.storage.pool import Pool, is_up, open_pool
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
        limits = Limits(connect_s=settings.delivery_timeout_s / 2, total_s=settings.delivery_timeout_s)
        async with (
            open_pool(settings.database_url, "notifier", size=settings.pool_size) as pool,
            HttpClient(limits=limits) as http,
        ):
            service.check("database", partial(is_up, pool))
            _start(service, settings, pool, http)
            yield

    return Service("notifier", settings, open=open_parts, stages=stages)


def _start(service: Service, settings: NotifierSettings, pool: Pool, http: HttpClient) -> None:
    lease = timedelta(seconds=settings.delivery_lease_s)
    deliveries = PostgresDeliveries(pool, owner=_process_name(), lease=lease, patience=PATIENCE)
    channels, unusable = _channels(settings, http)
    publish = partial(_publish, service)
    courier = Courier(deliveries, channels, publish, unusable=unusable, poll_s=settings.delivery_poll_s)
    notifier = service.provide(Notifier(WatchIndex(), PostgresAlerts(pool), on_raised=courier.wake))
    service.table(WatchChanged, lambda row: row.revision, on_change=notifier.follow)
    epochs, refill = PostgresEpochs(pool), partial(deliveries.announce_again, REFILL)
    watch = EpochWatch("ALERTS", known=epochs.known, remember=epochs.remember, refill=refill)
    service.background("epoch", lambda: watch.follow(service.bus.js))
    service.background("courier", courier.run)


def _channels(settings: NotifierSettings, http: HttpClient) -> tuple[dict[str, Channel], dict[str, str]]:
    """The channels that can be used, and why others cannot."""
    try:
        if not settings.discord_webhook_url.get_secret_value().strip():
            raise UnusableAddressError("no Discord webhook is configured; set DEALSTREAM_DISCORD_WEBHOOK_URL")
        address = WebhookAddress.parse(settings.discord_webhook_url, settings.allowed_hosts)
    except UnusableAddressError as error:
        log.warning("channel.unusable", channel=DiscordWebhook.name, reason=str(error))
        return {}, {DiscordWebhook.name: str(error)}
    return {DiscordWebhook.name: DiscordWebhook(address, http)}, {}


async def _publish(service: Service, announcements: Sequence[Announcement]) -> None:
    await service.bus.publisher.publish(
        [Outgoing(each.event, Passage(traceparent=each.traceparent)) for each in announcements]
    )


def _process_name() -> str:
    return f"{socket.gethostname()}-{uuid4().hex[:12]}"
