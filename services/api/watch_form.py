"""A watch as people send it: checked word by word, with the closest known name where one is unknown."""

import re
from collections.abc import Mapping
from typing import Any, Self, cast, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from libs.contracts.watch import Condition, Operator, Scalar, Search, Trigger, Watch
from libs.domain.verticals.registry import verticals
from libs.domain.watches import WatchError, compile_watch
from services.api.problems import Complaint, ProblemError, closest, invalid_request

OPERATORS: tuple[str, ...] = get_args(Operator.__value__)
SPELLINGS = {
    "=": "eq",
    "==": "eq",
    "equals": "eq",
    "!=": "ne",
    "<>": "ne",
    "not": "ne",
    "<": "lt",
    "<=": "le",
    "lte": "le",
    "max": "le",
    ">": "gt",
    ">=": "ge",
    "gte": "ge",
    "min": "ge",
    "range": "between",
    "any": "in",
    "like": "contains",
    "has": "contains",
}
"""How other tools call an operator."""

CHANNEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")


class Exact(BaseModel):
    """A part of a request; a field it does not know is an error that names the closest it does."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_fields_only(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for name in data:
                if name not in cls.model_fields:
                    raise ValueError(f"{str(name)[:80]!r} is no field; {closest(str(name), cls.model_fields)}")
        return data

    @model_validator(mode="after")
    def _no_nul(self) -> Self:
        for name, value in self:
            texts = value if isinstance(value, tuple) else (value,)
            if any(isinstance(each, str) and "\0" in each for each in texts):
                raise ValueError(f"{name} holds a NUL character, which cannot be stored")
        return self


class ConditionForm(Exact):
    """One requirement: ``field op value``."""

    field: str = Field(min_length=1, max_length=80)
    op: str
    value: Scalar | tuple[Scalar, ...] | None = None

    @field_validator("op")
    @classmethod
    def _known_operator(cls, op: str) -> str:
        if op not in OPERATORS:
            meant = SPELLINGS.get(op.lower())
            hint = f"did you mean {meant!r}? known are {', '.join(OPERATORS)}" if meant else closest(op, OPERATORS)
            raise ValueError(f"{op[:40]!r} is no operator; {hint}")
        return op

    @field_validator("value")
    @classmethod
    def _bounded(cls, value: Any) -> Any:
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and len(each) > 200:
                raise ValueError("a text to compare with has at most 200 characters")
            if isinstance(each, int | float) and abs(each) > 1e15:
                raise ValueError("a number to compare with is at most 1e15")
        if isinstance(value, tuple) and len(value) > 100:
            raise ValueError("a list to compare with has at most 100 values")
        return value


class TriggerForm(Exact):
    """What makes a matching listing worth a message."""

    kind: str = "deal"
    threshold: float = Field(default=80.0, ge=0, le=100)

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind != "deal":
            raise ValueError(f"{kind[:40]!r} is no trigger; {closest(kind, ['deal'])}")
        return kind


class SearchForm(Exact):
    """A question to a source."""

    source: str = Field(default="ebay", pattern=r"^[a-z0-9_]{1,32}$")
    marketplace: str = Field(default="EBAY_US", min_length=1, max_length=40)
    query: str = Field(default="", max_length=200)
    category_id: str | None = Field(default=None, max_length=40)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.query.strip() and not self.category_id:
            raise ValueError("a search needs words in query, or a category_id to look through")
        return self


class WatchForm(Exact):
    """A watch without what the API decides: its id, its owner, its revision."""

    name: str = Field(min_length=1, max_length=120)
    vertical: str = "server"
    enabled: bool = True
    searches: tuple[SearchForm, ...] = Field(default=(), max_length=20)
    conditions: tuple[ConditionForm, ...] = Field(default=(), max_length=50)
    triggers: tuple[TriggerForm, ...] = Field(default=(TriggerForm(),), max_length=5)
    channels: tuple[str, ...] = Field(default=("discord",), min_length=1, max_length=20)

    @field_validator("vertical")
    @classmethod
    def _known_vertical(cls, name: str) -> str:
        known = [each.name for each in verticals()]
        if name not in known:
            raise ValueError(f"no vertical is called {name[:40]!r}; {closest(name, known)}")
        return name

    @field_validator("channels")
    @classmethod
    def _plain_names(cls, channels: tuple[str, ...]) -> tuple[str, ...]:
        for each in channels:
            if not CHANNEL.match(each):
                raise ValueError("a channel is named in lower case letters, digits, dots, dashes, such as 'discord'")
        return tuple(dict.fromkeys(channels))


class WatchView(WatchForm):
    """A watch as it is stored."""

    watch_id: UUID
    owner_id: str
    revision: int


def watch_from(form: WatchForm, watch_id: UUID, owner_id: str) -> Watch:
    """Turn a form into a watch that the matcher understands; raises ``ProblemError`` (422) otherwise."""
    watch = Watch(
        watch_id=watch_id,
        owner_id=owner_id,
        name=form.name.strip(),
        vertical=form.vertical,
        enabled=form.enabled,
        searches=tuple(Search(**each.model_dump()) for each in form.searches),
        conditions=tuple(
            Condition(field=each.field, op=cast("Operator", each.op), value=each.value) for each in form.conditions
        ),
        triggers=tuple(Trigger(kind="deal", threshold=each.threshold) for each in form.triggers),
        channels=form.channels,
    )
    try:
        compile_watch(watch)
    except WatchError as error:
        complaints = [Complaint(where="body.conditions", detail=each) for each in error.problems]
        raise ProblemError(422, str(error), errors=complaints) from None
    return watch


def merged(watch: Watch, patch: Mapping[str, Any]) -> WatchForm:
    """Apply a JSON merge patch (RFC 7396) to a watch; raises ``ProblemError`` (422) for what does not fit."""
    have = watch.model_dump(mode="json", exclude={"watch_id", "owner_id"})
    try:
        return WatchForm.model_validate(_merge(have, patch))
    except ValidationError as error:
        errors = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise invalid_request(errors) from None


def _merge(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge(result.get(name), value)
    return result
