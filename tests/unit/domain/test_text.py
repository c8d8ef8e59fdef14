"""Hostile seller text becomes one safe line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.domain.text import TITLE_LIMIT, Text, clean

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  Samsung \t 32GB\nDDR4  ", "Samsung 32GB DDR4"),
        ("DD\u200bR4 \u202e32GB\u202c", "DDR4 32GB"),
        ("32GB\x00DDR4", "32GB DDR4"),
        ("RTX \ud800 4090", "RTX 4090"),
        ("⚠️PARTS⚠️NVIDIA", "PARTS NVIDIA"),
        ("4×32GB", "4x32GB"),
        ("2.5″ drive", '2.5" drive'),
        ("VERTO™ Xeon® Gold", "VERTO Xeon Gold"),
        ("ＤＤＲ４", "DDR4"),
        ("PC4–2400T", "PC4-2400T"),
        ("", ""),
    ],
)
def test_a_title_is_cleaned(raw, cleaned):
    assert clean(raw) == cleaned


def test_a_text_is_capped():
    assert len(clean("x" * 100_000)) == TITLE_LIMIT


@given(ANYTHING)
def test_cleaning_is_total_and_idempotent(raw):
    once = clean(raw)
    assert clean(once) == once
    assert len(once) <= TITLE_LIMIT
    once.encode()


@given(ANYTHING)
def test_positions_in_the_folded_text_are_positions_in_the_shown_one(raw):
    text = Text(raw)
    assert len(text.low) == len(text.shown)
