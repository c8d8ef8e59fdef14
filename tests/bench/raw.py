"""The ceiling: the same messages, acks and statements without validation, rules or telemetry.

``python -m tests.bench.raw STAGE``. Bodies are cut and joined as bytes; what the real stages compute
stands ready from one computed example, so that every message and row has the size of the real one.
"""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvloop

from libs.contracts.baseline import BaselineStats, BaselineUpdated
from libs.domain.scoring import judge
from libs.messaging.headers import subject_token
from libs.messaging.topology import TOPOLOGY
from libs.runtime.settings import DatabaseSettings
from services.baseliner import storage as baselines
from services.catalog import storage as catalog
from services.notifier import storage as alerts
from services.poller import storage as sightings
from tests.bench import market
from tests.bench.cue import tell
from tests.bench.ground import extracted
from tests.bench.wire import Feed, Message, Outgoing, Wire

NOW = datetime.now(UTC)
AT = NOW.isoformat().encode()

type Connection = asyncpg.Connection[asyncpg.Record]
type Work = Callable[[list[Message]], Awaitable[Sequence[Outgoing]]]

_serial = itertools.count(1)


def new_id() -> bytes:
    return b"%08x-0000-4000-8000-%012x" % (id(_serial) & 0xFFFFFFFF, next(_serial))


def event_id(body: bytes) -> bytes:
    """Every event begins with its id."""
    return body[13:49]


def between(body: bytes, start: bytes, stop: bytes) -> bytes:
    begin = body.index(start)
    return body[begin : body.index(stop, begin)]


class Raw:
    """What the stages share: a connection to each server."""

    def __init__(self, wire: Wire, database: Connection) -> None:
        self.wire, self.database = wire, database
        self.versions: dict[str, int] = {}

    def products(self) -> dict[str, bytes]:
        """The product of every title, understood once beforehand."""
        titles: dict[str, bytes] = {}
        for number in range(len(market.PRODUCTS) * len(market.MAKERS) * market.DEAL_EVERY):
            listing = market.listing(number)
            if listing.title not in titles:
                titles[listing.title] = b',"product":' + _dump(extracted(listing).product)
        return titles

    async def extract(self) -> Work:
        products = self.products()
        example = extracted(market.listing(0))
        price = b',"price":' + _dump(example.price) + b',"extractor_version":"%b"}' % example.extractor_version.encode()

        async def work(batch: list[Message]) -> list[Outgoing]:
            outgoing = []
            for _, _, body in batch:
                cause, fresh = event_id(body), new_id()
                listing = between(body, b'"listing":', b',"fingerprint"')
                title = orjson.loads(b"{" + listing + b"}")["listing"]["title"]
                head = b'{"event_id":"%b","occurred_at":"%b","cause_id":"%b","sighting_id":"%b",' % (
                    fresh,
                    AT,
                    cause,
                    cause,
                )
                out = head + listing + b',"observed_at":"%b"' % AT + products[title] + price
                outgoing.append((b"listing.extracted", fresh, out))
            return outgoing

        return work

    async def score(self) -> Work:
        deal, ordinary = (b',"judgement":' + judgement_of(number) + b"}" for number in (0, 1))
        await self._follow_table()

        async def work(batch: list[Message]) -> list[Outgoing]:
            outgoing = []
            for _, _, body in batch:
                fresh = new_id()
                judgement = deal if market.is_deal(number_of(body)) else ordinary
                head = b'{"event_id":"%b","occurred_at":"%b","cause_id":"%b",' % (fresh, AT, event_id(body))
                outgoing.append((b"listing.scored", fresh, head + body[body.index(b'"sighting_id"') : -1] + judgement))
            return outgoing

        return work

    async def _follow_table(self) -> None:
        inbox = b"_INBOX_wire.table"
        self.wire.subscribe(inbox, lambda _: None)
        config = {"deliver_subject": inbox.decode(), "deliver_policy": "last_per_subject", "ack_policy": "none"}
        request = {"stream_name": "BASELINES", "config": config | {"filter_subject": "baseline.updated.>"}}
        await self.wire.ask(b"$JS.API.CONSUMER.CREATE.BASELINES", orjson.dumps(request))

    async def learn(self) -> Work:
        strata = f"[{_dump(_band()).decode()}]"

        async def work(batch: list[Message]) -> list[Outgoing]:
            events = {each["listing"]["listing_id"]: each for each in (orjson.loads(body) for _, _, body in batch)}
            rows = sorted(events.items())
            keys = sorted({each["product"]["product_key"] for _, each in rows})
            versions = [self.versions.get(key, 1) + 1 for key in keys]
            self.versions.update(zip(keys, versions, strict=True))
            async with self.database.transaction():
                await self.database.fetch(
                    baselines.UPSERT,
                    [listing_id for listing_id, _ in rows],
                    [each["product"]["product_key"] for _, each in rows],
                    [each["product"]["stratum"] for _, each in rows],
                    [each["price"]["unit_minor"] for _, each in rows],
                    [each["listing"]["seller"]["name"] for _, each in rows],
                    [NOW] * len(rows),
                )
                await self.database.execute(baselines.LOCK, keys)
                await self.database.fetch(baselines.SAMPLES, keys, market.OPENED_AT)
                await self.database.fetch(baselines.HEADS, keys)
                await self.database.execute(
                    baselines.SAVE, keys, versions, [strata] * len(keys), [NOW] * len(keys), "USD", NOW
                )
            return [baseline_row(key, version, strata) for key, version in zip(keys, versions, strict=True)]

        return work

    async def notify(self) -> Work:
        async def work(batch: list[Message]) -> list[Outgoing]:
            deals = [body for _, _, body in batch if market.is_deal(number_of(body))]
            columns = [alert_row(body) for body in deals]
            if columns:
                async with self.database.transaction():
                    ids, causes, scores = ([row[index] for row in columns] for index in (0, 7, 5))
                    await self.database.fetch(alerts.RECORD_ALERTS, *map(list, zip(*columns, strict=True)))
                    await self.database.execute(alerts.RECORD_MATCHES, ids, ids, causes, scores, [NOW] * len(ids))
            causes = [UUID(event_id(body).decode()) for _, _, body in batch]
            known = await self.database.fetch(alerts.KNOWN_ALERTS, causes)
            return [(b"alert.raised", event_id(row["event"]), row["event"]) for row in known]

        return work

    async def settle(self) -> Work:
        async def work(batch: list[Message]) -> list[Outgoing]:
            ids = sorted(UUID(body[body.index(b'"sighting_id":"') + 15 :][:36].decode()) for _, _, body in batch)
            await self.database.execute(sightings.SETTLE_SCORED, ids, ["fair"] * len(ids))
            return []

        return work

    async def show_listings(self) -> Work:
        async def work(batch: list[Message]) -> list[Outgoing]:
            events = [orjson.loads(body) for _, _, body in batch]
            rows = [listing_row(event) for event in events]
            document = orjson.dumps(rows).decode()
            async with self.database.transaction():
                await self.database.execute(catalog.PUT_LISTINGS, document)
                await self.database.execute(catalog.PUT_PRICES, orjson.dumps([price_row(row) for row in rows]).decode())
                await self.database.execute(catalog.PUT_PRODUCTS_SEEN, document)
            await self.database.execute(catalog.APPLY_ENDINGS, [row["listing_id"] for row in rows])
            return []

        return work

    async def follow(self, durable: str, work: Work) -> None:
        feed = Feed(self.wire, TOPOLOGY.consumer(durable).stream, durable)
        while True:
            batch = await feed.take()
            outgoing = await work(batch)
            if outgoing:
                await self.wire.publish(outgoing)
            await self.wire.acknowledge(batch)


