"""Deliver alerts: claim, send, write down the outcome, announce it."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from opentelemetry.trace import Span, SpanKind
from structlog import get_logger

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.runtime.crashpoint import crashpoint
from libs.telemetry import names
from libs.telemetry.tracing import continue_trace

log = get_logger(__name__)

CLAIM_LIMIT = 40
ANNOUNCE_LIMIT = 256
SHORT_PAUSE_S = 5.0
"""A rate limit that ends within this is waited out; for a longer one the claims are given back."""
RETRY_CAP_S = 300.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One claimed delivery."""

    alert: AlertRaised
    channel: str
    attempt: int
    traceparent: str | None = None
    stale: bool = False
    """Tried for so long that nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of a delivery. ``unknown`` means that it may have arrived, and is never sent again."""

    state: Literal["confirmed", "unknown", "failed"]
    reason: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Certainly not arrived, and worth another try."""

    reason: str
    after_s: float | None = None
    """What the channel asked for; without it the delay grows with every attempt."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The address does not exist any more, or refuses us: nothing more goes there."""

    reason: str


type Outcome = Settlement | Postponed | Gone


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event that is due, and the trace it belongs to."""

    event: AlertDelivered
    traceparent: str | None


class Channel(Protocol):
    """One way to reach people; knows the protocol, never the database."""

    name: str
    route_id: UUID

    def parcels(self, letters: Sequence[Letter]) -> list[list[Letter]]:
        """Divide letters into messages, in order."""
        ...

    async def ready(self) -> Postponed | Gone | None:
        """What stands against sending now, found out without sending."""
        ...

    async def send(self, letters: Sequence[Letter]) -> Outcome:
        """Send one message; every failure is an outcome."""
        ...


class Deliveries(Protocol):
    """Where deliveries are kept; every claim has an owner, an attempt and a lease."""

    async def claim(self, limit: int) -> list[Letter]: ...
    async def begin(self, letters: Sequence[Letter]) -> list[Letter]: ...
    async def settle(self, letters: Sequence[Letter], settlement: Settlement) -> int: ...
    async def give_back(self, letters: Sequence[Letter], reason: str, after_s: float) -> None: ...
    async def release(self) -> None: ...
    async def expire(self) -> list[str]: ...
    async def unannounced(self, limit: int) -> list[Announcement]: ...
    async def announced(self, announcements: Sequence[Announcement]) -> None: ...
    async def disabled(self, route_id: UUID) -> str | None: ...
    async def disable(self, route_id: UUID, channel: str, reason: str) -> None: ...


type Publish = Callable[[Sequence[Announcement]], Awaitable[None]]


class Courier:
    """The loop of one process; any number of them may work on the same deliveries.

    ``unusable`` says why a channel that this installation knows cannot be used.
    """

    def __init__(
        self,
        deliveries: Deliveries,
        channels: Mapping[str, Channel],
        publish: Publish,
        *,
        unusable: Mapping[str, str] | None = None,
        poll_s: float = 2.0,
        rng: random.Random | None = None,
    ) -> None:
        self._deliveries = deliveries
        self._channels = channels
        self._unusable = unusable or {}
        self._publish = publish
        self._poll_s = poll_s
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not a secret
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look for work now instead of at the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver for ever; on cancellation a message that is being sent is still finished and written down."""
        try:
            while True:
                self._woken.clear()
                if not await self.turn():
                    await self._rest()
        except asyncio.CancelledError:
            await self._deliveries.release()
            raise

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll_s):
                await self._woken.wait()

    async def turn(self) -> bool:
        """Do what is due; says whether there was anything to send."""
        for channel in await self._deliveries.expire():
            self._count(channel, "unknown", 1)
            log.warning("delivery.unknown", channel=channel, reason="the process that was sending it stopped")
        letters = await self._deliveries.claim(CLAIM_LIMIT)
        if letters:
            crashpoint("after_claim")
        for name in dict.fromkeys(letter.channel for letter in letters):
            await self._deliver_all(name, [letter for letter in letters if letter.channel == name])
        await self._announce()
        return bool(letters)

    async def _deliver_all(self, name: str, letters: Sequence[Letter]) -> None:
        stale = [letter for letter in letters if letter.stale]
        await self._settle(name, stale, Settlement("failed", "it could not be delivered for a day"))
        fresh = [letter for letter in letters if not letter.stale]
        channel = self._channels.get(name)
        reason = self._why_not(name) if channel is None else await self._deliveries.disabled(channel.route_id)
        if channel is None or reason is not None:
            await self._settle(name, fresh, Settlement("failed", reason))
        elif fresh:
            await self._send_all(channel, channel.parcels(fresh))

    async def _send_all(self, channel: Channel, parcels: Sequence[Sequence[Letter]]) -> None:
        """Send message after message; what stops one stops those behind it."""
        for index, parcel in enumerate(parcels):
            obstacle = await self._until_ready(channel)
            waiting = parcels[index:]
            if obstacle is None:
                obstacle = await _finish(self._send(channel, parcel))
                waiting = parcels[index + 1 :]
            if obstacle is not None:
                await self._decide(channel, [letter for each in waiting for letter in each], obstacle)
                return

    def _why_not(self, name: str) -> str:
        known = ", ".join(sorted({*self._channels, *self._unusable}))
        return self._unusable.get(name, f"no channel is called {name[:80]!r}; known are: {known}")

    async def _until_ready(self, channel: Channel) -> Postponed | Gone | None:
        obstacle = await channel.ready()
        while isinstance(obstacle, Postponed) and obstacle.after_s is not None and obstacle.after_s <= SHORT_PAUSE_S:
            await asyncio.sleep(obstacle.after_s)
            obstacle = await channel.ready()
        return obstacle

    async def _send(self, channel: Channel, parcel: Sequence[Letter]) -> Postponed | Gone | None:
        """Send one message, having written down that this begins; answers what stops the following ones."""
        begun = await self._deliveries.begin(parcel)
        if not begun:
            return None
        crashpoint("before_send")
        spans = [_span(letter) for letter in begun]
        outcome = await channel.send(begun)
        crashpoint("after_send")
        await self._decide(channel, begun, outcome)
        crashpoint("after_confirm")
        for span in spans:
            if span is not None:
                span.set_attribute("outcome", _name(outcome))
                span.end()
        return None if isinstance(outcome, Settlement) else outcome

    async def _decide(self, channel: Channel, letters: Sequence[Letter], outcome: Outcome) -> None:
        match outcome:
            case _ if not letters:
                return
            case Settlement():
                await self._settle(channel.name, letters, outcome)
            case Postponed(reason, after_s):
                delay = self._back_off(letters) if after_s is None else after_s
                self._count(channel.name, "postponed", len(letters))
                log.info("delivery.postponed", channel=channel.name, count=len(letters), reason=reason, after_s=delay)
                await self._deliveries.give_back(letters, reason, delay)
            case Gone(reason):
                log.error("route.disabled", channel=channel.name, reason=reason)
                await self._deliveries.disable(channel.route_id, channel.name, reason)
                await self._settle(channel.name, letters, Settlement("failed", reason))

    def _back_off(self, letters: Sequence[Letter]) -> float:
        attempts = max(letter.attempt for letter in letters)
        return min(RETRY_CAP_S, 2.0 ** min(attempts - 1, 16)) * self._rng.uniform(0.5, 1.5)

    async def _settle(self, name: str, letters: Sequence[Letter], settlement: Settlement) -> None:
        if not letters:
            return
        self._count(name, settlement.state, await self._deliveries.settle(letters, settlement))
        if settlement.state != "confirmed":
            event = "delivery.unknown" if settlement.state == "unknown" else "delivery.failed"
            log.warning(event, channel=name, count=len(letters), reason=settlement.reason)

    async def _announce(self) -> None:
        """Publish every outcome that was written down and not told yet, whoever wrote it."""
        while announcements := await self._deliveries.unannounced(ANNOUNCE_LIMIT):
            await self._publish(announcements)
            await self._deliveries.announced(announcements)

    @staticmethod
    def _count(channel: str, outcome: str, count: int) -> None:
        names.DELIVERIES.labels(channel, outcome).inc(count)


async def _finish[Result](work: Coroutine[Any, Any, Result]) -> Result:
    """Let work that was begun come to its end even when its loop is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _name(outcome: Outcome) -> str:
    return outcome.state if isinstance(outcome, Settlement) else type(outcome).__name__.lower()


def _span(letter: Letter) -> Span | None:
    name = names.SPAN_DELIVER.format(channel=letter.channel)
    span = continue_trace(name, letter.traceparent, SpanKind.CLIENT)
    if span is not None:
        span.set_attribute("alert_id", str(letter.alert.alert_id))
    return span
