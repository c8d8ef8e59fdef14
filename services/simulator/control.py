"""The operator's side: the truth, the clock, and everything a test may want to happen."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.simulator.answers import JsonResponse
from services.simulator.catalogue import CONDITION_FACTORS
from services.simulator.faults import Faults
from services.simulator.listings import Listing, serial_of
from services.simulator.state import TheWorld
from services.simulator.supply import Wish
from services.simulator.truth import truth_of
from services.simulator.world import World

router = APIRouter(prefix="/simulator", tags=["control"])


class _Command(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Advance(_Command):
    seconds: Annotated[float, Field(gt=0, le=400 * 86_400)]


class Plant(_Command):
    """Without a product key the market chooses; `deal` false lists an ordinary offer."""

    product_key: str | None = None
    marketplace: Literal["EBAY_US", "EBAY_GB", "EBAY_DE", "EBAY_AU"] = "EBAY_US"
    condition_id: str = "3000"
    deal: bool = True


class End(_Command):
    item_id: str
    how: Literal["sold", "withdrawn", "expired"] = "sold"


class Reprice(_Command):
    item_id: str
    price_minor: Annotated[int, Field(gt=0)]


class Flood(_Command):
    count: Annotated[int, Field(gt=0, le=50_000)]


def _find(world: World, item_id: str) -> Listing:
    """Answer a listing, active or ended, by the marketplace's id or the legacy one; `ebay:` may stand before it."""
    parts = item_id.removeprefix("ebay:").split("|")
    legacy_id = parts[1] if len(parts) == 3 else parts[0]
    listing = world.market.find(serial_of(legacy_id))
    if listing is None:
        raise HTTPException(404, f"No listing has the id {item_id!r}; ids look like 'v1|256000000001|0'.")
    return listing


def _find_active(world: World, item_id: str) -> Listing:
    listing = _find(world, item_id)
    if not listing.active:
        raise HTTPException(409, f"The listing {item_id!r} has ended ({listing.ended_how}); name an active one.")
    return listing


@router.get("/truth")
async def tell_truth(
    world: TheWorld,
    *,
    deal: bool | None = None,
    item_id: str | None = None,
    product_key: str | None = None,
    active: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 100_000,
) -> Response:
    """Answer the truth about every listing in memory, the oldest first."""
    listings = (
        [_find(world, item_id)] if item_id else sorted(world.market.everything(), key=lambda listing: listing.listed_at)
    )
    found = [
        listing
        for listing in listings
        if (deal is None or listing.is_deal == deal)
        and (product_key is None or listing.product.key == product_key)
        and (active is None or listing.active == active)
    ]
    return JsonResponse({"count": len(found), "items": [truth_of(listing, world.clock) for listing in found[:limit]]})


@router.get("/catalogue")
async def list_products(world: TheWorld) -> Response:
    """Answer every product with its true price of a used unit."""
    rows = [
        {
            "product_key": product.key,
            "product": product.name,
            "component_type": product.component_type,
            "true_value_minor": round(product.usd * 100),
            "sigma": product.sigma,
            "worth_planting": product.worth_planting,
        }
        for product in world.catalogue.products
    ]
    return JsonResponse({"count": len(rows), "items": rows})


@router.get("/clock")
async def tell_time(world: TheWorld) -> Response:
    clock = world.clock
    return JsonResponse(
        {
            "seed": world.settings.seed,
            "speed": clock.speed,
            "simulated_now": clock.simulated_now(),
            "simulated_s": clock.offset_s(),
            "real_now": clock.real_now(),
            "opened_at": clock.opened_at,
            "active_listings": len(world.market.active),
        }
    )


@router.post("/advance")
async def advance(world: TheWorld, command: Advance) -> Response:
    world.clock.put_forward(command.seconds)
    return await tell_time(world)


@router.post("/plant")
async def plant(world: TheWorld, command: Plant) -> Response:
    if command.condition_id not in CONDITION_FACTORS:
        raise HTTPException(
            422, f"Condition id {command.condition_id!r} is not traded; use one of {', '.join(CONDITION_FACTORS)}."
        )
    products = world.catalogue.by_key(command.product_key) if command.product_key else (None,)
    if not products:
        raise HTTPException(
            404, f"No product has the key {command.product_key!r}; GET /simulator/catalogue lists them."
        )
    wish = Wish(products[0], command.marketplace, command.condition_id, deal=command.deal)
    return JsonResponse(truth_of(world.market.plant(wish), world.clock))


@router.post("/end")
async def end(world: TheWorld, command: End) -> Response:
    listing = _find_active(world, command.item_id)
    world.market.end(listing, command.how)
    return JsonResponse(truth_of(listing, world.clock))


@router.post("/reprice")
async def reprice(world: TheWorld, command: Reprice) -> Response:
    listing = _find_active(world, command.item_id)
    if listing.price_minor is None:
        raise HTTPException(
            409, f"The listing {command.item_id!r} is an auction without a price; name one at a fixed price."
        )
    world.market.reprice(listing, command.price_minor)
    return JsonResponse(truth_of(listing, world.clock))


@router.post("/flood")
async def flood(world: TheWorld, command: Flood) -> Response:
    listings = world.market.flood(command.count)
    return JsonResponse({"count": len(listings), "item_ids": [listing.item_id for listing in listings]})


@router.get("/faults")
async def tell_faults(world: TheWorld) -> Faults:
    return world.faults


@router.post("/faults")
async def set_faults(world: TheWorld, faults: Faults) -> Faults:
    """Replace the whole profile; an empty object switches every fault off."""
    world.set_faults(faults)
    return faults


@router.post("/tokens/revoke")
async def revoke_tokens(world: TheWorld) -> Response:
    """Forget every token, so that the next call is answered 401."""
    world.tokens.revoke_all()
    return Response(status_code=204)


@router.get("/discord")
async def list_messages(world: TheWorld) -> Response:
    """Answer every message that arrived, the oldest first."""
    messages = world.inbox.all()
    rows = [message.as_discord() | {"received_at": message.received_at} for message in messages]
    return JsonResponse({"count": len(rows), "messages": rows})


@router.delete("/discord")
async def forget_messages(world: TheWorld) -> Response:
    world.inbox.clear()
    return Response(status_code=204)
