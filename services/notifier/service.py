"""Decide who should know about a scored listing, once for every person and listing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol
from uuid import UUID, uuid5

from structlog import get_logger

from libs.contracts.alert import AlertRaised, WatchMatch
from libs.contracts.envelope import stable_id
from libs.contracts.listing import ListingScored, UnitPrice
from libs.contracts.watch import WatchChanged
from libs.contracts.work import SellerErased
from libs.domain.watches import Match, WatchError, WatchIndex
from libs.runtime.crashpoint import crashpoint
from libs.telemetry import names

log = get_logger(__name__)


class Alerts(Protocol):
    """Where alerts are kept."""

    async def known(self, causes: Sequence[UUID]) -> Sequence[AlertRaised]:
        """The alerts that these events raised."""
        ...

    async def erase_sellers(self, listing_ids: Sequence[str]) -> None:
        """Forget who offered these listings."""
        ...

    async def record(self, alerts: Sequence[AlertRaised], traces: Mapping[UUID, str | None]) -> set[UUID]:
        """Store alerts, matches and pending deliveries in one transaction; answers which alerts are new.

        ``traces`` are by the id of the event that caused an alert.
        """
        ...


class Notifier:
    """The use case, free of transport; ``on_raised`` is told when there is something to deliver."""

    def __init__(self, watches: WatchIndex, alerts: Alerts, *, on_raised: Callable[[], None]) -> None:
        self._watches = watches
        self._alerts = alerts
        self._on_raised = on_raised

    def follow(self, row: WatchChanged) -> None:
        """Take a watch's current row; one that cannot be understood alerts nobody and says so."""
        if row.watch is None:
            self._watches.remove(row.watch_id)
            return
        try:
            self._watches.put(row.watch)
        except WatchError as error:
            log.warning("watch.unusable", watch_id=str(row.watch_id), error=str(error))

    async def erase_sellers(self, events: Sequence[SellerErased]) -> None:
        await self._alerts.erase_sellers(sorted({each for event in events for each in event.listing_ids}))

    async def consider(
        self, batch: Sequence[ListingScored], traces: Mapping[UUID, str | None], now: datetime
    ) -> list[AlertRaised]:
        """Raise the alerts of a batch, and answer every alert that its events raised, now or before."""
        wanted: dict[UUID, AlertRaised] = {}
        for event in batch:
            for alert in self._alerts_for(event, now):
                wanted.setdefault(alert.alert_id, alert)
        new = await self._alerts.record(list(wanted.values()), traces) if wanted else set[UUID]()
        crashpoint("after_alert_commit")
        for alert_id in new:
            names.ALERTS_RAISED.labels(wanted[alert_id].listing.vertical).inc()
        if new:
            self._on_raised()
        considered = {(event.event_id, event.replay_id) for event in batch}
        known = await self._alerts.known([event.event_id for event in batch])
        return [alert for alert in known if (alert.cause_id, alert.replay_id) in considered]

    def _alerts_for(self, event: ListingScored, now: datetime) -> Iterable[AlertRaised]:
        if event.price is None:
            return

        def person_and_trigger(match: Match) -> tuple[str, str]:
            return match.watch.owner_id, match.trigger

        matches = sorted(self._watches.matches(event), key=person_and_trigger)
        for (owner_id, trigger), group in groupby(matches, key=person_and_trigger):
            yield _alert(event, event.price, owner_id, trigger, list(group), now)


def _alert(
    event: ListingScored, price: UnitPrice, owner_id: str, trigger: str, matches: Sequence[Match], now: datetime
) -> AlertRaised:
    """One alert for a person, naming every watch.

    A replay's alerts have ids of their own, so that what it would have sent never stands in for
    what is to be sent. The event id tells apart the alerts that one listing raises for several people.
    """
    replay = () if event.replay_id is None else (str(event.replay_id),)
    alert_id = stable_id("alert", owner_id, event.listing.listing_id, trigger, *replay)
    return AlertRaised(
        event_id=uuid5(event.event_id, f"{AlertRaised.subject}/{alert_id}"),
        occurred_at=now,
        cause_id=event.event_id,
        replay_id=event.replay_id,
        alert_id=alert_id,
        owner_id=owner_id,
        sighting_id=event.sighting_id,
        listing=event.listing,
        product=event.product,
        price=price,
        judgement=event.judgement,
        matches=tuple(
            WatchMatch(watch_id=watch.watch_id, watch_name=watch.name, trigger=trigger) for watch, trigger in matches
        ),
        channels=tuple(sorted({channel for watch, _ in matches for channel in watch.channels})),
        observed_at=event.observed_at,
    )
