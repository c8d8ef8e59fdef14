"""Turns a filter list into what the index and the listings are asked, and warns of what was ignored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.simulator.ebay.errors import Refusal, warning
from services.simulator.ebay.grammar import Choice, Scalar, Span, Value, instant, number, parse_filters
from services.simulator.listings import Listing, Shipping
from services.simulator.marketplaces import MARKETPLACES, SELLER_ACCOUNT_TYPES_ON, USD_PER_UNIT, Marketplace

MOST_SELLERS = 250
BUYING_OPTIONS = frozenset({"FIXED_PRICE", "AUCTION", "BEST_OFFER", "CLASSIFIED_AD"})
CONDITION_GROUPS = {"NEW": ("1000", "1500"), "USED": ("2010", "2020", "2500", "3000", "7000"), "UNSPECIFIED": ()}
PICKUP = frozenset({"pickupCountry", "pickupPostalCode", "pickupRadius", "pickupRadiusUnit"})
ACCEPTED_WITHOUT_EFFECT = frozenset(
    {
        "charityOnly",
        "deliveryCountry",
        "deliveryOptions",
        "paymentMethods",
        "priceCurrency",
        "returnsAccepted",
        "searchInDescription",
        *PICKUP,
    }
)


@dataclass(slots=True)
class Criteria:
    """Any of each group of terms, none of the excluded ones, and every test passed."""

    any_of: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    tests: list[Callable[[Listing], bool]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)
    buying_options: tuple[str, ...] | None = None

    def ignore(self, error_id: int, name: str, value: str) -> None:
        self.warnings.append(warning(error_id, name, value))


@dataclass(frozen=True, slots=True)
class Scene:
    """What the filters of one request know beside their own value."""

    marketplace: Marketplace
    values: dict[str, Value]
    on_the_wire: Callable[[float], datetime]


class BadValueError(Exception):
    """A filter value that the API ignores with warning 12002."""


type Handler = Callable[[Criteria, Scene, Value], None]


def compile_filters(text: str, marketplace: Marketplace, on_the_wire: Callable[[float], datetime]) -> Criteria:
    """Answer the criteria; without `buyingOptions` only offers at a fixed price are found."""
    criteria = Criteria()
    parsed = parse_filters(text)
    scene = Scene(marketplace, dict(parsed), on_the_wire)
    given = set(scene.values)
    if 0 < len(given & PICKUP) < len(PICKUP):
        criteria.ignore(12010, "filter", text)
    for name, value in parsed:
        if name in ACCEPTED_WITHOUT_EFFECT:
            continue
        handler = HANDLERS.get(name)
        try:
            if handler is None:
                raise BadValueError
            handler(criteria, scene, value)
        except (BadValueError, ValueError):
            criteria.ignore(12002, "filter", name)
    if criteria.buying_options is None:
        criteria.any_of.append(("option:FIXED_PRICE",))
    return criteria


def _choice(value: Value) -> tuple[str, ...]:
    if not isinstance(value, Choice) or not value.values:
        raise BadValueError
    return value.values


def _scalar(value: Value) -> str:
    if not isinstance(value, Scalar) or not value.text:
        raise BadValueError
    return value.text


def _bounds(value: Value) -> tuple[float, float]:
    if not isinstance(value, Span) or not (value.low or value.high):
        raise BadValueError
    return number(value.low or "0"), number(value.high) if value.high else float("inf")


def _buying_options(criteria: Criteria, _scene: Scene, value: Value) -> None:
    options = _choice(value)
    if not BUYING_OPTIONS.issuperset(options):
        raise BadValueError
    criteria.buying_options = options
    criteria.any_of.append(tuple(f"option:{option}" for option in options))


def _condition_ids(criteria: Criteria, _scene: Scene, value: Value) -> None:
    ids = _choice(value)
    if not all(condition_id.isdigit() for condition_id in ids):
        raise BadValueError
    criteria.any_of.append(tuple(f"condition:{condition_id}" for condition_id in ids))


def _conditions(criteria: Criteria, _scene: Scene, value: Value) -> None:
    names = _choice(value)
    if not CONDITION_GROUPS.keys() >= set(names):
        raise BadValueError
    criteria.any_of.append(
        tuple(f"condition:{condition_id}" for name in names for condition_id in CONDITION_GROUPS[name])
    )


def _price(criteria: Criteria, scene: Scene, value: Value) -> None:
    currency = scene.values.get("priceCurrency")
    if not isinstance(currency, Scalar):
        criteria.ignore(12012, "filter", "price")
        return
    code = currency.text
    if code not in USD_PER_UNIT:
        raise BadValueError
    low, high = _bounds(value)
    criteria.tests.append(lambda listing: low * 100 <= listing.price_in(code) <= high * 100)


def _location(criteria: Criteria, _scene: Scene, value: Value) -> None:
    criteria.any_of.append((f"country:{_scalar(value)}",))


def _sellers(criteria: Criteria, _scene: Scene, value: Value) -> None:
    if names := _seller_names(criteria, value):
        criteria.any_of.append(tuple(f"seller:{name}" for name in names))


def _exclude_sellers(criteria: Criteria, _scene: Scene, value: Value) -> None:
    criteria.excluded += [f"seller:{name}" for name in _seller_names(criteria, value)]


def _seller_names(criteria: Criteria, value: Value) -> list[str]:
    names = _choice(value)
    if len(names) > MOST_SELLERS:
        raise Refusal(12032, "sellers", str(len(names)))
    bad = [name for name in names if not name.isprintable() or " " in name or len(name) > 64]
    for name in bad:
        criteria.ignore(12003, "filter", name)
    return [name for name in names if name not in bad]


def _account_types(criteria: Criteria, scene: Scene, value: Value) -> None:
    types = _choice(value)
    if scene.marketplace.name not in SELLER_ACCOUNT_TYPES_ON:
        criteria.ignore(12014, "filter", "sellerAccountTypes")
        return
    if not {"BUSINESS", "INDIVIDUAL"}.issuperset(types):
        raise BadValueError
    criteria.any_of.append(tuple(f"account:{account_type}" for account_type in types))


def _exclude_categories(criteria: Criteria, _scene: Scene, value: Value) -> None:
    criteria.excluded += [f"category:{category_id}" for category_id in _choice(value)]


def _bid_count(criteria: Criteria, _scene: Scene, value: Value) -> None:
    low, high = _bounds(value)
    criteria.tests.append(lambda listing: "AUCTION" in listing.options and low <= listing.bid_count <= high)


def _time_test(value: Value, scene: Scene, moment: Callable[[Listing], float | None]) -> Callable[[Listing], bool]:
    if not isinstance(value, Span) or not (value.low or value.high):
        raise BadValueError
    low, high = (instant(value.low) if value.low else None), (instant(value.high) if value.high else None)

    def within(listing: Listing) -> bool:
        offset = moment(listing)
        if offset is None:
            return False
        at = scene.on_the_wire(offset)
        return (low is None or low <= at) and (high is None or at <= high)

    return within


def _started(criteria: Criteria, scene: Scene, value: Value) -> None:
    criteria.tests.append(_time_test(value, scene, lambda listing: listing.listed_at))


def _ends(criteria: Criteria, scene: Scene, value: Value) -> None:
    criteria.tests.append(_time_test(value, scene, lambda listing: listing.ends_at))


def _delivery_cost(criteria: Criteria, scene: Scene, value: Value) -> None:
    most = number(_scalar(value))
    currency = scene.marketplace.currency
    rate = USD_PER_UNIT[currency]

    def cheap_enough(listing: Listing) -> bool:
        if listing.shipping is Shipping.FREE:
            return True
        cost_usd_minor = listing.shipping_minor * USD_PER_UNIT[listing.currency]
        return listing.shipping is Shipping.PAID and cost_usd_minor <= most * 100 * rate

    criteria.tests.append(cheap_enough)


def _postal_code(criteria: Criteria, scene: Scene, _value: Value) -> None:
    if "deliveryCountry" not in scene.values:
        criteria.ignore(12015, "filter", "deliveryPostalCode")


def _guaranteed(criteria: Criteria, scene: Scene, value: Value) -> None:
    number(_scalar(value))
    if "deliveryCountry" not in scene.values:
        criteria.ignore(12011, "filter", "guaranteedDeliveryInDays")
    elif scene.marketplace != MARKETPLACES["EBAY_US"]:
        criteria.ignore(12511, "filter", "guaranteedDeliveryInDays")


def _programs(_criteria: Criteria, scene: Scene, value: Value) -> None:
    _choice(value)
    if not {"deliveryCountry", "deliveryPostalCode"} <= set(scene.values):
        raise Refusal(12033, "qualifiedPrograms", "")


def _promoted(criteria: Criteria, _scene: Scene, value: Value) -> None:
    wanted = _scalar(value) == "true"
    criteria.tests.append(lambda listing: listing.promoted == wanted)


HANDLERS: dict[str, Handler] = {
    "bidCount": _bid_count,
    "buyingOptions": _buying_options,
    "conditionIds": _condition_ids,
    "conditions": _conditions,
    "deliveryPostalCode": _postal_code,
    "excludeCategoryIds": _exclude_categories,
    "excludeSellers": _exclude_sellers,
    "guaranteedDeliveryInDays": _guaranteed,
    "itemEndDate": _ends,
    "itemLocationCountry": _location,
    "itemStartDate": _started,
    "maxDeliveryCost": _delivery_cost,
    "price": _price,
    "priorityListing": _promoted,
    "qualifiedPrograms": _programs,
    "sellerAccountTypes": _account_types,
    "sellers": _sellers,
}