def _dump(value: Any) -> bytes:
    return value.__pydantic_serializer__.to_json(value, exclude_none=True)


def _band() -> BaselineStats:
    return BaselineStats(
        stratum="used_working/rdimm", n=40, p10_minor=3000, p25_minor=3500, p50_minor=4000, p75_minor=4500,
        p90_minor=5000, mean_minor=4000, first_at=NOW, last_at=NOW,
    )  # fmt: skip


def judgement_of(number: int) -> bytes:
    event = extracted(market.listing(number))
    row = orjson.loads(baseline_row(event.product.product_key or "", 2, f"[{_dump(_band()).decode()}]")[2])
    row["strata"][0]["stratum"] = event.product.stratum
    return _dump(judge(event.listing, event.product, event.price, BaselineUpdated.model_validate(row), NOW))


def baseline_row(key: str, version: int, strata: str) -> Outgoing:
    fresh = new_id()
    body = b'{"event_id":"%b","occurred_at":"%b","cause_id":"%b","product_key":%b,"version":%d,"currency":"USD",' % (
        fresh, AT, fresh, orjson.dumps(key), version,
    )  # fmt: skip
    subject = f"baseline.updated.{subject_token(key)}".encode()
    return subject, fresh, body + b'"computed_at":"%b","strata":%b}' % (AT, strata.encode())


def number_of(body: bytes) -> int:
    start = body.index(b"ebay:v1|") + 8
    return int(body[start : body.index(b"|", start)]) - market.FIRST_ITEM


