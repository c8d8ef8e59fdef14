"""The one reader of what models answer: fenced, wrapped in prose, slightly broken, or as asked."""

import json
import re
from collections.abc import Collection, Mapping

LONGEST = 20_000
MOST_STARTS = 20
_FENCE = re.compile(r"```[\w-]*")
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_PYTHON = re.compile(r"(?<=[:\[,\s])(None|True|False|NaN)(?=\s*[,}\]])")
_AS_JSON = {"None": "null", "True": "true", "False": "false", "NaN": "null"}
_WRAPPERS = frozenset(
    {"answer", "attributes", "result", "output", "data", "input", "properties", "response", "parameters"}
)


class UnreadableError(ValueError):
    """An answer in which no JSON object is to be found."""


def read_answer(content: object, expected: Collection[str]) -> dict[str, object]:
    """The object that was asked for, with its keys as the question spells them.

    Takes a decoded object or text with one in it, bare or in a wrapper. Of several the fullest is taken, then the
    last: what stands before may be thought aloud. Raises ``UnreadableError``.
    """
    found = [dict(content)] if isinstance(content, Mapping) else _objects(content)
    candidates = [_known(inner, expected) for each in found for inner in (each, *_unwrapped(each))]
    fullest = max(reversed(candidates), key=len, default=None)
    if fullest is None or (not fullest and all(found)):
        raise UnreadableError("the model's answer holds no JSON object with what was asked for")
    return fullest


def _known(candidate: Mapping[str, object], expected: Collection[str]) -> dict[str, object]:
    by_name = {_plain(name): value for name, value in candidate.items() if isinstance(name, str)}
    return {name: by_name[_plain(name)] for name in expected if _plain(name) in by_name}


def _unwrapped(found: Mapping[str, object]) -> list[dict[str, object]]:
    return [
        dict(value) for name, value in found.items() if _plain(str(name)) in _WRAPPERS and isinstance(value, Mapping)
    ]


def _objects(content: object) -> list[dict[str, object]]:
    """Every outermost JSON object in a text, the first readable spelling of each."""
    if not isinstance(content, str):
        return []
    text = _FENCE.sub(" ", _THOUGHT.sub(" ", content[:LONGEST]))
    for spelling in (text, _PYTHON.sub(lambda match: _AS_JSON[match[1]], _TRAILING_COMMA.sub("", text))):
        if found := _scan(spelling):
            return found
    return []


def _scan(text: str) -> list[dict[str, object]]:
    decoder, found, start = json.JSONDecoder(parse_constant=lambda _: None), [], 0
    for _ in range(MOST_STARTS):
        start = text.find("{", start)
        if start < 0:
            break
        try:
            value, start = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start += 1
            continue
        found.append(value)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
