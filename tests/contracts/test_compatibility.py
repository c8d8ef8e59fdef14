"""Which change of a schema breaks, and which only asks for an order of roll-out."""

from typing import Any

import pytest

from scripts.compatibility import compare

STATE = {"type": "string", "enum": ["up", "down"]}
OLD: dict[str, Any] = {
    "type": "object",
    "required": ["price", "state"],
    "properties": {
        "price": {"type": "integer", "minimum": 0},
        "state": {"$ref": "#/$defs/State"},
        "note": {"anyOf": [{"type": "string", "maxLength": 10}, {"type": "null"}], "default": None},
        "seen": {"type": "string", "format": "date-time"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "count": {"type": "integer", "default": 1},
        "parts": {"type": "array", "items": {"type": "integer"}},
        "aspects": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "$defs": {"State": STATE},
}


def changed(**fields: Any) -> dict[str, Any]:
    properties = {name: value for name, value in (OLD["properties"] | fields).items() if value is not None}
    return OLD | {"properties": properties}


def test_the_same_schema_changes_nothing() -> None:
    assert compare(OLD, OLD) == []


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (changed(note=None), "note: was removed; readers that need it find nothing"),
        (OLD | {"required": ["price", "state", "seen"]}, "seen: is required now; messages without it exist"),
        (
            changed(extra={"type": "string"}) | {"required": ["price", "state", "extra"]},
            "extra: is required now; messages without it exist",
        ),
        (changed(price={"type": "string"}), "price: may no longer be integer; messages that are integer exist"),
        (changed(price={"type": "integer", "minimum": 1}), "price: minimum was 0 and is 1"),
        (changed(price={"type": "integer", "minimum": 0, "maximum": 9}), "price: maximum was None and is 9"),
        (changed(price={"type": "integer", "minimum": 0, "multipleOf": 5}), "price: multipleOf was None and is 5"),
        (
            OLD | {"$defs": {"State": {"type": "string", "enum": ["up"]}}},
            "state: may no longer be 'down'; messages that say so exist",
        ),
        (
            changed(seen={"type": "string", "enum": ["today"], "format": "date-time"}),
            "seen: may only be 'today' now; other values exist",
        ),
        (changed(seen={"type": "string", "format": "date"}), "seen: its format was date-time and is date"),
        (changed(seen={"type": "string"}), "seen: its format was date-time and is None"),
        (
            changed(currency={"type": "string", "pattern": "^[A-Z]{4}$"}),
            "currency: its pattern was ^[A-Z]{3}$ and is ^[A-Z]{4}$",
        ),
        (
            changed(note={"type": "string", "maxLength": 10}),
            "note: may no longer be null; messages that are null exist",
        ),
        (
            changed(count={"type": "integer", "default": 2}),
            "count: when absent it meant 1 and now means 2",
        ),
        (
            changed(parts={"type": "array", "items": {"type": "string"}}),
            "parts[]: may no longer be integer; messages that are integer exist",
        ),
        (
            changed(aspects={"type": "object", "additionalProperties": {"type": "integer"}}),
            "aspects{}: may no longer be string; messages that are string exist",
        ),
    ],
)
def test_breaking(new: dict[str, Any], sentence: str) -> None:
    assert sentence in [str(change) for change in compare(OLD, new) if change.breaking]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (OLD | {"$defs": {"State": {"type": "string", "enum": ["up", "down", "slow"]}}}, "state: may now be 'slow'"),
        (OLD | {"required": ["price"]}, "state: may now be absent"),
        (changed(price={"type": "number", "minimum": 0}), "price: may now be number"),
        (changed(price={"type": "integer", "minimum": -5}), "price: minimum was 0 and is -5"),
        (
            changed(parts={"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}),
            "parts[]: may now be null",
        ),
        (changed(currency={"type": "string"}), "currency: its pattern was ^[A-Z]{3}$ and is None"),
    ],
)
def test_widening_breaks_no_message_and_asks_for_readers_first(new: dict[str, Any], sentence: str) -> None:
    assert [(str(change), change.breaking) for change in compare(OLD, new)] == [(sentence, False)]


def test_an_optional_field_may_be_added_without_a_word() -> None:
    assert compare(OLD, changed(more={"type": "string", "default": ""})) == []


def test_a_class_that_refers_to_itself_is_compared_once() -> None:
    node = {"$ref": "#/$defs/Node"}
    tree = {"$defs": {"Node": {"type": "object", "properties": {"next": node, "n": {"type": "integer"}}}}, **node}
    other = {"$defs": {"Node": {"type": "object", "properties": {"next": node, "n": {"type": "string"}}}}, **node}
    assert "n: may no longer be integer; messages that are integer exist" in map(str, compare(tree, other))


def test_a_union_of_two_objects_is_refused_with_a_sentence() -> None:
    two = {"anyOf": [{"type": "object", "properties": {}}, {"type": "object", "properties": {}}]}
    with pytest.raises(ValueError, match="two alternatives are object"):
        compare(two, two)
