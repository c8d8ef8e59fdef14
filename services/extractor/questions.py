"""Listings the rules could not finish: completed from known answers at once, asked about later, never waited for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import override

import asyncpg
from structlog import get_logger

from libs.contracts.listing import ListingExtracted, ListingSeen
from libs.domain.verticals.schema import Question, completion_of
from libs.messaging.stage import passage_of
from services.extractor.backends.prompt import question_key
from services.extractor.service import Extractor
from services.extractor.storage import OpenQuestion, PostgresAnswers, PostgresQuestions

log = get_logger(__name__)

PATIENCE_S = 2.0
"""The longest a batch of the pipeline is kept for what may be known about it."""
LEFT_ALONE_S = 10.0
"""A database that did not answer is not waited for again at once."""
MOST_UNNOTED = 10_000
DATABASE_TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

type Answer = Mapping[str, object]


class Questions:
    """No model is asked: what the rules know is all there is."""

    async def complete(
        self, _seen: Sequence[ListingSeen], extracted: Sequence[ListingExtracted]
    ) -> Sequence[ListingExtracted]:
        """Complete a batch by what models answered before, and remember what is left to ask."""
        return extracted


class RememberedQuestions(Questions):
    """With a model: its answers are used where they are known, its questions are written down."""

    def __init__(
        self, extractor: Extractor, answers: PostgresAnswers, questions: PostgresQuestions, *, model: str
    ) -> None:
        self._extractor = extractor
        self._answers = answers
        self._questions = questions
        self._model = model
        self._unnoted: dict[str, OpenQuestion] = {}
        self._away_until_s = 0.0

    @override
    async def complete(
        self, seen: Sequence[ListingSeen], extracted: Sequence[ListingExtracted]
    ) -> Sequence[ListingExtracted]:
        keys = [self._key(each) for each in extracted]
        asked = [key for key in keys if key]
        known = (await self._patiently(lambda: self._answers.known(asked)) if asked else None) or {}
        settled = self._sort(seen, keys, known)
        if settled or self._unnoted:
            await self._patiently(lambda: self._write(settled))
        return [
            self.completed(each, known[key]) if key in known else each
            for key, each in zip(keys, extracted, strict=True)
        ]

    async def note_rest(self) -> None:
        """Write down what could not be written while the database was away."""
        await self._write(())

    def question(self, extracted: ListingExtracted) -> Question | None:
        listing = extracted.listing
        return completion_of(listing.vertical).question(listing, extracted.product)

    def completed(self, extracted: ListingExtracted, answer: Answer) -> ListingExtracted:
        """What is known with an answer; the same object when it adds nothing."""
        listing, product = extracted.listing, extracted.product
        better = completion_of(listing.vertical).complete(listing, product, answer)
        return extracted if better is product else self._extractor.with_product(extracted, better)

    def _key(self, extracted: ListingExtracted) -> str | None:
        question = self.question(extracted)
        return None if question is None else question_key(extracted.listing, question, self._model)

    def _sort(
        self, seen: Sequence[ListingSeen], keys: Sequence[str | None], known: Mapping[str, Answer]
    ) -> list[ListingSeen]:
        """Keep what the newest sighting of each listing leaves open; returns the newest that leave nothing.

        A replay neither asks nor settles: what it repeats was dealt with when it happened.
        """
        newest: dict[str, tuple[ListingSeen, str | None]] = {}
        for event, key in zip(seen, keys, strict=True):
            before = newest.get(event.listing.listing_id)
            if event.replay_id is None and (before is None or before[0].observed_at <= event.observed_at):
                newest[event.listing.listing_id] = event, key
        settled = []
        for listing_id, (event, key) in newest.items():
            self._unnoted.pop(listing_id, None)
            if key is None or key in known:
                settled.append(event)
            elif len(self._unnoted) < MOST_UNNOTED:
                passage = passage_of(event)
                self._unnoted[listing_id] = OpenQuestion(key, event, passage.emission, passage.traceparent)
        return settled

    async def _write(self, settled: Sequence[ListingSeen]) -> None:
        noted = list(self._unnoted.values())
        await self._questions.forget(settled)
        await self._questions.note(noted)
        for each in noted:
            if self._unnoted.get(each.event.listing.listing_id) is each:
                del self._unnoted[each.event.listing.listing_id]

    async def _patiently[T](self, work: Callable[[], Awaitable[T]]) -> T | None:
        """The pipeline goes on without the database; what it cannot remember now it does later."""
        if time.monotonic() < self._away_until_s:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await work()
        except DATABASE_TROUBLE as error:
            self._away_until_s = time.monotonic() + LEFT_ALONE_S
            log.warning("questions.unreachable", error=f"{type(error).__name__}: {error}", unnoted=len(self._unnoted))
            return None
