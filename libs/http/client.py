"""The one way out: bounded in time, size and concurrency, retried where that is safe, silent about secrets."""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import httpx
import orjson
import stamina

from libs.http.answer import Answer
from libs.http.body import ACCEPTED_ENCODING, TooLargeError, UndecodableError, read_bounded
from libs.http.breaker import Breaker, PurgatoryBreaker
from libs.http.errors import (
    BodyTooLargeError,
    CircuitOpenError,
    NoAnswerError,
    RedirectedError,
    RefusedError,
    ServerFaultError,
    StatusError,
    TooManyRequestsError,
    UnreachableError,
    UnusableRequestError,
)

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNUSABLE = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 30.0
    """One attempt to the last byte: a host that drips bytes gets no more."""
    body_bytes: int = 8 * 2**20
    calls_per_host: int = 8
    """At a time; further ones wait."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how patiently a repeatable call is tried."""

    attempts: int = 3
    total_s: float = 45.0
    wait_initial_s: float = 0.2
    wait_max_s: float = 5.0
    jitter_s: float = 0.5
    longest_retry_after_s: float = 10.0
    """A host that asks for a longer pause gets it from the caller, who can do something else meanwhile."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call, as it is sent at every attempt."""

    method: str
    url: str
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    json: object = None

    @property
    def host(self) -> str:
        """Host and port, never the credentials that an address may hold; empty when there is none."""
        try:
            return urlsplit(self.url).netloc.rpartition("@")[2]
        except ValueError:
            return ""


class HttpClient:
    """Calls to other people's hosts; one for a process, closed at its end."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        retries: Retries | None = None,
        breaker: Breaker | None = None,
        user_agent: str = "dealstream/0.1",
    ) -> None:
        quiet_http_loggers()
        self._limits = limits or Limits()
        self._retries = retries or Retries()
        self._breaker = breaker or PurgatoryBreaker()
        self._places = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(self._limits.calls_per_host))
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(self._limits.read_s, connect=self._limits.connect_s, pool=self._limits.total_s),
            headers={"user-agent": user_agent, "accept-encoding": ACCEPTED_ENCODING},
            follow_redirects=False,
            # A .netrc or a proxy variable of the machine must not add credentials or see tokens.
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def request(
        self,
        request: Request,
        *,
        repeatable: bool | None = None,
        before_attempt: Callable[[], Awaitable[None]] | None = None,
    ) -> Answer:
        """Send and return a 2xx answer; anything else raises an ``HttpError``.

        ``repeatable`` says that sending twice does no harm: by default true for GET and HEAD only.
        ``before_attempt`` is awaited before every attempt, so that a quota counts retries too.
        """
        safe = request.method in {"GET", "HEAD"} if repeatable is None else repeatable
        async for attempt in stamina.retry_context(
            on=self._pause_before_retry,
            attempts=self._retries.attempts if safe else 1,
            timeout=self._retries.total_s,
            wait_initial=self._retries.wait_initial_s,
            wait_max=self._retries.wait_max_s,
            wait_jitter=self._retries.jitter_s,
        ):
            with attempt:
                if before_attempt:
                    await before_attempt()
                return await self._attempt(request)
        raise AssertionError("stamina ends with a result or an error")

    async def get(self, url: str, *, params: Mapping[str, str] | None = None) -> Answer:
        """Ask for a document."""
        return await self.request(Request("GET", url, params))

    def _pause_before_retry(self, error: Exception) -> bool | float:
        """Whether another attempt is worth it, and after how long when the host named a pause."""
        if isinstance(error, CircuitOpenError):
            return False
        if isinstance(error, StatusError) and (pause_s := error.answer.retry_after_s) is not None:
            transient = isinstance(error, ServerFaultError | TooManyRequestsError)
            return pause_s if transient and pause_s <= self._retries.longest_retry_after_s else False
        return isinstance(error, UnreachableError | NoAnswerError | ServerFaultError)

    async def _attempt(self, request: Request) -> Answer:
        method, host = request.method, request.host
        if not host:
            raise UnusableRequestError(method, "nowhere", "the request cannot be sent (its address names no host)")
        async with self._places[host], self._breaker.guard(method, host):
            try:
                async with asyncio.timeout(self._limits.total_s):
                    answer = await self._send(request)
            except TimeoutError:
                raise NoAnswerError(method, host, f"no whole answer within {self._limits.total_s:g} s") from None
            raise_for_status(answer)
            return answer

    async def _send(self, request: Request) -> Answer:
        """Send once. The causes of errors are left out: httpx keeps addresses and headers in them."""
        method, host = request.method, request.host
        headers = {**(request.headers or {})}
        content = None if request.json is None else orjson.dumps(request.json)
        if content is not None:
            headers.setdefault("content-type", "application/json")
        try:
            async with self._client.stream(
                method, request.url, params=request.params, headers=headers, data=request.form, content=content
            ) as response:
                return await self._read(request, response)
        except _UNUSABLE as error:
            raise UnusableRequestError(method, host, f"the request cannot be sent ({_reason(error)})") from None
        except _NOT_SENT as error:
            raise UnreachableError(method, host, f"cannot be reached ({_reason(error)})") from None
        except httpx.HTTPError as error:
            raise NoAnswerError(method, host, f"no whole answer ({_reason(error)})") from None

    async def _read(self, request: Request, response: httpx.Response) -> Answer:
        limit = self._limits.body_bytes
        encoding = response.headers.get("content-encoding", "")
        try:
            body = await read_bounded(response.aiter_raw(), encoding, limit)
        except TooLargeError:
            raise BodyTooLargeError(request.method, request.host, limit) from None
        except UndecodableError as error:
            raise NoAnswerError(request.method, request.host, str(error)) from None
        headers = {name.lower(): value for name, value in response.headers.items() if name.lower() != "set-cookie"}
        return Answer(request.method, request.host, response.status_code, headers, body)


def raise_for_status(answer: Answer) -> None:
    """Raise the ``StatusError`` an answer deserves; 2xx pass."""
    match answer.status:
        case status if 200 <= status < 300:
            return
        case status if 300 <= status < 400:
            target = Request("", answer.headers.get("location", "")).host
            raise RedirectedError(answer, f", a redirect to {target[:100]!r}: redirects are not followed")
        case 429:
            raise TooManyRequestsError(answer)
        case status if status >= 500 or status == 408:
            raise ServerFaultError(answer)
        case _:
            raise RefusedError(answer)


def quiet_http_loggers() -> None:
    """Httpx logs whole addresses at INFO, and for webhooks the address is the secret."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _reason(error: BaseException) -> str:
    """Name a failure without its text, which may quote a header; the system's errors are safe to spell out."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
