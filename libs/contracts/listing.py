"""One marketplace listing: seen, understood, scored, ended."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from libs.contracts.envelope import Event, Value

type ConditionClass = Literal["new", "like_new", "used_working", "for_parts", "unknown"]
"""The seed's five classes of condition (research: server hardware §1.4)."""

type Origin = Literal["title", "aspect", "catalogue", "model", "person"]
"""Where an attribute came from; ``model`` is a language model."""

type Verdict = Literal["great", "good", "fair", "high", "overpriced", "not_enough_evidence"]


class Seller(Value):
    """Who offers it, as the marketplace tells."""

    name: str | None = None
    feedback_score: int | None = None
    feedback_percent: float | None = None
    top_rated: bool = False


class Listing(Value):
    """What a source said about one offer, in the source's own currency.

    Money is in minor units of ``currency``; ``None`` means the source did not say, which is
    never the same as zero.
    """

    listing_id: str
    """``<source>:<item id>``; the marketplace's item, never the search that found it."""
    source: str
    marketplace: str
    vertical: str
    item_id: str
    title: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    price_minor: int | None = None
    """Fixed price; absent on an auction without Buy It Now."""
    bid_minor: int | None = None
    bid_count: int | None = None
    shipping_minor: int | None = None
    """``None`` is unknown, 0 is free."""
    buying_options: tuple[str, ...] = ()
    condition_id: str | None = None
    condition_text: str | None = None
    seller: Seller = Seller()
    quantity_available: int | None = None
    url: str | None = None
    image_url: str | None = None
    country: str | None = None
    category_ids: tuple[str, ...] = ()
    aspects: dict[str, str] = {}
    variations: bool = False
    """The price is the cheapest of a group of variations."""
    listed_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @property
    def asking_minor(self) -> int | None:
        """What a buyer would pay for the item now: the fixed price, else the current bid."""
        return self.price_minor if self.price_minor is not None else self.bid_minor


class PreviousPrice(Value):
    """What the same listing asked when it was last seen to change."""

    asking_minor: int | None = None
    shipping_minor: int | None = None
    seen_at: AwareDatetime


class UnitPrice(Value):
    """Landed price per unit in the base currency, with how it was converted."""

    unit_minor: int
    """(price + shipping) / quantity, shipping counted as 0 while unknown."""
    currency: str
    shipping_known: bool
    rate: float = 1.0
    """Base currency per source currency."""
    rate_date: str | None = None
    """ISO date of the rate; ``None`` when no conversion was needed."""


class Attribute(Value):
    """One thing known about the product, and the words that said so."""

    name: str
    value: str | int | float | bool
    origin: Origin
    evidence: str
    """The words of the title, aspect or catalogue entry; empty when derived."""


class Product(Value):
    """What is being sold, as far as it was understood."""

    component_type: str
    """A type of the vertical (``ram``), or ``other`` for what is none of them."""
    product_key: str | None = None
    """Identity for pricing; ``None`` when the key would be a guess. ``other:<kind>`` never has a baseline."""
    condition: ConditionClass = "unknown"
    stratum: str = "unknown"
    """Facets that refine the key without splitting it, joined by ``/``; the condition class comes first."""
    quantity: int = Field(default=1, ge=1)
    attributes: tuple[Attribute, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Sentences about sources that disagreed; they lower the confidence."""
    confidence: float = Field(default=0.0, ge=0, le=1)

    def attribute(self, name: str) -> str | int | float | bool | None:
        """The value of one attribute, ``None`` when it is not known."""
        return next((each.value for each in self.attributes if each.name == name), None)


class BaselineRef(Value):
    """The band a score was judged against, kept with the score so that it explains itself."""

    product_key: str
    stratum: str
    version: int
    n: int
    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int
    currency: str


class Contribution(Value):
    """One factor's part in the score: ``points = value * weight``, summing to the score."""

    factor: str
    value: float
    weight: float
    points: float
    reason: str


class Judgement(Value):
    """How good an offer is, and why."""

    score: float = Field(ge=0, le=100)
    verdict: Verdict
    confidence: float = Field(ge=0, le=1)
    saving_minor: int | None = None
    """Median minus unit price, per unit, in the base currency; ``None`` without a warm baseline."""
    saving_percent: float | None = None
    contributions: tuple[Contribution, ...]
    baseline: BaselineRef | None = None


class ListingSeen(Event):
    """A source returned a listing that is new or has changed."""

    subject: ClassVar[str] = "listing.seen"

    listing: Listing
    fingerprint: str
    observed_at: AwareDatetime
    previous: PreviousPrice | None = None
    search_id: str | None = None

    @property
    def sighting_id(self) -> UUID:
        """The event every later stage settles against."""
        return self.event_id


class ListingExtracted(Event):
    """A listing was understood: what it is, how many, what one of them costs."""

    subject: ClassVar[str] = "listing.extracted"

    sighting_id: UUID
    listing: Listing
    observed_at: AwareDatetime
    previous: PreviousPrice | None = None
    product: Product
    price: UnitPrice | None = None
    """``None`` when nothing was asked: an auction without a bid, a price of zero."""
    extractor_version: str


class ListingScored(Event):
    """A listing was judged against what its product usually costs."""

    subject: ClassVar[str] = "listing.scored"

    sighting_id: UUID
    listing: Listing
    observed_at: AwareDatetime
    previous: PreviousPrice | None = None
    product: Product
    price: UnitPrice | None = None
    extractor_version: str
    judgement: Judgement


class ListingEnded(Event):
    """A listing is no longer offered."""

    subject: ClassVar[str] = "listing.ended"

    listing_id: str
    ended_at: AwareDatetime
    reason: Literal["ended", "gone", "sold_probably"]
