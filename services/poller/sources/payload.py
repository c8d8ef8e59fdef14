"""Decoding what a marketplace sent or a person saved."""

import json

import orjson

from services.poller.sources.errors import BlockedError, NotJsonError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decode(payload: bytes | str) -> object:
    """Decode JSON text, tolerating single broken characters in it.

    Lone surrogates, control characters and invalid UTF-8 in one title must not cost the whole page,
    so what the strict decoder refuses is given to the tolerant one. Raises ``BlockedError`` for a web
    page and ``NotJsonError`` for anything else.
    """
    raw = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else payload
    raw = raw.removeprefix(_BYTE_ORDER_MARK).strip()
    if not raw:
        raise NotJsonError("it is empty")
    if raw.startswith(b"<"):
        raise BlockedError("the payload is a web page (HTML or XML) where JSON was due: a challenge or an error page")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _decode_tolerantly(raw)


def _decode_tolerantly(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8", "replace"), strict=False)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise NotJsonError("it is nested too deeply") from None
    except ValueError:
        raise NotJsonError("it holds a number of thousands of digits") from None


def fragment(value: object, limit: int = 2_000) -> str:
    """A piece of a payload as text that any store takes: ASCII JSON without NUL, cut to ``limit``."""
    try:
        text = json.dumps(value, default=repr)
    except (RecursionError, TypeError, ValueError):
        text = f"a {type(value).__name__} that cannot be written as JSON"
    return text.replace("\\u0000", "\\ufffd")[:limit]
