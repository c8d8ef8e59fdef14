"""The calls a credential has left, shared by every replica and never overspent."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime

from libs.domain.cadence import Budget
from libs.storage.pool import Pool

KEPT_FOR_PEOPLE = 0.10
SAME_WINDOW_S = 30.0
"""Two words about one reset differ by less."""

RESERVE = """
insert into quota as q (credential, resets_at, calls_limit, used)
select $1, now() + interval '1 day', $2::integer, $3::integer where $3::integer <= floor($2::integer * $4::float8)
on conflict (credential) do update set
    used = case when q.resets_at <= now() then excluded.used else q.used + excluded.used end,
    generation = case when q.resets_at <= now() then q.generation + 1 else q.generation end,
    is_confirmed = q.is_confirmed and q.resets_at > now(),
    resets_at = case when q.resets_at > now() then q.resets_at else q.resets_at
        + make_interval(secs => q.window_s * (1 + floor(extract(epoch from now() - q.resets_at) / q.window_s))) end
where case when q.resets_at <= now() then 0 else q.used end + excluded.used <= floor(q.calls_limit * $4::float8)
returning generation, extract(epoch from resets_at - now())::float8 as lasts_s
"""

CORRECT = """
insert into quota as q (credential, resets_at, calls_limit, used, window_s, is_confirmed)
select $1, $2::timestamptz, $3, $4, $5, true where $2::timestamptz > now()
on conflict (credential) do update set
    calls_limit = excluded.calls_limit, window_s = excluded.window_s, is_confirmed = true,
    resets_at = excluded.resets_at,
    used = case when CONTINUES then greatest(q.used, excluded.used) else excluded.used end,
    generation = case when CONTINUES and q.used >= excluded.used then q.generation else q.generation + 1 end
returning calls_limit, used, resets_at
""".replace(
    "CONTINUES",
    "(q.resets_at > now() and (not q.is_confirmed"
    " or abs(extract(epoch from excluded.resets_at - q.resets_at)) < $6::float8))",
)
"""A reset that was only guessed is moved; a window that has passed, or another reset, begins a new count."""

GIVE_BACK = """
update quota set used = used - $2
where credential = $1 and generation = $3 and resets_at > now() and used >= $2
"""

LEFT = """
select case when resets_at <= now() then 0 else used end as used, calls_limit,
    greatest(extract(epoch from resets_at - now()), 0)::float8 as lasts_s
from quota where credential = $1
"""


@dataclass(frozen=True, slots=True)
class Block:
    """Calls that are ours alone until their window ends."""

    calls: int
    generation: int
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Standing:
    """The ledger after the marketplace was heard."""

    limit: int
    used: int
    resets_at: datetime


class PostgresQuota:
    """One durable ledger a credential: spent before a call, corrected by what the marketplace says."""

    def __init__(self, pool: Pool, credential: str, daily_calls: int, *, share: float = 1 - KEPT_FOR_PEOPLE) -> None:
        self._pool = pool
        self._credential = credential
        self._daily_calls = daily_calls
        self._share = share

    async def reserve(self, calls: int) -> bool:
        """Spend calls in one statement; false when this share of the budget is used up."""
        return await self.take(calls) is not None

    async def take(self, calls: int) -> Block | None:
        """Take exactly so many calls, or none."""
        row = await self._pool.fetchrow(RESERVE, self._credential, self._daily_calls, calls, self._share)
        return None if row is None else Block(calls, row["generation"], row["lasts_s"])

    async def give_back(self, block: Block) -> None:
        """Return what is unspent of a block, unless its window is over or the marketplace counted more."""
        await self._pool.execute(GIVE_BACK, self._credential, block.calls, block.generation)

    async def correct(
        self, *, resets_at: datetime, limit: int, remaining: int, window_s: float | None = None
    ) -> Standing | None:
        """Take over the marketplace's own count; a higher count of ours stays.

        A window that has passed meanwhile changes nothing; the answer is ``None``.
        """
        used, window = limit - remaining, window_s or 86_400.0
        row = await self._pool.fetchrow(CORRECT, self._credential, resets_at, limit, used, window, SAME_WINDOW_S)
        return None if row is None else Standing(row["calls_limit"], row["used"], row["resets_at"])

    async def budget(self, part: float = 1.0) -> Budget:
        """What is left of a part of this share, and the time it has to last."""
        row = await self._pool.fetchrow(LEFT, self._credential)
        if row is None:
            return Budget(part * self._share * self._daily_calls, 86_400.0)
        return Budget(part * max(0.0, self._share * row["calls_limit"] - row["used"]), row["lasts_s"])


class QuotaBlock:
    """Calls taken from the ledger a block at a time: one statement for many calls.

    A process that dies takes its block with it, which wastes calls and never overspends.
    """

    def __init__(self, ledger: PostgresQuota, size: int) -> None:
        self._ledger = ledger
        self._size = size
        self._lock = asyncio.Lock()
        self._held: Block | None = None
        self._ends = 0.0

    async def reserve(self, calls: int) -> bool:
        """Spend calls of the block at hand, or of the next one; false when the ledger has none left."""
        async with self._lock:
            held = self._current()
            if held is None or held.calls < calls:
                held = await self._next(calls)
            if held is None:
                return False
            self._held = Block(held.calls - calls, held.generation, held.lasts_s)
            return True

    async def give_back(self) -> None:
        """Return what is unspent, so that a stop wastes nothing."""
        async with self._lock:
            held, self._held = self._current(), None
            if held is not None and held.calls:
                await self._ledger.give_back(held)

    def _current(self) -> Block | None:
        return self._held if time.monotonic() < self._ends else None

    async def _next(self, calls: int) -> Block | None:
        rest, self._held = self._current(), None
        if rest is not None and rest.calls:
            await self._ledger.give_back(rest)
        asked = time.monotonic()
        block = await self._ledger.take(max(self._size, calls)) or await self._ledger.take(calls)
        if block is not None:
            self._ends = asked + block.lasts_s
        return block
