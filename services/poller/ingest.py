"""Put saved payloads through the pipeline, and tell how far they have come."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from libs.contracts.rpc import DeadListing, IngestAccepted, IngestProgress, IngestRequest, Rejection
from libs.domain.errors import PermanentError
from libs.storage.pool import Pool
from services.poller.recorder import Recorder
from services.poller.sources.errors import SourceError
from services.poller.sources.source import ParseContext, ParsedPayload

ACCEPT = """
insert into ingests as i (ingest_id, listings) values ($1, $2)
on conflict (ingest_id) do update set payloads = i.payloads + 1, listings = i.listings + excluded.listings
"""

PROGRESS = """
select count(*) as seen,
    count(*) filter (where s.state = 'scored') as scored,
    count(*) filter (where s.state = 'scored' and s.verdict <> 'not_enough_evidence') as with_verdict,
    count(*) filter (where s.state = 'dead') as dead,
    count(*) filter (where s.state = 'dead' and s.reason not like 'extractor-%') as dead_later,
    count(*) filter (where s.state = 'open') as pending
from ingest_members m join sightings s using (event_id) where m.ingest_id = $1
"""

DEAD = """
select s.listing_id, s.reason from ingest_members m join sightings s using (event_id)
where m.ingest_id = $1 and s.state = 'dead' order by s.listing_id limit 100
"""

type Parse = Callable[[object, ParseContext], ParsedPayload]


class UnknownSourceError(PermanentError):
    """A payload is said to come from a source nobody has a parser for."""

    def __init__(self, source: str, known: Mapping[str, Parse]) -> None:
        super().__init__(f"no source is called {source[:40]!r}; known are: {', '.join(sorted(known))}")


class UnreadablePayloadError(PermanentError):
    """A saved payload that holds no listings: what a source may answer better next time, a file never will."""


class UnknownIngestError(PermanentError):
    """An ingest that was never accepted here."""


class Ingest:
    """The use case: the same parsers as the live sources, the same way into the pipeline."""

    def __init__(self, parsers: Mapping[str, Parse], recorder: Recorder, pool: Pool, *, allow_loopback: bool) -> None:
        self._parsers = parsers
        self._recorder = recorder
        self._pool = pool
        self._allow_loopback = allow_loopback

    async def accept(self, request: IngestRequest) -> IngestAccepted:
        """Read one payload and send its news; raises a ``PermanentError`` that says what is wrong with it."""
        parse = self._parsers.get(request.source)
        if parse is None:
            raise UnknownSourceError(request.source, self._parsers)
        now = datetime.now(UTC)
        context = ParseContext(request.marketplace, request.vertical, now, allow_loopback=self._allow_loopback)
        try:
            parsed = parse(_decode(request.payload_base64), context)
        except SourceError as error:
            raise UnreadablePayloadError(str(error)) from error
        await self._pool.execute(ACCEPT, request.ingest_id, len(parsed.listings))
        look = await self._recorder.record(request.source, parsed, observed_at=now, ingest_id=request.ingest_id)
        return IngestAccepted(
            ingest_id=request.ingest_id,
            listings=len(parsed.listings),
            new_or_changed=len(look.news),
            unchanged=len(look.unchanged),
            rejected=tuple(Rejection(item_id=each.item_id, reason=each.reason) for each in parsed.rejected),
            parser=parsed.parser,
        )

    async def progress(self, ingest_id: UUID) -> IngestProgress:
        """Count where the sightings of an ingest stand."""
        if not await self._pool.fetchval("select true from ingests where ingest_id = $1", ingest_id):
            raise UnknownIngestError(f"no ingest has the id {ingest_id}")
        row = await self._pool.fetchrow(PROGRESS, ingest_id)
        dead = await self._pool.fetch(DEAD, ingest_id) if row is not None and row["dead"] else []
        counts = dict(row or {})
        return IngestProgress(
            ingest_id=ingest_id,
            extracted=counts["scored"] + counts.pop("dead_later"),
            dead_reasons=tuple(DeadListing(**each) for each in dead),
            **counts,
        )


def _decode(payload_base64: str) -> bytes:
    try:
        return base64.b64decode(payload_base64, validate=True)
    except binascii.Error:
        raise PermanentError("payload_base64 is not base64") from None
