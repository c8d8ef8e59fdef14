"""``/watches``: what you want to be told, and a form for more."""

import contextlib
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse, RedirectResponse

from libs.contracts.watch import Watch
from services.api.pages.deals import component_types
from services.api.pages.render import page
from services.api.parts import Its, Parts
from services.api.problems import ProblemError, invalid_request
from services.api.service import WatchGoneError
from services.api.watch_form import WatchForm, merged, watch_from

router = APIRouter(prefix="/watches")

FIELDS = ("name", "component_type", "words", "max_price", "min_capacity", "threshold", "query")


async def _typed(request: Request) -> dict[str, str]:
    """What was typed into a form; of a field sent twice, the last counts."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: value.strip() for name, value in parse_qsl(body, max_num_fields=100)}


type Typed = Annotated[dict[str, str], Depends(_typed)]


@router.get("", response_class=HTMLResponse)
async def show_watches(parts: Its) -> HTMLResponse:
    return await _show(parts, {}, None)


@router.post("", response_model=None)
async def add_watch(parts: Its, typed: Typed) -> HTMLResponse | RedirectResponse:
    """Add a watch; a wrong form comes back as it was, with what would be right."""
    try:
        form = _form(typed)
        await parts.watches.create(lambda watch_id: watch_from(form, watch_id, parts.settings.owner_id))
    except ProblemError as error:
        return await _show(parts, typed, error.document.detail)
    return RedirectResponse("/watches", 303)


@router.post("/{watch_id}/{verb}")
async def change_watch(parts: Its, watch_id: UUID, verb: str) -> RedirectResponse:
    """Enable, disable or remove; what somebody else has removed meanwhile is gone either way."""
    stored = await parts.store.get(watch_id)
    if stored is not None:
        with contextlib.suppress(WatchGoneError):
            await _change(parts, stored.watch, verb)
    return RedirectResponse("/watches", 303)


async def _change(parts: Parts, watch: Watch, verb: str) -> None:
    if verb == "remove":
        await parts.watches.remove(watch.watch_id, None)
        return
    if verb not in ("enable", "disable"):
        raise ProblemError(404, f"a watch cannot be told to {verb[:40]!r}; known are enable, disable, remove")
    form = merged(watch, {"enabled": verb == "enable"})
    await parts.watches.replace(watch_from(form, watch.watch_id, watch.owner_id), None)


async def _show(parts: Parts, typed: dict[str, str], wrong: str | None) -> HTMLResponse:
    stored = await parts.store.page(parts.settings.owner_id, 1000)
    return page(
        "watches.html",
        422 if wrong else 200,
        watches=[(each.watch, wants(each.watch)) for each in stored],
        typed={name: typed.get(name, "") for name in FIELDS},
        wrong=wrong,
        types=component_types(),
        currency=parts.settings.base_currency,
    )


def _form(typed: dict[str, str]) -> WatchForm:
    """The form as the API takes it; raises ``ProblemError`` (422)."""
    conditions = [
        {"field": field, "op": op, "value": _number(value) if op in ("le", "ge") else value}
        for name, field, op in (
            ("component_type", "component_type", "eq"),
            ("words", "title", "contains"),
            ("max_price", "price", "le"),
            ("min_capacity", "attr.capacity_gb", "ge"),
        )
        if (value := typed.get(name, ""))
    ]
    try:
        return WatchForm.model_validate(
            {
                "name": typed.get("name", ""),
                "conditions": conditions,
                "searches": [{"query": query}] if (query := typed.get("query", "")) else [],
                "triggers": [{"threshold": typed.get("threshold") or 80}],
            }
        )
    except ValidationError as error:
        raise invalid_request(error.errors(include_url=False)) from None


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise ProblemError(422, f"{text[:40]!r} is no number; one reads 42.50") from None


def wants(watch: Watch) -> list[str]:
    """Conditions and triggers, a few words each."""
    words = {"eq": "is", "ne": "is not", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
    wanted = [f"{each.field} {words.get(each.op, each.op)} {_shown(each.value)}".strip() for each in watch.conditions]
    return [*wanted, *(f"score ≥ {each.threshold:g}" for each in watch.triggers)]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
