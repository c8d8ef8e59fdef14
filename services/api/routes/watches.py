"""``/v1/watches``: what people want to be told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Header, Response
from pydantic import AwareDatetime

from libs.contracts.envelope import Value
from libs.contracts.watch import Watch
from services.api.parts import Its, Parts
from services.api.problems import ProblemError
from services.api.service import WatchGoneError
from services.api.storage import StoredWatch
from services.api.watch_form import WatchForm, merged, watch_from

router = APIRouter(prefix="/v1/watches", tags=["watches"])

type IfMatch = Annotated[str | None, Header(description="The ETag you read; the change is refused if it moved on.")]


class WatchView(Watch):
    """A watch with its revision, which rises with every change, and its times."""

    revision: int
    created_at: AwareDatetime
    changed_at: AwareDatetime


class WatchPage(Value):
    """All watches of one person."""

    items: tuple[WatchView, ...]


@router.get("")
async def list_watches(parts: Its) -> WatchPage:
    """Your watches, oldest first."""
    return WatchPage(items=tuple(_view(each) for each in await parts.store.page(parts.settings.owner_id, 1000)))


@router.post("", status_code=201)
async def create_watch(parts: Its, form: WatchForm, response: Response) -> WatchView:
    """Create a watch; it is on the bus before the answer, or soon after when the bus is away."""
    owner_id = parts.settings.owner_id
    watch, _ = await parts.watches.create(lambda watch_id: watch_from(form, watch_id, owner_id))
    response.headers["location"] = f"/v1/watches/{watch.watch_id}"
    return await _answer(parts, watch.watch_id, response)


@router.get("/{watch_id}")
async def read_watch(parts: Its, watch_id: UUID, response: Response) -> WatchView:
    return await _answer(parts, watch_id, response)


@router.put("/{watch_id}")
async def replace_watch(
    parts: Its, watch_id: UUID, form: WatchForm, response: Response, if_match: IfMatch = None
) -> WatchView:
    """Replace the whole content of a watch."""
    watch = watch_from(form, watch_id, parts.settings.owner_id)
    await _replace(parts, watch, if_match)
    return await _answer(parts, watch_id, response)


@router.patch("/{watch_id}")
async def merge_watch(
    parts: Its,
    watch_id: UUID,
    patch: Annotated[dict[str, Any], Body(media_type="application/merge-patch+json")],
    response: Response,
    if_match: IfMatch = None,
) -> WatchView:
    """Change the named fields (RFC 7396): ``{"enabled": false}``; null resets a field to its default."""
    have = await _stored(parts, watch_id)
    watch = watch_from(merged(have.watch, patch), watch_id, have.watch.owner_id)
    await _replace(parts, watch, if_match or _tag(have.revision))
    return await _answer(parts, watch_id, response)


@router.delete("/{watch_id}", status_code=204)
async def remove_watch(parts: Its, watch_id: UUID, if_match: IfMatch = None) -> None:
    try:
        await parts.watches.remove(watch_id, _revision(if_match))
    except WatchGoneError as error:
        raise _gone(watch_id, error) from None


async def _replace(parts: Parts, watch: Watch, if_match: str | None) -> None:
    try:
        await parts.watches.replace(watch, _revision(if_match))
    except WatchGoneError as error:
        raise _gone(watch.watch_id, error) from None


async def _answer(parts: Parts, watch_id: UUID, response: Response) -> WatchView:
    stored = await _stored(parts, watch_id)
    response.headers["etag"] = _tag(stored.revision)
    return _view(stored)


async def _stored(parts: Parts, watch_id: UUID) -> StoredWatch:
    stored = await parts.store.get(watch_id)
    if stored is None:
        raise ProblemError(404, f"no watch has the id {watch_id}; GET /v1/watches lists yours")
    return stored


def _view(stored: StoredWatch) -> WatchView:
    return WatchView(
        **dict(stored.watch), revision=stored.revision, created_at=stored.created_at, changed_at=stored.changed_at
    )


def _tag(revision: int) -> str:
    return f'"{revision}"'


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise ProblemError(400, f"If-Match is {if_match[:80]!r}; it is the ETag of the watch as you read it")
    return int(digits)


def _gone(watch_id: UUID, error: WatchGoneError) -> ProblemError:
    if error.found_revision is None:
        return ProblemError(404, f"no watch has the id {watch_id}; GET /v1/watches lists yours")
    return ProblemError(
        412, f"the watch is at revision {error.found_revision} meanwhile; read it again and repeat the change"
    )
