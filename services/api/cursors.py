"""Cursors: where a page of a sorted list ended, opaque to whoever carries them."""

import base64
import binascii
from datetime import UTC, datetime

import orjson

from services.api.problems import ProblemError

type Key = str | int | float

LENGTH_LIMIT = 600


def encode_cursor(sort: str, key: object, row_id: str) -> str:
    """Name the last row of a page by its sort key and id."""
    return base64.urlsafe_b64encode(orjson.dumps([sort, key, row_id])).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, kind: type) -> tuple[Key | datetime, str]:
    """Read a cursor back; ``kind`` is what the key must be. Raises ``ProblemError`` (400) for any other text."""
    try:
        if len(cursor) > LENGTH_LIMIT:
            raise ValueError
        given_sort, key, row_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if given_sort != sort or not isinstance(row_id, str) or "\0" in row_id:
            raise ValueError
        return _key(key, kind), row_id
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise ProblemError(
            400, f"the cursor is not one this list gave for sort={sort}; leave it out to start from the first page"
        ) from None


def _key(key: object, kind: type) -> Key | datetime:
    if kind is datetime and isinstance(key, str):
        at = datetime.fromisoformat(key)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    if kind is float and isinstance(key, int | float) and not isinstance(key, bool):
        return float(key)
    if kind is int and isinstance(key, int) and not isinstance(key, bool) and -(2**63) <= key < 2**63:
        return key
    raise ValueError
