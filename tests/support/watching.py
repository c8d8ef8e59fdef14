"""Watches on a running stack, of any owner."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from libs.contracts.watch import Condition, Search, Trigger, Watch
from libs.storage.pool import open_pool
from services.api.storage import PostgresWatches
from tests.support.stack import RunningStack


async def add_watch(
    stack: RunningStack,
    owner_id: str,
    searches: Iterable[Search],
    *conditions: Condition,
    name: str = "Cheap hardware",
    threshold: float = 80.0,
) -> UUID:
    """Store a watch where the API keeps them, which tells the others; until there are accounts it serves one owner."""
    watch = Watch(
        watch_id=uuid4(),
        owner_id=owner_id,
        name=name,
        searches=tuple(searches),
        conditions=conditions,
        triggers=(Trigger(kind="deal", threshold=threshold),),
    )
    async with open_pool(stack.database_url, "api", size=1) as pool:
        await PostgresWatches(pool).add(watch, datetime.now(UTC))
    return watch.watch_id
