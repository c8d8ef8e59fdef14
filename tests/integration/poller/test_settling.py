"""Sightings are opened, settled and sent again, on a real PostgreSQL and NATS."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import nats
import pytest
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from libs.contracts.dead import DeadLetter
from libs.contracts.listing import Judgement, Listing, ListingExtracted, ListingScored, ListingSeen, Product
from libs.messaging.provision import provision
from libs.messaging.publisher import Publisher
from libs.messaging.replies import Replies
from libs.messaging.topology import TOPOLOGY
from libs.storage.pool import Pool, open_pool
from services.poller.recorder import Recorder
from services.poller.settler import Settler
from services.poller.sources.source import ParsedPayload, Rejected
from services.poller.storage import PostgresSightings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Bench:
    """The poller's parts on real servers; the main line is idle unless a test says otherwise."""

    pool: Pool
    js: JetStreamContext
    sightings: PostgresSightings
    recorder: Recorder
    settler: Settler
    is_quiet: bool = True

    async def look(self, *listings: Listing, rejected: tuple[Rejected, ...] = ()) -> None:
        await self.recorder.record("ebay", ParsedPayload(listings, rejected, "test"), observed_at=NOW)

    async def published(self, subject: str) -> list[Any]:
        """Bodies and message ids of everything on a subject."""
        found, sequence = [], 1
        stream, wanted = TOPOLOGY.stream_of(subject), "dead.>" if subject == "dead" else subject
        while True:
            try:
                message = await self.js.get_msg(stream, seq=sequence, subject=wanted, next=True)
            except NotFoundError:
                return found
            found.append((json.loads(message.data or b"{}"), (message.headers or {})["Nats-Msg-Id"]))
            sequence = (message.seq or 0) + 1

    async def overdue(self) -> None:
        await self.pool.execute("update sightings set next_try_at = now() - interval '1 second' where state = 'open'")

    async def states(self) -> dict[str, str]:
        return {
            row["listing_id"]: row["state"] for row in await self.pool.fetch("select listing_id, state from sightings")
        }


@pytest.fixture
async def bench(database_url: str, nats_url: str) -> AsyncIterator[Bench]:
    client = await nats.connect(nats_url)
    await provision(client.jetstream())
    publisher = Publisher(await Replies(client).start(), TOPOLOGY)
    async with open_pool(database_url, "poller") as pool:
        sightings = PostgresSightings(pool, patience_s=120)
        recorder = Recorder(sightings, lambda: publisher)

        async def quiet() -> bool:
            return made.is_quiet

        settler = Settler(sightings, recorder, lambda: publisher, quiet=quiet, tries=8)
        made = Bench(pool, client.jetstream(), sightings, recorder, settler)
        yield made
    await client.close()


def listing(number: int = 1, **fields: Any) -> Listing:
    return Listing.model_validate(
        {
            "listing_id": f"ebay:{number}",
            "source": "ebay",
            "marketplace": "EBAY_US",
            "vertical": "server",
            "item_id": str(number),
            "title": "32GB DDR4",
            "currency": "USD",
            "price_minor": 5000,
            **fields,
        }
    )


def scored(sighting_id: UUID, verdict: str = "fair") -> ListingScored:
    return ListingScored(
        event_id=uuid4(),
        occurred_at=NOW,
        sighting_id=sighting_id,
        listing=listing(),
        observed_at=NOW,
        product=Product(component_type="ram"),
        extractor_version="x",
        judgement=Judgement.model_validate({"score": 50, "verdict": verdict, "confidence": 0.5, "contributions": ()}),
    )


def dead(sighting_id: UUID, stage: str) -> DeadLetter:
    return DeadLetter(
        event_id=uuid4(),
        occurred_at=NOW,
        stage=stage,
        original_subject="listing.extracted",
        reason="permanent",
        error="no rate",
        payload="",
        sighting_id=sighting_id,
    )


async def sighting_ids(bench: Bench) -> list[UUID]:
    return [row["event_id"] for row in await bench.pool.fetch("select event_id from sightings order by listing_id")]


async def test_news_is_published_once_and_stays_open(bench: Bench) -> None:
    await bench.look(listing())
    await bench.look(listing())

    ((body, message_id),) = await bench.published("listing.seen")
    assert ListingSeen.model_validate(body).listing == listing()
    assert message_id == f"{body['event_id']}/1"
    assert await bench.states() == {"ebay:1": "open"}


