"""The endpoints a supervisor asks: /live, /ready and /metrics."""

from collections.abc import Awaitable, Callable

import orjson
from faststream.asgi import AsgiResponse, get
from faststream.asgi.types import ASGIApp
from prometheus_client import make_asgi_app

type Checks = Callable[[], Awaitable[dict[str, bool]]]
"""Named conditions for readiness, all of which must hold."""


def health_routes(checks: Checks) -> list[tuple[str, ASGIApp]]:
    """Alive while the event loop turns; ready while every check holds, each answered by name."""

    @get(include_in_schema=False)
    async def live(_scope: object) -> AsgiResponse:
        return AsgiResponse(b'{"live":true}', 200, {"content-type": "application/json"})

    @get(include_in_schema=False)
    async def ready(_scope: object) -> AsgiResponse:
        found = await checks()
        status = 200 if all(found.values()) else 503
        return AsgiResponse(orjson.dumps(found), status, {"content-type": "application/json"})

    return [("/live", live), ("/ready", ready), ("/metrics", make_asgi_app())]
