"""Wires the simulator: one application for eBay, Discord and the operator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.types import ASGIApp

from services.simulator import control, pages
from services.simulator.answers import JsonResponse
from services.simulator.discord import page as discord_page
from services.simulator.discord import routes as discord
from services.simulator.drop import Droppable
from services.simulator.ebay import routes as ebay
from services.simulator.ebay.errors import Refusal
from services.simulator.metrics import Counted
from services.simulator.settings import SimulatorSettings
from services.simulator.state import TheWorld
from services.simulator.world import World

health = APIRouter(include_in_schema=False)


@health.get("/live")
@health.get("/ready")
async def tell_health(world: TheWorld) -> Response:
    return JsonResponse({"status": "ok", "checks": {"market": "ok"}, "active_listings": len(world.market.active)})


@health.get("/metrics")
async def tell_metrics(world: TheWorld) -> Response:
    return Response(world.metrics.text(), media_type="text/plain; version=0.0.4")


def create_app(settings: SimulatorSettings) -> ASGIApp:
    """Answer the application; the market opens now."""
    world = World(settings)
    app = FastAPI(title="Dealstream simulator", lifespan=_lifespan)
    app.state.world = world
    for router in (ebay.router, discord.router, discord_page.router, pages.router, control.router, health):
        app.include_router(router)
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(ebay.Stopped, _answer_held)
    app.add_exception_handler(discord.Refused, _answer_held)
    return Droppable(Counted(app, world.metrics))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    moving = asyncio.create_task(app.state.world.keep_moving())
    yield
    moving.cancel()
    with suppress(asyncio.CancelledError):
        await moving


async def _answer_refusal(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for this class only
    return refusal.answer()


async def _answer_held(_request: Request, stopped: Exception) -> Response:
    assert isinstance(stopped, ebay.Stopped | discord.Refused)  # noqa: S101 - registered for these classes only
    return stopped.response
