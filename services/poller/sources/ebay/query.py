"""Search requests in the grammar of the Browse API."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from libs.domain.money import to_decimal
from services.poller.sources.ebay.marketplaces import Marketplace
from services.poller.sources.errors import RequestRefusedError
from services.poller.sources.source import SearchRequest

WINDOW = 10_000
"""eBay pages no deeper than this many items."""
MAX_PAGE_SIZE = 200
ALL_OPTIONS = ("FIXED_PRICE", "AUCTION", "BEST_OFFER")
"""Without them a search returns fixed prices only, and an auction vanishes at its first bid."""

_PLAIN = re.compile(r"[A-Za-z0-9._*-]{1,64}")


def search_params(request: SearchRequest, home: Marketplace, page: int) -> dict[str, str]:
    """Parameters of one page, newest first; raises ``RequestRefusedError`` for what eBay would refuse."""
    if not request.query.strip() and not request.category_id:
        raise RequestRefusedError("a search needs words or a category; both are empty")
    if not 1 <= request.page_size <= MAX_PAGE_SIZE:
        raise RequestRefusedError(f"a page holds 1 to {MAX_PAGE_SIZE} items, not {request.page_size}")
    offset = page * request.page_size
    if not 0 <= offset < WINDOW:
        raise RequestRefusedError(f"page {page} begins at item {offset}; eBay pages from 0 up to item {WINDOW}")
    params = {
        "limit": str(request.page_size),
        "offset": str(offset),
        "sort": "newlyListed",
        "filter": search_filter(request, home),
    }
    if request.query.strip():
        params["q"] = request.query.strip()
    if request.category_id:
        params["category_ids"] = _plain("a category id", request.category_id)
    return params


def search_filter(request: SearchRequest, home: Marketplace) -> str:
    """The ``filter`` parameter: ``name:value`` joined by commas."""
    parts = [f"buyingOptions:{_set('a buying option', ALL_OPTIONS)}"]
    low, high = request.price_min_minor, request.price_max_minor
    if low is not None or high is not None:
        # Without its currency eBay ignores the price and answers for the whole market.
        parts += [f"price:[{_bound(low, home)}..{_bound(high, home)}]", f"priceCurrency:{home.currency}"]
    if request.condition_ids:
        parts.append(f"conditionIds:{_set('a condition id', request.condition_ids)}")
    if request.location_country:
        parts.append(f"itemLocationCountry:{_plain('a country', request.location_country)}")
    if request.exclude_sellers:
        parts.append(f"excludeSellers:{_set('a seller', request.exclude_sellers)}")
    return ",".join(parts)


def headers(token: str, home: Marketplace, postal_codes: Mapping[str, str]) -> dict[str, str]:
    """Who asks, on which marketplace, and where it would be sent, for calculated shipping."""
    postal_code = postal_codes.get(home.name, home.postal_code)
    place = f"country={home.country}" + (f",zip={postal_code}" if postal_code else "")
    return {
        "authorization": f"Bearer {token}",
        "x-ebay-c-marketplace-id": home.name,
        "x-ebay-c-enduserctx": f"contextualLocation={quote(place, safe='')}",
        "accept-language": home.language,
        "accept": "application/json",
    }


def _bound(minor: int | None, home: Marketplace) -> str:
    return "" if minor is None else str(to_decimal(minor, home.currency))


def _set(what: str, values: Iterable[str]) -> str:
    return "{" + "|".join(_plain(what, each) for each in values) + "}"


def _plain(what: str, value: str) -> str:
    """A value that cannot end its filter and begin another one."""
    if not _PLAIN.fullmatch(value):
        raise RequestRefusedError(f"{what} is {value[:40]!r}; letters, digits and . _ * - are allowed in a filter")
    return value
