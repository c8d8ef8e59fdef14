"""What the baseliner listens to and what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingEnded, ListingExtracted
from libs.contracts.work import SellerErased
from libs.messaging.stage import BRANCH_REST_S, Stages
from services.baseliner.service import Baseliner

stages = Stages("baseliner")


@stages.takes(ListingExtracted, rest_s=BRANCH_REST_S)
async def learn_prices(batch: Sequence[ListingExtracted], baseliner: Baseliner) -> list[BaselineUpdated]:
    return await baseliner.learn(batch, datetime.now(UTC))


@stages.takes(ListingEnded)
async def note_endings(batch: Sequence[ListingEnded], baseliner: Baseliner) -> list[BaselineUpdated]:
    await baseliner.end(batch)
    return []


@stages.takes(SellerErased)
async def erase_sellers(batch: Sequence[SellerErased], baseliner: Baseliner) -> list[BaselineUpdated]:
    await baseliner.erase_sellers(batch)
    return []
