"""Which epoch of each stream a service has filled, in its own ``epochs`` table."""

from libs.storage.pool import Pool

KNOWN = "select epoch from epochs where stream = $1"
REMEMBER = """
insert into epochs (stream, epoch) values ($1, $2)
on conflict (stream) do update set epoch = excluded.epoch, filled_at = now()
"""


class PostgresEpochs:
    """The memory an ``EpochWatch`` needs; the service's first migration creates the table."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def known(self, stream: str) -> str | None:
        found: str | None = await self._pool.fetchval(KNOWN, stream)
        return found

    async def remember(self, stream: str, epoch: str) -> None:
        await self._pool.execute(REMEMBER, stream, epoch)
