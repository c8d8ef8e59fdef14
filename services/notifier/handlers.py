"""What the notifier listens to and what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime

from libs.contracts.alert import AlertRaised
from libs.contracts.listing import ListingScored
from libs.contracts.work import SellerErased
from libs.messaging.stage import Stages, passage_of
from services.notifier.service import Notifier

stages = Stages("notifier")


@stages.takes(ListingScored)
async def raise_alerts(batch: Sequence[ListingScored], notifier: Notifier) -> Sequence[AlertRaised]:
    traces = {event.event_id: passage_of(event).traceparent for event in batch}
    return await notifier.consider(batch, traces, datetime.now(UTC))


@stages.takes(SellerErased)
async def erase_sellers(batch: Sequence[SellerErased], notifier: Notifier) -> Sequence[AlertRaised]:
    await notifier.erase_sellers(batch)
    return []
