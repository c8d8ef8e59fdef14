"""What is wrong with a search reaches the owner of its watch, over the bus and HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from libs.contracts.watch import Search, Watch, WatchChanged
from libs.storage.pool import open_pool
from services.poller.app import create_service
from services.poller.quota import PostgresQuota
from services.poller.searches import PostgresSearches, WantedSearch, wanted_searches
from services.poller.settings import PollerSettings
from tests.support.console import running_api
from tests.support.pipeline import running, until
from tests.support.servers import NatsBackend

FIRST, SECOND = UUID(int=1), UUID(int=2)
IGNORED = "the marketplace ignored a part of the search: warning 12009: The category id is invalid."


def test_watches_that_ask_the_same_share_a_search_and_are_all_named() -> None:
    def row(watch_id: UUID, query: str) -> WatchChanged:
        watch = Watch(watch_id=watch_id, owner_id="ada", name="ram", vertical="server", searches=(Search(query=query),))
        now = datetime.now(UTC)
        return WatchChanged(
            event_id=watch_id, occurred_at=now, watch_id=watch_id, revision=1, changed_at=now, watch=watch
        )

    (wanted,) = wanted_searches([row(SECOND, "DDR4  rdimm"), row(FIRST, "ddr4 rdimm")])
    assert wanted.watch_ids == (FIRST, SECOND)


async def test_errors_of_searches_and_the_state_of_sources_are_shown(
    nats_url: str, nats_server: NatsBackend, database_url: str
) -> None:
    settings = PollerSettings(nats_url=nats_server.url("poller"), database_url=database_url)
    async with (
        open_pool(database_url, "poller") as pool,
        running_api(nats_url, nats_server.url("api"), database_url) as console,
        running(create_service(settings)),
    ):
        get = console.client.get

        async def is_said() -> bool:
            return bool((await get("/v1/sources")).json().get("sources"))

        await until(is_said, "that the keys are missing is not said")
        ledger = PostgresQuota(pool, "ebay:app", 5000)
        reset = datetime.now(UTC) + timedelta(hours=2)
        await ledger.correct(resets_at=reset, limit=5000, remaining=4900)
        (source,) = (await get("/v1/sources")).json()["sources"]

        searches = PostgresSearches(pool, "test", lease_s=60)
        await searches.keep(
            [
                WantedSearch("bad", Search(query="bad"), "server", (FIRST, SECOND)),
                WantedSearch("good", Search(query="good"), "server", (FIRST,)),
            ]
        )
        await pool.execute("update searches set lease_owner = 'test', next_poll_at = now() + interval '1 hour'")
        await searches.finish("bad", error=IGNORED, newest_at=None, again_s=3600)
        await searches.finish("good", error=None, newest_at=None, again_s=60)
        everything = (await get("/v1/searches")).json()["searches"]
        failed = (await get("/v1/searches", params={"failed_only": "true"})).json()["searches"]

    assert (source["source"], source["state"]) == ("ebay", "unconfigured")
    assert source["reason"].startswith("eBay's keys are not set: DEALSTREAM_EBAY_CLIENT_ID")
    assert (source["calls_limit"], source["calls_used"]) == (5000, 100)
    assert [each["search_id"] for each in everything] == ["bad", "good"]
    (bad,) = failed
    assert (bad["error"], bad["watch_ids"]) == (IGNORED, [str(FIRST), str(SECOND)])
    assert bad["failed_since"] is not None
    assert bad["found_per_day"] is None
    assert bad["next_poll_at"] > bad["polled_at"]