async def test_a_judgement_settles_its_sighting(bench: Bench) -> None:
    await bench.look(listing())
    (sighting,) = await sighting_ids(bench)

    await bench.settler.settle_scored([scored(sighting, "great")])

    row = await bench.pool.fetchrow("select state, verdict from sightings")
    assert dict(row) == {"state": "scored", "verdict": "great"}


async def test_a_dead_letter_of_the_main_line_settles_too(bench: Bench) -> None:
    await bench.look(listing(1), listing(2))
    first, second = await sighting_ids(bench)

    await bench.settler.settle_dead(
        [dead(first, "extractor-listing-seen"), dead(second, "baseliner-listing-extracted")]
    )

    assert await bench.states() == {"ebay:1": "dead", "ebay:2": "open"}
    assert (
        await bench.pool.fetchval("select reason from sightings where state = 'dead'")
        == "extractor-listing-seen: no rate"
    )


async def test_a_judgement_after_a_dead_letter_wins(bench: Bench) -> None:
    await bench.look(listing())
    (sighting,) = await sighting_ids(bench)

    await bench.settler.settle_dead([dead(sighting, "scorer-listing-extracted")])
    await bench.settler.settle_scored([scored(sighting)])

    assert await bench.states() == {"ebay:1": "scored"}


async def test_what_is_overdue_is_sent_again_as_a_further_emission(bench: Bench) -> None:
    await bench.look(listing())
    assert await bench.settler.sweep() == 0, "two minutes have not passed"
    await bench.overdue()

    assert await bench.settler.sweep() == 1

    ids = [message_id for _, message_id in await bench.published("listing.seen")]
    (sighting,) = await sighting_ids(bench)
    assert ids == [f"{sighting}/1", f"{sighting}/2"]
    assert await bench.settler.sweep() == 0, "the next try waits longer"


async def test_nothing_is_sent_again_while_the_main_line_works(bench: Bench) -> None:
    await bench.look(listing())
    await bench.overdue()
    bench.is_quiet = False

    assert await bench.settler.sweep() == 0


async def test_after_eight_tries_a_sighting_is_given_up_with_the_reason(bench: Bench) -> None:
    await bench.look(listing())
    for _ in range(9):
        await bench.overdue()
        await bench.settler.sweep()

    ((body, _),) = await bench.published("dead")
    letter = DeadLetter.model_validate(body)
    (sighting,) = await sighting_ids(bench)
    assert (letter.reason, letter.sighting_id, letter.stage) == ("unsettled", sighting, "poller-sweeper")
    assert json.loads(base64.b64decode(letter.payload))["listing"]["listing_id"] == "ebay:1"

    await bench.settler.settle_dead([letter])
    assert await bench.states() == {"ebay:1": "dead"}


async def test_a_lost_bus_is_filled_with_the_last_day_once(bench: Bench) -> None:
    await bench.look(*(listing(number) for number in range(1, 603)))
    await bench.settler.settle_scored([scored((await sighting_ids(bench))[0])])

    await bench.settler.refill()

    ids = [message_id for _, message_id in await bench.published("listing.seen")]
    assert len(ids) == len(set(ids)) == 2 * 602


async def test_a_price_that_returns_is_the_same_fact_emitted_again(bench: Bench) -> None:
    for price in (5000, 4000, 5000):
        await bench.look(listing(price_minor=price))

    events = await bench.published("listing.seen")
    first, _, third = [message_id for _, message_id in events]
    assert third == first.replace("/1", "/2")
    assert [body.get("previous", {}).get("asking_minor") for body, _ in events] == [None, 5000, 4000]


async def test_what_is_no_listing_is_set_aside_once(bench: Bench) -> None:
    broken = Rejected("v1|9|0", "the currency 'XXQ' is not known", '{"itemId":"v1|9|0"}')

    await bench.look(listing(), rejected=(broken,))
    await bench.look(listing(), rejected=(broken,))

    ((body, _),) = await bench.published("dead")
    assert (body["stage"], body["error"]) == ("poller-parse", "v1|9|0: the currency 'XXQ' is not known")
    assert base64.b64decode(body["payload"]) == b'{"itemId":"v1|9|0"}'


async def test_an_extracted_event_names_its_sighting_by_its_id(bench: Bench) -> None:
    await bench.look(listing())
    ((body, _),) = await bench.published("listing.seen")
    event = ListingSeen.model_validate(body)
    follower = ListingExtracted.caused_by(
        event,
        occurred_at=NOW,
        sighting_id=event.sighting_id,
        listing=event.listing,
        observed_at=NOW,
        product=Product(component_type="ram"),
        extractor_version="x",
    )

    assert follower.sighting_id == (await sighting_ids(bench))[0]
