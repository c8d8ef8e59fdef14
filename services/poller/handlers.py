"""What the poller listens to, answers and says."""

from collections.abc import Sequence

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event
from libs.contracts.rpc import IngestAccepted, IngestProgress, IngestProgressRequest, IngestRequest
from libs.contracts.work import PollRequested
from libs.messaging.procedures import INGEST, INGEST_PROGRESS
from libs.messaging.rpc import Calls
from libs.messaging.stage import Stages
from services.poller.ingest import Ingest
from services.poller.searches import PostgresSearches
from services.poller.settler import Settler, SightingScored

stages = Stages("poller")
calls = Calls("poller")


@stages.takes(SightingScored)
async def settle_scored(batch: Sequence[SightingScored], settler: Settler) -> list[Event]:
    await settler.settle_scored(batch)
    return []


@stages.takes(DeadLetter)
async def settle_dead(batch: Sequence[DeadLetter], settler: Settler) -> list[Event]:
    await settler.settle_dead(batch)
    return []


@stages.takes(PollRequested)
async def hurry_searches(batch: Sequence[PollRequested], searches: PostgresSearches) -> list[Event]:
    await searches.hurry([event.search_id for event in batch])
    return []


@calls.answers(INGEST)
async def ingest_payload(request: IngestRequest, ingest: Ingest) -> IngestAccepted:
    return await ingest.accept(request)


@calls.answers(INGEST_PROGRESS)
async def ingest_progress(request: IngestProgressRequest, ingest: Ingest) -> IngestProgress:
    return await ingest.progress(request.ingest_id)
