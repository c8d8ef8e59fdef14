"""What the extractor listens to and what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from libs.contracts.listing import ListingExtracted, ListingSeen
from libs.messaging.stage import Stages
from services.extractor.service import Extractor

stages = Stages("extractor")


@stages.takes(ListingSeen)
async def extract_listings(batch: Sequence[ListingSeen], extractor: Extractor) -> list[ListingExtracted]:
    now = datetime.now(UTC)
    return [extractor.extract(event, now) for event in batch]
