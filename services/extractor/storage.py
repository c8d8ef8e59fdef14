"""What models answered and what is still to be asked, in PostgreSQL.

Both hold strangers' words as JSON in text columns: ``jsonb`` refuses an escaped NUL.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from libs.contracts.listing import ListingSeen
from libs.storage.pool import Pool

ERROR_LIMIT = 500

KNOWN = "select question_key, answer from answers where question_key = any($1)"
KEEP = """
insert into answers (question_key, backend, model, answer) values ($1, $2, $3, $4)
on conflict (question_key) do nothing
"""
NOTE = """
insert into open_questions as q (listing_id, question_key, observed_at, event, emission, traceparent)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::integer[], $6::text[])
on conflict (listing_id) do update set
    question_key = excluded.question_key, observed_at = excluded.observed_at, event = excluded.event,
    emission = excluded.emission, traceparent = excluded.traceparent,
    tries = case when q.question_key = excluded.question_key then q.tries else 0 end,
    unreadable = case when q.question_key = excluded.question_key then q.unreadable else 0 end,
    next_try_at = case when q.question_key = excluded.question_key then q.next_try_at else now() end
where q.observed_at <= excluded.observed_at
"""
FORGET = """
delete from open_questions q
using unnest($1::text[], $2::timestamptz[]) as seen (listing_id, observed_at)
where q.listing_id = seen.listing_id and q.observed_at <= seen.observed_at
"""
CLAIM = """
update open_questions q set next_try_at = now() + $2 * interval '1 second'
from (
    select listing_id from open_questions where next_try_at <= now()
    order by next_try_at limit $1 for update skip locked
) due
where q.listing_id = due.listing_id
returning q.question_key, q.event, q.emission, q.traceparent, q.tries, q.unreadable
"""
POSTPONE = """
update open_questions
set tries = tries + 1, unreadable = unreadable + $3::integer, last_error = $4,
    next_try_at = now() + $2 * interval '1 second'
where listing_id = any($1)
"""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A sighting that went on with what the rules know."""

    question_key: str
    event: ListingSeen
    emission: int
    traceparent: str | None
    tries: int = 0
    unreadable: int = 0


class PostgresAnswers:
    """The cache: an answer holds as long as the listing's words, the rules' version and the model do."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def known(self, keys: Collection[str]) -> dict[str, dict[str, object]]:
        rows = await self._pool.fetch(KNOWN, list(keys))
        return {row["question_key"]: json.loads(row["answer"]) for row in rows}

    async def keep(self, key: str, backend: str, model: str, answer: Mapping[str, object]) -> None:
        """Remember an answer; the first one of a question stays."""
        await self._pool.execute(KEEP, key, backend, model, json.dumps(answer))


class PostgresQuestions:
    """Open questions, one a listing: a newer sighting takes the older one's place."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(self, questions: Iterable[OpenQuestion]) -> None:
        newest: dict[str, OpenQuestion] = {}
        for each in sorted(questions, key=lambda question: question.event.observed_at):
            newest[each.event.listing.listing_id] = each
        if newest:
            await self._pool.execute(
                NOTE,
                list(newest),
                [each.question_key for each in newest.values()],
                [each.event.observed_at for each in newest.values()],
                [each.event.model_dump_json(exclude_none=True) for each in newest.values()],
                [each.emission for each in newest.values()],
                [each.traceparent for each in newest.values()],
            )

    async def forget(self, settled: Sequence[ListingSeen]) -> None:
        """Drop what these sightings, or older ones of their listings, left open."""
        if settled:
            seen: dict[str, datetime] = {}
            for each in settled:
                listing_id = each.listing.listing_id
                seen[listing_id] = max(each.observed_at, seen.get(listing_id, each.observed_at))
            await self._pool.execute(FORGET, list(seen), list(seen.values()))

    async def claim(self, limit: int, lease_s: float) -> list[OpenQuestion]:
        """Take questions whose time has come; unanswered after the lease they come up again."""
        rows = await self._pool.fetch(CLAIM, limit, lease_s)
        return [
            OpenQuestion(
                row["question_key"],
                ListingSeen.model_validate_json(row["event"]),
                row["emission"],
                row["traceparent"],
                row["tries"],
                row["unreadable"],
            )
            for row in rows
        ]

    async def postpone(
        self, questions: Iterable[OpenQuestion], delay_s: float, error: str, *, unreadable: bool = False
    ) -> None:
        listing_ids = [each.event.listing.listing_id for each in questions]
        await self._pool.execute(POSTPONE, listing_ids, delay_s, int(unreadable), error[:ERROR_LIMIT])
