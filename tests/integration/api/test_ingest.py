"""Payloads and titles go to the services that understand them; their refusals come back as sentences."""

import base64
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from libs.contracts.listing import Product
from libs.contracts.rpc import ExtractRequest, IngestAccepted, IngestProgress, IngestProgressRequest, IngestRequest
from libs.domain.errors import PermanentError
from libs.messaging.connection import service_broker
from libs.messaging.procedures import EXTRACT, INGEST, INGEST_PROGRESS
from libs.messaging.rpc import Calls
from tests.support.console import stay

INGEST_ID = UUID("6d9f4f0a-5d0c-4a53-9a1e-0a2b6a9c1f11")


@pytest.fixture
async def poller(console, nats_server):
    """A poller that takes payloads in and remembers them."""
    calls, taken = Calls("poller"), []

    @calls.answers(INGEST)
    async def ingest(request: IngestRequest) -> IngestAccepted:
        taken.append(request)
        if request.source != "ebay":
            raise PermanentError(f"no source is called {request.source!r}; known are: ebay")
        return IngestAccepted(
            ingest_id=request.ingest_id, listings=3, new_or_changed=2, unchanged=1, parser="ebay-search-1"
        )

    @calls.answers(INGEST_PROGRESS)
    async def progress(request: IngestProgressRequest) -> IngestProgress:
        return IngestProgress(
            ingest_id=request.ingest_id, seen=2, extracted=2, scored=1, with_verdict=1, dead=0, pending=1
        )

    async with _serving(calls, nats_server.url("poller")):
        yield taken


@asynccontextmanager
async def _serving(calls, url):
    broker = service_broker(url, calls.service, on_closed=stay)
    broker.include_router(calls.router)
    await broker.start()
    yield
    await broker.stop()


async def test_a_payload_goes_to_the_poller_byte_for_byte(client, poller):
    payload = b'{"itemSummaries": [\xff\x00]}'
    answer = await client.post(
        "/v1/ingest", params={"source": "ebay", "name": "page 1.json", "ingest_id": str(INGEST_ID)}, content=payload
    )

    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/ingest/{INGEST_ID}")
    assert answer.json()["new_or_changed"] == 2
    assert base64.b64decode(poller[0].payload_base64) == payload
    assert (poller[0].marketplace, poller[0].vertical, poller[0].name) == ("EBAY_US", "server", "page 1.json")
    assert (await client.get(answer.headers["location"])).json()["pending"] == 1


async def test_what_the_poller_refuses_is_the_askers_error(client, poller):
    answer = await client.post("/v1/ingest?source=ebai", content=b"{}")

    assert (answer.status_code, answer.json()["detail"]) == (422, "no source is called 'ebai'; known are: ebay")


async def test_a_payload_that_does_not_fit_the_bus_is_413(client, poller):
    answer = await client.post("/v1/ingest?source=ebay", content=b"x" * 7_900_000)

    assert answer.status_code == 413


async def test_without_a_poller_the_answer_says_so(client):
    answer = await client.get(f"/v1/ingest/{uuid4()}")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["detail"] == "the poller service is not running"


async def test_a_title_is_understood_by_the_extractor(client, nats_server):
    calls = Calls("extractor")

    @calls.answers(EXTRACT)
    async def extract(request: ExtractRequest) -> Product:
        return Product(component_type="ram", quantity=len(request.title))

    async with _serving(calls, nats_server.url("extractor")):
        answer = await client.post("/v1/extract", json={"title": "4x32GB"})
        misspelt = await client.post("/v1/extract", json={"titel": "x"})

    assert answer.json()["quantity"] == 6
    assert "did you mean 'title'?" in misspelt.json()["detail"]
