"""The limits of a message (research: Discord API documentation), and the error bodies for what exceeds them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

CONTENT = 2000
EMBEDS = 10
FIELDS = 25
TOTAL = 6000
NONCE = 25
USERNAME = 80
TEXTS = {("title",): 256, ("description",): 4096, ("footer", "text"): 2048, ("author", "name"): 256}
URLS = (("url",), ("image", "url"), ("thumbnail", "url"), ("author", "url"), ("footer", "icon_url"))
FORBIDDEN_NAMES = ("clyde", "discord")

type Path = tuple[str, ...]
type Complaint = tuple[Path, str, str]


def complaints(payload: dict[str, Any]) -> list[Complaint]:
    """Answer what Discord would refuse: where, the code, and the sentence."""
    return [*_content(payload), *_identity(payload), *_embeds(payload)]


def is_empty(payload: dict[str, Any]) -> bool:
    return not any(payload.get(part) for part in ("content", "embeds", "components", "poll", "sticker_ids"))


def form_error(found: list[Complaint]) -> dict[str, Any]:
    """Answer the body of a 400 with code 50035: errors nested by path."""
    errors: dict[str, Any] = {}
    for path, code, message in found:
        node = errors
        for step in path:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


def _too_long(path: Path, text: object, most: int) -> Iterator[Complaint]:
    if text is not None and not isinstance(text, str):
        yield path, "STRING_TYPE_CONVERT", "Could not interpret value as string."
    elif text is not None and len(text.strip()) > most:
        yield path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."


def _content(payload: dict[str, Any]) -> Iterator[Complaint]:
    yield from _too_long(("content",), payload.get("content"), CONTENT)
    nonce = payload.get("nonce")
    if nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, str | int)):
        yield ("nonce",), "NONCE_TYPE_INVALID", "Nonce must be a string or an integer."
    elif nonce is not None and len(str(nonce)) > NONCE:
        yield ("nonce",), "BASE_TYPE_MAX_LENGTH", f"Must be {NONCE} or fewer in length."


def _identity(payload: dict[str, Any]) -> Iterator[Complaint]:
    name = payload.get("username")
    if name is None:
        return
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= USERNAME:
        yield ("username",), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {USERNAME} in length."
    elif any(word in name.lower() for word in FORBIDDEN_NAMES):
        yield ("username",), "USERNAME_INVALID_CONTAINS", 'Username cannot contain "clyde" or "discord"'


def _embeds(payload: dict[str, Any]) -> Iterator[Complaint]:
    embeds = payload.get("embeds")
    if embeds is None:
        return
    if not isinstance(embeds, list) or not all(isinstance(embed, dict) for embed in embeds):
        yield ("embeds",), "LIST_TYPE_CONVERT", "Only iterables of embeds may be used in a ListType."
        return
    if len(embeds) > EMBEDS:
        yield ("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {EMBEDS} or fewer in length."
    for number, embed in enumerate(embeds):
        yield from _embed(("embeds", str(number)), embed)
    if sum(_size(embed) for embed in embeds) > TOTAL:
        yield ("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {TOTAL}"


def _embed(path: Path, embed: dict[str, Any]) -> Iterator[Complaint]:
    for inner, most in TEXTS.items():
        yield from _too_long((*path, *inner), _at(embed, inner), most)
    for inner in URLS:
        url = _at(embed, inner)
        if url is not None and not _is_web_address(url):
            yield (*path, *inner), "URL_TYPE_INVALID_URL", "Not a well formed URL."
    color = embed.get("color")
    if color is not None and (not isinstance(color, int) or not 0 <= color <= 0xFFFFFF):
        yield (*path, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215."
    fields = embed.get("fields") or []
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        yield (*path, "fields"), "LIST_TYPE_CONVERT", "Only iterables of fields may be used in a ListType."
        return
    if len(fields) > FIELDS:
        yield (*path, "fields"), "BASE_TYPE_MAX_LENGTH", f"Must be {FIELDS} or fewer in length."
    for number, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            where = (*path, "fields", str(number), name)
            text = field.get(name)
            if text is None or (isinstance(text, str) and not text.strip()):
                yield where, "BASE_TYPE_REQUIRED", "This field is required"
            else:
                yield from _too_long(where, text, most)


def _size(embed: dict[str, Any]) -> int:
    """Count the text of an embed that counts toward the total."""
    texts = [_at(embed, inner) for inner in TEXTS]
    fields = embed.get("fields")
    if isinstance(fields, list):
        texts += [field.get(name) for field in fields if isinstance(field, dict) for name in ("name", "value")]
    return sum(len(text.strip()) for text in texts if isinstance(text, str))


def _at(embed: dict[str, Any], path: Path) -> Any:
    value: Any = embed
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _is_web_address(url: object) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "attachment"} and bool(parts.netloc)
