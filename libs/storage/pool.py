"""A pool of PostgreSQL connections bound to one service's schema."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from structlog import get_logger

from libs.telemetry import names

log = get_logger(__name__)

type Pool = asyncpg.Pool[asyncpg.Record]
type Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

ACQUIRE_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 30.0
RETRY_S = 0.5


@asynccontextmanager
async def open_pool(
    dsn: str, service: str, *, schema: str | None = None, role: str | None = None, size: int = 4
) -> AsyncIterator[Pool]:
    """Open a pool whose connections see ``schema`` (by default the service's own) and nothing else.

    Waits for a server that is not up yet. ``role`` is taken on by every connection, to read with
    fewer rights than the login has.
    """
    statements = names.STATEMENTS.labels(service)

    async def prepare(connection: Connection) -> None:
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(
                kind, encoder=_encode, decoder=orjson.loads, schema="pg_catalog", format="text"
            )
        connection.add_query_logger(lambda _query: statements.inc())
        if role is not None:
            await connection.execute(f'set role "{role}"')

    pool: Pool = asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        command_timeout=COMMAND_TIMEOUT_S,
        init=prepare,
        reset=_keep,
        server_settings={
            "search_path": schema or service,
            "application_name": f"dealstream-{service}",
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": "30000",
        },
    )
    await _until_up(pool, service)
    try:
        yield pool
    finally:
        await _close(pool)


async def _until_up(pool: Pool, service: str) -> None:
    while True:
        try:
            _ = await pool
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            log.info("database.waiting", service=service, error=str(error))
            await asyncio.sleep(RETRY_S)
        else:
            return


async def _close(pool: Pool) -> None:
    try:
        async with asyncio.timeout(ACQUIRE_TIMEOUT_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _keep(_connection: Connection) -> None:
    """Spare the reset statement: no session state is changed after ``prepare``."""


def _encode(value: Any) -> str:
    return orjson.dumps(value).decode()


async def is_up(pool: Pool) -> bool:
    """Ask the database a trivial question within two seconds."""
    try:
        async with asyncio.timeout(2):
            return bool(await pool.fetchval("select true"))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
