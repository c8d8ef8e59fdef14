"""Many requests, one subscription: the answers to publishes and acknowledgements."""

import asyncio
from collections.abc import Iterable
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

type Request = tuple[str, bytes, dict[str, str] | None]
"""Subject, body, headers."""


class NoReplyError(Exception):
    """Some of the requests were not answered in time; what they asked for may have happened."""


class Replies:
    """Send requests in one go and collect their answers by token.

    A future a request costs more than the request: the answers of one call share a single one.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._prefix = client.new_inbox() + "."
        self._subscription: Subscription | None = None
        self._waiting: dict[str, _Answers] = {}
        self._next = 0

    @property
    def max_payload(self) -> int:
        """Bytes the server takes in one message, headers included."""
        return self._client.max_payload

    async def start(self) -> Self:
        self._subscription = await self._client.subscribe(self._prefix + "*", cb=self._receive)
        return self

    async def stop(self) -> None:
        if self._subscription is not None and not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def ask(self, requests: Iterable[Request], *, timeout_s: float) -> list[Msg]:
        """Send all requests, wait for all answers, and return them in the order of the requests.

        Raises ``NoReplyError`` when one is missing after ``timeout_s``.
        """
        answers = _Answers()
        tokens: list[str] = []
        try:
            for subject, body, headers in requests:
                self._next += 1
                token = str(self._next)
                tokens.append(token)
                answers.expect_one()
                self._waiting[token] = answers
                await self._client.publish(subject, body, reply=self._prefix + token, headers=headers)
            return await answers.collect(tokens, timeout_s)
        finally:
            for token in tokens:
                self._waiting.pop(token, None)

    async def ask_batch(self, requests: list[Request], *, timeout_s: float) -> Msg:
        """Send requests of which only the last is answered; return that answer."""
        for subject, body, headers in requests[:-1]:
            await self._client.publish(subject, body, headers=headers)
        return (await self.ask(requests[-1:], timeout_s=timeout_s))[0]

    async def _receive(self, message: Msg) -> None:
        token = message.subject[len(self._prefix) :]
        answers = self._waiting.pop(token, None)
        if answers is not None:
            answers.take(token, message)


class _Answers:
    """The answers to one call."""

    def __init__(self) -> None:
        self._got: dict[str, Msg] = {}
        self._missing = 0
        self._done = asyncio.Event()

    def expect_one(self) -> None:
        self._missing += 1

    def take(self, token: str, message: Msg) -> None:
        self._got[token] = message
        if len(self._got) == self._missing:
            self._done.set()

    async def collect(self, tokens: list[str], timeout_s: float) -> list[Msg]:
        if tokens and len(self._got) < len(tokens):
            self._done.clear()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._done.wait()
            except TimeoutError:
                missing = len(tokens) - len(self._got)
                raise NoReplyError(f"{missing} of {len(tokens)} requests had no answer after {timeout_s} s") from None
        return [self._got[token] for token in tokens]
