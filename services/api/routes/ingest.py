"""``/v1/ingest``: put saved payloads through the pipeline."""

import base64
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from libs.contracts.rpc import IngestAccepted, IngestProgress, IngestProgressRequest, IngestRequest
from libs.messaging.procedures import INGEST, INGEST_PROGRESS
from services.api.parts import Its
from services.api.problems import ProblemError

router = APIRouter(prefix="/v1/ingest", tags=["ingest"])

TIMEOUT_S = 60.0

type Name = Annotated[str, Query(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.post(
    "",
    status_code=202,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {}}}}},
)
async def ingest(
    parts: Its,
    request: Request,
    response: Response,
    source: Name,
    marketplace: Name = "EBAY_US",
    vertical: Name = "server",
    name: Annotated[str, Query(min_length=1, max_length=200)] = "payload",
    ingest_id: Annotated[
        UUID | None, Query(description="Give several payloads the same to follow them as one.")
    ] = None,
) -> IngestAccepted:
    """Take a payload as the source answered it: the body, byte for byte.

    The answer says what it held; how far its listings have come is at the address in ``Location``.
    """
    payload = await request.body()
    if not payload:
        raise ProblemError(422, "the body is empty; send the payload as the source answered it")
    ingest_id = ingest_id or uuid4()
    accepted = await parts.rpc.call(
        INGEST,
        IngestRequest(
            ingest_id=ingest_id,
            name=name,
            source=source,
            marketplace=marketplace,
            vertical=vertical,
            payload_base64=base64.b64encode(payload).decode(),
        ),
        timeout_s=TIMEOUT_S,
    )
    response.headers["location"] = f"/v1/ingest/{ingest_id}"
    return accepted


@router.get("/{ingest_id}")
async def read_progress(parts: Its, ingest_id: UUID) -> IngestProgress:
    """How far an ingest has come; it is done when nothing is pending."""
    return await parts.rpc.call(INGEST_PROGRESS, IngestProgressRequest(ingest_id=ingest_id))
