"""How good an offer is: six factors, the verdict, the saving. Pure; live, preview and replay share it.

Weights and the price curve are the seed's (research: server hardware §2), judged on evidence only:
without a warm baseline the price factor is neutral and there is no verdict.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from libs.contracts.baseline import BaselineStats, BaselineUpdated
from libs.contracts.listing import (
    BaselineRef,
    ConditionClass,
    Contribution,
    Judgement,
    Listing,
    Product,
    Seller,
    UnitPrice,
    Verdict,
)
from libs.domain.auctions import bid_is_provisional, ends_soon

WARM_FROM = 10
"""Observations a stratum needs before a price is judged against it."""

WEIGHTS = {"price": 0.40, "seller": 0.20, "condition": 0.15, "quantity": 0.10, "quality": 0.10, "time": 0.05}

NEUTRAL = 50.0

CONDITION_VALUES: dict[ConditionClass, float] = {
    "new": 100.0,
    "like_new": 90.0,
    "used_working": 70.0,
    "unknown": 40.0,
    "for_parts": 10.0,
}

FEEDBACK_COUNTS = ((5000, 100.0), (500, 70.0), (100, 40.0), (0, 10.0))
FEEDBACK_PERCENTS = ((99.5, 100.0), (98.0, 80.0), (95.0, 50.0), (0, 0.0))
LOT_SIZES = ((16, 90.0), (8, 80.0), (4, 70.0), (2, 60.0), (0, 50.0))
"""Steps of (at least, value), highest first."""

NEWLY_LISTED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor's value from 0 to 100, and the words for it."""

    name: str
    value: float
    reason: str


PROVISIONAL = Factor("price", NEUTRAL, "a running auction: its bid says little before the last hours")


def judge(
    listing: Listing, product: Product, price: UnitPrice | None, row: BaselineUpdated | None, now: datetime
) -> Judgement:
    """Judge one offer at one moment.

    ``row`` is the baseline of the product's key; a stratum below ``WARM_FROM`` counts as none, and the
    bid of an auction with time left is no price to judge. The score is the sum of the contributions' points.
    """
    provisional = bid_is_provisional(listing, now)
    stats = None if provisional else warm_stratum(row, product)
    factors = (
        PROVISIONAL if provisional else price_factor(price, stats),
        seller_factor(listing.seller),
        condition_factor(product.condition),
        quantity_factor(product.quantity),
        quality_factor(listing, product),
        time_factor(listing, now),
    )
    contributions = tuple(
        Contribution(
            factor=each.name,
            value=round(each.value, 2),
            weight=WEIGHTS[each.name],
            points=round(each.value * WEIGHTS[each.name], 2),
            reason=each.reason,
        )
        for each in factors
    )
    score = round(min(100.0, max(0.0, sum(each.points for each in contributions))), 2)
    if stats is None or row is None or price is None:
        return Judgement(score=score, verdict="not_enough_evidence", confidence=0.0, contributions=contributions)
    return Judgement(
        score=score,
        verdict=verdict_of(price.unit_minor, stats),
        confidence=confidence_of(stats, product, price),
        saving_minor=stats.p50_minor - price.unit_minor,
        saving_percent=_percent(stats.p50_minor - price.unit_minor, stats.p50_minor),
        contributions=contributions,
        baseline=reference(row, stats),
    )


def warm_stratum(row: BaselineUpdated | None, product: Product) -> BaselineStats | None:
    """The stratum a product is judged against, once it holds enough observations."""
    if row is None or product.product_key is None or product.condition == "for_parts":
        return None
    return next((each for each in row.strata if each.stratum == product.stratum and each.n >= WARM_FROM), None)


def price_curve(unit_minor: float, knots: Sequence[tuple[float, float]]) -> float:
    """Interpolate between knots of (price, value); where two prices are equal the cheaper one's value holds."""
    first_price, first_value = knots[0]
    if unit_minor <= first_price:
        return first_value
    for (left, left_value), (right, right_value) in pairwise(knots):
        if unit_minor <= right:
            if right == left:
                return left_value
            return left_value + (right_value - left_value) * (unit_minor - left) / (right - left)
    return knots[-1][1]


def knots_of(stats: BaselineStats) -> tuple[tuple[float, float], ...]:
    """The seed's curve: p10 100, p25 70, p50 30, p75 10, p90 0."""
    return (
        (stats.p10_minor, 100.0),
        (stats.p25_minor, 70.0),
        (stats.p50_minor, 30.0),
        (stats.p75_minor, 10.0),
        (stats.p90_minor, 0.0),
    )


