"""Text and addresses written by strangers, made safe to store and show."""

import re
from urllib.parse import urlsplit

MAX_URL = 2_048

_BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>\\^`{}\ud800-\udfff]")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def clean(text: str, limit: int) -> str:
    """Drop control characters and direction marks, replace lone surrogates, cut to ``limit``.

    Zero-width joiners stay: emoji are built with them.
    """
    text = _BLANKS.sub(" ", text[: 4 * limit])
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _INVISIBLE.sub("", text)).strip()[:limit].strip()


def safe_url(text: str, *, allow_loopback: bool = False) -> str | None:
    """The address if it may be shown as a link or loaded as a picture, else ``None``.

    Only ``https`` without credentials; ``http`` to this machine where ``allow_loopback`` says so.
    """
    text = text.strip()
    if len(text) > MAX_URL or _UNSAFE_IN_URL.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
        credentials = parts.username is not None or parts.password is not None
        _ = parts.port
    except ValueError:
        return None
    if not host or credentials:
        return None
    local = allow_loopback and parts.scheme == "http" and host in _LOOPBACK
    return text if parts.scheme == "https" or local else None
