"""Application tokens of eBay: OAuth 2 client credentials, one flight at a time."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from pydantic import SecretStr

from libs.http.answer import Answer
from libs.http.client import HttpClient, Request
from libs.http.errors import NotJsonError, RefusedError
from services.poller.sources.ebay.errors import raise_for_errors
from services.poller.sources.errors import CredentialsError, MarketplaceError

TOKEN_PATH = "/identity/v1/oauth2/token"  # noqa: S105 - an address, not a secret
SCOPE = "https://api.ebay.com/oauth/api_scope"
RENEW_EARLY_S = 60.0
_SHORTEST_LIFE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Token:
    value: SecretStr
    good_until: float


class TokenProvider:
    """Hands out one cached token and renews it a minute before it ends."""

    def __init__(
        self,
        http: HttpClient,
        api_url: str,
        client_id: str,
        client_secret: SecretStr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = api_url.rstrip("/") + TOKEN_PATH
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._renewal = asyncio.Lock()
        self._token: _Token | None = None

    async def token(self) -> SecretStr:
        """A token good for the next call.

        Raises ``CredentialsError`` when eBay does not know us, ``MarketplaceError`` or an ``HttpError``
        when it cannot say.
        """
        async with self._renewal:
            if self._token is None or self._clock() >= self._token.good_until:
                self._token = await self._renew()
            return self._token.value

    def drop(self, refused: SecretStr) -> None:
        """Forget a token that was refused, unless somebody already renewed it."""
        if self._token is not None and self._token.value == refused:
            self._token = None

    async def _renew(self) -> _Token:
        if not self._client_id or not self._client_secret.get_secret_value():
            raise CredentialsError("eBay needs a client id and a client secret; none are configured")
        asked_at = self._clock()
        try:
            # Asking twice only yields two tokens, so this POST may be repeated.
            answer = await self._http.request(self._request(), repeatable=True)
        except RefusedError as error:
            raise _refusal(error.answer) from None
        value, life_s = _read_token(answer)
        return _Token(value, asked_at + max(life_s - RENEW_EARLY_S, _SHORTEST_LIFE_S))

    def _request(self) -> Request:
        pair = f"{self._client_id}:{self._client_secret.get_secret_value()}"
        return Request(
            "POST",
            self._url,
            headers={"authorization": f"Basic {b64encode(pair.encode()).decode()}"},
            form={"grant_type": "client_credentials", "scope": SCOPE},
        )


def _refusal(answer: Answer) -> MarketplaceError:
    """What a 4xx of the token service means; it has an error form of its own beside Browse's."""
    try:
        raise_for_errors(orjson.loads(answer.body), answer.status)
    except MarketplaceError as error:
        return error
    except orjson.JSONDecodeError:
        pass
    return CredentialsError(f"eBay refused our credentials with HTTP {answer.status}", status=answer.status)


def _read_token(answer: Answer) -> tuple[SecretStr, float]:
    try:
        document = answer.json()
    except NotJsonError as error:
        raise MarketplaceError(f"eBay's token service is out of order: {error}", status=answer.status) from None
    raise_for_errors(document, answer.status)
    fields = document if isinstance(document, dict) else {}
    token, life_s = fields.get("access_token"), fields.get("expires_in")
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()):
        raise MarketplaceError("eBay's token service answered without a usable access_token", status=answer.status)
    if isinstance(life_s, bool) or not isinstance(life_s, int | float):
        life_s = 0.0
    return SecretStr(token), float(life_s)
