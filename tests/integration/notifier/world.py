"""A notifier on real servers, the bus it hears, the Discord it writes to, and its tables."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import nats
from nats.js.api import ConsumerConfig, DeliverPolicy
from pydantic import SecretStr

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.envelope import Event
from libs.contracts.watch import Watch
from libs.messaging.headers import Passage
from libs.messaging.provision import provision
from libs.messaging.publisher import Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.topology import TOPOLOGY
from libs.runtime.service import Service
from services.notifier.app import create_service
from services.notifier.settings import NotifierSettings
from tests.support.alerts import changed
from tests.support.pipeline import running, until

HOOK = "/api/webhooks/1/simulator-canary"


@dataclass
class World:
    nats_url: str
    notifier_url: str
    database_url: str
    simulator_url: str
    client: nats.NATS
    publisher: Publisher
    rows: asyncpg.Connection
    web: httpx.AsyncClient

    async def say(self, *events: Event, emission: int = 1, traceparent: str | None = None) -> None:
        await self.publisher.publish([Outgoing(event, Passage(emission, traceparent)) for event in events])

    async def watch(self, *watches: Watch) -> None:
        await self.say(*(changed(each) for each in watches))

    async def heard(self, event: type[Event]) -> list[Any]:
        """Every event of one subject on the bus, in order."""
        js = self.client.jetstream()
        count = (await js.stream_info(TOPOLOGY.stream_of(event.subject), subjects_filter=event.subject)).state.subjects
        if not count:
            return []
        consumer = await js.subscribe(
            event.subject, ordered_consumer=True, config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        )
        messages = [await consumer.next_msg(timeout=5) for _ in range(count[event.subject])]
        await consumer.unsubscribe()
        return [event.model_validate_json(message.data) for message in messages]

    async def raised(self) -> list[AlertRaised]:
        return await self.heard(AlertRaised)

    async def delivered(self) -> list[AlertDelivered]:
        return await self.heard(AlertDelivered)

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.rows.fetch("select state from notifier.deliveries order by state")]

    async def count(self, table: str) -> int:
        return await self.rows.fetchval(f"select count(*) from notifier.{table}")  # noqa: S608 - our own names

    async def messages(self) -> list[dict[str, Any]]:
        return (await self.web.get("/simulator/discord")).json()["messages"]

    async def footers(self) -> list[str]:
        """The alert ids that arrived, in order of arrival."""
        return [
            embed["footer"]["text"].removeprefix("alert ")
            for message in await self.messages()
            for embed in message["embeds"]
        ]

    async def fault(self, **shares: Any) -> None:
        (await self.web.post("/simulator/faults", json={"discord": shares})).raise_for_status()

    async def settled(self, count: int, within_s: float = 20) -> None:
        """Wait until so many deliveries have come to an end and were announced."""

        async def holds() -> bool:
            found = await self.rows.fetchval("select count(*) from notifier.deliveries where announced_at is not null")
            return found >= count

        await until(holds, f"{count} deliveries were not settled", within_s=within_s)

    async def until(self, holds: Callable[[], Awaitable[bool]], otherwise: str) -> None:
        await until(holds, otherwise)

    async def idle(self) -> None:
        """Wait until the stage has acknowledged everything that was said."""

        async def holds() -> bool:
            info = await self.client.jetstream().consumer_info("LISTING_SCORED", "notifier-listing-scored")
            return info.num_pending == 0 and info.num_ack_pending == 0

        await until(holds, "the notifier did not catch up")

    def environment(self, **changes: str) -> dict[str, str]:
        """What the notifier needs as a process of its own."""
        return {
            "DEALSTREAM_NATS_URL": self.notifier_url,
            "DEALSTREAM_DATABASE_URL": self.database_url,
            "DEALSTREAM_DISCORD_WEBHOOK_URL": self.simulator_url + HOOK,
            "DEALSTREAM_ALLOWED_HOSTS": self.simulator_url.removeprefix("http://"),
            "DEALSTREAM_DELIVERY_LEASE_S": "4",
            "DEALSTREAM_DELIVERY_TIMEOUT_S": "2.5",
            "DEALSTREAM_DELIVERY_POLL_S": "0.2",
            "DEALSTREAM_ACK_WAIT_S": "2",
            **changes,
        }

    def notifier(self, **changes: Any) -> Service:
        settings: dict[str, Any] = {
            "nats_url": self.notifier_url,
            "database_url": self.database_url,
            "discord_webhook_url": SecretStr(self.simulator_url + HOOK),
            "allowed_hosts": self.simulator_url.removeprefix("http://"),
            "delivery_lease_s": 4.0,
            "delivery_timeout_s": 2.5,
            "delivery_poll_s": 0.2,
            "ack_wait_s": 2.0,
        }
        return create_service(NotifierSettings(**(settings | changes)))

    @asynccontextmanager
    async def notifying(self, watches: Sequence[Watch], **changes: Any) -> AsyncIterator[Service]:
        await self.watch(*watches)
        service = self.notifier(**changes)
        async with running(service):
            yield service


@asynccontextmanager
async def open_world(nats_url: str, notifier_url: str, database_url: str, simulator_url: str) -> AsyncIterator[World]:
    client = await nats.connect(nats_url, inbox_prefix="_INBOX_admin")
    await provision(client.jetstream(), dataclasses.replace(TOPOLOGY, ack_wait_s=2.0))
    replies = await Replies(client).start()
    rows = await asyncpg.connect(database_url)
    async with httpx.AsyncClient(base_url=simulator_url, timeout=10) as web:
        await web.delete("/simulator/discord")
        await web.post("/simulator/faults", json={})
        try:
            yield World(
                nats_url,
                notifier_url,
                database_url,
                simulator_url,
                client,
                Publisher(replies, TOPOLOGY),
                rows,
                web,
            )
        finally:
            await web.post("/simulator/faults", json={})
            await rows.close()
            await replies.stop()
            await client.close()
