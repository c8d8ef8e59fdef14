from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from libs.http.client import HttpClient, Limits, Retries
from services.poller.sources.ebay.parse import parse
from services.poller.sources.ebay.source import EbayOptions, EbaySource
from services.poller.sources.errors import BlockedError, CredentialsError, MarketplaceError, RateLimitedError
from services.poller.sources.source import SearchRequest
from tests.support.ebay import US, search_answer, summary
from tests.support.simulator import running_simulator

REQUEST = SearchRequest("EBAY_US", "ddr4")


class OpenQuota:
    async def reserve(self, _calls: int) -> bool:
        return True


@pytest.fixture
def simulator() -> Iterator[str]:
    with running_simulator(speed=0, backlog=1500, daily_quota=60) as url:
        yield url


@pytest.fixture
async def source(simulator: str) -> AsyncIterator[EbaySource]:
    retries = Retries(attempts=2, wait_initial_s=0.01, jitter_s=0)
    async with HttpClient(retries=retries, limits=Limits(total_s=5)) as http:
        yield EbaySource(http, EbayOptions("simulator", SecretStr("simulator"), simulator), OpenQuota())


def order(simulator: str, path: str, **command: object) -> dict:
    answer = httpx.post(f"{simulator}/simulator/{path}", json=command, trust_env=False)
    return answer.raise_for_status().json() if answer.content else {}


async def test_every_page_of_a_search_is_read_without_a_reject(source: EbaySource):
    listings, page = [], 0
    while page is not None:
        found = await source.search(SearchRequest("EBAY_US", "ddr4", page_size=50), page)
        assert found.parsed.rejected == ()
        assert found.parsed.warnings == ()
        listings += found.parsed.listings
        page = found.next_page
    assert len(listings) == found.parsed.total > 50
    assert len({each.listing_id for each in listings}) == len(listings)
    assert any("AUCTION" in each.buying_options for each in listings)
    assert all(each.url and each.image_url for each in listings)


@pytest.mark.parametrize("marketplace", ["EBAY_US", "EBAY_GB", "EBAY_DE", "EBAY_AU"])
async def test_every_marketplace_answers_in_its_own_currency(source: EbaySource, marketplace: str):
    request = SearchRequest(marketplace, "ddr4", price_min_minor=1000, price_max_minor=90_000, condition_ids=("3000",))
    found = await source.search(request, 0)
    assert found.parsed.listings
    assert (found.parsed.rejected, found.parsed.warnings) == ((), ())
    assert {each.condition_id for each in found.parsed.listings} == {"3000"}


async def test_the_short_look_tells_the_same_as_the_whole(source: EbaySource):
    page = await source.search(SearchRequest("EBAY_DE", "ddr4", page_size=10), 0)
    fixed = [each for each in page.parsed.listings if "AUCTION" not in each.buying_options]
    whole = await source.inspect(fixed, datetime.now(UTC))
    listings = [each.listing for each in whole if each.listing is not None]
    assert len(listings) == len(fixed) > 0
    short = await source.inspect(listings, datetime.now(UTC))
    assert [each.listing for each in short] == listings
    assert [each.sold_quantity for each in short] == [each.sold_quantity for each in whole]


async def test_an_item_is_followed_from_active_to_its_end(source: EbaySource, simulator: str):
    planted = order(simulator, "plant")["item_id"].removeprefix("ebay:")
    (listing,) = parse(search_answer(summary(itemId=planted)), US).listings
    (active,) = await source.inspect([listing], datetime.now(UTC))
    assert active.state == "active"
    assert active.listing is not None
    assert active.listing.aspects
    order(simulator, "end", item_id=planted)
    unknown = listing.model_copy(update={"item_id": "v1|999999999999|0"})
    ended, gone = await source.inspect([listing, unknown], datetime.now(UTC))
    assert (ended.state in {"ended", "sold_out", "gone"}, gone.state) == (True, "gone")


async def test_a_revoked_token_is_replaced_unnoticed(source: EbaySource, simulator: str):
    await source.search(REQUEST, 0)
    order(simulator, "tokens/revoke")
    assert (await source.search(REQUEST, 0)).parsed.listings


async def test_the_daily_quota_ends_in_a_moment_to_come_back(source: EbaySource):
    limit = await source.rate_limit()
    assert (limit.limit, limit.remaining) == (60, 60)
    for _ in range(60):
        await source.search(SearchRequest("EBAY_US", "ddr4", page_size=1), 0)
    with pytest.raises(RateLimitedError) as failed:
        await source.search(REQUEST, 0)
    spent = await source.rate_limit()
    assert (spent.remaining, spent.reset_at) == (0, failed.value.retry_at)


async def test_wrong_credentials_are_named(simulator: str):
    async with HttpClient() as http:
        stranger = EbaySource(http, EbayOptions("simulator", SecretStr("wrong"), simulator), OpenQuota())
        with pytest.raises(CredentialsError, match="invalid_client"):
            await stranger.search(REQUEST, 0)


@pytest.mark.parametrize(("fault", "error"), [("html", BlockedError), ("broken", MarketplaceError)])
async def test_faults_of_the_marketplace_are_errors(source: EbaySource, simulator: str, fault: str, error: type):
    order(simulator, "faults", ebay={fault: 1.0})
    with pytest.raises(error):
        await source.search(REQUEST, 0)
