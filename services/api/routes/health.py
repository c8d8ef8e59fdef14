"""Whether the process lives and is ready, and its metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.api.parts import Its

router = APIRouter(tags=["system"])


@router.get("/healthz")
async def alive() -> dict[str, bool]:
    """Answers while the process does."""
    return {"live": True}


@router.get("/readyz", responses={503: {"description": "Something it needs is away; the answer names it"}})
async def ready(parts: Its, response: Response) -> dict[str, bool]:
    """Every condition by name; 503 while one does not hold."""
    found = await parts.checks()
    response.status_code = 200 if all(found.values()) else 503
    return found


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
