"""Messages to a Discord webhook.

A webhook has no idempotency key: a message whose answer is lost may or may not be there, and sending
it again doubled 23 % of the alerts (research: reliability §4). So a failure after the request left is
``unknown``. That holds for an answered 5xx and 408 too: a gateway gives them for requests that were
carried out behind it, and no status tells the two apart. Before the next message the webhook is then
asked with a GET, which writes nothing, so that an outage costs one message and not the whole queue.
"""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import orjson
from pydantic import SecretStr

from libs.contracts.envelope import stable_id
from libs.http.answer import Answer
from libs.http.client import HttpClient, Request
from libs.http.errors import (
    CircuitOpenError,
    HttpError,
    RedirectedError,
    RefusedError,
    StatusError,
    TooManyRequestsError,
    UnreachableError,
    UnusableRequestError,
)
from services.notifier.channels.embed import MOST_EMBEDS, MOST_TEXT, embed, measure, message
from services.notifier.courier import Gone, Letter, Outcome, Postponed, Settlement

HOSTS = frozenset({"discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"})
TOGETHER_FROM = 5
"""So many alerts of one watch at once become one message."""
GONE = frozenset({401, 403, 404})
"""Refusals of the address itself; 10,000 of them in ten minutes ban the whole network (verticals §5.1)."""

SHORTEST_PAUSE_S = 0.25
"""A 429 that asks for no pause at all must not turn into a storm of requests."""

_PATH = re.compile(r"/api(?:/v\d+)?/webhooks/\d+/[\w-]+/?")


