"""Foreign text in Discord's markup: it shows as it is, within its limit, and nothing fires."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.channels.text import ELLIPSIS, escape, graphemes, units, visible


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("@everyone @here", r"\@everyone \@here"),
        ("<@1234> <@&5> <#6> <t:0:R> <:x:1>", r"\<\@1234\> \<\@&5\> \<#6\> \<t:0:R\> \<:x:1\>"),
        ("[free money](http://evil.example)", r"\[free money\]\(http\://evil.example\)"),
        ("**bold** __line__ ~~gone~~ `code` ||spoiler||", None),
        ("https://evil.example", r"https\://evil.example"),
        ("# heading", r"\# heading"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("> quote", r"\> quote"),
        ("back\\slash", r"back\\slash"),
        ("DDR4-2666 2Rx4 #1 50% off!", "DDR4-2666 2Rx4 #1 50% off!"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"),
        ("\u3164\u2800\u115f", ""),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("Speicher für Münch 内存", "Speicher für Münch 内存"),
        ("z" + "\u0301" * 40 + "algo", "z" + "\u0301" * 4 + "algo"),
    ],
)
def test_hostile_text_becomes_plain(hostile: str, shown: str | None):
    expected = re.sub(r"([*_~`|])", r"\\\1", hostile) if shown is None else shown

    assert escape(hostile, 256) == expected


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde" + ELLIPSIS),
        ("ab@@@@", 6, "ab\\@" + ELLIPSIS),
        ("abcde\u0301f", 6, "abcd" + ELLIPSIS),
        ("ab🇩🇪🇫🇷", 7, "ab🇩🇪" + ELLIPSIS),
        ("a👍🏽b👍🏽", 6, "a👍🏽" + ELLIPSIS),
        ("각각" * 2, 3, "각각" + ELLIPSIS),
    ],
)
def test_a_cut_never_tears_what_is_read_as_one(text: str, limit: int, cut: str):
    assert escape(text, limit) == cut


HOSTILE = st.text(st.sampled_from("ab1.)#->@\\*_[](): /\n\x00\u202e\u200b\u0301🇩👍🏽\ud800가") | st.characters())


@given(HOSTILE, st.integers(8, 60))
def test_escaped_text_is_one_harmless_line_within_its_limit(text: str, limit: int):
    line = escape(text, limit)

    assert units(line) <= limit
    assert line == line.strip()
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in line)
    unescaped = re.sub(r"\\[\\*_~`|\[\]()<>@:#+.)-]", "", line)
    assert not re.search(r"[\\*_~`|\[\]()<>@]|://|^[#-]", unescaped.removeprefix(ELLIPSIS)) or unescaped == ""


@given(HOSTILE)
def test_what_is_visible_stays_as_it_is(text: str):
    assert visible(visible(text)) == visible(text)


@given(st.text())
def test_graphemes_lose_nothing(text: str):
    assert "".join(graphemes(text)) == text
