"""The routes of eBay, and the gate in front of them."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.simulator.answers import JsonResponse
from services.simulator.ebay import items, search
from services.simulator.ebay.auth import check_token, invalid_token, token_answer
from services.simulator.ebay.caller import read_caller
from services.simulator.ebay.errors import Refusal
from services.simulator.ebay.quota import rate_limits, too_many_requests
from services.simulator.state import TheWorld
from services.simulator.world import World

router = APIRouter(tags=["eBay"])
OUTAGE = "<!DOCTYPE html><html><title>Error</title><body><h1>Service Unavailable - Zero size object</h1></body></html>"


class Stopped(Exception):  # noqa: N818 - an answer on its way, not an error
    """The gate answers instead of the API."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def pass_the_gate(request: Request, world: TheWorld) -> None:
    """Let a Browse call in: faults first, then its token, then the quota that it spends."""
    faults = world.faults.ebay
    if faults.slow_s and world.strikes(faults.slow):
        await asyncio.sleep(faults.slow_s)
    if response := _fault(world):
        raise Stopped(response)
    if refusal := check_token(world.tokens, request.headers.get("Authorization", "")):
        raise Stopped(refusal)
    if not world.quota.spend():
        raise Stopped(too_many_requests())


def _fault(world: World) -> Response | None:
    faults = world.faults.ebay
    if world.strikes(faults.too_many):
        return too_many_requests()
    if world.strikes(faults.broken):
        return Refusal(12000).answer()
    if world.strikes(faults.html):
        return HTMLResponse(OUTAGE, status_code=world.dice.choice((200, 503)))
    if world.strikes(faults.unauthorized):
        return invalid_token()
    return None


Gate = Depends(pass_the_gate)


@router.post("/identity/v1/oauth2/token")
async def issue_token(request: Request, world: TheWorld) -> Response:
    if world.strikes(world.faults.ebay.token_broken):
        return HTMLResponse(OUTAGE, status_code=503)
    return token_answer(world.tokens, request.headers.get("Authorization", ""), await request.body())


@router.get("/buy/browse/v1/item_summary/search", dependencies=[Gate])
async def search_items(request: Request, world: TheWorld) -> Response:
    caller = read_caller(request, public_url=world.settings.public_url, unsupported=12019)
    asked = search.read_request(dict(request.query_params), caller, world.clock.on_the_wire)
    return Response(search.answer(world.market, asked, caller, world.renderer), media_type="application/json")


@router.get("/buy/browse/v1/item/get_item_by_legacy_id", dependencies=[Gate])
async def get_item_by_legacy_id(
    request: Request, world: TheWorld, legacy_item_id: str = "", fieldgroups: str = ""
) -> Response:
    caller = read_caller(request, public_url=world.settings.public_url, unsupported=11011)
    listing = items.find_active_by_legacy_id(world.market, legacy_item_id)
    return JsonResponse(items.answer_item(listing, fieldgroups, caller, world.renderer))


@router.get("/buy/browse/v1/item/{item_id}", dependencies=[Gate])
async def get_item(request: Request, world: TheWorld, item_id: str, fieldgroups: str = "") -> Response:
    caller = read_caller(request, public_url=world.settings.public_url, unsupported=11011)
    listing = items.find_active(world.market, item_id)
    return JsonResponse(items.answer_item(listing, fieldgroups, caller, world.renderer))


@router.get("/developer/analytics/v1_beta/rate_limit/")
@router.get("/developer/analytics/v1_beta/rate_limit")
async def get_rate_limits(request: Request, world: TheWorld) -> Response:
    if refusal := check_token(world.tokens, request.headers.get("Authorization", "")):
        return refusal
    reset = world.quota_reset_on_the_wire().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return rate_limits(world.quota, reset)
