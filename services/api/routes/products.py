"""``/v1/products``: what things usually cost."""

from fastapi import APIRouter

from services.api.parts import Its
from services.api.reading.models import ProductView

router = APIRouter(prefix="/v1/products", tags=["products"])


@router.get("/{product_key:path}")
async def read_product(parts: Its, product_key: str) -> ProductView:
    """One product: how many are offered, and the current baseline of each stratum."""
    return await parts.catalog.product(product_key)
