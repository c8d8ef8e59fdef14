"""One eBay item, a search summary or a whole getItem answer, as a listing."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from libs.contracts.listing import Listing, Seller
from libs.domain.money import display
from services.poller.sources.ebay.fields import (
    BadItemError,
    Money,
    moment,
    money,
    node,
    nodes,
    percent,
    text,
    texts,
    whole,
)
from services.poller.sources.ebay.marketplaces import LISTED_ON, SEARCHABLE
from services.poller.sources.source import ParseContext
from services.poller.sources.text import clean, safe_url

SOURCE = "ebay"
MAX_TITLE = 300
"""eBay allows 80; what is longer is cut, not refused."""
MAX_ASPECTS = 100

_ITEM_ID = re.compile(r"v[0-9]+\|[0-9]{1,20}\|[0-9]{1,20}")
_OPTION = re.compile(r"[A-Z_]{1,32}")


def read_item(item: Mapping[str, object], context: ParseContext, notes: list[str]) -> Listing:
    """Read one item; ``notes`` gains a sentence for everything read with reservations.

    Raises ``BadItemError`` when it has no id, no title, an unknown currency or an unreadable price.
    """
    item_id = _item_id(item)
    price, bid = _asking(item, item_id, notes)
    currency = price.currency if price else bid.currency if bid else SEARCHABLE[context.marketplace].currency
    return Listing(
        listing_id=f"{SOURCE}:{item_id}",
        source=SOURCE,
        marketplace=_marketplace(item, context),
        vertical=context.vertical,
        item_id=item_id,
        title=_title(item),
        currency=currency,
        price_minor=_positive(price),
        bid_minor=_positive(bid),
        bid_count=_at_least_zero(whole(item, "bidCount")),
        shipping_minor=_shipping(item, currency),
        buying_options=_distinct(each for each in texts(item, "buyingOptions") if _OPTION.fullmatch(each)),
        condition_id=text(item, "conditionId", 20),
        condition_text=text(item, "condition", 80),
        seller=_seller(item),
        quantity_available=_available(item),
        url=_page(item, context),
        image_url=_image(item, context),
        country=_country(item),
        category_ids=_categories(item),
        aspects=_aspects(item),
        variations=item.get("itemGroupType") == "SELLER_DEFINED_VARIATIONS",
        listed_at=moment(item, "itemCreationDate"),
        ends_at=moment(item, "itemEndDate"),
    )


def shown_currency(item: Mapping[str, object]) -> str | None:
    """The currency prices are shown in: the home currency of the marketplace that really answered."""
    return text(node(item, "price") or node(item, "currentBidPrice"), "currency", 20)


def _item_id(item: Mapping[str, object]) -> str:
    found = text(item, "itemId", 80)
    if found is None or not _ITEM_ID.fullmatch(found):
        raise BadItemError(f"itemId is {found!r}; a form like 'v1|256218800001|0' is needed")
    return found


def _title(item: Mapping[str, object]) -> str:
    found = text(item, "title", MAX_TITLE)
    if found is None:
        raise BadItemError("it has no title")
    return found


def _marketplace(item: Mapping[str, object], context: ParseContext) -> str:
    named = text(item, "listingMarketplaceId", 40)
    if named is not None and named not in LISTED_ON:
        raise BadItemError(f"listingMarketplaceId is {named!r}, which is none of eBay's marketplaces")
    return named or context.marketplace


def _asking(item: Mapping[str, object], item_id: str, notes: list[str]) -> tuple[Money | None, Money | None]:
    """The fixed price and the bid, in one currency."""
    price, bid = money(item, "price"), money(item, "currentBidPrice")
    for name, amount in (("price", price), ("currentBidPrice", bid)):
        if amount and amount.minor <= 0:
            notes.append(f"{item_id}: {name} is {display(amount.minor, amount.currency)}: treated as absent")
    if price and bid and price.currency != bid.currency:
        notes.append(f"{item_id}: the bid in {bid.currency} is left out beside a price in {price.currency}")
        bid = None
    if price is None and bid is None:
        notes.append(f"{item_id}: it names neither a price nor a bid")
    return price, bid


def _positive(amount: Money | None) -> int | None:
    return amount.minor if amount and amount.minor > 0 else None


def _at_least_zero(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None


def _shipping(item: Mapping[str, object], currency: str) -> int | None:
    """The cheapest shipping with a known cost; free is free in every currency, any other one is unknown."""
    costs = []
    for option in nodes(item, "shippingOptions"):
        try:
            cost = money(option, "shippingCost")
        except BadItemError:
            continue
        if cost and (cost.minor == 0 or (cost.minor > 0 and cost.currency == currency)):
            costs.append(cost.minor)
    return min(costs, default=None)


def _seller(item: Mapping[str, object]) -> Seller:
    seller = node(item, "seller")
    return Seller(
        name=text(seller, "username", 80),
        feedback_score=whole(seller, "feedbackScore"),
        feedback_percent=percent(seller, "feedbackPercentage"),
        # A badge of the listing, not of the seller; it is the only sign of the programme eBay gives.
        top_rated=item.get("topRatedBuyingExperience") is True,
    )


def _available(item: Mapping[str, object]) -> int | None:
    """How many are left, at least: "more than 10" is 10."""
    known = [
        0 if each.get("estimatedAvailabilityStatus") == "OUT_OF_STOCK" else _estimate(each)
        for each in nodes(item, "estimatedAvailabilities")
    ]
    return max((each for each in known if each is not None), default=None)


def _estimate(availability: Mapping[str, object]) -> int | None:
    exact = _at_least_zero(whole(availability, "estimatedAvailableQuantity"))
    return exact if exact is not None else _at_least_zero(whole(availability, "availabilityThreshold"))


def _page(item: Mapping[str, object], context: ParseContext) -> str | None:
    """The item's page without eBay's tracking, which differs from search to search."""
    found = item.get("itemWebUrl")
    address = safe_url(found, allow_loopback=context.allow_loopback) if isinstance(found, str) else None
    if address is None:
        return None
    parts = urlsplit(address)
    variation = [(key, value) for key, value in parse_qsl(parts.query) if key == "var"]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(variation), ""))


def _image(item: Mapping[str, object], context: ParseContext) -> str | None:
    candidates = [node(item, "image"), *nodes(item, "thumbnailImages"), *nodes(item, "additionalImages")]
    addresses = (
        safe_url(url, allow_loopback=context.allow_loopback)
        for url in (each.get("imageUrl") for each in candidates)
        if isinstance(url, str)
    )
    return next((each for each in addresses if each), None)


def _country(item: Mapping[str, object]) -> str | None:
    code = text(node(item, "itemLocation"), "country", 20)
    return code if code and re.fullmatch("[A-Z]{2}", code) else None


def _categories(item: Mapping[str, object]) -> tuple[str, ...]:
    """Category ids, the leaves first."""
    path = (text(item, "categoryIdPath", 400) or "").split("|")
    found = [
        *texts(item, "leafCategoryIds"),
        text(item, "categoryId"),
        *(text(each, "categoryId") for each in nodes(item, "categories")),
        *reversed(path),
    ]
    return _distinct(each for each in found if each and each.isdecimal() and len(each) <= 20)


def _aspects(item: Mapping[str, object]) -> dict[str, str]:
    """What the seller filled in, by the marketplace's own (localised) names, and the product's numbers."""
    aspects: dict[str, str] = {}
    for each in nodes(item, "localizedAspects")[:MAX_ASPECTS]:
        name, value = text(each, "name", 80), _aspect_value(each)
        if name and value:
            aspects[name] = clean(f"{aspects[name]}, {value}", 500) if name in aspects else value
    for key, name in (("brand", "Brand"), ("mpn", "MPN"), ("gtin", "GTIN"), ("epid", "ePID")):
        if value := text(item, key, 100):
            aspects.setdefault(name, value)
    lot = whole(item, "lotSize")
    if lot and lot > 0:
        aspects.setdefault("Lot Size", str(lot))
    return aspects


def _aspect_value(aspect: Mapping[str, object]) -> str | None:
    return text(aspect, "value", 500) or clean(", ".join(texts(aspect, "value", 200)[:20]), 500) or None


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:50]
