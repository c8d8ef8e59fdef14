"""Declare a stage of the pipeline like a handler: what it takes, what it says."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.contracts.envelope import Event
from libs.messaging.headers import Passage

_passages: ContextVar[Mapping[UUID, Passage]] = ContextVar("passages", default={})  # noqa: B039 - never mutated


def passage_of(event: Event) -> Passage:
    """Inside a stage: what travelled beside one event of the batch in hand."""
    return _passages.get().get(event.event_id, Passage())


@contextmanager
def travelling(passages: Mapping[UUID, Passage]) -> Iterator[None]:
    """Let ``passage_of`` answer for a batch; the runner's side of it."""
    token = _passages.set(passages)
    try:
        yield
    finally:
        _passages.reset(token)


BRANCH_REST_S = 0.1
"""Rest of the stages beside the line from sighting to alert.

One message at a time costs them a dozen wake-ups and round trips each; together, at 200 listings a second, they
took the cores from the line itself and tripled its latency. A stage that is behind does not rest.
"""

type Outputs = Iterable[Event]
type Handle = Callable[[Sequence[Any]], Awaitable[Outputs]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One durable's work: a batch of events in, the events that follow from them out."""

    durable: str
    event: type[Event]
    function: Callable[..., Awaitable[Outputs]]
    rest_s: float = 0.0
    """Pause after a batch that was not full, for stages no alert waits for; see ``BRANCH_REST_S``."""

    def bind(self, parts: Mapping[type, object]) -> Handle:
        """Give the function its collaborators, found by the types it names.

        The first parameter is the batch; raises ``TypeError`` for a type that was not provided.
        """
        _, *rest = inspect.signature(self.function, eval_str=True).parameters.values()
        missing = [each for each in rest if each.annotation not in parts]
        if missing:
            raise TypeError(f"{self.durable} asks for {missing[0]}, which its service does not provide")
        extra = {each.name: parts[each.annotation] for each in rest}
        function = self.function

        async def handle(batch: Sequence[Any]) -> Outputs:
            return await function(batch, **extra)

        return handle


class Stages:
    """The stages of one service, declared by decorator in its ``handlers`` module."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.declared: list[Stage] = []

    def takes[F: Callable[..., Awaitable[Outputs]]](
        self, event: type[Event], *, rest_s: float = 0.0
    ) -> Callable[[F], F]:
        """Declare the function below to handle batches of ``event``.

        It receives a non-empty sequence and returns the events that follow, each built with
        ``caused_by``. It may be called again with the same events, alone or in other company.
        """

        def declare(function: F) -> F:
            durable = f"{self.service}-{event.subject.replace('.', '-')}"
            self.declared.append(Stage(durable, event, function, rest_s))
            return function

        return declare
