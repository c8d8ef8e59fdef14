"""Compare two versions of a JSON Schema: what breaks a message that exists, and what an older reader would refuse.

Understands what pydantic writes for our models: objects, arrays, scalars, enumerations and unions of
different kinds. Whatever else differs counts as breaking, so that no keyword goes unjudged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, override

type Node = dict[str, Any]

PROSE = frozenset({"title", "description", "$comment", "$schema", "$id", "$defs", "examples", "deprecated"})
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
JUDGED = PROSE | {
    *("type", "const", "enum", "format", "pattern", "items", "properties", "required", "additionalProperties"),
    *("default", *LOWER, *UPPER),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; a change that does not break asks for the readers to be rolled out first."""

    where: str
    breaking: bool
    what: str

    @override
    def __str__(self) -> str:
        return f"{self.where or 'the message'}: {self.what}"


def compare(old: Node, new: Node) -> list[Change]:
    """List what changed from one schema to the next, apart from optional fields that were added."""
    return list(dict.fromkeys(_Comparison(old, new).nodes(old, new, "")))


class _Comparison:
    """Two documents and the definitions each refers to."""

    def __init__(self, old: Node, new: Node) -> None:
        self._old_defs, self._new_defs = old.get("$defs", {}), new.get("$defs", {})
        self._open: set[tuple[str, str]] = set()

    def nodes(self, old: Node, new: Node, where: str) -> Iterator[Change]:
        visit = (str(old.get("$ref")), str(new.get("$ref")))
        if "$ref" in old and visit in self._open:
            return
        self._open.add(visit)
        before, after = _kinds(old, self._old_defs), _kinds(new, self._new_defs)
        yield from _default(old, new, where)
        for kind in before.keys() - after.keys():
            if not (kind == "integer" and "number" in after):
                yield _broken(where, f"may no longer be {kind}; messages that are {kind} exist")
        for kind in after.keys() - before.keys():
            yield _widened(where, f"may now be {kind}")
        for kind in sorted(before.keys() & after.keys()):
            yield from self._same_kind(before[kind], after[kind], where)
        self._open.discard(visit)

    def _same_kind(self, old: Node, new: Node, where: str) -> Iterator[Change]:
        yield from _values(old, new, where)
        yield from _limits(old, new, where)
        yield from self._fields(old, new, where)
        for part, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(old.get(part), dict) and isinstance(new.get(part), dict):
                yield from self.nodes(old[part], new[part], where + suffix)
            elif old.get(part) != new.get(part):
                yield _broken(where, f"{part} was {old.get(part)} and is {new.get(part)}")
        for keyword in sorted((old.keys() | new.keys()) - JUDGED):
            if old.get(keyword) != new.get(keyword):
                yield _broken(where, f"{keyword} was {old.get(keyword)!r} and is {new.get(keyword)!r}")

    def _fields(self, old: Node, new: Node, where: str) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        was, now = set(old.get("required", ())), set(new.get("required", ()))
        for name in before.keys() - after.keys():
            yield _broken(_join(where, name), "was removed; readers that need it find nothing")
        for name in sorted(now - was):
            yield _broken(_join(where, name), "is required now; messages without it exist")
        for name in sorted((was - now) & after.keys()):
            yield _widened(_join(where, name), "may now be absent")
        for name in before.keys() & after.keys():
            yield from self.nodes(before[name], after[name], _join(where, name))


def _kinds(node: Node, definitions: dict[str, Node]) -> dict[str, Node]:
    """The alternatives of a node by JSON type. Raises ``ValueError`` for two alternatives of one type."""
    if "$ref" in node:
        return _kinds(definitions[node["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" not in node:
        return {node.get("type", "anything"): node}
    kinds: dict[str, Node] = {}
    for alternative in node["anyOf"]:
        for kind, found in _kinds(alternative, definitions).items():
            if kind in kinds:
                raise ValueError(f"two alternatives are {kind}: {kinds[kind]} and {found}; say which with one class")
            kinds[kind] = found
    return kinds


def _values(old: Node, new: Node, where: str) -> Iterator[Change]:
    before, after = _allowed(old), _allowed(new)
    if before is None and after is not None:
        yield _broken(where, f"may only be {_listed(after)} now; other values exist")
    elif before is not None and after is None:
        yield _widened(where, f"may be any value now, not only {_listed(before)}")
    elif before is not None and after is not None:
        if gone := before - after:
            yield _broken(where, f"may no longer be {_listed(gone)}; messages that say so exist")
        if come := after - before:
            yield _widened(where, f"may now be {_listed(come)}")


def _allowed(node: Node) -> set[Any] | None:
    if "const" in node:
        return {node["const"]}
    return set(node["enum"]) if "enum" in node else None


def _limits(old: Node, new: Node, where: str) -> Iterator[Change]:
    if old.get("format") != new.get("format"):
        yield _broken(where, f"its format was {old.get('format')} and is {new.get('format')}")
    if old.get("pattern") != new.get("pattern"):
        change = _broken if "pattern" in new else _widened
        yield change(where, f"its pattern was {old.get('pattern')} and is {new.get('pattern')}")
    for keyword in (*LOWER, *UPPER):
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        looser = after is None or (before is not None and (after < before) == (keyword in LOWER))
        yield (_widened if looser else _broken)(where, f"{keyword} was {before} and is {after}")


def _default(old: Node, new: Node, where: str) -> Iterator[Change]:
    """An absent field keeps its meaning; the default of a whole object may grow with its class."""
    if "default" not in old or "default" not in new or isinstance(old["default"], dict | list):
        return
    if old["default"] != new["default"]:
        yield _broken(where, f"when absent it meant {old['default']!r} and now means {new['default']!r}")


def _broken(where: str, what: str) -> Change:
    return Change(where, breaking=True, what=what)


def _widened(where: str, what: str) -> Change:
    return Change(where, breaking=False, what=what)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _listed(values: set[Any]) -> str:
    return ", ".join(sorted(repr(each) for each in values))
