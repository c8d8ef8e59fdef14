"""``/``: the current deals, live."""

import asyncio
from collections.abc import AsyncIterable
from dataclasses import replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import HTMLResponse

from libs.domain.verticals.registry import verticals
from services.api.pages.filters import CHOICES, SORTS, DealFilter
from services.api.pages.render import page
from services.api.pages.words import safe_link
from services.api.parts import Its, Parts
from services.api.problems import ProblemError
from services.api.reading.models import DealPage, Overview

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
async def show_deals(parts: Its, request: Request) -> HTMLResponse:
    """The page, or for htmx only its list."""
    given = DealFilter.read(request.query_params)
    try:
        found = await parts.catalog.deals(given.query())
    except ProblemError:
        given = replace(given, cursor="")
        found = await parts.catalog.deals(given.query())
    # Why a list is empty must not be told from numbers that are some seconds old.
    overview = await (parts.overview() if found.items else parts.catalog.overview())
    values: dict[str, Any] = {
        "given": given,
        "deals": found.items,
        "next_address": given.at(found.next_cursor) if found.next_cursor else None,
        "overview": overview,
        "down": parts.sources.down(),
        "emptiness": await _emptiness(parts, given, found, overview),
        "safe": partial(safe_link, plain_hosts=parts.settings.shown_hosts),
    }
    if "hx-request" in request.headers and "hx-history-restore-request" not in request.headers:
        return page("list.html", **values)
    return page("deals.html", **values, choices=CHOICES, sorts=SORTS, types=component_types())


@router.get("/live", response_class=EventSourceResponse)
async def live(parts: Its) -> AsyncIterable[ServerSentEvent]:
    """Says when the list is worth asking for again."""
    # What happened between rendering the page and this connection would go unnoticed otherwise.
    yield ServerSentEvent(event="changed", raw_data="", retry=2000)
    async for _ in parts.feed.beats():
        yield ServerSentEvent(event="changed", raw_data="")


def component_types() -> list[tuple[str, str]]:
    """Every type of every vertical, as its name and its label."""
    return [(each.name, each.label) for vertical in verticals() for each in vertical.component_types.values()]


async def _emptiness(parts: Parts, given: DealFilter, found: DealPage, overview: Overview) -> dict[str, Any] | None:
    """Why the list is empty: blind, nothing yet, or nothing matched and what would find more."""
    if found.items:
        return None
    if parts.sources.down() and overview.listings_active == 0:
        return {"why": "blind"}
    if overview.listings_active == 0 or (overview.listings_judged == 0 and given.verdict != "all"):
        return {"why": "nothing yet"}
    loosened = given.loosened()
    counts = await asyncio.gather(*(parts.catalog.count(each.query()) for _, each in loosened))
    ways = [(words, each.address, count) for (words, each), count in zip(loosened, counts, strict=True) if count]
    return {"why": "nothing matched", "ways": sorted(ways, key=lambda way: -way[2])}
