"""``/v1/events``: what happens, as server-sent events."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from structlog import get_logger

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.listing import ListingScored
from services.api.feed import Entry, MissedError, Position
from services.api.parts import Its
from services.api.problems import ProblemError

log = get_logger(__name__)

router = APIRouter(prefix="/v1/events", tags=["events"])


def _position(
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event you saw; what came after it is sent first.")
    ] = None,
) -> Position | None:
    try:
        return Position.read(last_event_id) if last_event_id else None
    except ValueError as error:
        raise ProblemError(400, f"Last-Event-ID: {error}; leave it out to begin now") from None


@router.get("", response_class=EventSourceResponse)
async def follow(
    parts: Its,
    after: Annotated[Position | None, Depends(_position)],
    min_score: Annotated[float, Query(ge=0, le=100, description="Leaves out listings scored lower.")] = 0,
) -> AsyncIterable[ServerSentEvent]:
    """Every scored listing, alert and delivery from now on, or from ``Last-Event-ID``.

    ``ready`` comes first; ``reset`` says that some events were missed: read the lists again.
    """
    yield ServerSentEvent(event="ready", data={}, id=str(after or parts.feed.position), retry=2000)
    try:
        async for position, entry in parts.feed.entries(after):
            said = _said(entry, min_score)
            if said is not None:
                yield ServerSentEvent(event=entry.subject, raw_data=said, id=str(position))
    except MissedError:
        yield ServerSentEvent(event="reset", data={}, id=str(parts.feed.position))


def _said(entry: Entry, min_score: float) -> str | None:
    try:
        summary = _summary(entry, min_score)
    except ValueError:
        log.debug("event.unreadable", subject=entry.subject, sequence=entry.sequence)
        return None
    return None if summary is None else orjson.dumps(summary).decode()


def _summary(entry: Entry, min_score: float) -> dict[str, Any] | None:
    match entry.subject:
        case ListingScored.subject:
            scored = ListingScored.model_validate_json(entry.body)
            return _listing(scored) if scored.judgement.score >= min_score else None
        case AlertRaised.subject:
            return _alert(AlertRaised.model_validate_json(entry.body))
        case AlertDelivered.subject:
            delivered = AlertDelivered.model_validate_json(entry.body)
            return delivered.model_dump(mode="json", exclude={"event_id", "cause_id", "replay_id"})
        case _:
            return None


def _listing(event: ListingScored) -> dict[str, Any]:
    listing, product, judgement = event.listing, event.product, event.judgement
    return {
        "listing_id": listing.listing_id,
        "marketplace": listing.marketplace,
        "title": listing.title,
        "component_type": product.component_type,
        "product_key": product.product_key,
        "condition": product.condition,
        "quantity": product.quantity,
        "currency": listing.currency,
        "asking_minor": listing.asking_minor,
        "shipping_minor": listing.shipping_minor,
        "unit_minor": event.price.unit_minor if event.price else None,
        "base_currency": event.price.currency if event.price else None,
        "score": judgement.score,
        "verdict": judgement.verdict,
        "saving_minor": judgement.saving_minor,
        "saving_percent": judgement.saving_percent,
        "url": listing.url,
        "observed_at": event.observed_at,
        "scored_at": event.occurred_at,
    }


def _alert(event: AlertRaised) -> dict[str, Any]:
    return {
        "alert_id": event.alert_id,
        "listing_id": event.listing.listing_id,
        "title": event.listing.title,
        "score": event.judgement.score,
        "verdict": event.judgement.verdict,
        "saving_minor": event.judgement.saving_minor,
        "unit_minor": event.price.unit_minor,
        "base_currency": event.price.currency,
        "matches": [match.model_dump(mode="json") for match in event.matches],
        "channels": event.channels,
        "raised_at": event.occurred_at,
    }
