"""A cursor is read back as it was given, and nothing else is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.cursors import decode_cursor, encode_cursor
from services.api.problems import ProblemError

keys = (
    st.tuples(st.just(float), st.floats(0, 100))
    | st.tuples(st.just(int), st.integers(-(2**63), 2**63 - 1))
    | st.tuples(st.just(datetime), st.datetimes(timezones=st.just(UTC)))
)


@given(keys, st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40))
def test_a_cursor_is_read_back_as_it_was_given(kind_and_key, row_id):
    kind, key = kind_and_key

    assert decode_cursor(encode_cursor("seen", key, row_id), "seen", kind) == (key, row_id)


@given(st.text(max_size=80))
def test_any_other_text_is_the_askers_error(text):
    with pytest.raises(ProblemError) as caught:
        decode_cursor(text, "score", float)
    assert caught.value.document.status == 400


@pytest.mark.parametrize(
    ("key", "kind"), [(True, int), (2**63, int), ("1", int), (1, datetime), ("2026-01-01T00:00:00", datetime)]
)
def test_a_key_of_another_kind_is_refused(key, kind):
    with pytest.raises(ProblemError):
        decode_cursor(encode_cursor("price", key, "x"), "price", kind)


def test_the_cursor_of_another_order_is_refused():
    with pytest.raises(ProblemError, match="sort=price; leave it out"):
        decode_cursor(encode_cursor("score", 1.5, "x"), "price", int)
