"""Wait until a running stack has nothing left to do."""

import asyncio
import contextlib
import time
from datetime import datetime

import asyncpg
import nats
from nats.errors import Error as NatsError

from libs.messaging.topology import TOPOLOGY
from tests.support.stack import RunningStack

UNASKED = {
    "searches are unknown": "select 1 - least(count(*), 1) from poller.searches where enabled",
    "searches are behind": """
        select count(*) from poller.searches
        where enabled and (error is not null or polled_at is null or polled_at < $1)
    """,
}
UNFINISHED = {
    "sightings are open": "select count(*) from poller.sightings where state = 'open'",
    "deliveries are on their way": "select count(*) from notifier.deliveries where state in ('pending', 'claimed')",
    "outcomes are untold": """
        select count(*) from notifier.deliveries where settled_at is not null and announced_at is null
    """,
}
STEADY = 3
"""Looks in a row that find nothing left; the refill of a lost stream begins some seconds after the loss."""


async def until_at_rest(
    stack: RunningStack, *, polled_since: datetime | None = None, within_s: float = 60, steady: int = STEADY
) -> float:
    """Wait until every search was asked after ``polled_since`` and all that follows is done; returns how long it took.

    Without ``polled_since`` searches are not looked at. Fails with what is left to do.
    """
    started = time.monotonic()
    calm, left = 0, "nothing was looked at"
    while calm < steady:
        if time.monotonic() - started > within_s:
            raise AssertionError(f"after {within_s:g} s {left}")
        await asyncio.sleep(0.5)
        try:
            left = await _left_to_do(stack, polled_since)
        except (OSError, TimeoutError, NatsError, asyncpg.PostgresError) as error:
            left = f"a server does not answer: {error!r}"
        calm = 0 if left else calm + 1
    return time.monotonic() - started


async def _left_to_do(stack: RunningStack, polled_since: datetime | None) -> str:
    database = await asyncpg.connect(stack.database_url)
    try:
        for what, query in (UNFINISHED if polled_since is None else UNASKED | UNFINISHED).items():
            arguments = [polled_since] if "$1" in query else []
            if count := await database.fetchval(query, *arguments):
                return f"{count} {what}"
    finally:
        await database.close()
    return await _waiting_messages(stack)


async def _waiting_messages(stack: RunningStack) -> str:
    client = await nats.connect(stack.nats_url(), inbox_prefix="_INBOX_admin", allow_reconnect=False)
    try:
        for each in TOPOLOGY.consumers:
            state = await client.jetstream().consumer_info(each.stream, each.durable)
            if waiting := (state.num_pending or 0) + (state.num_ack_pending or 0):
                return f"{waiting} messages wait for {each.durable}"
    finally:
        with contextlib.suppress(NatsError):
            await client.close()
    return ""
