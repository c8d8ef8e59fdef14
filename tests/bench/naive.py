"""The same pipeline one message at a time, as FastStream handlers are usually written.

``python -m tests.bench.naive STAGE``: the same events, pure functions, tables and statements, but a
statement a row, an awaited publish an event and an ack a message.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import uvloop
from faststream import AckPolicy, FastStream
from faststream.nats import JStream, NatsBroker
from nats.js.api import ConsumerConfig

from libs.contracts.alert import AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.envelope import Event
from libs.contracts.listing import ListingExtracted, ListingScored, ListingSeen
from libs.domain.baseline import WINDOW, Sample, observe, summarise
from libs.domain.verticals import builtin
from libs.domain.watches import WatchIndex
from libs.messaging.headers import MESSAGE_ID, subject_of
from libs.messaging.topology import MAX_ACK_PENDING, TOPOLOGY
from libs.runtime.settings import DatabaseSettings
from libs.storage.pool import Pool, open_pool
from services.baseliner import storage as baselines
from services.baseliner.service import row_id
from services.catalog import storage as catalog
from services.catalog.rows import alert_row, baseline_row, document, listing_row, price_row
from services.extractor.rates import EcbRates
from services.extractor.service import Extractor
from services.notifier import storage
from services.notifier.service import Notifier
from services.poller import storage as sightings
from services.scorer.service import Scorer
from tests.bench import market
from tests.bench.cue import tell

type Handler = Callable[..., Awaitable[Iterable[Event]]]


class Rows:
    """Every stage's work on one message: one row a statement."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._baselines: dict[str, BaselineUpdated] = {}
        self._raised: Sequence[AlertRaised] = ()
        self._extractor = Extractor(EcbRates(), "USD")
        self._scorer = Scorer(self)
        self._notifier = Notifier(_watches(), self, on_raised=lambda: None)

    async def extract(self, event: ListingSeen) -> list[Event]:
        return [self._extractor.extract(event, datetime.now(UTC))]

    async def score(self, event: ListingExtracted) -> list[Event]:
        return [self._scorer.score(event, datetime.now(UTC))]

    async def keep(self, event: BaselineUpdated) -> list[Event]:
        self._baselines[event.product_key] = event
        return []

    def get(self, key: str) -> BaselineUpdated | None:
        return self._baselines.get(key)

    async def learn(self, event: ListingExtracted) -> list[Event]:
        found, now = observe(event), datetime.now(UTC)
        if found is None:
            return []
        key = found.product_key
        columns = (found.listing_id, key, found.stratum, found.unit_minor, found.seller, found.seen_at)
        await self._pool.fetch(baselines.UPSERT, *([each] for each in columns))
        samples = await self._pool.fetch(baselines.SAMPLES, [key], now - WINDOW)
        by_stratum = {row["stratum"]: Sample(row["prices"], row["first_at"], row["last_at"]) for row in samples}
        strata = summarise(by_stratum)
        version = (await self._pool.fetch(baselines.HEADS, [key]))[0]["version"] + 1
        text, oldest = baselines.STRATA.dump_json(strata).decode(), min(row["oldest_at"] for row in samples)
        await self._pool.execute(baselines.SAVE, [key], [version], [text], [oldest], "USD", now)
        row = BaselineUpdated.caused_by(
            event, occurred_at=now, product_key=key, version=version, currency="USD", computed_at=now, strata=strata
        )
        return [row.model_copy(update={"event_id": UUID(row_id(key, version))})]

    async def notify(self, event: ListingScored) -> Sequence[Event]:
        return await self._notifier.consider([event], {}, datetime.now(UTC))

    async def record(self, alerts: Sequence[AlertRaised], traces: Mapping[UUID, str | None]) -> set[UUID]:
        self._raised = alerts
        await self._pool.fetch(storage.RECORD_ALERTS, *storage._alert_columns(alerts, traces))
        await self._pool.execute(storage.RECORD_MATCHES, *storage._match_columns(alerts))
        return {alert.alert_id for alert in alerts}

    async def known(self, causes: Sequence[UUID]) -> Sequence[AlertRaised]:
        return [alert for alert in self._raised if alert.cause_id in causes]

    async def settle(self, event: ListingScored) -> list[Event]:
        await self._pool.execute(sightings.SETTLE_SCORED, [event.sighting_id], [event.judgement.verdict])
        return []

    async def show_listing(self, event: ListingScored) -> list[Event]:
        row = document([listing_row(event)])
        await self._pool.execute(catalog.PUT_LISTINGS, row)
        await self._pool.execute(catalog.PUT_PRICES, document([price_row(event)]))
        await self._pool.execute(catalog.PUT_PRODUCTS_SEEN, row)
        return []

    async def show_alert(self, event: AlertRaised) -> list[Event]:
        await self._pool.execute(catalog.PUT_ALERTS, document([alert_row(event)]))
        return []

    async def show_baseline(self, event: BaselineUpdated) -> list[Event]:
        await self._pool.execute(catalog.PUT_BASELINES, document([baseline_row(event)]))
        return []


def _watches() -> WatchIndex:
    index = WatchIndex()
    for row in market.watches():
        if row.watch is not None:
            index.put(row.watch)
    return index


HANDLERS = (
    ("extractor", "extractor-listing-seen", ListingSeen, Rows.extract),
    ("scorer", "scorer-listing-extracted", ListingExtracted, Rows.score),
    ("baseliner", "baseliner-listing-extracted", ListingExtracted, Rows.learn),
    ("notifier", "notifier-listing-scored", ListingScored, Rows.notify),
    ("poller", "poller-listing-scored", ListingScored, Rows.settle),
    ("catalog", "catalog-listing-scored", ListingScored, Rows.show_listing),
    ("catalog", "catalog-alert-raised", AlertRaised, Rows.show_alert),
    ("catalog", "catalog-baseline-updated", BaselineUpdated, Rows.show_baseline),
)
"""Process, durable, event, method."""


async def publish(broker: NatsBroker, event: Event) -> None:
    """Publish one event and wait until it is stored."""
    await broker.publish(
        event.model_dump_json(exclude_none=True).encode(),
        subject_of(event),
        stream=TOPOLOGY.stream_of(event.subject),
        headers={MESSAGE_ID: f"{event.event_id}/1", "content-type": "application/json"},
        timeout=5.0,
    )


def subscribe(broker: NatsBroker, durable: str, event: type[Event], work: Handler) -> None:
    """Handle a durable's messages one after another, as the framework does it."""
    consumer = TOPOLOGY.consumer(durable)

    async def handle(message: Any) -> None:
        for each in await work(message):
            await publish(broker, each)

    handle.__annotations__["message"] = event
    broker.subscriber(
        consumer.filter_subject or consumer.subject,
        durable=f"naive-{durable}",
        stream=JStream(consumer.stream, declare=False),
        config=ConsumerConfig(max_ack_pending=MAX_ACK_PENDING),
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )(handle)


async def main(process: str) -> None:
    builtin.register_all()
    settings = DatabaseSettings()
    broker = NatsBroker(settings.nats_url, logger=None)
    async with open_pool(settings.database_url, process) as pool:
        rows = Rows(pool)
        for name, durable, event, method in HANDLERS:
            if name == process:
                subscribe(broker, durable, event, partial(method, rows))
        if process == "scorer":
            table = JStream("BASELINES", declare=False)
            broker.subscriber("baseline.updated.>", stream=table, deliver_policy="last_per_subject")(rows.keep)
        await FastStream(broker, logger=None, after_startup=[lambda: tell("ready")]).run()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
