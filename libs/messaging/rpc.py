"""Ask a service something and wait for its answer: ``rpc.<service>.<verb>``, for calls of low rate."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import nats.errors
from faststream import ContextRepo
from faststream.nats import NatsBroker, NatsMessage, NatsResponse, NatsRouter
from faststream.nats.annotations import ContextRepo as InContext
from faststream.nats.annotations import NatsBroker as ItsBroker
from faststream.nats.annotations import NatsMessage as Raw
from pydantic import BaseModel, ValidationError
from structlog import get_logger

from libs.contracts.envelope import Value
from libs.domain.errors import PermanentError
from libs.messaging.delivery import sentence
from libs.messaging.publisher import HEADER_ROOM
from libs.telemetry.logs import redact

log = get_logger(__name__)

TIMEOUT_S = 5.0
BODY_LIMIT = 8 * 1024 * 1024
CONCURRENCY = 16
"""Calls a process works on at once; further ones wait."""
PROBLEM = "application/problem+json"
JSON = "application/json"

type ProblemType = Literal["invalid", "permanent", "too-large", "failed", "timeout", "unavailable"]
PERMANENT = frozenset({"invalid", "permanent", "too-large"})


class Problem(Value):
    """Why there is no answer, as RFC 9457 writes it; ``detail`` is a sentence for the caller."""

    type: ProblemType | str
    title: str
    detail: str


class RpcError(Exception):
    """There is no answer, and asking again later may help."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class RefusedError(RpcError, PermanentError):
    """The service declined, or could not even be sent the question; asking again cannot help."""


@dataclass(frozen=True, slots=True)
class Procedure[Request: BaseModel, Answer: BaseModel]:
    """One thing a service can be asked; both sides name the same value."""

    service: str
    verb: str
    request: type[Request]
    answer: type[Answer]

    @property
    def subject(self) -> str:
        return f"rpc.{self.service}.{self.verb}"


class RpcClient:
    """Ask other services over this service's connection."""

    def __init__(self, broker: NatsBroker, *, timeout_s: float = TIMEOUT_S) -> None:
        self._broker = broker
        self._timeout_s = timeout_s

    async def call[Request: BaseModel, Answer: BaseModel](
        self, procedure: Procedure[Request, Answer], request: Request, *, timeout_s: float | None = None
    ) -> Answer:
        """Ask and return the answer.

        Raises ``RefusedError`` when asking again cannot help, another ``RpcError`` when it may.
        """
        body = request.model_dump_json().encode()
        limit = body_limit(self._broker)
        if len(body) > limit:
            raise RefusedError(_too_large("request", len(body), limit))
        answer = await self._ask(procedure.service, procedure.subject, body, timeout_s or self._timeout_s)
        if answer.headers.get("content-type") == PROBLEM:
            problem = Problem.model_validate_json(answer.body)
            raise (RefusedError if problem.type in PERMANENT else RpcError)(problem)
        try:
            return procedure.answer.model_validate_json(answer.body)
        except ValidationError as error:
            raise _failure("failed", f"the {procedure.service} service answered in another form", error) from None

    async def _ask(self, service: str, subject: str, body: bytes, timeout_s: float) -> NatsMessage:
        try:
            return await self._broker.request(body, subject, headers={"content-type": JSON}, timeout=timeout_s)
        except nats.errors.NoRespondersError:
            raise _failure("unavailable", f"the {service} service is not running") from None
        except TimeoutError:
            detail = f"the {service} service did not answer within {timeout_s:g} s"
            raise _failure("timeout", detail) from None
        except (nats.errors.Error, OSError) as error:
            raise _failure("unavailable", f"the {service} service cannot be asked", error) from error


class Calls:
    """The procedures one service answers, declared by decorator in its ``handlers`` module.

    Give ``router`` to the service. Every call is answered: with the result, or with a problem.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.router = NatsRouter()

    def answers[Request: BaseModel, Answer: BaseModel, F: Callable[..., Awaitable[Any]]](
        self, procedure: Procedure[Request, Answer]
    ) -> Callable[[F], F]:
        """Declare the function below to answer ``procedure``.

        It receives the validated request, then collaborators found by the types it names, and returns
        the answer. What it raises travels: ``PermanentError`` as such, anything else as a failure that
        may pass.
        """
        if procedure.service != self.service:
            raise ValueError(f"{procedure.subject} belongs to {procedure.service}, not to {self.service}")

        def declare(function: F) -> F:
            async def answer(raw: Raw, context: InContext, broker: ItsBroker) -> NatsResponse:
                return _within(await _answer(procedure, function, raw, context), body_limit(broker))

            subscribe = self.router.subscriber(
                procedure.subject, queue=self.service, max_workers=CONCURRENCY, decoder=_as_it_came
            )
            subscribe(answer)
            return function

        return declare


def body_limit(broker: NatsBroker) -> int:
    """Bytes a request or an answer may have on this connection."""
    return min(BODY_LIMIT, broker.connection.max_payload) - HEADER_ROOM


async def _as_it_came(message: NatsMessage) -> bytes:
    """Keep FastStream from decoding: what it cannot decode would never be answered."""
    return message.body


async def _answer(
    procedure: Procedure[Any, Any], function: Callable[..., Awaitable[Any]], raw: NatsMessage, context: ContextRepo
) -> NatsResponse:
    try:
        request = procedure.request.model_validate_json(raw.body)
    except ValidationError as error:
        return _problem(Problem(type="invalid", title="The request is not valid", detail=sentence(error)))
    try:
        answer = await function(request, **_collaborators(procedure, function, context))
        return NatsResponse(answer.model_dump_json().encode(), headers={"content-type": JSON})
    except PermanentError as error:
        return _problem(Problem(type="permanent", title="The request was refused", detail=sentence(error)))
    except Exception as error:  # noqa: BLE001 - the caller waits: every failure is an answer too
        log.warning("rpc.failed", procedure=procedure.subject, error=sentence(error))
        return _problem(_failure("failed", f"the {procedure.service} service failed", error).problem)


def _collaborators(
    procedure: Procedure[Any, Any], function: Callable[..., Awaitable[Any]], context: ContextRepo
) -> dict[str, object]:
    """What the service provides of the types the function names behind its request."""
    _, *rest = inspect.signature(function, eval_str=True).parameters.values()
    found = {each.name: context.get(each.annotation.__name__) for each in rest}
    for each in rest:
        if found[each.name] is None:
            raise LookupError(f"{procedure.subject} asks for {each.annotation}, which its service does not provide")
    return found


def _within(response: NatsResponse, limit: int) -> NatsResponse:
    size = len(cast("bytes", response.body))
    return response if size <= limit else _problem(_too_large("answer", size, limit))


def _problem(problem: Problem) -> NatsResponse:
    safe = problem.model_copy(update={"detail": redact(problem.detail)})
    return NatsResponse(safe.model_dump_json().encode(), headers={"content-type": PROBLEM})


def _too_large(what: str, size: int, limit: int) -> Problem:
    detail = f"the {what} has {size:,} bytes and at most {limit:,} fit"
    return Problem(type="too-large", title=f"The {what} is too large", detail=detail)


def _failure(kind: ProblemType, detail: str, error: Exception | None = None) -> RpcError:
    titles = {"failed": "The service failed", "timeout": "No answer in time", "unavailable": "The service is away"}
    full = detail if error is None else f"{detail}: {sentence(error)}"
    return RpcError(Problem(type=kind, title=titles[kind], detail=full))
