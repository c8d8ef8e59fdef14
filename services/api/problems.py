"""Errors as RFC 9457 problem documents: what, which value, what would be right."""

import difflib
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Send

from libs.contracts.envelope import Value
from libs.messaging.rpc import PERMANENT, RpcError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = "2"


class Complaint(Value):
    """One thing that is wrong with a request."""

    where: str
    """``query.min_score``, ``body.conditions.0.op`` …"""
    detail: str


class ProblemDocument(Value):
    """An error for the person who reads it (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[Complaint, ...] = ()


class ProblemError(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self, status: int, detail: str, *, errors: Sequence[Complaint] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.document = ProblemDocument(
            title=HTTPStatus(status).phrase, status=status, detail=detail, errors=tuple(errors)
        )
        self.headers = headers or {}

    def response(self) -> Response:
        body = orjson.dumps(self.document.model_dump(exclude_defaults=True) | {"type": self.document.type})
        return Response(body, self.document.status, self.headers, MEDIA_TYPE)

    async def send(self, send: Send) -> None:
        """Answer from within a middleware."""
        body = self.response()
        await send({"type": "http.response.start", "status": body.status_code, "headers": body.raw_headers})
        await send({"type": "http.response.body", "body": body.body})


def closest(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the most similar known one, and all of them."""
    names = sorted(known)
    similar = difflib.get_close_matches(name[:80], names, n=1, cutoff=0.5)
    hint = f"did you mean {similar[0]!r}? " if similar else ""
    return f"{hint}known are {', '.join(names)}"


def from_rpc(error: RpcError) -> ProblemError:
    """What another service's refusal means to whoever asked the API."""
    problem = error.problem
    if problem.type == "too-large":
        return ProblemError(413, problem.detail)
    if problem.type in PERMANENT:
        return ProblemError(422, problem.detail)
    return ProblemError(503, problem.detail, headers={"retry-after": RETRY_AFTER_S})


def install_problem_handlers(app: FastAPI) -> None:
    """Let every error of an application be answered as a problem document."""

    @app.exception_handler(ProblemError)
    async def own(_request: Request, error: ProblemError) -> Response:
        return error.response()

    @app.exception_handler(RpcError)
    async def rpc(_request: Request, error: RpcError) -> Response:
        return from_rpc(error).response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        return invalid_request(error.errors()).response()

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
            detail = f"nothing is served at {request.url.path[:200]}; /openapi.json lists what is"
        return ProblemError(error.status_code, detail, headers=dict(error.headers or {})).response()


def invalid_request(errors: Sequence[Any]) -> ProblemError:
    """Every complaint of a validation, without repeating what was sent."""
    complaints = [
        Complaint(where=".".join(str(part)[:80] for part in each["loc"]), detail=_words(each["msg"])) for each in errors
    ][:20]
    detail = "; ".join(f"{each.where}: {each.detail}" for each in complaints[:3])
    return ProblemError(422, detail or "the request is not valid", errors=complaints)


def _words(message: str) -> str:
    return message.removeprefix("Value error, ").encode("utf-8", "replace").decode()
