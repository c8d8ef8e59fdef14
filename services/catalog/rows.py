"""Events as rows of the query model, sent to PostgreSQL as one JSON document a batch."""

import re
from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import BaseModel

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingEnded, ListingScored

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")

type Row = dict[str, Any]


def document(rows: Iterable[Row]) -> str:
    """Write rows as a JSON array without NUL characters, which PostgreSQL cannot store."""
    text = orjson.dumps(list(rows), default=_model).decode()
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def _model(value: object) -> orjson.Fragment:
    if isinstance(value, BaseModel):
        return orjson.Fragment(value.__pydantic_serializer__.to_json(value))
    raise TypeError(f"{type(value).__name__} has no place in a row")


def listing_row(event: ListingScored) -> Row:
    listing, product, price, judgement = event.listing, event.product, event.price, event.judgement
    return {
        "listing_id": listing.listing_id,
        "sighting_id": event.sighting_id,
        "source": listing.source,
        "marketplace": listing.marketplace,
        "vertical": listing.vertical,
        "title": listing.title,
        "component_type": product.component_type,
        "product_key": product.product_key,
        "condition": product.condition,
        "stratum": product.stratum,
        "quantity": product.quantity,
        "currency": listing.currency,
        "asking_minor": listing.asking_minor,
        "shipping_minor": listing.shipping_minor,
        "bid_count": listing.bid_count,
        "unit_minor": price.unit_minor if price else None,
        "base_currency": price.currency if price else None,
        "score": judgement.score,
        "verdict": judgement.verdict,
        "confidence": judgement.confidence,
        "saving_minor": judgement.saving_minor,
        "saving_percent": judgement.saving_percent,
        "seller_name": listing.seller.name,
        "seller_feedback_score": listing.seller.feedback_score,
        "seller_feedback_percent": listing.seller.feedback_percent,
        "seller_top_rated": listing.seller.top_rated,
        "condition_text": listing.condition_text,
        "country": listing.country,
        "url": listing.url,
        "image_url": listing.image_url,
        "buying_options": listing.buying_options,
        "variations": listing.variations,
        "quantity_available": listing.quantity_available,
        "listed_at": listing.listed_at,
        "ends_at": listing.ends_at,
        "observed_at": event.observed_at,
        "scored_at": event.occurred_at,
        "previous": event.previous,
        "aspects": listing.aspects,
        "attributes": {each.name: each.value for each in product.attributes},
        "product": product,
        "price": price,
        "judgement": judgement,
        "extractor_version": event.extractor_version,
    }


def price_row(event: ListingScored) -> Row:
    return {
        "listing_id": event.listing.listing_id,
        "at": event.observed_at,
        "asking_minor": event.listing.asking_minor,
        "shipping_minor": event.listing.shipping_minor,
        "currency": event.listing.currency,
        "unit_minor": event.price.unit_minor if event.price else None,
        "base_currency": event.price.currency if event.price else None,
        "score": event.judgement.score,
    }


def ending_row(event: ListingEnded) -> Row:
    return {"listing_id": event.listing_id, "ended_at": event.ended_at, "reason": event.reason}


def baseline_row(event: BaselineUpdated) -> Row:
    return {
        "product_key": event.product_key,
        "currency": event.currency,
        "version": event.version,
        "computed_at": event.computed_at,
        "strata": event.strata,
    }


def alert_row(event: AlertRaised) -> Row:
    return {
        "alert_id": event.alert_id,
        "owner_id": event.owner_id,
        "listing_id": event.listing.listing_id,
        "sighting_id": event.sighting_id,
        "raised_at": event.occurred_at,
        "title": event.listing.title,
        "url": event.listing.url,
        "image_url": event.listing.image_url,
        "component_type": event.product.component_type,
        "product_key": event.product.product_key,
        "unit_minor": event.price.unit_minor,
        "base_currency": event.price.currency,
        "score": event.judgement.score,
        "verdict": event.judgement.verdict,
        "saving_minor": event.judgement.saving_minor,
        "saving_percent": event.judgement.saving_percent,
        "matches": event.matches,
        "channels": event.channels,
        "replayed": event.replay_id is not None,
    }


def delivery_row(event: AlertDelivered) -> Row:
    return {
        "alert_id": event.alert_id,
        "channel": event.channel,
        "state": event.state,
        "attempt": event.attempt,
        "message_id": event.message_id,
        "reason": event.reason,
        "at": event.occurred_at,
    }
