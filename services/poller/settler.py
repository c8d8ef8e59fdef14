"""Every sighting is settled: scored, dead, or sent again until it is one of them."""

import base64
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from structlog import get_logger

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event, Value, stable_id
from libs.contracts.listing import ListingScored, ListingSeen, Verdict
from libs.messaging.publisher import Outgoing, Publisher
from libs.telemetry import names
from services.poller.recorder import Recorder
from services.poller.storage import FIRST_ID, Emission, PostgresSightings, last_id

log = get_logger(__name__)

SWEEPER_STAGE = "poller-sweeper"
MAIN_LINE = ("extractor-", "scorer-", SWEEPER_STAGE)
"""Stages whose dead letter means that the listing will not be judged."""
PAGE = 500
REFILL_FOR = timedelta(hours=24)

type Quiet = Callable[[], Awaitable[bool]]
"""Whether the main line has nothing left to take, so that what is open was lost and is not just waiting."""


class Outcome(Value):
    """The part of a judgement that is kept with a sighting."""

    verdict: Verdict


class SightingScored(Event):
    """What settling needs of a ``listing.scored``; reading all of it costs three times as much."""

    subject: ClassVar[str] = ListingScored.subject

    sighting_id: UUID
    judgement: Outcome


class Settler:
    """Closes sightings, and keeps sending those that nothing comes back for."""

    def __init__(
        self,
        sightings: PostgresSightings,
        recorder: Recorder,
        publisher: Callable[[], Publisher],
        *,
        quiet: Quiet,
        tries: int,
    ) -> None:
        self._sightings = sightings
        self._recorder = recorder
        self._publisher = publisher
        self._quiet = quiet
        self._tries = tries

    async def settle_scored(self, events: Sequence[SightingScored]) -> None:
        settled = {event.sighting_id: event.judgement.verdict for event in events}
        await self._sightings.settle_scored(list(settled.items()))

    async def settle_dead(self, letters: Sequence[DeadLetter]) -> None:
        """Close what the main line gave up; a dead letter of a branch closes nothing."""
        settled = {
            letter.sighting_id: f"{letter.stage}: {letter.error}"
            for letter in letters
            if letter.sighting_id is not None and letter.stage.startswith(MAIN_LINE)
        }
        if settled:
            await self._sightings.settle_dead(list(settled.items()))

    async def sweep(self) -> int:
        """Send overdue sightings again, or give them up after the last try; returns how many."""
        names.SIGHTINGS_OPEN.set(await self._sightings.count_open())
        if not await self._quiet():
            return 0
        overdue = await self._sightings.take_overdue(PAGE)
        lost = [each for each in overdue if each.tries > self._tries]
        again = [each for each in overdue if each.tries <= self._tries]
        if again:
            log.info("sightings.reemitted", count=len(again))
            names.SIGHTINGS_REEMITTED.labels("overdue").inc(len(again))
            await self._recorder.emit(again)
        if lost:
            await self._publisher().publish(Outgoing(self._give_up(each)) for each in lost)
        return len(overdue)

    async def refill(self) -> None:
        """Send the last day again: the bus was lost, and with it what it had not delivered."""
        since, after = datetime.now(UTC) - REFILL_FOR, FIRST_ID
        while page := await self._sightings.take_recent(since, after, PAGE):
            names.SIGHTINGS_REEMITTED.labels("epoch").inc(len(page))
            await self._recorder.emit(page)
            after = last_id(page)

    async def forget(self, keep_days: int) -> None:
        await self._sightings.forget(datetime.now(UTC) - timedelta(days=keep_days))

    def _give_up(self, emission: Emission) -> DeadLetter:
        event = emission.event
        return DeadLetter(
            event_id=stable_id("dead", SWEEPER_STAGE, str(event.event_id), str(emission.emission)),
            occurred_at=datetime.now(UTC),
            stage=SWEEPER_STAGE,
            original_subject=ListingSeen.subject,
            reason="unsettled",
            error=f"sent {self._tries} times and never came back judged or dead",
            payload=base64.b64encode(event.model_dump_json(exclude_none=True).encode()).decode(),
            sighting_id=event.event_id,
        )
