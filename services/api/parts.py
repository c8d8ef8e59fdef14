"""What the routes work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from libs.messaging.rpc import RpcClient
from services.api.feed import Feed
from services.api.followers import Sources
from services.api.kept import Kept
from services.api.reading.catalog import Catalog
from services.api.reading.models import Overview
from services.api.service import Publish, Watches
from services.api.settings import ApiSettings
from services.api.storage import PostgresWatches


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a request may need, made once a process."""

    settings: ApiSettings
    catalog: Catalog
    overview: Kept[Overview]
    watches: Watches
    store: PostgresWatches
    rpc: RpcClient
    publish: Publish
    feed: Feed
    sources: Sources
    checks: Callable[[], Awaitable[dict[str, bool]]]


def _parts(request: Request) -> Parts:
    return cast("Parts", request.app.state.parts)


type Its = Annotated[Parts, Depends(_parts)]
"""A route's parameter that receives the parts."""
