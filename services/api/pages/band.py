"""A price against its band, as coordinates of a small picture."""

from dataclasses import dataclass

from libs.contracts.listing import BaselineRef

WIDTH = 168
MARGIN = 7
REACH = 0.35
"""How far the picture reaches beyond p10 and p90, as a part of the band; what lies further sits at the rim."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where p10 … p90 and the price are drawn, from left to right."""

    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    price: float
    beyond: bool
    """The price lies further out than the picture reaches."""


def band(unit_minor: int, baseline: BaselineRef) -> Band:
    """Lay the band out; a band of one single price stands in the middle."""
    low, high = baseline.p10_minor, baseline.p90_minor
    reach = max((high - low) * REACH, abs(baseline.p50_minor) * 0.05, 1.0)
    left, right = low - reach, high + reach

    def at(minor: float) -> float:
        share = (min(max(minor, left), right) - left) / (right - left)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)

    return Band(
        p10=at(low),
        p25=at(baseline.p25_minor),
        p50=at(baseline.p50_minor),
        p75=at(baseline.p75_minor),
        p90=at(high),
        price=at(unit_minor),
        beyond=not left <= unit_minor <= right,
    )
