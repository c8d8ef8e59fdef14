"""`GET /buy/browse/v1/item_summary/search`: what is asked, what matches, in which order, which page."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import orjson

from services.simulator.ebay.caller import Caller
from services.simulator.ebay.errors import Refusal
from services.simulator.ebay.filters import Criteria, compile_filters
from services.simulator.ebay.grammar import Choice, Query, parse_filters, parse_query
from services.simulator.ebay.payloads import Renderer
from services.simulator.listings import Listing, Shipping
from services.simulator.market import Market
from services.simulator.marketplaces import USD_PER_UNIT, condition_name

FURTHEST = 9_999
MOST_PER_PAGE = 200
DEFAULT_PER_PAGE = 50
MOST_CATEGORIES = 4
ROOT_CATEGORY_ID = "58058"
ANY_CATEGORY = f"category:{ROOT_CATEGORY_ID}"
PROMOTED_HEAD_START_S = 36 * 3600.0
REFINEMENTS = ("ASPECT_REFINEMENTS", "BUYING_OPTION_REFINEMENTS", "CATEGORY_REFINEMENTS", "CONDITION_REFINEMENTS")
FIELDGROUPS = frozenset({"MATCHING_ITEMS", "EXTENDED", "FULL", *REFINEMENTS})


@dataclass(slots=True)
class Request:
    """The parameters of one search, read and checked."""

    params: dict[str, str]
    query: Query
    limit: int
    offset: int
    criteria: Criteria
    order: str
    fieldgroups: frozenset[str]
    terms: list[str] = field(default_factory=list)

    @property
    def extended(self) -> bool:
        return bool(self.fieldgroups & {"EXTENDED", "FULL"})


def _natural(listing: Listing) -> tuple[bool, int]:
    return (not listing.promoted, listing.serial * 2_654_435_761 % 2**32)


def _newest(listing: Listing) -> float:
    """Newest first, but promoted listings float above what is newer, which breaks every "until known" loop."""
    return -(listing.listed_at + (PROMOTED_HEAD_START_S if listing.promoted else 0.0))


def _landed_usd(listing: Listing) -> float:
    shipping = listing.shipping_minor if listing.shipping is Shipping.PAID else 0
    return (listing.asking_minor + shipping) * USD_PER_UNIT[listing.currency]


ORDERS: dict[str, Callable[[Listing], float | tuple[bool, int]]] = {
    "": _natural,
    "newlyListed": _newest,
    "price": _landed_usd,
    "-price": lambda listing: -_landed_usd(listing),
    "endingSoonest": lambda listing: listing.ends_at if listing.ends_at is not None else float("inf"),
}


def read_request(params: dict[str, str], caller: Caller, on_the_wire: Callable[[float], datetime]) -> Request:
    """Check the parameters; what cannot be answered at all is refused, what can is ignored with a warning."""
    limit = _integer(params, "limit", DEFAULT_PER_PAGE, not_integer=12007)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise Refusal(12006, "limit", params["limit"])
    offset = _integer(params, "offset", 0, not_integer=12005)
    if offset > FURTHEST:
        raise Refusal(12029, "offset", str(offset))
    if offset < 0 or offset % limit:
        raise Refusal(12004, "offset", str(offset))
    if params.get("auto_correct", "KEYWORD") != "KEYWORD":
        raise Refusal(12027, "auto_correct", params["auto_correct"])
    criteria = compile_filters(params.get("filter", ""), caller.marketplace, on_the_wire)
    query = parse_query(params.get("q", ""))
    request = Request(params, query, limit, offset, criteria, _order(params, criteria), _fieldgroups(params, criteria))
    _narrow(request)
    if not (query.words or query.groups or request.terms):
        raise Refusal(12001)
    if params.get("category_ids") == ROOT_CATEGORY_ID and not (query.words or query.groups):
        raise Refusal(12013, "category_ids", ROOT_CATEGORY_ID)
    return request


def _integer(params: dict[str, str], name: str, default: int, *, not_integer: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise Refusal(not_integer, name, text) from None


def _order(params: dict[str, str], criteria: Criteria) -> str:
    order = params.get("sort", "")
    if order not in ORDERS:
        criteria.ignore(12008, "sort", order)
        return ""
    if order == "endingSoonest" and criteria.buying_options is not None and "AUCTION" not in criteria.buying_options:
        raise Refusal(12034, "sort", order)
    return order


def _fieldgroups(params: dict[str, str], criteria: Criteria) -> frozenset[str]:
    asked = {name.strip() for name in params.get("fieldgroups", "MATCHING_ITEMS").split(",")}
    if unknown := asked - FIELDGROUPS:
        criteria.ignore(12016, "fieldgroups", ",".join(sorted(unknown)))
    return frozenset(asked & FIELDGROUPS) or frozenset({"MATCHING_ITEMS"})


def _narrow(request: Request) -> None:
    """Read what narrows beside words: categories, product ids and aspects."""
    categories = _narrow_by_categories(request)
    params, criteria = request.params, request.criteria
    for name, error_id, lengths in (("epid", 12021, range(1, 16)), ("gtin", 12022, (12,))):
        if (value := params.get(name)) is None:
            continue
        if value.isdigit() and len(value) in lengths:
            request.terms.append(f"{name}:{value}")
        else:
            criteria.ignore(error_id, name, value)
    for name, error_id in (("charity_ids", 12024), ("compatibility_filter", 12502)):
        if value := params.get(name):
            criteria.ignore(error_id, name, value)
    _narrow_by_aspects(params, criteria, categories)


def _narrow_by_categories(request: Request) -> list[str]:
    params, criteria = request.params, request.criteria
    categories = [number for number in params.get("category_ids", "").split(",") if number]
    if len(categories) > MOST_CATEGORIES:
        raise Refusal(12030, "category_ids", params["category_ids"])
    if len(categories) > 1 and request.fieldgroups & {"ASPECT_REFINEMENTS", "FULL"}:
        raise Refusal(12020, "fieldgroups", params["fieldgroups"])
    if not all(number.isdigit() for number in categories):
        criteria.ignore(12009, "category_ids", params["category_ids"])
    elif len(categories) == 1:
        request.terms.append(f"category:{categories[0]}")
    elif categories:
        request.terms.append(ANY_CATEGORY)
        criteria.any_of.append(tuple(f"category:{number}" for number in categories))
    return categories


def _narrow_by_aspects(params: dict[str, str], criteria: Criteria, categories: list[str]) -> None:
    text = params.get("aspect_filter")
    if text is None:
        return
    parsed = dict(parse_filters(text))
    category = parsed.pop("categoryId", None)
    if category is None or getattr(category, "text", None) not in categories:
        criteria.ignore(12017, "aspect_filter", text)
        return
    wanted = {name: frozenset(value.values) for name, value in parsed.items() if isinstance(value, Choice)}
    if not wanted or len(wanted) != len(parsed):
        criteria.ignore(12018, "aspect_filter", text)
        return
    criteria.tests.append(lambda listing: wanted.items() <= _matching_aspects(listing, wanted).items())


def _matching_aspects(listing: Listing, wanted: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    aspects = dict((*listing.product.aspects, ("Brand", listing.brand or "")))
    return {name: values for name, values in wanted.items() if aspects.get(name) in values}


def matching(market: Market, request: Request, caller: Caller) -> list[Listing]:
    """Answer every active listing that the search finds, in its order."""
    index, criteria = market.index, request.criteria
    terms = [f"market:{caller.marketplace.name}", *request.terms, *(f"word:{word}" for word in request.query.words)]
    found = index.all_of(terms)
    for group in request.query.groups:
        found &= set().union(*(index.all_of(f"word:{word}" for word in alternative) for alternative in group))
    for any_of in criteria.any_of:
        found &= index.any_of(any_of)
    if criteria.excluded:
        found -= index.any_of(criteria.excluded)
    listings: Iterable[Listing] = (market.active[serial] for serial in found)
    for test in criteria.tests:
        listings = filter(test, listings)
    return sorted(listings, key=ORDERS[request.order])


def answer(market: Market, request: Request, caller: Caller, renderer: Renderer) -> bytes:
    """Answer the envelope; `itemSummaries`, `next` and `prev` are absent, not empty, when there are none."""
    found = matching(market, request, caller)
    page = found[request.offset : request.offset + request.limit]
    body: dict[str, object] = {"href": _href(request, caller, request.offset), "total": len(found)}
    following = request.offset + request.limit
    if following < len(found) and following <= FURTHEST:
        body["next"] = _href(request, caller, following)
    if request.offset:
        body["prev"] = _href(request, caller, max(0, request.offset - request.limit))
    body |= {"limit": request.limit, "offset": request.offset}
    if page:
        body["itemSummaries"] = [renderer.summary(listing, caller, extended=request.extended) for listing in page]
    if refinement := _refinement(found, request, caller):
        body["refinement"] = refinement
    if request.criteria.warnings:
        body["warnings"] = request.criteria.warnings
    return orjson.dumps(body)


def _href(request: Request, caller: Caller, offset: int) -> str:
    params = request.params | {"limit": str(request.limit), "offset": str(offset)}
    return f"{caller.base_url}/buy/browse/v1/item_summary/search?{urlencode(params)}"


def _refinement(found: list[Listing], request: Request, caller: Caller) -> dict[str, object]:
    """Answer how the matches are distributed, for the fieldgroups that ask."""
    everything = "FULL" in request.fieldgroups
    body: dict[str, object] = {}
    if everything or "BUYING_OPTION_REFINEMENTS" in request.fieldgroups:
        options = Counter(option for listing in found for option in listing.options)
        body["buyingOptionDistributions"] = [
            {"buyingOption": option, "matchCount": number} for option, number in options.most_common()
        ]
    if everything or "CONDITION_REFINEMENTS" in request.fieldgroups:
        conditions = Counter(listing.condition_id for listing in found)
        body["conditionDistributions"] = [
            {"condition": condition_name(number, caller.marketplace), "conditionId": number, "matchCount": matches}
            for number, matches in conditions.most_common()
        ]
    if everything or "CATEGORY_REFINEMENTS" in request.fieldgroups:
        categories = Counter(listing.product.category for listing in found)
        body["categoryDistributions"] = [
            {"categoryId": category.id, "categoryName": category.name, "matchCount": matches}
            for category, matches in categories.most_common()
        ]
    if everything or "ASPECT_REFINEMENTS" in request.fieldgroups:
        brands = Counter(listing.brand for listing in found if listing.brand)
        values = [{"localizedAspectValue": brand, "matchCount": matches} for brand, matches in brands.most_common(20)]
        body["aspectDistributions"] = [{"localizedAspectName": "Brand", "aspectValueDistributions": values}]
    return body
