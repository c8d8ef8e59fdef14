"""Hypothesis strategies that build any contract from the types of its fields."""

import types
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-8))])
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    UUID: st.uuids(),
    AwareDatetime: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES),  # noqa: DTZ001
}


def instances(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any value of a model, its optional fields included."""
    fields = {name: values(field.annotation, field.metadata) for name, field in model.model_fields.items()}
    return st.builds(model, **fields)


def values(kind: Any, limits: list[Any]) -> st.SearchStrategy[Any]:
    """Any value of a field's type within its limits. Raises ``TypeError`` for a type it was not taught."""
    if isinstance(kind, TypeAliasType):
        return values(kind.__value__, limits)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return instances(kind)
    if kind in SCALARS:
        return SCALARS[kind]
    if kind in (int, float, str):
        return _bounded(kind, limits)
    return _composed(get_origin(kind), get_args(kind), limits)


def _composed(origin: Any, parts: tuple[Any, ...], limits: list[Any]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of([values(each, limits) for each in parts])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(values(parts[0], []), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(values(parts[0], []), values(parts[1], []), max_size=3)
    raise TypeError(f"no strategy for {origin} of {parts}; teach it to tests/contracts/made.py")


def _bounded(kind: Any, limits: list[Any]) -> st.SearchStrategy[Any]:
    found = {
        name: value
        for limit in limits
        for name in ("ge", "le", "pattern", "min_length", "max_length")
        if (value := getattr(limit, name, None)) is not None
    }
    if kind is str and "pattern" in found:
        return st.from_regex(found["pattern"].removeprefix("^").removesuffix("$"), fullmatch=True)
    if kind is str:
        return st.text(min_size=found.get("min_length", 0), max_size=min(found.get("max_length", 40), 40))
    if kind is int:
        return st.integers(found.get("ge", -(2**53)), found.get("le", 2**53))
    return st.floats(found.get("ge"), found.get("le"), allow_nan=False, allow_infinity=False)
