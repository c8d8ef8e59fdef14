"""What a host answered, read whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import orjson

from libs.http.errors import NotJsonError

LONGEST_RETRY_AFTER_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers with lower-case names, and the unpacked body."""

    method: str
    host: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """``application/json``, without its parameters; empty when none is named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        return self.media_type.endswith(("/json", "+json"))

    @property
    def is_html(self) -> bool:
        return self.media_type in {"text/html", "application/xhtml+xml"} or self.body[:64].lstrip().startswith(b"<")

    @property
    def retry_after_s(self) -> float | None:
        """Seconds to wait, written as seconds or as a date; ``None`` when it is not said or not understood."""
        return retry_after(self.headers.get("retry-after"), datetime.now(UTC))

    def require_json(self) -> bytes:
        """The body of an answer that says it is JSON; raises ``NotJsonError`` for any other."""
        if not self.is_json:
            raise NotJsonError(self, "a web page" if self.is_html else self.media_type or "an unnamed type")
        return self.body

    def json(self) -> object:
        """The decoded body; raises ``NotJsonError``."""
        try:
            decoded: object = orjson.loads(self.require_json())
        except orjson.JSONDecodeError:
            raise NotJsonError(self, "a broken text") from None
        return decoded


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds until the ``Retry-After`` moment, never negative."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:12]), LONGEST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)
