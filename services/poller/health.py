"""Tell once when a source stops or starts to answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from libs.contracts.envelope import stable_id
from libs.contracts.work import SourceHealth
from libs.messaging.publisher import Outgoing, Publisher
from libs.storage.pool import Pool
from libs.telemetry import names

type State = Literal["up", "down", "unconfigured"]

CHANGE = """
insert into sources as s (source, state, reason, since) values ($1, $2, $3, $4)
on conflict (source) do update set state = excluded.state, reason = excluded.reason, since = excluded.since
where s.state <> excluded.state
returning since
"""


class SourceStates:
    """The state of every source, kept in the database so that a restart tells nothing twice."""

    def __init__(self, pool: Pool, publisher: Callable[[], Publisher]) -> None:
        self._pool = pool
        self._publisher = publisher

    async def up(self, source: str) -> None:
        await self._note(source, "up", None)

    async def down(self, source: str, reason: str) -> None:
        await self._note(source, "down", reason)

    async def unconfigured(self, source: str, reason: str) -> None:
        await self._note(source, "unconfigured", reason)

    async def _note(self, source: str, state: State, reason: str | None) -> None:
        names.SOURCE_UP.labels(source).set(float(state == "up"))
        since = await self._pool.fetchval(CHANGE, source, state, reason, datetime.now(UTC))
        if since is None:
            return
        event = SourceHealth(
            event_id=stable_id(SourceHealth.subject, source, state, since.isoformat()),
            occurred_at=since,
            source=source,
            state=state,
            reason=reason,
            since=since,
        )
        await self._publisher().publish([Outgoing(event)])
