"""What the poller asks of a marketplace adapter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from libs.contracts.listing import Listing


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What a payload does not say about itself."""

    marketplace: str
    vertical: str
    observed_at: datetime
    allow_loopback: bool = False
    """Keep ``http`` addresses of this machine (the simulator's); otherwise only ``https`` is kept."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One entry of a payload that is no listing, and why."""

    item_id: str | None
    reason: str
    fragment: str
    """The entry as JSON text, cut to a size a dead letter can hold."""


@dataclass(frozen=True, slots=True)
class ParsedPayload:
    """Everything a payload held: one bad entry never costs the others."""

    listings: tuple[Listing, ...]
    rejected: tuple[Rejected, ...]
    parser: str
    """Name and version of the parser that read it."""
    warnings: tuple[str, ...] = ()
    """Sentences about what was read with reservations."""
    total: int | None = None
    """How many the marketplace says there are; an estimate that moves between pages."""
    more: bool = False
    """The marketplace names a next page."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One shared question to a marketplace."""

    marketplace: str
    query: str
    vertical: str = "server"
    category_id: str | None = None
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    """Bounds in the marketplace's home currency."""
    condition_ids: tuple[str, ...] = ()
    location_country: str | None = None
    exclude_sellers: tuple[str, ...] = ()
    page_size: int = 200


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of a search, newest first."""

    parsed: ParsedPayload
    next_page: int | None
    """``None`` at the end of the result."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What became of one known item."""

    item_id: str
    state: Literal["active", "sold_out", "ended", "gone", "unknown"]
    """``sold_out``: still listed, nothing left; ``unknown``: could not be learnt now, so nothing may be concluded."""
    listing: Listing | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    sold_quantity: int | None = None
    """How many were sold so far, where the marketplace tells."""


class Quota(Protocol):
    """The shared budget of calls to a marketplace."""

    async def reserve(self, calls: int) -> bool:
        """Spend before calling; ``False`` means that nothing is left for this caller."""
        ...


class Source(Protocol):
    """One marketplace, asked or read from saved payloads by the same parser."""

    @property
    def name(self) -> str: ...

    async def search(self, request: SearchRequest, page: int) -> SourcePage:
        """Ask for one page, counted from 0; raises a ``SourceError``."""
        ...

    async def inspect(self, listings: Sequence[Listing], now: datetime) -> list[Inspection]:
        """Look at known items one by one; an item that cannot be read now is ``unknown``, never ``gone``."""
        ...

    def parse(self, payload: object, context: ParseContext) -> ParsedPayload:
        """Read a payload: bytes or text of JSON, or what it decodes to.

        Raises ``NotJsonError``, ``BlockedError``, ``UnknownShapeError``, ``MarketplaceError``
        or ``UnknownMarketplaceError``; an unknown shape is never an empty result.
        """
        ...
