"""What the catalog listens to; it says nothing."""

from collections.abc import Sequence
from typing import Never

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingEnded, ListingScored
from libs.contracts.work import SellerErased
from libs.messaging.stage import BRANCH_REST_S, Stages
from services.catalog.service import Catalog

stages = Stages("catalog")


@stages.takes(ListingScored, rest_s=BRANCH_REST_S)
async def show_listings(batch: Sequence[ListingScored], catalog: Catalog) -> list[Never]:
    await catalog.show_listings(batch)
    return []


@stages.takes(ListingEnded)
async def end_listings(batch: Sequence[ListingEnded], catalog: Catalog) -> list[Never]:
    await catalog.end_listings(batch)
    return []


@stages.takes(BaselineUpdated, rest_s=BRANCH_REST_S)
async def show_baselines(batch: Sequence[BaselineUpdated], catalog: Catalog) -> list[Never]:
    await catalog.show_baselines(batch)
    return []


@stages.takes(AlertRaised)
async def show_alerts(batch: Sequence[AlertRaised], catalog: Catalog) -> list[Never]:
    await catalog.show_alerts(batch)
    return []


@stages.takes(AlertDelivered)
async def show_deliveries(batch: Sequence[AlertDelivered], catalog: Catalog) -> list[Never]:
    await catalog.show_deliveries(batch)
    return []


@stages.takes(SellerErased)
async def erase_sellers(batch: Sequence[SellerErased], catalog: Catalog) -> list[Never]:
    await catalog.erase_sellers(batch)
    return []
