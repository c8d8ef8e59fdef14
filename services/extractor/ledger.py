"""What asking costs: reserved before a call by any number of processes, corrected after it."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from libs.storage.pool import Pool

type Outcome = Literal["answered", "unreadable", "failed", "unknown"]

OPEN_DAY = "insert into days (day) values ($1) on conflict (day) do nothing"
RESERVE = """
update days set calls = calls + 1, tokens = tokens + $2, cost_microusd = cost_microusd + $3
where day = $1 and ($4::bigint is null or tokens + $2 <= $4) and ($5::bigint is null or cost_microusd + $3 <= $5)
returning day
"""
NOTE = """
insert into calls (call_id, day, question_key, backend, model, reserved_tokens, reserved_microusd)
values ($1, $2, $3, $4, $5, $6, $7)
"""
SETTLE = """
with settled as (
    update calls
    set input_tokens = $2::bigint, output_tokens = $3::bigint, cost_microusd = $4::bigint,
        outcome = $5, error = $6, settled_at = now()
    where call_id = $1 and settled_at is null
    returning day, $2::bigint + $3::bigint - reserved_tokens as tokens, $4::bigint - reserved_microusd as cost
)
update days d set tokens = d.tokens + s.tokens, cost_microusd = d.cost_microusd + s.cost
from settled s where d.day = s.day
"""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost; zero for a model of one's own."""

    input_usd_per_million: float = 0.0
    output_usd_per_million: float = 0.0

    def cost_microusd(self, input_tokens: int, output_tokens: int) -> int:
        """A dollar a million tokens is a millionth of a dollar a token; parts of it count whole."""
        return math.ceil(input_tokens * self.input_usd_per_million + output_tokens * self.output_usd_per_million)


@dataclass(frozen=True, slots=True)
class Budget:
    """The most a UTC day may take; ``None`` is no limit of that kind."""

    tokens: int | None = None
    microusd: int | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room taken in the day's budget for one call."""

    call_id: UUID
    input_tokens: int
    output_tokens: int


class OverBudgetError(Exception):
    """The day's budget has no room for another call; ``until`` is when the next day begins."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"the model's budget of the day is spent; the next one begins at {until:%Y-%m-%d %H:%M} UTC")


class Ledger:
    """The calls of one model, in PostgreSQL."""

    def __init__(self, pool: Pool, *, backend: str, model: str, prices: Prices, budget: Budget) -> None:
        self._pool = pool
        self._backend = backend
        self._model = model
        self._prices = prices
        self._budget = budget

    async def reserve(self, question_key: str, input_tokens: int, output_tokens: int, now: datetime) -> Reservation:
        """Take room for a call at its upper estimate; raises ``OverBudgetError``.

        The day's row is the lock: whoever comes second sees what the first has taken. A process that
        dies afterwards leaves its room taken, for its call may have been made.
        """
        call = Reservation(uuid4(), input_tokens, output_tokens)
        today = now.astimezone(UTC).date()
        tokens = input_tokens + output_tokens
        cost = self._prices.cost_microusd(input_tokens, output_tokens)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(OPEN_DAY, today)
            limits = (self._budget.tokens, self._budget.microusd)
            if await connection.fetchval(RESERVE, today, tokens, cost, *limits) is None:
                raise OverBudgetError(_midnight_after(today))
            await connection.execute(NOTE, call.call_id, today, question_key, self._backend, self._model, tokens, cost)
        return call

    async def settle(
        self, call: Reservation, outcome: Outcome, *, input_tokens: int, output_tokens: int, error: str | None = None
    ) -> None:
        """Put what a call really took in the place of its estimate, once."""
        cost = self._prices.cost_microusd(input_tokens, output_tokens)
        await self._pool.execute(SETTLE, call.call_id, input_tokens, output_tokens, cost, outcome, error)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
