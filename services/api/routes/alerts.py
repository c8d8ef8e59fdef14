"""``/v1/alerts``: what people were told, and whether it arrived."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.api.parts import Its
from services.api.reading.filters import AlertFilter, refuse_unknown
from services.api.reading.models import AlertPage

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])


@router.get("")
async def list_alerts(parts: Its, request: Request, given: Annotated[AlertFilter, Query()]) -> AlertPage:
    """Alerts by filter, newest first, each with what became of it on every channel."""
    refuse_unknown(request.query_params.keys(), AlertFilter.model_fields)
    return await parts.catalog.alerts(given)
