"""``/v1/listings``: what is for sale, judged."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.api.parts import Its
from services.api.reading.filters import ATTRIBUTE, ListingFilter, attribute_filters, refuse_unknown
from services.api.reading.models import ListingDetail, ListingPage

router = APIRouter(prefix="/v1/listings", tags=["listings"])


@router.get("")
async def list_listings(parts: Its, request: Request, given: Annotated[ListingFilter, Query()]) -> ListingPage:
    """Listings by filter, best first; any attribute is a filter too: ``attr.capacity_gb=32``."""
    parameters = request.query_params.multi_items()
    attributes = attribute_filters(parameters)
    refuse_unknown((name for name, _ in parameters if not name.startswith(ATTRIBUTE)), ListingFilter.model_fields)
    return await parts.catalog.listings(given, attributes)


@router.get("/{listing_id:path}")
async def read_listing(parts: Its, listing_id: str) -> ListingDetail:
    """One listing: attributes with their origin, what the score is made of, every price it had."""
    return await parts.catalog.listing(listing_id)
