"""What the extractor listens to and what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from libs.contracts.listing import Listing, ListingExtracted, ListingSeen, Product
from libs.contracts.rpc import ExtractRequest
from libs.messaging.procedures import EXTRACT
from libs.messaging.rpc import Calls
from libs.messaging.stage import Stages
from services.extractor.questions import Questions
from services.extractor.service import Extractor

stages = Stages("extractor")
calls = Calls("extractor")


@stages.takes(ListingSeen)
async def extract_listings(
    batch: Sequence[ListingSeen], extractor: Extractor, questions: Questions
) -> Sequence[ListingExtracted]:
    now = datetime.now(UTC)
    return await questions.complete(batch, [extractor.extract(event, now) for event in batch])


@calls.answers(EXTRACT)
async def extract_title(request: ExtractRequest, extractor: Extractor) -> Product:
    return extractor.understand(as_listing(request))


def as_listing(request: ExtractRequest) -> Listing:
    """A title somebody asks about, in the form the rules read."""
    return Listing(
        listing_id="asked:title",
        source="asked",
        marketplace="none",
        vertical=request.vertical,
        item_id="title",
        title=request.title,
        currency="USD",
        condition_id=request.condition_id,
        aspects=request.aspects,
    )
