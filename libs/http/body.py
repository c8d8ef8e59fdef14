"""Reading an answer's body without ever holding more than was allowed."""

import zlib
from collections.abc import AsyncIterator

ACCEPTED_ENCODING = "gzip"
_GZIP = zlib.MAX_WBITS | 16


class TooLargeError(Exception):
    """More bytes than allowed."""


class UndecodableError(Exception):
    """A body packed in a way that was not offered, or packed wrongly."""


async def read_bounded(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """Collect and unpack a body of at most ``limit`` bytes.

    httpx unpacks each chunk whole before its size is known, so 64 KiB of a gzip bomb become 64 MiB;
    here unpacking stops at the limit. Raises ``TooLargeError`` and ``UndecodableError``.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return await _collect(chunks, limit)
    if encoding not in {"gzip", "x-gzip"}:
        raise UndecodableError(f"the body is packed as {encoding[:40]!r}; only {ACCEPTED_ENCODING} was offered")
    return await _inflate(chunks, limit)


async def _collect(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise TooLargeError
    return bytes(body)


async def _inflate(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    body = bytearray()
    try:
        async for chunk in chunks:
            body += unpacker.decompress(chunk, limit + 1 - len(body))
            if len(body) > limit:
                raise TooLargeError
    except zlib.error as error:
        raise UndecodableError(f"the body cannot be unpacked: {error}") from None
    if body and not unpacker.eof:
        raise UndecodableError("the packed body ends in the middle")
    return bytes(body)
