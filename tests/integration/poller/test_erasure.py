"""A seller who closed their account is forgotten in every table, by the services as they run."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256

import asyncpg
import httpx
import pytest

from libs.runtime.settings import ServiceSettings
from libs.storage.pool import open_pool
from services.baseliner.app import create_service as baseliner
from services.baseliner.settings import BaselinerSettings
from services.catalog.app import create_service as catalog
from services.catalog.settings import CatalogSettings
from services.extractor.app import create_service as extractor
from services.extractor.settings import ExtractorSettings
from services.notifier.app import create_service as notifier
from services.notifier.settings import NotifierSettings
from services.notifier.storage import PostgresAlerts
from services.poller.app import create_service as poller
from services.poller.settings import PollerSettings
from services.scorer.app import create_service as scorer
from tests.support.console import running_api
from tests.support.ebay import search_answer, summary
from tests.support.ingest import Ingest
from tests.support.pipeline import running, until
from tests.support.scored import alert, scored
from tests.support.servers import NatsBackend

NAME = "Closed_Account.4711"
ADDRESS = "https://deals.example/v1/ebay/account-deletion"
TOKEN = "a-verification-token-of-32-letters"
PATH = "/v1/ebay/account-deletion"

TEXTS = """
select format('select %L::text as place, count(*) from %I.%I t where %s', table_schema || '.' || table_name,
    table_schema, table_name, string_agg(format('%s ilike $1', case data_type when 'bytea'
        then format('encode(%I, ''escape'')', column_name) else format('%I::text', column_name) end), ' or '))
from information_schema.columns where table_schema in
    ('poller', 'extractor', 'baseliner', 'notifier', 'catalog', 'api') group by table_schema, table_name
"""


@contextlib.asynccontextmanager
async def everything(nats_url: str, server: NatsBackend, database: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = {"ebay_deletion_url": ADDRESS, "ebay_verification_token": TOKEN}

    def as_user(name: str) -> dict[str, str]:
        return {"nats_url": server.url(name), "database_url": database}

    async with (
        running_api(nats_url, server.url("api"), database, **settings) as console,
        running(
            extractor(ExtractorSettings(**as_user("extractor"))),
            baseliner(BaselinerSettings(**as_user("baseliner"))),
            scorer(ServiceSettings(nats_url=server.url("scorer"))),
            catalog(CatalogSettings(**as_user("catalog"))),
            notifier(NotifierSettings(**as_user("notifier"))),
            poller(PollerSettings(**as_user("poller"))),
        ),
    ):
        yield console.client


async def places(database: str) -> dict[str, int]:
    """Tables that hold the seller's name, and in how many rows."""
    connection = await asyncpg.connect(database)
    try:
        queries = [row[0] for row in await connection.fetch(TEXTS)]
        rows = [await connection.fetchrow(query, f"%{NAME}%") for query in queries]
    finally:
        await connection.close()
    return {row["place"]: row["count"] for row in rows if row is not None and row["count"]}


async def alert_about_the_seller(database: str, listing_id: str) -> None:
    """An alert as the notifier keeps it, about a listing of the seller."""
    event = scored()
    seller = event.listing.seller.model_copy(update={"name": NAME})
    listing = event.listing.model_copy(update={"listing_id": listing_id, "seller": seller})
    raised = alert(event.model_copy(update={"listing": listing})).model_copy(update={"cause_id": event.event_id})
    async with open_pool(database, "notifier") as pool:
        await PostgresAlerts(pool).record([raised], {})


async def test_a_closed_account_is_found_in_no_table_afterwards(
    nats_url: str, nats_server: NatsBackend, database_url: str
) -> None:
    theirs = {"username": NAME, "feedbackPercentage": "99.1", "feedbackScore": 777_123}
    payload = search_answer(summary(itemId="v1|1|0", seller=theirs), summary(itemId="v1|2|0"))
    async with everything(nats_url, nats_server, database_url) as api:
        ingest = Ingest(api)
        await ingest.accepted(payload)
        await ingest.finished()
        await alert_about_the_seller(database_url, "ebay:v1|1|0")
        tables = {"poller.known", "poller.sightings", "baseliner.observations", "catalog.listings", "notifier.alerts"}
        await until(holds(database_url, tables), "the seller is not kept everywhere")

        notice = {
            "metadata": {"topic": "MARKETPLACE_ACCOUNT_DELETION", "schemaVersion": "1.0", "deprecated": False},
            "notification": {
                "notificationId": "49feeaeb-4982-42d9-a377-9645b8479411",
                "eventDate": "2026-11-20T12:00:00.000Z",
                "data": {
                    "username": NAME.upper(),
                    "userId": "ma8vp1jySJC",
                    "eiasToken": "nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6w",
                },
            },
        }
        assert (await api.post(PATH, json=notice)).status_code == 200
        await until(holds(database_url, set()), f"the seller is still kept: {await places(database_url)}")
        assert (await api.post(PATH, json=notice)).status_code == 200, "a notification may come twice"
        shown = (await api.get("/v1/listings/ebay:v1|1|0")).raise_for_status().text
    assert "777123" not in shown
    connection = await asyncpg.connect(database_url)
    other = await connection.fetchval("select seller_name from catalog.listings where listing_id = 'ebay:v1|2|0'")
    feedback = await connection.fetchval("select count(*) from poller.known where listing::text like '%777123%'")
    await connection.close()
    assert (other, feedback) == ("ram_shack", 0)


def holds(database: str, tables: set[str]) -> Callable[[], Awaitable[bool]]:
    async def exactly() -> bool:
        return set(await places(database)) == tables

    return exactly


async def test_the_challenge_is_answered_by_code_token_and_address(
    nats_url: str, nats_server: NatsBackend, database_url: str
) -> None:
    chosen = {"ebay_deletion_url": ADDRESS, "ebay_verification_token": TOKEN}
    async with running_api(nats_url, nats_server.url("api"), database_url, **chosen) as console:
        answer = await console.client.get(PATH, params={"challenge_code": "a8628072-3d33"})
        wrong = await console.client.post(
            PATH,
            json={"metadata": {"topic": "OTHER"}, "notification": {"notificationId": "1", "data": {"username": "x"}}},
        )
        nobody = await console.client.post(
            PATH,
            json={
                "metadata": {"topic": "MARKETPLACE_ACCOUNT_DELETION"},
                "notification": {"notificationId": "1", "data": {}},
            },
        )
    assert answer.json() == {"challengeResponse": sha256(f"a8628072-3d33{TOKEN}{ADDRESS}".encode()).hexdigest()}
    assert answer.headers["content-type"] == "application/json"
    assert [wrong.status_code, nobody.status_code] == [422, 422]


@pytest.mark.parametrize("chosen", [{}, {"ebay_deletion_url": ADDRESS}])
async def test_without_token_and_address_nothing_is_taken(
    nats_url: str, nats_server: NatsBackend, database_url: str, chosen: dict[str, str]
) -> None:
    async with running_api(nats_url, nats_server.url("api"), database_url, **chosen) as console:
        answer = await console.client.get(PATH, params={"challenge_code": "1"})
    assert answer.status_code == 404
    assert "DEALSTREAM_EBAY_DELETION_URL" in answer.json()["detail"]
