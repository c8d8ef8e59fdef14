"""What people type, and what they are shown."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from cli.conditions import condition
from cli.errors import CommandError
from cli.output import ago, money, plain, shipping

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("attr.capacity_gb ge 32", {"field": "attr.capacity_gb", "op": "ge", "value": 32}),
        ("price le 42.5", {"field": "price", "op": "le", "value": 42.5}),
        ("title contains hynix 32gb", {"field": "title", "op": "contains", "value": "hynix 32gb"}),
        ("attr.ecc eq true", {"field": "attr.ecc", "op": "eq", "value": True}),
        ("condition in new, like_new", {"field": "condition", "op": "in", "value": ["new", "like_new"]}),
        ("quantity between 1,8", {"field": "quantity", "op": "between", "value": [1, 8]}),
        ("shipping exists", {"field": "shipping", "op": "exists"}),
    ],
)
def test_a_condition_is_read_as_it_is_typed(text, wanted):
    assert condition(text) == wanted


@pytest.mark.parametrize("text", ["", "price", "price le"])
def test_half_a_condition_is_told_how_a_whole_one_reads(text):
    with pytest.raises(CommandError, match="one reads: attr"):
        condition(text)


@pytest.mark.parametrize(
    ("passed", "wanted"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=9), "9 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=3), "3 d ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(passed, wanted):
    assert ago((NOW - passed).isoformat(), NOW) == wanted


def test_money_is_exact_and_unknown_is_not_zero():
    assert money(123450, "USD") == "1,234.50 USD"
    assert money(500, "JPY") == "500 JPY"
    assert money(None, "USD") == "-"
    assert [shipping(each, "USD") for each in (None, 0, 990)] == [
        "shipping unknown",
        "free shipping",
        "+ 9.90 USD shipping",
    ]


def test_a_title_cannot_speak_to_the_terminal():
    assert plain("32GB \x1b[31mRED\x1b[0m \u202eevil [bold]x").plain == "32GB �[31mRED�[0m �evil [bold]x"


def test_help_imports_neither_the_client_nor_the_models():
    code = "import sys, cli.app; cli.app.app('--help'); print([m for m in ('httpx', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
