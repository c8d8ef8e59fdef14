"""Ask a model what the rules left open, within the budget, and say what that changed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from structlog import get_logger

from libs.domain.errors import PermanentError
from libs.domain.verticals.schema import Question
from libs.messaging.headers import Passage
from libs.messaging.publisher import Outgoing
from services.extractor.backends.backend import ANSWER_TOKENS, Backend, BackendError, Prompt
from services.extractor.backends.prompt import prompt_for, question_key
from services.extractor.backends.reading import UnreadableError, read_answer
from services.extractor.ledger import Ledger, Outcome, OverBudgetError, Reservation
from services.extractor.questions import RememberedQuestions
from services.extractor.service import Extractor
from services.extractor.storage import OpenQuestion, PostgresAnswers, PostgresQuestions

log = get_logger(__name__)

CORRECTION = 1_000
"""Emissions of corrections lie above every re-emission of the sweeper, so that neither is taken for the other."""
UNREADABLE_LIMIT = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 600.0
LEASE_SLACK_S = 30.0

type Publish = Callable[[list[Outgoing]], Awaitable[None]]


class Asker:
    """The loop beside the pipeline; any number of processes may run it."""

    def __init__(
        self,
        backend: Backend,
        ledger: Ledger,
        extractor: Extractor,
        remembered: RememberedQuestions,
        answers: PostgresAnswers,
        questions: PostgresQuestions,
        *,
        publish: Publish,
        timeout_s: float,
    ) -> None:
        self._backend = backend
        self._ledger = ledger
        self._extractor = extractor
        self._remembered = remembered
        self._answers = answers
        self._questions = questions
        self._publish = publish
        self._lease_s = timeout_s + LEASE_SLACK_S

    async def run(self, *, at_a_time: int, idle_s: float) -> None:
        """Ask for ever; a model that does not answer is left alone for a while."""
        while True:
            await self._remembered.note_rest()
            pause_s = await self.turn(at_a_time)
            if pause_s is not None:
                await asyncio.sleep(max(idle_s, pause_s))

    async def turn(self, at_a_time: int) -> float | None:
        """Take up what is due; returns the seconds to wait, or ``None`` when there may be more at once."""
        due = sorted(await self._questions.claim(at_a_time, self._lease_s), key=attrgetter("question_key"))
        if not due:
            return 0.0
        groups = [list(group) for _, group in groupby(due, key=attrgetter("question_key"))]
        ends = await asyncio.gather(*(self._answer(group) for group in groups), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return max((each for each in ends if isinstance(each, float)), default=None)

    async def _answer(self, group: Sequence[OpenQuestion]) -> float | None:
        """Settle listings that ask the same; returns a pause when the model is to be left alone."""
        try:
            answer = await self._find(group[0])
        except OverBudgetError as error:
            pause_s = min((error.until - datetime.now(UTC)).total_seconds(), LONGEST_PAUSE_S)
            log.info("question.over_budget", until=error.until.isoformat())
            await self._questions.postpone(group, pause_s, str(error))
            return pause_s
        except BackendError as error:
            backoff_s = FIRST_PAUSE_S * 2.0 ** min(group[0].tries, 10)
            pause_s = min(error.pause_s or backoff_s, LONGEST_PAUSE_S)
            log.warning("question.unanswered", backend=self._backend.name, error=str(error), pause_s=pause_s)
            await self._questions.postpone(group, pause_s, str(error))
            return pause_s if error.pause_s else FIRST_PAUSE_S
        except UnreadableError as error:
            log.info("question.unreadable", backend=self._backend.name, tries=group[0].unreadable + 1)
            await self._questions.postpone(group, FIRST_PAUSE_S, str(error), unreadable=True)
            return None
        except PermanentError as error:
            log.warning("question.dropped", listing=group[0].event.listing.listing_id, error=str(error))
            answer = None
        for each in group:
            await self._settle(each, answer)
        return None

    async def _find(self, asked: OpenQuestion) -> dict[str, object]:
        """The answer, from the cache or the model; empty when there is nothing to ask any more."""
        extracted = self._extractor.extract(asked.event, datetime.now(UTC))
        question = self._remembered.question(extracted)
        if question is None:
            return {}
        key = question_key(asked.event.listing, question, self._backend.model)
        known = (await self._answers.known([key])).get(key)
        if known is not None:
            return known
        answer = await self._ask(key, question, prompt_for(asked.event.listing, question), asked.unreadable + 1)
        await self._answers.keep(key, self._backend.name, self._backend.model, answer)
        return answer

    async def _ask(self, key: str, question: Question, prompt: Prompt, tries: int) -> dict[str, object]:
        """Reserve, ask, correct the ledger, read; the last unreadable answer of several counts as none."""
        call = await self._ledger.reserve(key, prompt.most_tokens, ANSWER_TOKENS, datetime.now(UTC))
        try:
            reply = await self._backend.ask(prompt)
        except BackendError as error:
            await self._settle_failed(call, error)
            raise
        outcome: Outcome = "answered"
        try:
            return read_answer(reply.content, question.schema()["properties"])
        except UnreadableError:
            outcome = "unreadable"
            if tries >= UNREADABLE_LIMIT:
                return {}
            raise
        finally:
            await self._ledger.settle(call, outcome, input_tokens=reply.input_tokens, output_tokens=reply.output_tokens)

    async def _settle_failed(self, call: Reservation, error: BackendError) -> None:
        """What was not sent or was refused costs nothing; what may have been answered costs its estimate."""
        billed = (call.input_tokens, call.output_tokens) if error.billed else (0, 0)
        outcome: Outcome = "unknown" if error.billed else "failed"
        await self._ledger.settle(
            call, outcome, input_tokens=billed[0], output_tokens=billed[1], error=str(error)[:500]
        )

    async def _settle(self, asked: OpenQuestion, answer: dict[str, object] | None) -> None:
        """Say what an answer changed as a later emission of the same event, then forget the question."""
        if answer:
            extracted = self._extractor.extract(asked.event, datetime.now(UTC))
            better = self._remembered.completed(extracted, answer)
            if better is not extracted:
                await self._publish([Outgoing(better, Passage(asked.emission + CORRECTION, asked.traceparent))])
                log.info("question.answered", listing=asked.event.listing.listing_id, key=better.product.product_key)
        await self._questions.forget([asked.event])
