"""Score listings against their product's baseline."""

from datetime import datetime
from typing import Protocol

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingExtracted, ListingScored
from libs.domain.scoring import judge


class Baselines(Protocol):
    """Where the current baseline of a product is found."""

    def get(self, key: str) -> BaselineUpdated | None: ...


class Scorer:
    """The use case, free of transport."""

    def __init__(self, baselines: Baselines) -> None:
        self._baselines = baselines

    def score(self, event: ListingExtracted, now: datetime) -> ListingScored:
        """Judge one listing at one moment."""
        key = event.product.product_key
        row = None if key is None else self._baselines.get(key)
        return ListingScored.caused_by(
            event,
            occurred_at=now,
            sighting_id=event.sighting_id,
            listing=event.listing,
            observed_at=event.observed_at,
            previous=event.previous,
            product=event.product,
            price=event.price,
            extractor_version=event.extractor_version,
            judgement=judge(event.listing, event.product, event.price, row, now),
        )
