"""What is decided about a failed message."""

import base64
import random
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, ValidationError

from libs.domain.errors import PermanentError
from libs.messaging.delivery import Dead, Origin, Retry, dead_letter, sentence, settle, sighting_of

AT = datetime(2026, 1, 2, tzinfo=UTC)
ORIGIN = Origin("scorer-listing-extracted", "listing.extracted", "LISTING_EXTRACTED", 7)
SIGHTING = "12345678-1234-5678-1234-567812345678"


class Middle(random.Random):
    """Jitter of nothing."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


@pytest.mark.parametrize(
    ("delivered", "delay_s"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (1_000_000, 60)],
)
def test_the_pause_doubles_up_to_a_minute(delivered: int, delay_s: float) -> None:
    assert settle(ConnectionError("away"), delivered, Middle()) == Retry(delay_s)


@given(st.integers(min_value=1, max_value=10**9), st.integers())
def test_a_retry_always_pauses_and_never_in_step_with_others(delivered: int, seed: int) -> None:
    settlement = settle(TimeoutError(), delivered, random.Random(seed))
    assert isinstance(settlement, Retry)
    assert 0.5 <= settlement.delay_s <= 90


def test_what_cannot_help_is_given_up_at_once() -> None:
    assert settle(PermanentError("listing 7 is gone"), 1, Middle()) == Dead("permanent", "listing 7 is gone")


def invalid() -> ValidationError:
    class Thing(BaseModel):
        token: int
        name: str

    with pytest.raises(ValidationError) as caught:
        Thing.model_validate({"token": "hunter2"})
    return caught.value


def test_a_validation_error_names_the_fields_and_not_what_was_in_them() -> None:
    settlement = settle(invalid(), 1, Middle())
    assert settlement == Dead(
        "invalid",
        "Thing is not valid: token: Input should be a valid integer, unable to parse string as an integer; "
        "name: Field required",
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "TimeoutError"),
        (OSError("two\nlines\t of it"), "two lines of it"),
        (ValueError("x" * 5000), "x" * 2000),
        (ValueError("lone \ud800 surrogate"), "lone ? surrogate"),
        (ValueError(SecretStr("hunter2")), "**********"),
    ],
)
def test_an_error_is_one_bounded_line(error: Exception, said: str) -> None:
    assert sentence(error) == said


def test_a_dead_letter_keeps_the_whole_message() -> None:
    body = b'\x00\xff{"sighting_id": 1}'
    letter = dead_letter(
        Dead("invalid", "no JSON"),
        ORIGIN,
        payload=body,
        headers={"Nats-Msg-Id": "a/1"},
        occurred_at=AT,
        limit=1_000_000,
    )
    assert base64.b64decode(letter.payload) == body
    assert letter.headers == {"Nats-Msg-Id": "a/1"}
    assert (letter.stage, letter.stream, letter.stream_sequence) == (ORIGIN.stage, ORIGIN.stream, 7)
    assert letter.original_subject == "listing.extracted"


def test_wrapping_a_message_twice_gives_the_same_letter_and_another_message_another() -> None:
    def wrap(sequence: int, message_id: str) -> UUID:
        origin = Origin(ORIGIN.stage, ORIGIN.subject, ORIGIN.stream, sequence)
        headers = {"Nats-Msg-Id": message_id}
        dead = Dead("permanent", "no")
        return dead_letter(dead, origin, payload=b"", headers=headers, occurred_at=AT, limit=10**6).event_id

    assert wrap(7, "a/1") == wrap(7, "a/1")
    assert len({wrap(7, "a/1"), wrap(8, "a/1"), wrap(7, "b/1")}) == 3


def test_a_letter_never_exceeds_what_the_server_takes() -> None:
    letter = dead_letter(
        Dead("permanent", "no"), ORIGIN, payload=b"x" * 800_000, headers=None, occurred_at=AT, limit=1_048_576
    )
    assert letter.payload == ""
    assert letter.error == "no (the body of 800,000 bytes lies in LISTING_EXTRACTED at 7)"


@pytest.mark.parametrize(
    ("subject", "body", "sighting"),
    [
        ("listing.seen", f'{{"event_id": "{SIGHTING}"}}', SIGHTING),
        ("listing.extracted", f'{{"sighting_id": "{SIGHTING}", "event_id": "x"}}', SIGHTING),
        ("listing.extracted", f'{{"event_id": "{SIGHTING}"}}', None),
        ("listing.seen", '{"event_id": 7}', None),
        ("listing.seen", '{"event_id": null}', None),
        ("listing.seen", "[]", None),
        ("listing.seen", "{", None),
        ("listing.seen", '{"event_id": "no uuid"}', None),
    ],
)
def test_the_sighting_of_a_broken_message_is_read_as_far_as_possible(
    subject: str, body: str, sighting: str | None
) -> None:
    assert sighting_of(subject, body.encode()) == (sighting and UUID(sighting))
