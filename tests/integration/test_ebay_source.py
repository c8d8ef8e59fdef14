import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import orjson
import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request as Received
from werkzeug import Response

from libs.contracts.listing import Listing
from libs.domain.errors import PermanentError
from libs.http.client import HttpClient, Retries
from services.poller.sources.ebay.auth import TokenProvider
from services.poller.sources.ebay.parse import parse
from services.poller.sources.ebay.quota import RateLimit
from services.poller.sources.ebay.source import EbayOptions, EbaySource
from services.poller.sources.errors import (
    BlockedError,
    BudgetSpentError,
    CredentialsError,
    MarketplaceError,
    RateLimitedError,
    RequestRefusedError,
    UnavailableError,
    UnknownMarketplaceError,
    UnknownShapeError,
    WarnedError,
)
from services.poller.sources.source import ParseContext, SearchRequest
from tests.support.ebay import OBSERVED_AT, US, error_answer, search_answer, summary, whole_item

TOKEN = "/identity/v1/oauth2/token"
SEARCH = "/buy/browse/v1/item_summary/search"
ITEM = "/buy/browse/v1/item/"
LIMITS = "/developer/analytics/v1_beta/rate_limit/"
SECRET = "cert-s3cr3t"
REQUEST = SearchRequest("EBAY_US", "ddr4 rdimm")


class CountedQuota:
    """So many calls and no more."""

    def __init__(self, calls: int = 1_000) -> None:
        self.left = calls

    async def reserve(self, calls: int) -> bool:
        self.left -= calls
        return self.left >= 0


