"""The HTTP application: its guards, its routes, its pages."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from services.api.guards import EntityTags, NulGuard, OriginGuard, SecureHeaders, SizeGuard
from services.api.pages import deals
from services.api.pages import watches as watch_pages
from services.api.parts import Parts
from services.api.problems import ProblemDocument, install_problem_handlers
from services.api.routes import (
    alerts,
    ebay_deletion,
    events,
    extract,
    health,
    ingest,
    listings,
    products,
    searches,
    watches,
)

STATIC = Path(__file__).parent / "pages" / "static"

DESCRIPTION = """
What is for sale, what it usually costs, and who wants to know.

Money is in minor units of the currency beside it; a shipping price of `null` is unknown, not free.
Errors are problem documents (RFC 9457) that say what would be right.
"""


def create_app(parts: Parts) -> FastAPI:
    """Build the application over its parts."""
    app = FastAPI(
        title="Dealstream",
        version="1",
        description=DESCRIPTION,
        redoc_url=None,
        docs_url=None,
        responses={"4XX": {"model": ProblemDocument, "description": "What is wrong, and what would be right"}},
    )
    app.state.parts = parts
    install_problem_handlers(app)
    for routes in (health, watches, searches, listings, alerts, products, ingest, extract, ebay_deletion, events):
        app.include_router(routes.router)
    for page in (deals, watch_pages):
        app.include_router(page.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    settings = parts.settings
    app.add_middleware(EntityTags)
    app.add_middleware(SizeGuard, limit_bytes=settings.body_limit_bytes)
    app.add_middleware(NulGuard)
    app.add_middleware(OriginGuard, any_host=settings.allow_remote)
    app.add_middleware(SecureHeaders, pictures=settings.shown_hosts)
    return app
