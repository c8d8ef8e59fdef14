"""Condition classes: the id decides, the title may only lower it."""

import pytest

from libs.domain.conditions import condition_of, condition_of_words
from libs.domain.text import Text


@pytest.mark.parametrize(
    ("condition_id", "expected"),
    [
        ("1000", "new"),
        ("1500", "like_new"),
        ("2000", "like_new"),
        ("2010", "like_new"),
        ("2030", "used_working"),
        ("2500", "used_working"),
        ("3000", "used_working"),
        ("7000", "for_parts"),
        ("9999", "unknown"),
        (None, "unknown"),
    ],
)
def test_the_id_names_the_class(condition_id, expected):
    assert condition_of(condition_id, None, Text("Graphics card")) == (expected, None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Brand New", "new"),
        ("  NEW  ", "new"),
        ("Open box", "like_new"),
        ("New other (see details)", "like_new"),
        ("Pre-Owned", "used_working"),
        ("Gebraucht", "used_working"),
        ("For parts or not working", "for_parts"),
        ("As-Is", "for_parts"),
        ("Something else", "unknown"),
        ("", "unknown"),
    ],
)
def test_words_count_only_without_an_id(words, expected):
    assert condition_of_words(words) == expected
    assert condition_of(None, words, Text("Graphics card"))[0] == expected
    assert condition_of("1000", words, Text("Graphics card"))[0] == "new"


@pytest.mark.parametrize(
    ("condition_id", "title", "expected", "words"),
    [
        ("3000", "RTX 3070 FOR PARTS no display", "for_parts", "FOR PARTS"),
        ("3000", "Tesla P100 sold as-is", "for_parts", "as-is"),
        ("3000", "Server untested", "for_parts", "untested"),
        ("3000", "Grafikkarte defekt", "for_parts", "defekt"),
        ("1000", "RX 590 8GB (Used)", "used_working", "Used"),
        ("3000", "RTX 3070 not for parts", "used_working", None),
        ("1000", "Never used RTX 3070", "new", None),
        ("7000", "Brand new sealed RTX 3070", "for_parts", None),
        ("3000", "Brand new sealed RTX 3070", "used_working", None),
    ],
)
def test_the_title_may_lower_the_class_but_never_raise_it(condition_id, title, expected, words):
    assert condition_of(condition_id, None, Text(title)) == (expected, words)
