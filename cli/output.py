"""What commands print: tables for people, JSON for programs, nothing a marketplace could hide in a title."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

type AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of a table.")]

PIPE_WIDTH = 200

VERDICTS = {
    "great": "bold green",
    "good": "green",
    "fair": "",
    "high": "yellow",
    "overpriced": "red",
    "not_enough_evidence": "dim",
}
HIDDEN = {
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
}
"""Control and direction characters, which could rewrite what the terminal shows."""


def console(*, stderr: bool = False) -> Console:
    """Where to print; a pipe gets wide lines instead of cut ones."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else PIPE_WIDTH)


def print_json(data: Any) -> None:
    print(json.dumps(data, indent=2 if sys.stdout.isatty() else None, ensure_ascii=False))  # noqa: T201 - the answer


def plain(text: object) -> Text:
    """Foreign text as it is, without markup, escapes or hidden characters."""
    return Text("" if text is None else str(text).translate(dict.fromkeys(HIDDEN, "\N{REPLACEMENT CHARACTER}")))


def verdict(name: str) -> Text:
    return Text("no verdict" if name == "not_enough_evidence" else name, style=VERDICTS.get(name, ""))


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, right: Iterable[str] = ()) -> Table:
    """A table whose cells are shown as they are; ``right`` names the columns of numbers."""
    numbers = set(right)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", no_wrap=column in numbers)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else plain(cell) for cell in row))
    return made


def facts(pairs: Iterable[tuple[str, Any]]) -> Table:
    """Names and values, one a line."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column()
    for name, value in pairs:
        made.add_row(name, value if isinstance(value, Text) else plain(value))
    return made


def money(minor: int | None, currency: str | None) -> str:
    """``42.50 USD``; a dash for what is unknown."""
    if minor is None or currency is None:
        return "-"
    from libs.domain.money import to_decimal  # noqa: PLC0415 - start-up time

    return f"{to_decimal(minor, currency):,} {currency}"


def shipping(minor: int | None, currency: str) -> str:
    if minor is None:
        return "shipping unknown"
    return "free shipping" if minor == 0 else f"+ {money(minor, currency)} shipping"


def ago(moment: str | None, now: datetime | None = None) -> str:
    """How long ago, in the largest unit that fits."""
    if moment is None:
        return "-"
    passed = max((now or datetime.now(UTC)) - datetime.fromisoformat(moment), timedelta(0))
    for unit, size in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if passed >= size:
            return f"{passed // size} {unit} ago"
    return "just now"
