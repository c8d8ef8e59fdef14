"""OAuth client credentials: tokens that expire, and the check in front of every call."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from services.simulator.answers import JsonResponse
from services.simulator.ebay.errors import access_error

CLIENT_ID = "simulator"
CLIENT_SECRET = "simulator"  # noqa: S105 - the simulator's only, and public, secret
GENERAL_SCOPE = "https://api.ebay.com/oauth/api_scope"


class Tokens:
    """Application tokens by value; a token is forgotten when it is found expired."""

    def __init__(self, ttl_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.ttl_s = ttl_s
        self._monotonic = monotonic
        self._expires_at: dict[str, float] = {}

    def issue(self) -> str:
        now = self._monotonic()
        self._expires_at = {token: at for token, at in self._expires_at.items() if at > now}
        token = f"v^1.1#i^1#p^1#{secrets.token_urlsafe(24)}"
        self._expires_at[token] = now + self.ttl_s
        return token

    def valid(self, token: str) -> bool:
        return self._expires_at.get(token, 0.0) > self._monotonic()

    def revoke_all(self) -> None:
        self._expires_at.clear()


def token_answer(tokens: Tokens, authorization: str, body: bytes) -> JsonResponse:
    """Answer `POST /identity/v1/oauth2/token`."""
    if _credentials(authorization) != (CLIENT_ID, CLIENT_SECRET):
        return _oauth_error(401, "invalid_client", "client authentication failed")
    form = parse_qs(body.decode(errors="replace"))
    grant = form.get("grant_type", [""])[0]
    if not grant:
        return _oauth_error(400, "invalid_request", "grant_type is missing in the request")
    if grant != "client_credentials":
        return _oauth_error(
            400, "unsupported_grant_type", "grant type in request is not supported by the authorization server"
        )
    scopes = form.get("scope", [GENERAL_SCOPE])[0].split()
    if any(not scope.startswith(GENERAL_SCOPE) for scope in scopes):
        return _oauth_error(
            400,
            "invalid_scope",
            "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client",
        )
    answer = {
        "access_token": tokens.issue(),
        "expires_in": max(1, int(tokens.ttl_s)),
        "token_type": "Application Access Token",
    }
    return JsonResponse(answer)


def check_token(tokens: Tokens, authorization: str) -> JsonResponse | None:
    """Answer the refusal, or None when the bearer token is good."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return access_error(
            401,
            1002,
            "OAuth",
            "Missing access token",
            "Access token is missing in the Authorization HTTP request header.",
        )
    if not tokens.valid(token.strip()):
        return invalid_token()
    return None


def invalid_token() -> JsonResponse:
    return access_error(
        401,
        1001,
        "OAuth",
        "Invalid access token",
        "Invalid access token. Check the value of the Authorization HTTP request header.",
    )


def _credentials(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def _oauth_error(status: int, error: str, description: str) -> JsonResponse:
    return JsonResponse({"error": error, "error_description": description}, status)
