"""What models answer, and what is read from it."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extractor.backends.reading import UnreadableError, read_answer

DDR4 = {"generation": {"value": "DDR4", "evidence": "gen4"}}


@pytest.mark.parametrize(
    "content",
    [
        DDR4,
        {"input": DDR4},
        '{"generation": {"value": "DDR4", "evidence": "gen4"}}',
        '```json\n{"generation": {"value": "DDR4", "evidence": "gen4"}}\n```',
        'Sure!\n```\n{"generation": {"value": "DDR4", "evidence": "gen4"}}\n```\nAnything else {or not}?',
        '{"Generation": {"value": "DDR4", "evidence": "gen4",},}',
        '{"attributes": {"generation": {"value": "DDR4", "evidence": "gen4"}}}',
        '{"thinking": "{hm"} {"generation": {"value": "DDR4", "evidence": "gen4"}}',
        '{"generation": {"value": "DDR4", "evidence": "gen4"}, "product_key": "server:x"}',
    ],
    ids=["object", "wrapped", "text", "fenced", "in prose", "commas and case", "wrapped text", "second", "more"],
)
def test_the_object_is_found_however_it_is_wrapped(content):
    assert read_answer(content, ["generation"]) == DDR4


def test_words_of_another_language_are_its_nulls():
    assert read_answer('{"ecc": True, "rank": None, "gb": NaN}', ["ecc", "rank", "gb"]) == {
        "ecc": True,
        "rank": None,
        "gb": None,
    }


def test_what_is_thought_aloud_before_is_not_the_answer():
    draft, answer = '{"generation": "DDR3"}', '{"generation": "DDR4"}'
    assert read_answer(f"<think>{draft}</think>{answer}", ["generation"]) == {"generation": "DDR4"}
    assert read_answer(f"Is it {draft}? No: {answer}", ["generation"]) == {"generation": "DDR4"}
    assert read_answer(f'{{"generation": "DDR4", "ecc": true}} unlike {draft}', ["generation", "ecc"]) == {
        "generation": "DDR4",
        "ecc": True,
    }


def test_an_empty_object_says_that_nothing_is_known():
    assert read_answer("{}", ["generation"]) == {}


@pytest.mark.parametrize(
    "content", [None, "", "I cannot help.", "[1, 2]", 7, '{"generation": ', {"other": 1}, "{" * 99]
)
def test_what_holds_no_answer_is_unreadable(content):
    with pytest.raises(UnreadableError, match="no JSON object"):
        read_answer(content, ["generation"])


@given(st.one_of(st.text(), st.text(alphabet='{}[]",:generation`'), st.dictionaries(st.text(), st.integers())))
def test_no_answer_breaks_the_reader(content):
    with contextlib.suppress(UnreadableError):
        assert set(read_answer(content, ["generation"])) <= {"generation"}
