"""Bad input at every door: a clear error or a dead letter, and nothing else is lost."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import nats
import orjson
import pytest

from cli.audit import audit, report
from libs.contracts.dead import DeadLetter
from libs.messaging.dead import DeadLetters
from tests.support.ebay import search_answer, summary
from tests.support.ingest import Ingest
from tests.support.pipeline import until
from tests.support.rest import until_at_rest
from tests.support.stack import RunningStack, running_stack

SERVICES = ("poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningStack]:
    """One stack for all: whatever one test sends in, the next must still be served."""
    folder = tmp_path_factory.mktemp("bad") / "dealstream"
    async with running_stack(folder, services=SERVICES, environment={"DEALSTREAM_ACK_WAIT_S": "5"}) as running:
        yield running


@pytest.fixture
async def api(stack: RunningStack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stack.console_url, timeout=30) as client:
        yield client
    await until_at_rest(stack, steady=1)
    assert report(await audit(stack.database_url, stack.nats_url())) == []
    assert {name: stack.restarts(name) for name in SERVICES} == dict.fromkeys(SERVICES, 0)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"itemSummaries", "Expecting value at character 0"),
        (b"<!DOCTYPE html><html><title>Pardon Our Interruption</title></html>", "is a web page"),
        (b"<html>" + b"<p>Checking your browser</p>" * 80_000, "is a web page"),
        (b'{"items": [{"id": 1}]}', "no ebay parser knows this payload: it is an object with 'items'"),
        (b"[1, 2]", "no ebay parser knows this payload"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"errors": [{"errorId": 12001, "message": "The call must have a query."}]}', "error 12001"),
        (b"", "the body is empty"),
    ],
    ids=["no-json", "html", "html-of-2-mb", "other-shape", "numbers", "deep", "saved-error", "empty"],
)
async def test_a_payload_nobody_can_read_is_refused_with_the_reason(
    api: httpx.AsyncClient, payload: bytes, sentence: str
):
    assert sentence in await Ingest(api).refused(payload)


async def test_a_payload_larger_than_the_api_takes_is_refused_with_its_size(api: httpx.AsyncClient):
    assert "bytes" in await Ingest(api).refused(b"[" + b" " * (9 * MEBIBYTE) + b"]")


async def test_bad_items_are_rejected_or_set_aside_and_their_neighbours_are_judged(
    api: httpx.AsyncClient, stack: RunningStack
):
    bad = [
        item(price={"value": "0.00", "currency": "USD"}),
        item(price={"value": "NaN", "currency": "USD"}),
        item(price={"value": "12.00", "currency": "XXQ"}),
        item(itemId=None),
        item(title=None),
        "no item",
    ]
    good = [item(title=f"Samsung 32GB DDR4 2666 RDIMM number {number}") for number in range(20)]
    mixed = [each for pair in zip(good, bad, strict=False) for each in pair] + good[len(bad) :]
    ingest = Ingest(api)
    accepted = await ingest.accepted(search_answer(*mixed))
    progress = await ingest.finished()
    assert accepted["listings"] + len(accepted["rejected"]) == len(mixed)
    assert progress["scored"] + progress["dead"] == accepted["new_or_changed"]
    for each in good:
        shown = (await api.get(f"/v1/listings/ebay:{each['itemId']}")).raise_for_status().json()
        assert shown["title"] == each["title"]
    assert await dead_in(stack, "poller-parse") == len(accepted["rejected"])


async def test_an_auction_without_a_price_and_a_price_of_nothing_are_never_a_deal(
    api: httpx.AsyncClient, stack: RunningStack
):
    offers = [item() for _ in range(20)]
    unpriced = item(price=None, buyingOptions=["AUCTION"], bidCount=0)
    ingest = Ingest(api)
    await ingest.accepted(search_answer(*offers))
    await ingest.finished()
    await ingest.accepted(search_answer(unpriced, item(price={"value": "0", "currency": "USD"})))
    await ingest.finished()
    shown = await api.get(f"/v1/listings/ebay:{unpriced['itemId']}")
    if shown.status_code == 200:
        assert (shown.json()["unit_minor"], shown.json()["verdict"]) == (None, "not_enough_evidence")
    deals = (await api.get("/v1/listings", params={"verdict": "great", "limit": 200})).raise_for_status().json()
    assert [each for each in deals["items"] if not each["unit_minor"]] == []


async def test_a_currency_without_a_rate_is_set_aside_with_its_name(api: httpx.AsyncClient):
    unknown = item(price={"value": "54.90", "currency": "KPW"}, shippingOptions=None)
    neighbour = item()
    ingest = Ingest(api)
    accepted = await ingest.accepted(search_answer(unknown, neighbour))
    progress = await ingest.finished()
    reasons = [each["reason"] for each in (*accepted["rejected"], *progress["dead_reasons"])]
    assert len(reasons) == 1
    assert "KPW" in reasons[0]
    assert progress["scored"] == 1


@pytest.mark.parametrize(
    "title",
    ["32GB DDR4 \\u0000 RDIMM", "32GB \\ud800 DDR4 \\udfff RDIMM", "32GB DDR4 @everyone <script>alert(1)</script>"],
    ids=["nul", "lone-surrogates", "script"],
)
async def test_a_hostile_title_is_judged_and_shown(api: httpx.AsyncClient, title: str):
    hostile = item(title="TITLE")
    body = orjson.dumps(search_answer(hostile, item())).replace(b"TITLE", title.encode())
    ingest = Ingest(api)
    await ingest.accepted(body)
    assert (await ingest.finished())["scored"] == 2
    shown = (await api.get(f"/v1/listings/ebay:{hostile['itemId']}")).raise_for_status().json()
    assert "32GB" in shown["title"]
    assert "\0" not in shown["title"]
    page = (await api.get("/", params={"verdict": "all", "sort": "seen"})).raise_for_status().text
    assert "<script>alert" not in page


async def test_a_body_of_two_megabytes_is_judged(api: httpx.AsyncClient):
    long = item(title="Samsung 32GB DDR4 RDIMM " + "x" * (2 * MEBIBYTE))
    ingest = Ingest(api)
    await ingest.accepted(search_answer(long, item()))
    assert (await ingest.finished())["scored"] == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"version": 2, "offer": {"id": "ebay:1"}, "seen": "2026-11-20T12:00:00Z"}',
        b"\xff\xfe not even text",
        b'{"event_id": "no uuid", "listing": null}',
    ],
    ids=["unknown-version", "no-text", "wrong-types"],
)
@pytest.mark.parametrize("subject", ["listing.seen", "listing.extracted", "listing.scored"])
async def test_an_event_nobody_understands_is_a_dead_letter_of_every_stage_that_takes_it(
    api: httpx.AsyncClient, stack: RunningStack, subject: str, body: bytes
):
    takers = {
        "listing.seen": ["extractor-listing-seen"],
        "listing.extracted": ["baseliner-listing-extracted", "scorer-listing-extracted"],
        "listing.scored": ["catalog-listing-scored", "notifier-listing-scored", "poller-listing-scored"],
    }[subject]
    before = {stage: await dead_in(stack, stage) for stage in takers}
    client = await nats.connect(stack.nats_url(), inbox_prefix="_INBOX_admin")
    try:
        sent = await client.jetstream().publish(subject, body)

        async def buried() -> bool:
            return all([await dead_in(stack, stage) == before[stage] + 1 for stage in takers])

        await until(buried, f"{subject} is not buried by {', '.join(takers)}")
        (letter, *_) = await DeadLetters(client.jetstream()).find(stage=takers[0], limit=1)
    finally:
        await client.close()
    assert (letter.letter.reason, letter.letter.stream_sequence) == ("invalid", sent.seq)
    assert letter.body == body
    ingest = Ingest(api)
    await ingest.accepted(search_answer(item()))
    assert (await ingest.finished())["scored"] == 1


async def test_a_watch_with_an_unknown_field_or_operator_is_refused_with_the_closest(api: httpx.AsyncClient):
    for condition, sentence in (
        ({"field": "attr.capacity_gbb", "op": "eq", "value": 32}, "capacity_gb"),
        ({"field": "pricee", "op": "le", "value": 32}, "price"),
        ({"field": "price", "op": "lte", "value": 32}, "le"),
    ):
        answer = await api.post("/v1/watches", json={"name": "Cheap", "conditions": [condition]})
        assert answer.status_code == 422
        assert sentence in answer.text


async def dead_in(stack: RunningStack, stage: str) -> int:
    """How many dead letters a stage has left."""
    client = await nats.connect(stack.nats_url(), inbox_prefix="_INBOX_admin")
    try:
        stream = await client.jetstream().stream_info("DEAD", subjects_filter=f"{DeadLetter.subject}.{stage}")
        return (stream.state.subjects or {}).get(f"{DeadLetter.subject}.{stage}", 0)
    finally:
        await client.close()


def item(**changes: Any) -> dict[str, Any]:
    """A listing nobody has seen before."""
    number = uuid4().int % 10**12
    return summary(**{"itemId": f"v1|{number}|0", "legacyItemId": str(number)} | changes)
