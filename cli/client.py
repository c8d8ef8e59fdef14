"""The API as commands ask it; every failure is a sentence."""

import os
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from cli.errors import UNREACHABLE, CommandError

TIMEOUT_S = 30.0
UPLOAD_TIMEOUT_S = 120.0


class Api:
    """One connection to the API at ``DEALSTREAM_URL``; use it as a context manager."""

    def __init__(self, url: str | None = None) -> None:
        port = os.environ.get("DEALSTREAM_PORT") or "8321"
        self.url = (url or os.environ.get("DEALSTREAM_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise CommandError(f"DEALSTREAM_URL is {self.url!r}; it must begin with http:// or https://")
        self._client = httpx.Client(base_url=self.url, timeout=TIMEOUT_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
        return self.send("GET", path, params=dict(parameters or {}))

    def send(self, method: str, path: str, **options: Any) -> Any:
        """Ask, and return the decoded answer; raises ``CommandError`` with what the API would have preferred."""
        try:
            answer = self._client.request(method, path, **options)
        except httpx.ConnectError:
            raise CommandError(f"the API at {self.url} is not running: start it with make up", UNREACHABLE) from None
        except httpx.TimeoutException:
            raise CommandError(f"the API at {self.url} did not answer in time: try again", UNREACHABLE) from None
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise CommandError(f"the API at {self.url} broke off: {reason}", UNREACHABLE) from None
        if answer.is_success:
            return answer.json() if answer.content else None
        raise CommandError(_sentence(answer), UNREACHABLE if answer.status_code == 503 else 1)


def segment(text: str) -> str:
    """One segment of a path, whatever it holds."""
    return quote(text, safe="")


def _sentence(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{answer.url} answered {answer.status_code} {answer.reason_phrase}; is it Dealstream's API?"
    return str(detail)
