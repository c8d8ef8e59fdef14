"""The two little languages of a search: the query (`q`) and the filter list (`filter`)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from services.simulator.words import words_of

type Value = Span | Choice | Scalar

_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Span:
    """`[10..50]`, `[10..]`, `[10]` (from 10) or `[..50]`; ends as written."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`{A|B}`."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must all be there, and groups of which one alternative must be; an alternative is words again."""

    words: tuple[str, ...]
    groups: tuple[tuple[tuple[str, ...], ...], ...]


def parse_query(text: str) -> Query:
    """Read `q`: a space is AND, `(a, b)` is OR; quotes, minus and wildcards mean nothing."""
    groups = tuple(
        alternatives
        for inner in _GROUP.findall(text)
        if (alternatives := tuple(words for part in inner.split(",") if (words := tuple(words_of(part)))))
    )
    return Query(tuple(words_of(_GROUP.sub(" ", text))), groups)


def parse_filters(text: str) -> list[tuple[str, Value]]:
    """Read `name:value,name:value`; a comma inside brackets belongs to the value."""
    return [
        (name.strip(), _value(value.strip()))
        for part in _split(text)
        if part
        for name, _, value in (part.partition(":"),)
    ]


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth <= 0:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]


def _value(text: str) -> Value:
    if text.startswith("[") and text.endswith("]"):
        low, _, high = text[1:-1].partition("..")
        return Span(low.strip(), high.strip())
    if text.startswith("{") and text.endswith("}"):
        return Choice(tuple(value.strip() for value in text[1:-1].split("|") if value.strip()))
    return Scalar(text)


def number(text: str) -> float:
    """Read one end of a span; ValueError when it is neither empty nor a number."""
    value = float(text)
    if value != value or value < 0:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError(f"{text!r} is no amount; use a number from 0")
    return value


def instant(text: str) -> datetime:
    """Read one end of a time span; ValueError when it is no ISO 8601 instant."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
