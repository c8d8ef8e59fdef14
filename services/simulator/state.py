"""How a route gets at the world."""

from typing import Annotated

from fastapi import Depends, Request

from services.simulator.world import World


def _world(request: Request) -> World:
    world = request.app.state.world
    assert isinstance(world, World)  # noqa: S101 - the application puts it there
    return world


TheWorld = Annotated[World, Depends(_world)]