def price_factor(price: UnitPrice | None, stats: BaselineStats | None) -> Factor:
    if price is None:
        return Factor("price", NEUTRAL, "no price is asked")
    if stats is None:
        return Factor("price", NEUTRAL, "not enough observations of this product yet")
    if stats.p10_minor == stats.p90_minor == price.unit_minor:
        return Factor("price", knots_of(stats)[2][1], "exactly what everybody asks")
    value = price_curve(price.unit_minor, knots_of(stats))
    return Factor("price", value, _price_words(price.unit_minor, stats))


def _price_words(unit_minor: int, stats: BaselineStats) -> str:
    percent = _percent(stats.p50_minor - unit_minor, stats.p50_minor)
    if percent >= 0.5:
        return f"{percent:.0f} % below the usual price of {stats.n} observations"
    if percent <= -0.5:
        return f"{-percent:.0f} % above the usual price of {stats.n} observations"
    return f"the usual price of {stats.n} observations"


def seller_factor(seller: Seller) -> Factor:
    """Feedback count and percentage in equal parts; the marketplace's badge adds twenty."""
    count = seller.feedback_score or 0
    percent = seller.feedback_percent or 0.0
    by_both = _step(count, FEEDBACK_COUNTS) + _step(percent, FEEDBACK_PERCENTS)
    value = min(100.0, by_both / 2 + (20.0 if seller.top_rated else 0.0))
    if seller.feedback_score is None:
        return Factor("seller", value, "the seller's feedback is not known")
    return Factor("seller", value, f"seller with {count} ratings, {percent:g} % positive")


def condition_factor(condition: ConditionClass) -> Factor:
    return Factor("condition", CONDITION_VALUES[condition], f"condition: {condition.replace('_', ' ')}")


def quantity_factor(quantity: int) -> Factor:
    value = _step(quantity, LOT_SIZES)
    return Factor("quantity", value, "a single unit" if quantity == 1 else f"a lot of {quantity}")


def quality_factor(listing: Listing, product: Product) -> Factor:
    """How much the listing says: a picture, item specifics, how surely it was understood."""
    parts = [
        (40.0, "a picture", listing.image_url is not None),
        (30.0, "item specifics", bool(listing.aspects)),
        (30.0, "a title that names the product fully", product.confidence >= 0.8),
    ]
    said = [words for _, words, holds in parts if holds]
    return Factor("quality", sum(value for value, _, holds in parts if holds), " and ".join(said) or "a bare listing")


def time_factor(listing: Listing, now: datetime) -> Factor:
    if ends_soon(listing, now):
        return Factor("time", 100.0, "an auction that ends within four hours")
    if listing.listed_at is not None and now - listing.listed_at < NEWLY_LISTED:
        return Factor("time", 80.0, "listed within the last day")
    return Factor("time", 30.0, "no pressure of time")


def verdict_of(unit_minor: int, stats: BaselineStats) -> Verdict:
    """Name the price by the band it falls in; what everybody asks is fair, never more."""
    if stats.p10_minor == stats.p90_minor == unit_minor:
        return "fair"
    if unit_minor <= stats.p10_minor:
        return "great"
    if unit_minor <= stats.p25_minor:
        return "good"
    if unit_minor <= stats.p75_minor:
        return "fair"
    return "high" if unit_minor <= stats.p90_minor else "overpriced"


def confidence_of(stats: BaselineStats, product: Product, price: UnitPrice) -> float:
    """How far to trust the verdict: evidence, understanding, and whether shipping is known.

    Evidence saturates at fifty observations; each part can only lower the whole.
    """
    evidence = math.sqrt(min(1.0, stats.n / 50))
    shipping = 1.0 if price.shipping_known else 0.8
    return round(evidence * product.confidence * shipping, 3)


def reference(row: BaselineUpdated, stats: BaselineStats) -> BaselineRef:
    return BaselineRef(
        product_key=row.product_key,
        stratum=stats.stratum,
        version=row.version,
        n=stats.n,
        p10_minor=stats.p10_minor,
        p25_minor=stats.p25_minor,
        p50_minor=stats.p50_minor,
        p75_minor=stats.p75_minor,
        p90_minor=stats.p90_minor,
        currency=row.currency,
    )


def _step(measure: float, steps: Sequence[tuple[float, float]]) -> float:
    return next((value for least, value in steps if measure >= least), steps[-1][1])


def _percent(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 1) if whole else 0.0