def alert_row(body: bytes) -> tuple[Any, ...]:
    alert_id, fresh = UUID(new_id().decode()), new_id()
    sighting = UUID(body[body.index(b'"sighting_id":"') + 15 :][:36].decode())
    matches = b'"matches":[{"watch_id":"%b","watch_name":"Cheap memory","trigger":"deal"}],"channels":[]}' % fresh
    head = b'{"event_id":"%b","occurred_at":"%b","cause_id":"%b",' % (fresh, AT, event_id(body))
    ids = b'"alert_id":"%b","owner_id":"local",' % str(alert_id).encode()
    event = head + ids + body[body.index(b'"sighting_id"') : -1] + b"," + matches
    return (
        alert_id, "local", f"ebay:v1|{number_of(body)}|0", "deal", "server", 89.5, sighting,
        UUID(event_id(body).decode()), None, UUID(fresh.decode()), event, TRACE, NOW,
    )  # fmt: skip


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def listing_row(event: dict[str, Any]) -> dict[str, Any]:
    listing, product, price, judgement = event["listing"], event["product"], event["price"], event["judgement"]
    seller = listing["seller"]
    return {
        **listing,
        **{name: product.get(name) for name in ("component_type", "product_key", "condition", "stratum", "quantity")},
        **{name: judgement.get(name) for name in ("score", "verdict", "confidence", "saving_minor", "saving_percent")},
        "sighting_id": event["sighting_id"],
        "asking_minor": listing["price_minor"],
        "unit_minor": price["unit_minor"],
        "base_currency": price["currency"],
        "seller_name": seller["name"],
        "seller_feedback_score": seller["feedback_score"],
        "seller_feedback_percent": seller["feedback_percent"],
        "seller_top_rated": seller["top_rated"],
        "observed_at": event["observed_at"],
        "scored_at": event["occurred_at"],
        "attributes": {each["name"]: each["value"] for each in product["attributes"]},
        "product": product,
        "price": price,
        "judgement": judgement,
        "extractor_version": event["extractor_version"],
    }


def price_row(row: dict[str, Any]) -> dict[str, Any]:
    names = ("listing_id", "asking_minor", "shipping_minor", "currency", "unit_minor", "base_currency", "score")
    return {name: row[name] for name in names} | {"at": row["observed_at"]}


def flat(event: dict[str, Any]) -> dict[str, Any]:
    """An event with the columns its parts hold; what is no column is ignored."""
    if "listing" not in event:
        return event
    listing, price, judgement = event["listing"], event["price"], event["judgement"]
    names = ("score", "verdict", "saving_minor", "saving_percent")
    return {
        **event,
        **{name: listing[name] for name in ("listing_id", "title", "url", "image_url")},
        **{name: judgement.get(name) for name in names},
        "component_type": event["product"]["component_type"],
        "product_key": event["product"]["product_key"],
        "unit_minor": price["unit_minor"],
        "base_currency": price["currency"],
        "raised_at": event["occurred_at"],
        "replayed": False,
    }


def storing(statement: str) -> Callable[[Raw], Awaitable[Work]]:
    """A stage that stores events whose fields are the columns."""

    async def prepare(raw: Raw) -> Work:
        async def work(batch: list[Message]) -> list[Outgoing]:
            rows = [flat(orjson.loads(body)) for _, _, body in batch]
            newest = {row.get("alert_id", row["product_key"]): row for row in rows}
            await raw.database.execute(statement, orjson.dumps(list(newest.values())).decode())
            return []

        return work

    return prepare


WORK: Sequence[tuple[str, str, Callable[[Raw], Awaitable[Work]]]] = (
    ("extractor", "extractor-listing-seen", Raw.extract),
    ("scorer", "scorer-listing-extracted", Raw.score),
    ("baseliner", "baseliner-listing-extracted", Raw.learn),
    ("notifier", "notifier-listing-scored", Raw.notify),
    ("poller", "poller-listing-scored", Raw.settle),
    ("catalog", "catalog-listing-scored", Raw.show_listings),
    ("catalog", "catalog-alert-raised", storing(catalog.PUT_ALERTS)),
    ("catalog", "catalog-baseline-updated", storing(catalog.PUT_BASELINES)),
)
"""Process, durable, work."""


async def connect(service: str) -> Raw:
    settings = DatabaseSettings()
    options = {"search_path": service, "timezone": "UTC"}
    wire = await Wire.connect(settings.nats_url)
    return Raw(wire, await asyncpg.connect(settings.database_url, server_settings=options))


async def main(process: str) -> None:
    followed = []
    for name, durable, prepare in WORK:
        if name == process:
            raw = await connect(process)
            followed.append((raw, durable, await prepare(raw)))
    tell("ready")
    async with asyncio.TaskGroup() as group:
        for raw, durable, work in followed:
            group.create_task(raw.follow(durable, work))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
