"""The calls a credential has left, shared by every replica and never overspent."""

from datetime import UTC, datetime, timedelta

from libs.storage.pool import Pool

KEPT_FOR_PEOPLE = 0.10

RESERVE = """
insert into quota as q (credential, resets_at, calls_limit, used)
values ($1, $2, $3, $4)
on conflict (credential) do update set
    used = case when q.resets_at <= now() then excluded.used else q.used + excluded.used end,
    resets_at = case when q.resets_at <= now() then excluded.resets_at else q.resets_at end
where q.resets_at <= now() or q.used + excluded.used <= floor(q.calls_limit * $5::float8)
returning used
"""

CORRECT = """
insert into quota as q (credential, resets_at, calls_limit, used) values ($1, $2, $3, $4)
on conflict (credential) do update set
    calls_limit = excluded.calls_limit,
    used = case when q.resets_at = excluded.resets_at then greatest(q.used, excluded.used) else excluded.used end,
    resets_at = excluded.resets_at
"""


class PostgresQuota:
    """One durable ledger a credential: spent before a call, corrected by what the marketplace says."""

    def __init__(self, pool: Pool, credential: str, daily_calls: int, *, share: float = 1 - KEPT_FOR_PEOPLE) -> None:
        self._pool = pool
        self._credential = credential
        self._daily_calls = daily_calls
        self._share = share

    async def reserve(self, calls: int) -> bool:
        """Spend calls in one statement; false when this share of the budget is used up."""
        reset = datetime.now(UTC) + timedelta(days=1)
        used = await self._pool.fetchval(RESERVE, self._credential, reset, self._daily_calls, calls, self._share)
        return used is not None

    async def correct(self, *, resets_at: datetime, limit: int, remaining: int) -> None:
        """Take over the marketplace's own count; a higher count of ours stays."""
        await self._pool.execute(CORRECT, self._credential, resets_at, limit, limit - remaining)
