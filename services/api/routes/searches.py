"""``/v1/searches`` and ``/v1/sources``: what is asked of the marketplaces, and what is wrong with it."""

from typing import Annotated

from fastapi import APIRouter, Query

from libs.contracts.rpc import SearchesRequest, SearchList, SourceList, SourcesRequest
from libs.messaging.procedures import SEARCHES, SOURCES
from services.api.parts import Its

router = APIRouter(prefix="/v1", tags=["searches"])


@router.get("/searches")
async def list_searches(parts: Its, *, failed_only: Annotated[bool, Query()] = False) -> SearchList:
    """Every search with its watches, its last and next poll, what it yields, and why it failed."""
    return await parts.rpc.call(SEARCHES, SearchesRequest(failed_only=failed_only))


@router.get("/sources")
async def list_sources(parts: Its) -> SourceList:
    """Every source: up, down or without credentials, and what is left of its calls."""
    return await parts.rpc.call(SOURCES, SourcesRequest())
