"""Conditions as people type them: ``field op value``."""

from typing import Any

from cli.errors import CommandError

LISTS = frozenset({"in", "between"})
FLAGS = {"true": True, "false": False}


def condition(text: str) -> dict[str, Any]:
    """Read ``attr.capacity_gb ge 32`` or ``condition in new,like_new``; raises ``CommandError``.

    Which fields and operators there are is the API's to say.
    """
    parts = text.split(maxsplit=2)
    if len(parts) < 2 or (len(parts) == 2 and parts[1] != "exists"):
        raise CommandError(f"{text!r} is no condition; one reads: attr.capacity_gb ge 32")
    field, op, *rest = parts
    if not rest:
        return {"field": field, "op": op}
    value = [_scalar(each.strip()) for each in rest[0].split(",")] if op in LISTS else _scalar(rest[0])
    return {"field": field, "op": op, "value": value}


def _scalar(text: str) -> str | int | float | bool:
    if text in FLAGS:
        return FLAGS[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
