"""The live eBay: searches, looks at single items, and what is left of the quota."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from libs.contracts.listing import Listing
from libs.http.answer import Answer
from libs.http.client import HttpClient, Request
from libs.http.errors import HttpError, NotJsonError, RefusedError, StatusError, TooManyRequestsError
from libs.telemetry.names import SOURCE_CALLS
from services.poller.sources.ebay.answers import meaning
from services.poller.sources.ebay.auth import TokenProvider
from services.poller.sources.ebay.errors import TooManyCallsError, raise_for_errors, warning_sentences
from services.poller.sources.ebay.fields import nodes, text
from services.poller.sources.ebay.inspection import inspected, was_read_whole
from services.poller.sources.ebay.item import SOURCE
from services.poller.sources.ebay.marketplaces import SEARCHABLE, Marketplace, asked_at, marketplace
from services.poller.sources.ebay.parse import parse
from services.poller.sources.ebay.query import WINDOW, headers, search_params
from services.poller.sources.ebay.quota import RATE_LIMIT_PARAMS, RATE_LIMIT_PATH, RateLimit, read_rate_limit
from services.poller.sources.errors import (
    BlockedError,
    BudgetSpentError,
    CredentialsError,
    ItemGoneError,
    RateLimitedError,
    SourceError,
    UnavailableError,
    WarnedError,
)
from services.poller.sources.payload import decode
from services.poller.sources.source import Inspection, ParseContext, ParsedPayload, Quota, SearchRequest, SourcePage

API_URL = "https://api.ebay.com"
SEARCH_PATH = "/buy/browse/v1/item_summary/search"
ITEM_PATH = "/buy/browse/v1/item/"
PAUSE_WHEN_LIMITED = timedelta(minutes=5)
"""When eBay says neither in the answer nor in its analytics how long the limit lasts."""


@dataclass(frozen=True, slots=True)
class EbayOptions:
    """Where eBay is and who asks."""

    client_id: str
    client_secret: SecretStr
    api_url: str = API_URL
    postal_codes: Mapping[str, str] = field(default_factory=dict)
    """By marketplace: where calculated shipping is asked to; a main city by default."""


class EbaySource:
    """eBay behind the port of all sources; ``looks`` is what looking at single items spends."""

    def __init__(
        self,
        http: HttpClient,
        options: EbayOptions,
        quota: Quota,
        looks: Quota | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http
        self._options = options
        self._quota = quota
        self._looks = looks or quota
        self._clock = clock
        self._url = options.api_url.rstrip("/")
        self._tokens = TokenProvider(http, self._url, options.client_id, options.client_secret)
        self._is_local = urlsplit(self._url).hostname in {"localhost", "127.0.0.1", "::1"}

    @property
    def name(self) -> str:
        return SOURCE

    async def search(self, request: SearchRequest, page: int) -> SourcePage:
        """Ask for one page, newest first and with auctions; raises a ``SourceError``.

        An answer with warnings is refused (``WarnedError``): eBay ignored a part of the question.
        """
        home = marketplace(request.marketplace)
        document = await self._ask(SEARCH_PATH, search_params(request, home, page), home, spends=self._quota)
        if warnings := warning_sentences(document):
            raise WarnedError(tuple(warnings))
        parsed = parse(document, self.context(request.marketplace, request.vertical))
        shown = _shown_currencies(document)
        if shown and home.currency not in shown:
            seen = ", ".join(sorted(shown))
            raise WarnedError((f"prices are shown in {seen}, not in {home.currency}: no answer of {home.name}",))
        is_full = len(parsed.listings) + len(parsed.rejected) >= request.page_size
        is_deeper = (page + 1) * request.page_size < WINDOW
        return SourcePage(parsed, page + 1 if parsed.more and is_full and is_deeper else None)

    async def inspect(self, listings: Sequence[Listing], now: datetime) -> list[Inspection]:
        """Look at items one after the other; raises only ``CredentialsError``.

        Once a limit is reached the rest is ``unknown`` without being asked.
        """
        looked: list[Inspection] = []
        for position, listing in enumerate(listings):
            try:
                looked.append(await self._inspect(listing, now))
            except (RateLimitedError, BudgetSpentError) as stop:
                rest = listings[position:]
                return looked + [Inspection(each.item_id, "unknown", reason=str(stop)) for each in rest]
        return looked

    def parse(self, payload: object, context: ParseContext) -> ParsedPayload:
        return parse(payload, context)

    async def rate_limit(self) -> RateLimit:
        """What eBay counts itself; costs nothing of the quota."""
        document = await self._ask(RATE_LIMIT_PATH, RATE_LIMIT_PARAMS, SEARCHABLE["EBAY_US"], spends=None)
        return read_rate_limit(document)

    def context(self, marketplace: str, vertical: str) -> ParseContext:
        """How to read an answer that arrives now."""
        return ParseContext(marketplace, vertical, self._clock(), allow_loopback=self._is_local)

    async def _inspect(self, listing: Listing, now: datetime) -> Inspection:
        item_id, home = listing.item_id, asked_at(listing.marketplace, listing.currency)
        context = ParseContext(home.name, listing.vertical, now, allow_loopback=self._is_local)
        is_short = was_read_whole(listing) and "AUCTION" not in listing.buying_options
        params = {"fieldgroups": "COMPACT"} if is_short else {}
        try:
            document = await self._ask(ITEM_PATH + quote(item_id, safe=""), params, home, spends=self._looks)
            return inspected(listing, document, context)
        except ItemGoneError as error:
            return Inspection(item_id, "gone", reason=str(error))
        except (CredentialsError, RateLimitedError, BudgetSpentError):
            raise
        except SourceError as error:
            return Inspection(item_id, "unknown", reason=str(error))

    async def _ask(self, path: str, params: Mapping[str, str], home: Marketplace, *, spends: Quota | None) -> object:
        """Ask and decode, with every failure told as a ``SourceError``."""
        try:
            document = await self._translated(path, params, home, spends)
        except SourceError as error:
            SOURCE_CALLS.labels(SOURCE, type(error).__name__).inc()
            raise
        SOURCE_CALLS.labels(SOURCE, "ok").inc()
        return document

    async def _translated(
        self, path: str, params: Mapping[str, str], home: Marketplace, spends: Quota | None
    ) -> object:
        try:
            answer = await self._authorised(path, params, home, spends)
            document = decode(answer.require_json())
            raise_for_errors(document, answer.status)
        except TooManyRequestsError as error:
            raise await self._limited(error.retry_after_s) from None
        except TooManyCallsError:
            raise await self._limited(None) from None
        except NotJsonError as error:
            raise BlockedError(str(error)) from None
        except StatusError as error:
            raise meaning(error.answer) from None
        except HttpError as error:
            raise UnavailableError(str(error)) from None
        return document

    async def _authorised(
        self, path: str, params: Mapping[str, str], home: Marketplace, spends: Quota | None
    ) -> Answer:
        """Send with a token; a refused token is dropped and replaced once."""
        token = await self._tokens.token()
        try:
            return await self._send(path, params, home, token, spends)
        except RefusedError as error:
            if error.status != 401:
                raise
        self._tokens.drop(token)
        return await self._send(path, params, home, await self._tokens.token(), spends)

    async def _send(
        self, path: str, params: Mapping[str, str], home: Marketplace, token: SecretStr, spends: Quota | None
    ) -> Answer:
        said = headers(token.get_secret_value(), home, self._options.postal_codes)
        request = Request("GET", self._url + path, params=params, headers=said)
        return await self._http.request(request, before_attempt=partial(_spend, spends) if spends else None)

    async def _limited(self, retry_after_s: float | None) -> RateLimitedError:
        """When to come back: as the answer says, else as the analytics say, else after a pause."""
        now = self._clock()
        if retry_after_s is not None:
            return RateLimitedError(SOURCE, now + timedelta(seconds=retry_after_s))
        return RateLimitedError(SOURCE, await self._reset_at() or now + PAUSE_WHEN_LIMITED)

    async def _reset_at(self) -> datetime | None:
        try:
            answer = await self._authorised(RATE_LIMIT_PATH, RATE_LIMIT_PARAMS, SEARCHABLE["EBAY_US"], None)
            limit = read_rate_limit(decode(answer.require_json()))
        except (HttpError, SourceError):
            return None
        return limit.reset_at if limit.remaining == 0 else None


async def _spend(quota: Quota) -> None:
    if not await quota.reserve(1):
        raise BudgetSpentError(SOURCE)


def _shown_currencies(document: object) -> set[str]:
    """The currencies an answer shows its prices in: a site shows its own, also for offers from abroad."""
    items = nodes(document, "itemSummaries") if isinstance(document, Mapping) else []
    prices = [each["price"] for each in items if isinstance(each.get("price"), Mapping)]
    return {currency for each in prices if isinstance(each, Mapping) and (currency := text(each, "currency"))}
