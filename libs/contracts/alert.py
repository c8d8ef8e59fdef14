"""An alert: raised for a person, delivered on a channel."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from libs.contracts.envelope import Event, Value
from libs.contracts.listing import Judgement, Listing, Product, UnitPrice

type DeliveryState = Literal["confirmed", "unknown", "failed", "replayed"]


class WatchMatch(Value):
    """A watch the listing satisfied, and the trigger that fired."""

    watch_id: UUID
    watch_name: str
    trigger: str


class AlertRaised(Event):
    """A person should know about a listing."""

    subject: ClassVar[str] = "alert.raised"

    alert_id: UUID
    owner_id: str
    sighting_id: UUID
    listing: Listing
    product: Product
    price: UnitPrice
    judgement: Judgement
    matches: tuple[WatchMatch, ...]
    channels: tuple[str, ...]
    observed_at: AwareDatetime


class AlertDelivered(Event):
    """What became of an alert on one channel; ``unknown`` is never sent again blindly."""

    subject: ClassVar[str] = "alert.delivered"

    alert_id: UUID
    listing_id: str
    channel: str
    state: DeliveryState
    attempt: int
    message_id: str | None = None
    reason: str | None = None
