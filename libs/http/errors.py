"""How an outbound call can fail; messages name the host and never the address, which may hold a secret."""

from typing import TYPE_CHECKING

from libs.domain.errors import PermanentError

if TYPE_CHECKING:
    from libs.http.answer import Answer


class HttpError(Exception):
    """A call that did not succeed; transient unless it is also permanent."""

    def __init__(self, method: str, host: str, what: str) -> None:
        self.method = method
        self.host = host
        super().__init__(f"{method} {host}: {what}")


class UnreachableError(HttpError):
    """The request was certainly not sent: no address, no connection, no handshake."""


class NoAnswerError(HttpError):
    """The request may have been sent, the answer did not come whole: what it did is unknown."""


class CircuitOpenError(HttpError):
    """The host failed so often that it is left alone; the request was not sent."""

    def __init__(self, method: str, host: str, retry_in_s: float) -> None:
        self.retry_in_s = retry_in_s
        super().__init__(method, host, f"not asked, it failed repeatedly; next try in {retry_in_s:.0f} s")


class UnusableRequestError(HttpError, PermanentError):
    """The request cannot be sent to anybody: its address or a header is malformed."""


class StatusError(HttpError):
    """The host answered, but not with success."""

    def __init__(self, answer: "Answer", what: str = "") -> None:
        self.answer = answer
        self.status = answer.status
        super().__init__(answer.method, answer.host, f"answered {answer.status}{what}")


class ServerFaultError(StatusError):
    """A 5xx or 408: the host's trouble, worth another try."""


class TooManyRequestsError(StatusError):
    """A 429: come back later."""

    def __init__(self, answer: "Answer") -> None:
        self.retry_after_s = answer.retry_after_s
        after = f", come back in {self.retry_after_s:.0f} s" if self.retry_after_s is not None else ""
        super().__init__(answer, after)


class RefusedError(StatusError, PermanentError):
    """A 4xx: the same request will be refused again."""


class RedirectedError(StatusError, PermanentError):
    """A 3xx: redirects are not followed, since they may lead anywhere."""


class BodyTooLargeError(HttpError, PermanentError):
    """The answer, unpacked, exceeds what is taken from anybody."""

    def __init__(self, method: str, host: str, limit: int) -> None:
        super().__init__(method, host, f"the answer is larger than {limit:,} bytes")


class NotJsonError(HttpError):
    """The answer is no JSON: often a challenge or an error page in HTML."""

    def __init__(self, answer: "Answer", why: str) -> None:
        self.answer = answer
        self.status = answer.status
        self.is_html = answer.is_html
        super().__init__(answer.method, answer.host, f"answered {answer.status} with {why} where JSON was due")
