"""Requests for work and word about the sources."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from libs.contracts.envelope import Event


class PollRequested(Event):
    """Somebody wants a search asked now instead of at its next turn."""

    subject: ClassVar[str] = "poll.requested"

    search_id: str


class SourceHealth(Event):
    """A source can or cannot be asked; the reason is a sentence for its users."""

    subject: ClassVar[str] = "source.health"

    source: str
    state: Literal["up", "down", "unconfigured"]
    reason: str | None = None
    since: AwareDatetime


class ErasureRequested(Event):
    """A marketplace closed somebody's account: what identifies them as a seller has to go.

    Only digests travel, since streams keep messages for weeks.
    """

    subject: ClassVar[str] = "erasure.requested"

    source: str
    seller_digests: tuple[str, ...]
    """SHA-256, in hexadecimal, of each of their names in lower case."""


class SellerErased(Event):
    """These listings no longer say who offers them; everybody who copied that forgets it."""

    subject: ClassVar[str] = "seller.erased"

    listing_ids: tuple[str, ...]
