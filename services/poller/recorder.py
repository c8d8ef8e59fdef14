"""Remember what a payload held, publish its news, set aside what is no listing."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from opentelemetry.trace import Span

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import stable_id
from libs.contracts.listing import ListingSeen
from libs.messaging.headers import Passage
from libs.messaging.publisher import Outgoing, Publisher
from libs.telemetry import names
from libs.telemetry.tracing import start_trace, traceparent_of
from services.poller.sightings import Look
from services.poller.sources.source import ParsedPayload, Rejected
from services.poller.storage import BeginTrace, Emission, PostgresSightings

PARSE_STAGE = "poller-parse"


class Recorder:
    """The one way into the pipeline, for polls, saved payloads and inspections alike.

    ``publisher`` is a function because the bus opens after the parts are wired.
    """

    def __init__(self, sightings: PostgresSightings, publisher: Callable[[], Publisher]) -> None:
        self._sightings = sightings
        self._publisher = publisher

    async def record(
        self,
        source: str,
        parsed: ParsedPayload,
        *,
        observed_at: datetime,
        search_id: str | None = None,
        ingest_id: UUID | None = None,
    ) -> Look:
        """Open sightings for the news and publish them.

        A sighting that was stored and not published is sent by the sweeper, so nothing is lost
        when this fails in between.
        """
        with _traces() as begin_trace:
            look, emissions = await self._sightings.record(
                parsed.listings,
                observed_at=observed_at,
                search_id=search_id,
                begin_trace=begin_trace,
                ingest_id=ingest_id,
            )
            await self.emit(emissions)
        names.LISTINGS_SEEN.labels(source).inc(len(look.news))
        if parsed.rejected:
            await self._set_aside(source, parsed.rejected, observed_at)
        return look

    async def emit(self, emissions: list[Emission]) -> None:
        """Publish sightings, each as the emission it is, in the trace it belongs to."""
        outgoing = [Outgoing(each.event, Passage(each.emission, each.traceparent)) for each in emissions]
        if outgoing:
            await self._publisher().publish(outgoing)

    async def _set_aside(self, source: str, rejected: tuple[Rejected, ...], at: datetime) -> None:
        entries = {_digest(source, each): each for each in rejected}
        fresh = await self._sightings.note_rejected(source, entries)
        letters = [_letter(source, digest, entries[digest], at) for digest in sorted(fresh)]
        if letters:
            await self._publisher().publish(Outgoing(letter) for letter in letters)


def _digest(source: str, entry: Rejected) -> str:
    return blake2b(f"{source}\x1f{entry.reason}\x1f{entry.fragment}".encode(), digest_size=16).hexdigest()


def _letter(source: str, digest: str, entry: Rejected, at: datetime) -> DeadLetter:
    return DeadLetter(
        event_id=stable_id("dead", PARSE_STAGE, source, digest),
        occurred_at=at,
        stage=PARSE_STAGE,
        original_subject=f"source.{source}",
        reason="invalid",
        error=entry.reason if entry.item_id is None else f"{entry.item_id}: {entry.reason}",
        payload=base64.b64encode(entry.fragment.encode()).decode(),
    )


@contextmanager
def _traces() -> Iterator[BeginTrace]:
    """One trace a sighting, begun when it is stored and ended when it is published."""
    spans: list[Span] = []

    def begin(event: ListingSeen) -> str:
        span = start_trace(names.SPAN_POLL, listing_id=event.listing.listing_id, source=event.listing.source)
        spans.append(span)
        return traceparent_of(span)

    try:
        yield begin
    finally:
        for span in spans:
            span.end()