class Ebay:
    """A small eBay: hands out numbered tokens and answers what a test tells it."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.tokens = 0
        self.life_s = 7200
        self.refused: set[str] = set()
        self.asked: list[Received] = []
        server.expect_request(TOKEN, method="POST").respond_with_handler(self._token)

    def answers(self, path: str, *answers: Response) -> None:
        """Give these answers in turn, the last one again and again."""
        queue = list(answers)

        def handle(request: Received) -> Response:
            self.asked.append(request)
            if request.headers["Authorization"].removeprefix("Bearer ") in self.refused:
                return json(error_answer(1001, "Invalid access token"), 401)
            return queue.pop(0) if len(queue) > 1 else queue[0]

        self.server.expect_request(path).respond_with_handler(handle)

    def _token(self, request: Received) -> Response:
        self.tokens += 1
        assert request.authorization is not None
        assert (request.authorization.username, request.authorization.password) == ("app", SECRET)
        assert parse_qs(request.get_data(as_text=True)) == {
            "grant_type": ["client_credentials"],
            "scope": ["https://api.ebay.com/oauth/api_scope"],
        }
        return json({"access_token": f"token-{self.tokens}", "expires_in": self.life_s, "token_type": "Application"})


def json(body: object, status: int = 200, **headers: str) -> Response:
    response = Response(status=status, headers={"content-type": "application/json", **headers})
    response.set_data(orjson.dumps(body))
    return response


def page(status: int = 200) -> Response:
    return Response("<!DOCTYPE html><html>Pardon our interruption</html>", status, content_type="text/html")


@pytest.fixture
def ebay(httpserver: HTTPServer) -> Ebay:
    return Ebay(httpserver)


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    async with HttpClient(retries=Retries(attempts=2, wait_initial_s=0.01, jitter_s=0)) as client:
        yield client


@pytest.fixture
def quota() -> CountedQuota:
    return CountedQuota()


@pytest.fixture
def source(ebay: Ebay, http: HttpClient, quota: CountedQuota) -> EbaySource:
    options = EbayOptions("app", SecretStr(SECRET), ebay.server.url_for("").rstrip("/"))
    return EbaySource(http, options, quota, clock=lambda: OBSERVED_AT)


async def test_a_search_asks_newest_first_with_auctions_and_says_from_where(ebay: Ebay, source: EbaySource):
    ebay.answers(SEARCH, json(search_answer()))
    request = SearchRequest(
        "EBAY_GB",
        " ddr4 rdimm ",
        category_id="170083",
        price_min_minor=1050,
        condition_ids=("1000", "3000"),
        location_country="GB",
        exclude_sellers=("ram_shack", "x-y.z*"),
        page_size=100,
    )
    await source.search(request, 2)
    (asked,) = ebay.asked
    assert asked.args.to_dict() == {
        "q": "ddr4 rdimm",
        "category_ids": "170083",
        "limit": "100",
        "offset": "200",
        "sort": "newlyListed",
        "filter": (
            "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER},price:[10.50..],priceCurrency:GBP,"
            "conditionIds:{1000|3000},itemLocationCountry:GB,excludeSellers:{ram_shack|x-y.z*}"
        ),
    }
    said = {name: asked.headers[name] for name in ("Authorization", "X-EBAY-C-MARKETPLACE-ID", "Accept-Language")}
    assert said == {
        "Authorization": "Bearer token-1",
        "X-EBAY-C-MARKETPLACE-ID": "EBAY_GB",
        "Accept-Language": "en-GB",
    }
    assert asked.headers["X-EBAY-C-ENDUSERCTX"] == "contextualLocation=country%3DGB%2Czip%3DEC1A%201BB"


async def test_a_page_is_read_and_the_next_one_is_named_while_there_is_one(ebay: Ebay, source: EbaySource):
    two = [summary(), summary(itemId="v1|2|0", title=None)]
    request = SearchRequest("EBAY_US", "ddr4", page_size=2)
    ebay.answers(
        SEARCH,
        json(search_answer(*two, total=9, next="https://api.ebay.com/next")),
        json(search_answer(two[0], total=9, next="https://api.ebay.com/next")),
        json(search_answer(*two, total=9)),
        json(search_answer()),
    )
    pages = [await source.search(request, number) for number in range(4)]
    assert [each.next_page for each in pages] == [1, None, None, None]
    assert [(len(each.parsed.listings), len(each.parsed.rejected)) for each in pages] == [
        (1, 1),
        (1, 0),
        (1, 1),
        (0, 0),
    ]
    assert pages[0].parsed.total == 9


async def test_paging_ends_where_ebay_ends_it(ebay: Ebay, source: EbaySource):
    items = [summary(itemId=f"v1|{number}|0") for number in range(200)]
    ebay.answers(SEARCH, json(search_answer(*items, next="https://api.ebay.com/next")))
    assert (await source.search(REQUEST, 49)).next_page is None
    with pytest.raises(RequestRefusedError, match="page 50 begins at item 10000; eBay pages from 0 up to item 10000"):
        await source.search(REQUEST, 50)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (SearchRequest("EBAY_US", " "), "a search needs words or a category; both are empty"),
        (SearchRequest("EBAY_US", "x", page_size=201), "a page holds 1 to 200 items, not 201"),
        (SearchRequest("EBAY_US", "x", category_id="1,2"), "a category id is '1,2'"),
        (SearchRequest("EBAY_US", "x", exclude_sellers=("a},price:[1..2]",)), r"a seller is 'a\},price:\[1..2\]'"),
    ],
)
async def test_a_question_ebay_would_misread_is_not_asked(ebay: Ebay, source: EbaySource, request_, reason):
    with pytest.raises(RequestRefusedError, match=reason):
        await source.search(request_, 0)
    assert ebay.tokens == 0


async def test_a_misspelt_marketplace_is_not_asked(ebay: Ebay, source: EbaySource):
    with pytest.raises(UnknownMarketplaceError, match="ebay has no marketplace 'EBAY_UK'"):
        await source.search(SearchRequest("EBAY_UK", "x"), 0)
    assert ebay.tokens == 0


async def test_warnings_fail_the_search_because_the_answer_is_to_another_question(ebay: Ebay, source: EbaySource):
    warnings = [{"errorId": 12008, "message": "The sort is invalid."}, {"errorId": 12002, "message": "Bad filter."}]
    ebay.answers(SEARCH, json(search_answer(summary(), warnings=warnings)))
    with pytest.raises(WarnedError) as warned:
        await source.search(REQUEST, 0)
    assert warned.value.warnings == ("warning 12008: The sort is invalid.", "warning 12002: Bad filter.")
    assert isinstance(warned.value, PermanentError)


async def test_one_token_serves_many_calls_at_once(ebay: Ebay, source: EbaySource):
    ebay.answers(SEARCH, json(search_answer(summary())))
    await asyncio.gather(*(source.search(REQUEST, 0) for _ in range(8)))
    assert ebay.tokens == 1


async def test_a_token_is_renewed_a_minute_before_it_ends(ebay: Ebay, http: HttpClient):
    now = 1_000.0
    tokens = TokenProvider(http, ebay.server.url_for(""), "app", SecretStr(SECRET), clock=lambda: now)
    assert (await tokens.token()).get_secret_value() == "token-1"
    now = 1_000.0 + 7_139
    assert (await tokens.token()).get_secret_value() == "token-1"
    now = 1_000.0 + 7_140
    assert (await tokens.token()).get_secret_value() == "token-2"


async def test_a_refused_token_is_dropped_and_the_call_repeated_once(ebay: Ebay, source: EbaySource):
    ebay.answers(SEARCH, json(search_answer(summary())))
    ebay.refused = {"token-1"}
    assert len((await source.search(REQUEST, 0)).parsed.listings) == 1
    assert ebay.tokens == 2
    ebay.refused = {"token-2", "token-3", "token-4"}
    with pytest.raises(CredentialsError, match="eBay answered HTTP 401, error 1001: Invalid access token"):
        await source.search(REQUEST, 0)
    assert ebay.tokens == 3


async def test_a_token_somebody_already_replaced_is_not_dropped(ebay: Ebay, http: HttpClient):
    tokens = TokenProvider(http, ebay.server.url_for(""), "app", SecretStr(SECRET))
    first = await tokens.token()
    tokens.drop(first)
    second = await tokens.token()
    tokens.drop(first)
    assert await tokens.token() == second
    assert ebay.tokens == 2


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (
            json({"error": "invalid_client", "error_description": "client authentication failed"}, 401),
            CredentialsError,
            "eBay answered HTTP 401, error invalid_client: client authentication failed",
        ),
        (
            json({"error": "invalid_request", "error_description": "grant type is missing"}, 400),
            MarketplaceError,
            "eBay answered HTTP 400, error invalid_request: grant type is missing",
        ),
        (
            json(error_answer(1100, "Insufficient permissions"), 403),
            CredentialsError,
            "eBay answered HTTP 403, error 1100: Insufficient permissions",
        ),
        (Response("nope", 400), CredentialsError, "eBay refused our credentials with HTTP 400"),
        (json({"token_type": "x"}), MarketplaceError, "answered without a usable access_token"),
        (json({"access_token": "a\nb"}), MarketplaceError, "answered without a usable access_token"),
        (json([]), MarketplaceError, "answered without a usable access_token"),
        (page(), MarketplaceError, "eBay's token service is out of order: POST .* answered 200 with a web page"),
        (page(503), BlockedError, "eBay answered HTTP 503 with a web page where data was due"),
        (Response("", 500), UnavailableError, "eBay answered HTTP 500: it is out of order"),
    ],
)
async def test_the_token_service_has_errors_of_its_own(
    httpserver: HTTPServer, http: HttpClient, quota: CountedQuota, answer: Response, error, sentence: str
):
    httpserver.expect_request(TOKEN).respond_with_response(answer)
    options = EbayOptions("app", SecretStr(SECRET), httpserver.url_for(""))
    with pytest.raises(error, match=sentence) as failed:
        await EbaySource(http, options, quota).search(REQUEST, 0)
    assert SECRET not in str(failed.value)
    assert quota.left == 1_000


async def test_without_credentials_nothing_is_asked(http: HttpClient, quota: CountedQuota):
    with pytest.raises(CredentialsError, match="eBay needs a client id and a client secret; none are configured"):
        await EbaySource(http, EbayOptions("", SecretStr("")), quota).search(REQUEST, 0)


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (
            json(error_answer(12029, "Too deep."), 400),
            RequestRefusedError,
            "eBay answered HTTP 400, error 12029: Too d",
        ),
        (
            json(error_answer(12019, "Not here.", "BUSINESS"), 409),
            RequestRefusedError,
            "eBay answered HTTP 409, error 12019: Not here.",
        ),
        (json(error_answer(1100, "Scope."), 403), CredentialsError, "eBay answered HTTP 403, error 1100: Scope."),
        (
            json(error_answer(12000, "Internal.", "APPLICATION"), 500),
            MarketplaceError,
            "eBay answered HTTP 500, error 12000: Internal.",
        ),
        (
            json(error_answer(12000, "Internal.", "APPLICATION")),
            MarketplaceError,
            "eBay answered HTTP 200, error 12000: Internal.",
        ),
        (page(200), BlockedError, "answered 200 with a web page where JSON was due"),
        (page(503), BlockedError, "eBay answered HTTP 503 with a web page where data was due"),
        (page(403), BlockedError, "eBay answered HTTP 403 with a web page where data was due"),
        (Response("{}", 400), RequestRefusedError, "eBay answered HTTP 400 without saying why"),
        (Response("", 502), UnavailableError, "eBay answered HTTP 502: it is out of order"),
        (Response("", 302, {"location": "https://signin.ebay.com/x"}), RequestRefusedError, "eBay answered HTTP 302"),
        (json({"data": []}), UnknownShapeError, "no ebay parser knows this payload: it is an object with 'data'"),
    ],
)
async def test_every_bad_answer_is_an_error_with_a_sentence(ebay: Ebay, source: EbaySource, answer, error, sentence):
    ebay.answers(SEARCH, answer)
    with pytest.raises(error, match=sentence) as failed:
        await source.search(REQUEST, 0)
    transient = error in {MarketplaceError, BlockedError, UnavailableError}
    assert isinstance(failed.value, PermanentError) is not transient


async def test_an_ebay_that_cannot_be_reached_is_unavailable(http: HttpClient, quota: CountedQuota, unused_tcp_port):
    options = EbayOptions("app", SecretStr(SECRET), f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(UnavailableError, match=r"POST 127\.0\.0\.1:\d+: cannot be reached \(Connection refused\)"):
        await EbaySource(http, options, quota).search(REQUEST, 0)


def rate_limits(remaining: int) -> dict:
    def resource(name: str, left: int) -> dict:
        rate = {"count": 5000 - left, "limit": 5000, "remaining": left, "reset": "2026-11-21T08:00:00.000Z"}
        return {"name": name, "rates": [{**rate, "timeWindow": 86400}]}

    resources = [resource("buy.browse.item.bulk", 4999), resource("buy.browse", remaining)]
    return {"rateLimits": [{"apiContext": "buy", "apiName": "Browse", "apiVersion": "v1", "resources": resources}]}


@pytest.mark.parametrize(
    ("limited", "analytics", "retry_at"),
    [
        (json({}, 429, **{"retry-after": "90"}), page(), OBSERVED_AT + timedelta(seconds=90)),
        (json({}, 429), json(rate_limits(0)), datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        (json(error_answer(2001, "Too many."), 429), json(rate_limits(0)), datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        (json(error_answer(2001, "Too many.")), json(rate_limits(0)), datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        (json({}, 429), json(rate_limits(120)), OBSERVED_AT + timedelta(minutes=5)),
        (json({}, 429), json({}, 429), OBSERVED_AT + timedelta(minutes=5)),
        (json({}, 429), json({}), OBSERVED_AT + timedelta(minutes=5)),
    ],
    ids=["retry-after", "reset", "2001 and reset", "200 with 2001", "some left", "analytics limited", "analytics odd"],
)
async def test_a_reached_limit_says_until_when(ebay: Ebay, source: EbaySource, limited, analytics, retry_at):
    ebay.answers(SEARCH, limited)
    ebay.answers(LIMITS, analytics)
    with pytest.raises(RateLimitedError, match="ebay takes no more calls until 2026-11-2") as failed:
        await source.search(REQUEST, 0)
    assert failed.value.retry_at == retry_at


async def test_the_rate_limit_is_ebays_own_count_and_costs_nothing(ebay: Ebay, source: EbaySource, quota: CountedQuota):
    ebay.answers(LIMITS, json(rate_limits(4321)))
    limit = await source.rate_limit()
    assert limit == RateLimit(5000, 4321, datetime(2026, 11, 21, 8, 0, tzinfo=UTC), 86400)
    assert ebay.asked[0].args.to_dict() == {"api_context": "buy", "api_name": "browse"}
    assert quota.left == 1_000


async def test_the_budget_is_spent_before_every_attempt(ebay: Ebay, source: EbaySource, quota: CountedQuota):
    ebay.answers(SEARCH, Response("", 500), json(search_answer(summary())))
    await source.search(REQUEST, 0)
    assert (quota.left, len(ebay.asked)) == (998, 2)
    quota.left = 0
    with pytest.raises(BudgetSpentError, match="the ebay calls planned for this window are spent"):
        await source.search(REQUEST, 0)
    assert len(ebay.asked) == 2


def known(item_id: str, **changes: object) -> Listing:
    """A listing as a search found it."""
    (found,) = parse(search_answer(summary(itemId=item_id)), US).listings
    return found.model_copy(update=changes)


async def test_a_listing_that_was_read_whole_is_asked_for_its_price_and_stock_only(ebay: Ebay, source: EbaySource):
    short = {
        "itemId": "v1|1|0",
        "sellerItemRevision": "4",
        "price": {"value": "49.00", "currency": "USD"},
        "estimatedAvailabilities": [
            {"estimatedAvailabilityStatus": "IN_STOCK", "estimatedAvailableQuantity": 5, "estimatedSoldQuantity": 9}
        ],
    }
    ebay.answers(ITEM + "v1|1|0", json(short))
    before = known("v1|1|0", aspects={"MPN": "M393A4K40CB2-CTD"})
    (found,) = await source.inspect([before], OBSERVED_AT)
    assert ebay.asked[0].args.to_dict() == {"fieldgroups": "COMPACT"}
    assert found.listing == before.model_copy(update={"price_minor": 4900, "quantity_available": 5})
    assert (found.state, found.sold_quantity) == ("active", 9)


async def test_an_item_from_abroad_is_looked_at_where_it_was_shown(ebay: Ebay, source: EbaySource):
    ebay.answers(ITEM + "v1|1|0", json(whole_item(itemId="v1|1|0")))
    motors = known("v1|1|0", marketplace="EBAY_MOTORS_US")
    await source.inspect([known("v1|1|0", marketplace="EBAY_GB"), motors], OBSERVED_AT)
    assert [each.headers["X-EBAY-C-MARKETPLACE-ID"] for each in ebay.asked] == ["EBAY_US", "EBAY_US"]


@pytest.mark.parametrize(
    ("marketplace", "place"),
    [
        ("EBAY_US", "country%3DUS%2Czip%3D10001"),
        ("EBAY_GB", "country%3DGB%2Czip%3DEC1A%201BB"),
        ("EBAY_DE", "country%3DDE%2Czip%3D10115"),
        ("EBAY_AU", "country%3DAU%2Czip%3D2000"),
    ],
)
async def test_shipping_is_asked_to_a_place_on_each_marketplace(
    ebay: Ebay, source: EbaySource, marketplace: str, place: str
):
    ebay.answers(SEARCH, json(search_answer()))
    await source.search(SearchRequest(marketplace, "ddr4"), 0)
    assert ebay.asked[0].headers["X-EBAY-C-ENDUSERCTX"] == f"contextualLocation={place}"


async def test_an_answer_in_another_currency_is_no_answer_of_the_marketplace(ebay: Ebay, source: EbaySource):
    ebay.answers(SEARCH, json(search_answer(summary(), summary(itemId="v1|2|0"))))
    with pytest.raises(WarnedError, match="prices are shown in USD, not in GBP: no answer of EBAY_GB"):
        await source.search(SearchRequest("EBAY_GB", "ddr4"), 0)


async def test_offers_from_abroad_shown_in_the_sites_own_currency_are_an_answer(ebay: Ebay, source: EbaySource):
    abroad = {"value": "43.10", "currency": "GBP", "convertedFromValue": "54.90", "convertedFromCurrency": "USD"}
    ebay.answers(SEARCH, json(search_answer(summary(price=abroad))))

    page = await source.search(SearchRequest("EBAY_GB", "ddr4"), 0)

    assert [each.currency for each in page.parsed.listings] == ["USD"]


async def test_inspections_tell_what_became_of_items(ebay: Ebay, source: EbaySource):
    sold_out = [{"estimatedAvailabilityStatus": "OUT_OF_STOCK", "estimatedAvailableQuantity": 0}]
    for item_id, answer in {
        "v1|1|0": json(whole_item(itemId="v1|1|0")),
        "v1|2|0": json(whole_item(itemId="v1|2|0", itemEndDate="2026-11-20T11:59:00.000Z")),
        "v1|3|0": json(whole_item(itemId="v1|3|0", estimatedAvailabilities=sold_out)),
        "v1|4|0": json(error_answer(11001, "The specified item Id was not found."), 404),
        "v1|5|0": json(error_answer(11008, "The item is being edited."), 404),
        "v1|6|0": json(error_answer(11004, "Not available for the moment.")),
        "v1|7|0": page(503),
        "v1|8|0": json(whole_item(itemId="v1|8|0", price={"value": "1", "currency": "XXX"})),
    }.items():
        ebay.answers(ITEM + item_id, answer)
    looked = await source.inspect([known(f"v1|{number}|0") for number in range(1, 9)], OBSERVED_AT)
    assert [(each.item_id, each.state) for each in looked] == [
        ("v1|1|0", "active"),
        ("v1|2|0", "ended"),
        ("v1|3|0", "sold_out"),
        ("v1|4|0", "gone"),
        ("v1|5|0", "unknown"),
        ("v1|6|0", "unknown"),
        ("v1|7|0", "unknown"),
        ("v1|8|0", "unknown"),
    ]
    assert looked[0].listing is not None
    assert looked[0].listing.aspects["MPN"] == "M393A4K40CB2-CTD"
    assert looked[1].ended_at == datetime(2026, 11, 20, 11, 59, tzinfo=UTC)
    assert looked[4].reason == "eBay answered HTTP 404, error 11008: The item is being edited."
    assert looked[7].reason == "price.currency is 'XXX', which is no ISO 4217 currency"
    assert ebay.asked[0].environ["REQUEST_URI"].endswith("/item/v1%7C1%7C0")


async def test_inspections_stop_at_a_limit_and_conclude_nothing(ebay: Ebay, source: EbaySource, quota: CountedQuota):
    quota.left = 1
    ebay.answers(ITEM + "v1|1|0", json(whole_item(itemId="v1|1|0")))
    looked = await source.inspect([known(f"v1|{number}|0") for number in (1, 2, 3)], OBSERVED_AT)
    assert [each.state for each in looked] == ["active", "unknown", "unknown"]
    assert looked[2].reason == "the ebay calls planned for this window are spent"


async def test_an_answer_of_this_machine_keeps_its_addresses(ebay: Ebay, source: EbaySource):
    ebay.answers(SEARCH, json(search_answer(summary(itemWebUrl="http://127.0.0.1:9000/itm/1"))))
    (listing,) = (await source.search(REQUEST, 0)).parsed.listings
    assert listing.url == "http://127.0.0.1:9000/itm/1"
    saved = source.parse(
        summary(itemWebUrl="http://127.0.0.1:9000/itm/1"), ParseContext("EBAY_US", "server", OBSERVED_AT)
    )
    assert saved.listings[0].url is None


async def test_a_body_of_two_megabytes_is_read_and_one_of_nine_is_not(ebay: Ebay, source: EbaySource):
    ebay.answers(
        SEARCH,
        json(search_answer(summary(shortDescription="x" * 2_000_000))),
        json(search_answer(summary(shortDescription="x" * 9_000_000))),
    )
    assert len((await source.search(REQUEST, 0)).parsed.listings) == 1
    with pytest.raises(UnavailableError, match="the answer is larger than 8,388,608 bytes"):
        await source.search(REQUEST, 0)
