"""What travels beside an event, and keys as subject tokens."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.messaging.headers import Passage, row_key, subject_token

EVENT = UUID("12345678-1234-5678-1234-567812345678")
KEYS = st.text(st.characters(exclude_categories=["Cs"]))


@given(KEYS)
def test_any_key_survives_being_a_subject_token(key: str) -> None:
    assert row_key(subject_token(key)) == key


@given(KEYS)
def test_a_token_is_one_token_a_server_takes(key: str) -> None:
    token = subject_token(key)
    assert token
    assert token.isascii()
    assert not set(token) & set(" .*>\t\r\n\0")


@given(KEYS, KEYS)
def test_two_keys_never_share_a_token(one: str, other: str) -> None:
    assert (subject_token(one) == subject_token(other)) == (one == other)


@pytest.mark.parametrize(
    ("key", "token"),
    [
        ("ram:ddr4:ecc_reg:32gb:2666", "ram:ddr4:ecc_reg:32gb:2666"),
        ("drive:nvme:2.5:3.84tb:ssd", "drive:nvme:2%2E5:3%2E84tb:ssd"),
        ("card:pokemon:sv3:125/197:holo", "card:pokemon:sv3:125%2F197:holo"),
        ("a b", "a%20b"),
        ("100%", "100%25"),
        ("*", "%2A"),
        ("é", "%C3%A9"),
        ("", "%"),
    ],
)
def test_a_key_is_written_so_that_people_can_still_read_it(key: str, token: str) -> None:
    assert subject_token(key) == token


@given(st.integers(min_value=1, max_value=10**12), st.none() | st.text("0123456789abcdef-", min_size=1))
def test_a_passage_survives_the_headers(emission: int, traceparent: str | None) -> None:
    passage = Passage(emission, traceparent)
    assert Passage.read(passage.headers(EVENT)) == passage


def test_an_id_is_the_event_and_its_emission() -> None:
    assert Passage(3).headers(EVENT) == {"Nats-Msg-Id": "12345678-1234-5678-1234-567812345678/3"}


@pytest.mark.parametrize("given_id", ["", "abc", "abc/", "abc/x", "abc/-1", "abc/1.5", "/"])
def test_a_foreign_id_counts_as_the_first_emission(given_id: str) -> None:
    assert Passage.read({"Nats-Msg-Id": given_id}).emission == 1


@given(st.dictionaries(st.text(), st.text()) | st.fixed_dictionaries({"Nats-Msg-Id": st.text()}))
def test_no_header_can_break_the_reading(headers: dict[str, str]) -> None:
    assert Passage.read(headers).emission >= 0
