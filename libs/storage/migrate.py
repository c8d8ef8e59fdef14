"""Bring every service's schema up to date: ``python -m libs.storage.migrate``.

Files are ``services/<name>/migrations/NNNN_what.sql``, applied in order, each in one transaction,
recorded with its checksum; a file edited after it was applied is an error. ``-- no-transaction`` on
the first line opts out, for ``create index concurrently``.
"""

import asyncio
import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import asyncpg

SERVICES = Path(__file__).parents[2] / "services"
LOCK = 0x4445_414C_5354_524D
LOCK_POLL_S = 0.1
"""Polled, not waited for: a blocked waiter deadlocks with ``create index concurrently``."""

LEDGER = """
create schema if not exists migrations;
create table if not exists migrations.applied (
    service text not null,
    version text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    primary key (service, version)
)
"""


class EditedMigrationError(Exception):
    """A migration that was already applied has another content now."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of one service."""

    service: str
    version: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def find_migrations(root: Path = SERVICES) -> list[Migration]:
    """All migrations, by service, then by number."""
    return [
        Migration(path.parents[1].name, path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(root.glob("*/migrations/*.sql"))
    ]


async def migrate(dsn: str, migrations: list[Migration] | None = None) -> list[Migration]:
    """Apply what is missing and return it; any number of processes may do so at once.

    Raises ``EditedMigrationError`` before anything is changed.
    """
    connection = await asyncpg.connect(dsn)
    try:
        while not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - see LOCK_POLL_S
            await asyncio.sleep(LOCK_POLL_S)
        await connection.execute(LEDGER)
        return await _apply(connection, find_migrations() if migrations is None else migrations)
    finally:
        await connection.close()


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", migrations: list[Migration]) -> list[Migration]:
    rows = await connection.fetch("select service, version, sha256 from migrations.applied")
    applied = {(row["service"], row["version"]): row["sha256"] for row in rows}
    for each in migrations:
        known = applied.get((each.service, each.version))
        if known is not None and known != each.sha256:
            raise EditedMigrationError(
                f"services/{each.service}/migrations/{each.version}.sql was applied with another content; "
                "restore it and write the change as a new migration"
            )
    missing = [each for each in migrations if (each.service, each.version) not in applied]
    for each in missing:
        await _apply_one(connection, each)
    return missing


async def _apply_one(connection: "asyncpg.Connection[asyncpg.Record]", migration: Migration) -> None:
    await connection.execute(f'create schema if not exists "{migration.service}"')
    await connection.execute(f'set search_path to "{migration.service}"')
    if migration.sql.startswith("-- no-transaction"):
        await connection.execute(migration.sql)
        await _record(connection, migration)
    else:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await _record(connection, migration)


async def _record(connection: "asyncpg.Connection[asyncpg.Record]", migration: Migration) -> None:
    await connection.execute(
        "insert into migrations.applied (service, version, sha256) values ($1, $2, $3)",
        migration.service,
        migration.version,
        migration.sha256,
    )


def main() -> int:
    dsn = os.environ.get("DEALSTREAM_DATABASE_URL", "")
    if not dsn:
        print("DEALSTREAM_DATABASE_URL is not set; it names the database to migrate", file=sys.stderr)  # noqa: T201
        return 2
    for migration in asyncio.run(migrate(dsn)):
        print(f"applied {migration.service}/{migration.version}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
