"""What a product usually costs: exact percentiles of one observation a listing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.contracts.baseline import BaselineStats
from libs.contracts.listing import ListingExtracted
from libs.domain.auctions import bid_is_provisional

STORED_FROM = 5
"""Observations below which a stratum says nothing at all (research: server hardware §3)."""
WINDOW = timedelta(days=90)
"""How long an observation counts, by when its listing was last seen."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The latest landed unit price of one listing."""

    listing_id: str
    product_key: str
    stratum: str
    unit_minor: int
    seller: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """The observations of one stratum that are in the window."""

    prices_minor: Sequence[int]
    """Ascending."""
    first_at: datetime
    last_at: datetime


def observe(event: ListingExtracted) -> Observation | None:
    """The observation a listing gives, ``None`` when its price says nothing about the product.

    Parts, unidentified things, groups of variations ("from …"), offers without a price and the bids of
    auctions with time left never count.
    """
    product = event.product
    key = product.product_key
    if key is None or key.startswith("other:") or event.price is None:
        return None
    if product.condition == "for_parts" or event.listing.variations:
        return None
    if bid_is_provisional(event.listing, event.observed_at):
        return None
    return Observation(
        listing_id=event.listing.listing_id,
        product_key=key,
        stratum=product.stratum,
        unit_minor=event.price.unit_minor,
        seller=event.listing.seller.name,
        seen_at=event.observed_at,
    )


def summarise(strata: Mapping[str, Sample]) -> tuple[BaselineStats, ...]:
    """Describe every stratum that holds at least ``STORED_FROM`` observations, by name."""
    return tuple(
        _describe(stratum, sample)
        for stratum, sample in sorted(strata.items())
        if len(sample.prices_minor) >= STORED_FROM
    )


def _describe(stratum: str, sample: Sample) -> BaselineStats:
    prices = sample.prices_minor
    return BaselineStats(
        stratum=stratum,
        n=len(prices),
        p10_minor=round(percentile(prices, 0.10)),
        p25_minor=round(percentile(prices, 0.25)),
        p50_minor=round(percentile(prices, 0.50)),
        p75_minor=round(percentile(prices, 0.75)),
        p90_minor=round(percentile(prices, 0.90)),
        mean_minor=round(sum(prices) / len(prices)),
        first_at=sample.first_at,
        last_at=sample.last_at,
    )


def percentile(ascending: Sequence[int], q: float) -> float:
    """Percentile by linear interpolation, as PostgreSQL's ``percentile_cont`` defines it.

    Raises ``ValueError`` for no values.
    """
    if not ascending:
        raise ValueError("a percentile needs at least one value")
    position = q * (len(ascending) - 1)
    below = int(position)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (ascending[above] - ascending[below]) * (position - below)
