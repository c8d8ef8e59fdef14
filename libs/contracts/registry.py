"""Every event this system publishes, by subject."""

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event
from libs.contracts.listing import ListingEnded, ListingExtracted, ListingScored, ListingSeen
from libs.contracts.watch import WatchChanged
from libs.contracts.work import ErasureRequested, PollRequested, SellerErased, SourceHealth

EVENTS: dict[str, type[Event]] = {
    event.subject: event
    for event in (
        ListingSeen,
        ListingExtracted,
        ListingScored,
        ListingEnded,
        BaselineUpdated,
        WatchChanged,
        AlertRaised,
        AlertDelivered,
        PollRequested,
        ErasureRequested,
        SellerErased,
        SourceHealth,
        DeadLetter,
    )
}
