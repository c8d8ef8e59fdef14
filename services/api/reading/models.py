"""What the API answers with."""

from uuid import UUID

from pydantic import AwareDatetime

from libs.contracts.alert import WatchMatch
from libs.contracts.baseline import BaselineStats
from libs.contracts.envelope import Value
from libs.contracts.listing import (
    Attribute,
    BaselineRef,
    ConditionClass,
    Contribution,
    PreviousPrice,
    UnitPrice,
    Verdict,
)


class ListingSummary(Value):
    """A listing in a list: what it is, what it costs, how good that is.

    Money is in minor units; ``shipping_minor`` is null while it is unknown, which is not free.
    """

    listing_id: str
    source: str
    marketplace: str
    vertical: str
    title: str
    component_type: str
    product_key: str | None
    condition: ConditionClass
    condition_text: str | None
    quantity: int
    currency: str
    asking_minor: int | None
    shipping_minor: int | None
    bid_count: int | None
    unit_minor: int | None
    base_currency: str | None
    score: float
    verdict: Verdict
    confidence: float
    saving_minor: int | None
    saving_percent: float | None
    baseline: BaselineRef | None
    seller_name: str | None
    seller_feedback_score: int | None
    seller_feedback_percent: float | None
    seller_top_rated: bool
    country: str | None
    url: str | None
    image_url: str | None
    buying_options: tuple[str, ...]
    variations: bool
    quantity_available: int | None
    attributes: dict[str, str | int | float | bool]
    status: str
    listed_at: AwareDatetime | None
    ends_at: AwareDatetime | None
    first_seen_at: AwareDatetime
    observed_at: AwareDatetime


class PricePoint(Value):
    """What a listing asked from a moment on."""

    at: AwareDatetime
    asking_minor: int | None
    shipping_minor: int | None
    currency: str
    unit_minor: int | None
    base_currency: str | None
    score: float


class ListingDetail(ListingSummary):
    """Everything known about a listing, with where it came from and what the score is made of."""

    sighting_id: UUID
    stratum: str
    product_attributes: tuple[Attribute, ...]
    conflicts: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    price: UnitPrice | None
    previous: PreviousPrice | None
    aspects: dict[str, str]
    extractor_version: str
    scored_at: AwareDatetime
    ended_at: AwareDatetime | None
    end_reason: str | None
    price_history: tuple[PricePoint, ...]
    """Oldest first; one entry whenever the price had changed."""


class Deal(ListingSummary):
    """A listing on the console: with what its score is made of, and who was told."""

    contributions: tuple[Contribution, ...]
    told: tuple[tuple[str, str], ...]
    """Channel and state of every delivery its alerts have or wait for."""


class DealPage(Value):
    """Some deals, and how to ask for the ones behind them."""

    items: tuple[Deal, ...]
    next_cursor: str | None


class Overview(Value):
    """What the query model holds, in a few numbers."""

    listings_active: int
    listings_judged: int
    """Active ones whose price could be compared with enough others."""
    products: int
    products_warm: int
    """Products with enough observations in one stratum at least."""
    observations: int
    last_seen_at: AwareDatetime | None


class ListingPage(Value):
    """Some listings, and how to ask for the ones behind them."""

    items: tuple[ListingSummary, ...]
    next_cursor: str | None


class DeliveryView(Value):
    """What became of an alert on one channel."""

    channel: str
    state: str
    """``pending`` until it is heard of."""
    attempt: int
    message_id: str | None
    reason: str | None
    at: AwareDatetime | None


class AlertView(Value):
    """An alert, the watches it is for, and where it arrived."""

    alert_id: UUID
    owner_id: str
    listing_id: str
    sighting_id: UUID
    raised_at: AwareDatetime
    title: str
    url: str | None
    image_url: str | None
    component_type: str
    product_key: str | None
    unit_minor: int
    base_currency: str
    score: float
    verdict: Verdict
    saving_minor: int | None
    saving_percent: float | None
    replayed: bool
    matches: tuple[WatchMatch, ...]
    deliveries: tuple[DeliveryView, ...]


class AlertPage(Value):
    """Some alerts, newest first."""

    items: tuple[AlertView, ...]
    next_cursor: str | None


class ProductView(Value):
    """A product: how many are offered, and what it usually costs."""

    product_key: str
    vertical: str | None
    component_type: str | None
    currency: str | None
    version: int
    computed_at: AwareDatetime | None
    strata: tuple[BaselineStats, ...]
    listings_active: int
    listings_total: int
