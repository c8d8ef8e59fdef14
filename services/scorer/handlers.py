"""What the scorer listens to and what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from libs.contracts.listing import ListingExtracted, ListingScored
from libs.messaging.stage import Stages
from libs.telemetry import names
from services.scorer.service import Scorer

stages = Stages("scorer")


@stages.takes(ListingExtracted)
async def score_listings(batch: Sequence[ListingExtracted], scorer: Scorer) -> list[ListingScored]:
    now = datetime.now(UTC)
    scored = [scorer.score(event, now) for event in batch]
    for each in scored:
        names.LISTINGS_SCORED.labels(each.judgement.verdict).inc()
    return scored
