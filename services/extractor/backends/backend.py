"""What the extractor wants of a language model, and how asking one can fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from libs.http.errors import (
    CircuitOpenError,
    HttpError,
    NotJsonError,
    StatusError,
    TooManyRequestsError,
    UnreachableError,
    UnusableRequestError,
)

ANSWER_TOKENS = 600
"""Room for one answer: the widest schema filled in is about half of it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question as it is sent, whoever answers it."""

    system: str
    user: str
    schema: Mapping[str, Any]

    @property
    def most_tokens(self) -> int:
        """An upper estimate of what asking costs: two bytes a token, and the schema twice for its wrapping."""
        written = len(self.system.encode()) + len(self.user.encode()) + 2 * len(str(self.schema))
        return written // 2 + 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, unread, and what it took."""

    content: object
    """Text, or the input it gave a tool; ``None`` when it declined."""
    input_tokens: int
    output_tokens: int


class Backend(Protocol):
    """A language model behind somebody's protocol."""

    name: str
    model: str

    async def ask(self, prompt: Prompt) -> Reply:
        """Ask once; raises ``BackendError``."""
        ...


class BackendError(Exception):
    """No answer now; ``billed`` says whether the question may have been charged, ``pause_s`` a wished pause."""

    def __init__(self, what: str, *, billed: bool = False, pause_s: float | None = None) -> None:
        self.billed = billed
        self.pause_s = pause_s
        super().__init__(what)


class OddReplyError(BackendError):
    """It answered, but not in its own protocol."""

    def __init__(self, what: str) -> None:
        super().__init__(what, billed=True)


def as_backend_error(error: HttpError) -> BackendError:
    """Translate what went wrong outside; the text of an ``HttpError`` names no secret."""
    if isinstance(error, TooManyRequestsError):
        return BackendError(str(error), pause_s=error.retry_after_s)
    if isinstance(error, CircuitOpenError):
        return BackendError(str(error), pause_s=error.retry_in_s)
    if isinstance(error, NotJsonError):
        return OddReplyError(str(error))
    unsent = isinstance(error, UnreachableError | UnusableRequestError | StatusError)
    return BackendError(str(error), billed=not unsent)


def counted(usage: object, *names: str) -> int:
    """The sum of token counts a reply names; what is missing or odd counts nothing."""
    if not isinstance(usage, Mapping):
        return 0
    counts = [usage.get(name) for name in names]
    return sum(count for count in counts if isinstance(count, int) and not isinstance(count, bool) and count > 0)


def part(value: object, *path: str | int) -> object:
    """What lies at a path of keys and indexes in decoded JSON; ``None`` where it ends early."""
    for step in path:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and len(value) > step:
            value = value[step]
        else:
            return None
    return value
