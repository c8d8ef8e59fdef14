"""``/v1/extract``: how a title is understood."""

from fastapi import APIRouter

from libs.contracts.listing import Product
from libs.contracts.rpc import ExtractRequest
from libs.messaging.procedures import EXTRACT
from services.api.parts import Its
from services.api.watch_form import Exact

router = APIRouter(prefix="/v1/extract", tags=["extract"])


class ExtractForm(Exact, ExtractRequest):
    """A title as a marketplace would show it, and what else is known."""


@router.post("")
async def extract(parts: Its, form: ExtractForm) -> Product:
    """What the extractor makes of a title: type, attributes with their origin, product key, quantity."""
    return await parts.rpc.call(EXTRACT, ExtractRequest(**form.model_dump()))
