"""Leaving a host alone after it failed repeatedly."""

import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from libs.http.errors import CircuitOpenError, HttpError, NoAnswerError, ServerFaultError, UnreachableError

HOST_FAULTS = (UnreachableError, NoAnswerError, ServerFaultError)
"""What counts against a host; being refused does not."""


class Breaker(Protocol):
    """Decides per host whether it may be asked, and learns from what happened."""

    def guard(self, method: str, host: str) -> AbstractAsyncContextManager[None]:
        """Let one attempt through, or raise ``CircuitOpenError``."""
        ...


class PurgatoryBreaker:
    """Closed, open, half open, by purgatory.

    Its own context manager would count our cancellations as the host's failures, so outcomes are
    told to it one by one.
    """

    def __init__(self, *, threshold: int = 5, open_for_s: float = 30.0) -> None:
        self._open_for_s = open_for_s
        self._factory = AsyncCircuitBreakerFactory(default_threshold=threshold, default_ttl=open_for_s)

    @asynccontextmanager
    async def guard(self, method: str, host: str) -> AsyncIterator[None]:
        breaker = await self._factory.get_breaker(host)
        try:
            await breaker.__aenter__()
        except OpenedState as opened:
            # purgatory raises one and the same exception each time: its traceback would only grow.
            opened.__traceback__ = opened.__context__ = None
            wait_s = max(opened.opened_at + self._open_for_s - time.time(), 0.0)
            raise CircuitOpenError(method, host, wait_s) from None
        try:
            yield
        except HttpError as error:
            fault = error if isinstance(error, HOST_FAULTS) else None
            await breaker.__aexit__(type(fault) if fault else None, fault, None)
            raise
        await breaker.__aexit__(None, None, None)
