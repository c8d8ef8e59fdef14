"""What the poller listens to, answers and says."""

from collections.abc import Sequence

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event
from libs.contracts.rpc import (
    IngestAccepted,
    IngestProgress,
    IngestProgressRequest,
    IngestRequest,
    SearchesRequest,
    SearchList,
    SourceList,
    SourcesRequest,
)
from libs.contracts.work import ErasureRequested, PollRequested
from libs.messaging.procedures import INGEST, INGEST_PROGRESS, SEARCHES, SOURCES
from libs.messaging.rpc import Calls
from libs.messaging.stage import BRANCH_REST_S, Stages
from services.poller.eraser import Eraser
from services.poller.ingest import Ingest
from services.poller.searches import PostgresSearches
from services.poller.settler import Settler, SightingScored
from services.poller.statuses import Statuses

stages = Stages("poller")
calls = Calls("poller")


@stages.takes(SightingScored, rest_s=BRANCH_REST_S)
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


@stages.takes(ErasureRequested)
async def erase_sellers(batch: Sequence[ErasureRequested], eraser: Eraser) -> list[Event]:
    await eraser.erase(batch)
    return []


@calls.answers(INGEST)
async def ingest_payload(request: IngestRequest, ingest: Ingest) -> IngestAccepted:
    return await ingest.accept(request)


@calls.answers(INGEST_PROGRESS)
async def ingest_progress(request: IngestProgressRequest, ingest: Ingest) -> IngestProgress:
    return await ingest.progress(request.ingest_id)


@calls.answers(SEARCHES)
async def list_searches(request: SearchesRequest, statuses: Statuses) -> SearchList:
    return await statuses.searches(failed_only=request.failed_only)


@calls.answers(SOURCES)
async def list_sources(_: SourcesRequest, statuses: Statuses) -> SourceList:
    return await statuses.sources()