class UnusableAddressError(ValueError):
    """An address that is no Discord webhook; the message never quotes it."""


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where a webhook is; whoever knows the address can write into the channel."""

    secret: SecretStr
    route_id: UUID
    """Tells addresses apart without telling them."""

    @classmethod
    def parse(cls, url: SecretStr, allowed_hosts: Collection[str] = ()) -> Self:
        """Check an address; raises ``UnusableAddressError``.

        Only Discord's own hosts are called, over https; ``allowed_hosts`` (``host`` or ``host:port``)
        may stand in for them in development, over http too.
        """
        text = url.get_secret_value().strip()
        try:
            parts = urlsplit(text)
            host, place = parts.hostname or "", parts.netloc.lower()
            official = parts.scheme == "https" and host in HOSTS and parts.port in (None, 443)
        except ValueError:
            raise UnusableAddressError("the Discord webhook's address is malformed") from None
        stand_in = parts.scheme in ("http", "https") and (place in allowed_hosts or host in allowed_hosts)
        if "@" in parts.netloc or not (official or stand_in):
            raise UnusableAddressError(
                f"the Discord webhook's address must begin with https://discord.com/, not with {parts.scheme[:10]}://"
                f"{host[:60]}; for development DEALSTREAM_ALLOWED_HOSTS names other hosts"
            )
        if not _PATH.fullmatch(parts.path):
            raise UnusableAddressError("the Discord webhook's address must look like /api/webhooks/<id>/<token>")
        return cls(SecretStr(text), stable_id("route", "discord", host, parts.path.rstrip("/")))

    def post_url(self) -> str:
        """The address to post to: with ``wait``, so that an answer proves the message is stored."""
        parts = urlsplit(self.secret.get_secret_value())
        query = {**dict(parse_qsl(parts.query)), "wait": "true"}
        return parts._replace(query=urlencode(query), fragment="").geturl()

    def get_url(self) -> str:
        return urlsplit(self.secret.get_secret_value())._replace(query="", fragment="").geturl()


class DiscordWebhook:
    """The channel ``discord``: one webhook, its rate limit, its state of health."""

    name = "discord"

    def __init__(
        self, address: WebhookAddress, http: HttpClient, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.route_id = address.route_id
        self._address = address
        self._http = http
        self._clock = clock
        self._free_at = 0.0
        self._doubtful = False
        self._alone: set[UUID] = set()

    def parcels(self, letters: Sequence[Letter]) -> list[list[Letter]]:
        """One message an alert; five and more of the same watch share messages, as many as fit by size."""
        parcels = [[letter] for letter in letters if letter.alert.alert_id in self._alone]
        ordered = sorted((each for each in letters if each.alert.alert_id not in self._alone), key=_first_watch)
        for _, group in groupby(ordered, key=_first_watch):
            alike = list(group)
            parcels += packed(alike) if len(alike) >= TOGETHER_FROM else [[letter] for letter in alike]
        return sorted(parcels, key=lambda parcel: parcel[0].alert.occurred_at)

    async def ready(self) -> Postponed | Gone | None:
        wait_s = self._free_at - self._clock()
        if wait_s > 0:
            return Postponed("Discord's rate limit is used up", wait_s)
        return await self._look() if self._doubtful else None

    async def send(self, letters: Sequence[Letter]) -> Outcome:
        outcome = await self._post(letters)
        if len(letters) > 1 and isinstance(outcome, Settlement) and outcome.state == "failed":
            return self._divide(letters, outcome)
        if isinstance(outcome, Settlement):
            self._alone.difference_update(letter.alert.alert_id for letter in letters)
        return outcome

    async def _post(self, letters: Sequence[Letter]) -> Outcome:
        payload = message([embed(letter.alert) for letter in letters])
        request = Request("POST", self._address.post_url(), json=payload)
        try:
            answer = await self._http.request(request, repeatable=False)
        except HttpError as error:
            return self._outcome(error)
        self._note_limit(answer.headers)
        return _stored(answer)

    def _divide(self, letters: Sequence[Letter], refused: Settlement) -> Postponed:
        """One bad alert must not cost its neighbours: what was refused together is sent one by one."""
        self._alone.update(letter.alert.alert_id for letter in letters)
        return Postponed(f"{refused.reason}; each alert is sent alone", 0.0)

    async def _look(self) -> Postponed | Gone | None:
        """Ask after a failure whether the webhook is there and well."""
        try:
            await self._http.request(Request("GET", self._address.get_url()), repeatable=False)
        except HttpError as error:
            outcome = self._outcome(error)
            return Postponed(str(error)) if isinstance(outcome, Settlement) else outcome
        self._doubtful = False
        return None

    def _outcome(self, error: HttpError) -> Outcome:
        """What a failure says about the message; only certain knowledge allows another try."""
        match error:
            case TooManyRequestsError(answer=answer):
                wait_s = _pause_s(answer, error.retry_after_s)
                self._free_at = self._clock() + wait_s
                return Postponed(str(error), wait_s)
            case CircuitOpenError():
                return Postponed(str(error), error.retry_in_s)
            case UnreachableError():
                return Postponed(str(error))
            case StatusError(status=status) if status in GONE:
                return Gone(f"Discord answered {status}: the webhook is gone or refuses us; give it a new address")
            case RefusedError() | RedirectedError() | UnusableRequestError():
                return Settlement("failed", _refusal(error))
            case _:
                self._doubtful = True
                return Settlement("unknown", f"{error}; it may have arrived")

    def _note_limit(self, headers: Mapping[str, str]) -> None:
        if headers.get("x-ratelimit-remaining") == "0":
            self._free_at = self._clock() + (_seconds(headers.get("x-ratelimit-reset-after")) or 0.0)


def packed(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Fill messages up to their limits; embeds with the same address would merge into one picture gallery."""
    parcels: list[list[Letter]] = []
    used, urls = 0, set[str]()
    for letter in letters:
        built = embed(letter.alert)
        size, url = measure(built), str(built.get("url", letter.alert.alert_id))
        if not parcels or len(parcels[-1]) == MOST_EMBEDS or used + size > MOST_TEXT or url in urls:
            parcels.append([])
            used, urls = 0, set()
        parcels[-1].append(letter)
        used += size
        urls.add(url)
    return parcels


def _first_watch(letter: Letter) -> str:
    return str(letter.alert.matches[0].watch_id)


def _stored(answer: Answer) -> Settlement:
    """Read the message a webhook answers; anything else proves nothing."""
    message_id = _body(answer).get("id")
    if isinstance(message_id, str) and message_id:
        return Settlement("confirmed", message_id=message_id[:64])
    return Settlement("unknown", f"Discord answered {answer.status} without a message; it may have arrived")


def _refusal(error: HttpError) -> str:
    """The error with Discord's own words, as far as it said any."""
    if not isinstance(error, StatusError):
        return str(error)
    body = _body(error.answer)
    return f"{error}: {orjson.dumps(body).decode()[:500]}" if body else str(error)


def _body(answer: Answer) -> dict[str, Any]:
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _pause_s(answer: Answer, stated: float | None) -> float:
    """How long a 429 asks us to wait: Discord writes fractions of seconds, in the header and in the body."""
    headers = answer.headers
    waits = (_seconds(headers.get("retry-after")), stated, _seconds(_body(answer).get("retry_after")))
    return max(next((wait for wait in waits if wait is not None), 5.0), SHORTEST_PAUSE_S)


def _seconds(value: object) -> float | None:
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 86_400 else None
