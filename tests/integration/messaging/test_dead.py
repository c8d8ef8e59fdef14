"""Dead letters are found, shown and sent back, on a real server."""

import asyncio
import base64
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from libs.contracts.dead import DeadLetter, DeadReason
from libs.contracts.envelope import stable_id
from libs.domain.errors import PermanentError
from libs.messaging.dead import DeadLetters, RedriveError
from libs.messaging.headers import Passage
from tests.integration.messaging.pipe import AT, TOPOLOGY, Pipe, Pong, echo, ping, until


def letter(number: int, stage: str = "worker-ping", reason: DeadReason = "permanent", **fields: object) -> DeadLetter:
    given = {
        "original_subject": "ping",
        "stream": "PING",
        "stream_sequence": number,
        "error": f"failure {number}",
        "payload": base64.b64encode(ping(str(number)).model_dump_json().encode()).decode(),
        "headers": {"Nats-Msg-Id": f"{ping(str(number)).event_id}/1"},
        **fields,
    }
    return DeadLetter(
        event_id=stable_id("dead", str(number)),
        occurred_at=AT + timedelta(seconds=number),
        stage=stage,
        reason=reason,
        **given,  # type: ignore[arg-type]
    )


@pytest.fixture
def letters(pipe: Pipe) -> DeadLetters:
    return DeadLetters(pipe.js, TOPOLOGY)


async def test_an_empty_stream_has_no_dead_letters(letters: DeadLetters) -> None:
    assert await letters.find() == []


async def test_letters_are_found_newest_first_by_stage_and_reason_page_by_page(
    pipe: Pipe, letters: DeadLetters
) -> None:
    await pipe.send(letter(1), letter(2, "scorer.x", "invalid"), letter(3), letter(4, reason="invalid"), letter(5))
    assert [each.number for each in await letters.find()] == [5, 4, 3, 2, 1]
    assert [each.letter.error for each in await letters.find(stage="scorer.x")] == ["failure 2"]
    assert [each.number for each in await letters.find(reason="invalid")] == [4, 2]
    assert [each.number for each in await letters.find(limit=2)] == [5, 4]
    assert [each.number for each in await letters.find(limit=2, before=4)] == [3, 2]
    assert [each.number for each in await letters.find(stage="worker-ping", limit=2, before=4)] == [3, 1]
    assert await letters.find(stage="nobody") == []
    assert await letters.find(before=1) == []


async def test_ten_thousand_letters_are_searched_in_a_moment(pipe: Pipe, letters: DeadLetters) -> None:
    await pipe.send(letter(0, reason="invalid"), *(letter(number) for number in range(1, 10_000)))
    started = time.monotonic()
    assert len(await letters.find(limit=20)) == 20
    newest = time.monotonic()
    assert [each.number for each in await letters.find(reason="invalid")] == [1]
    assert newest - started < 2
    assert time.monotonic() - newest < 10


async def test_a_letter_is_shown_by_its_number(pipe: Pipe, letters: DeadLetters) -> None:
    await pipe.send(letter(1))
    assert (await letters.get(1)).letter == letter(1)
    with pytest.raises(LookupError, match=r"^there is no dead letter 2$"):
        await letters.get(2)


async def test_what_is_sent_back_takes_effect_within_the_duplicate_window(pipe: Pipe, letters: DeadLetters) -> None:
    broken = True

    async def mended_later(batch: Sequence[object]) -> list[Pong]:
        if broken:
            raise PermanentError("no catalogue")
        return await echo(batch)  # type: ignore[arg-type]

    await pipe.run(mended_later)
    await pipe.send(ping("a"))
    await until(lambda: _count(pipe, "DEAD", 1))
    broken = False
    (buried,) = await letters.find()
    assert await letters.redrive(buried) == 2
    await until(lambda: _count(pipe, "PONG", 1))
    (message,) = await pipe.messages("PONG")
    assert message.headers is not None
    assert message.headers["Nats-Msg-Id"].endswith("/2")
    assert await letters.find() == []
    assert (await letters.get(buried.number)).letter == buried.letter


async def test_sending_back_goes_past_emissions_the_server_still_remembers(pipe: Pipe, letters: DeadLetters) -> None:
    for emission in (1, 2, 3):
        await pipe.send(ping("1"), passage=Passage(emission))
    await pipe.send(letter(1))
    (buried,) = await letters.find()
    assert await letters.redrive(buried) == 4
    assert len(await pipe.messages("PING")) == 4


async def test_a_message_of_an_atomic_batch_is_sent_back_alone(pipe: Pipe, letters: DeadLetters) -> None:
    await pipe.send(*(ping(str(number)) for number in range(20)))

    async def refuse_one(batch: Sequence[object]) -> list[Pong]:
        if any(each.text == "7" for each in batch):  # type: ignore[attr-defined]
            raise PermanentError("seven")
        return []

    await pipe.run(refuse_one)
    await pipe.settled()
    (buried,) = await letters.find()
    assert "Nats-Batch-Id" in buried.letter.headers
    await letters.redrive(buried)
    stored = (await pipe.messages("PING"))[-1]
    assert stored.headers == {"Nats-Msg-Id": f"{ping('7').event_id}/2"}


async def test_a_letter_without_an_id_is_sent_back_as_an_emission_nobody_counted_to(
    pipe: Pipe, letters: DeadLetters
) -> None:
    await pipe.send(letter(1, "poller-sweeper", "unsettled", stream=None, stream_sequence=None, headers={}))
    (buried,) = await letters.find()
    assert await letters.redrive(buried) == int((AT + timedelta(seconds=1)).timestamp()) + 1


async def test_a_body_that_was_too_large_is_fetched_from_its_stream(pipe: Pipe, letters: DeadLetters) -> None:
    await pipe.js.publish("ping", b"x" * 7_000_000, headers={"Nats-Msg-Id": "big/1"})
    await pipe.run(echo)
    await pipe.settled(within_s=10)
    (buried,) = await letters.find()
    runner = pipe.runners.pop()
    runner.stop()
    assert await letters.redrive(buried) == 2
    assert [len(each.data) for each in await pipe.messages("PING")] == [7_000_000, 7_000_000]


async def test_what_cannot_be_sent_back_stays_listed_and_says_why(pipe: Pipe, letters: DeadLetters) -> None:
    await pipe.send(letter(1, original_subject="nowhere"), letter(2, payload="", stream_sequence=99))
    without_body, nowhere = await letters.find()
    with pytest.raises(RedriveError, match=r"^no stream takes nowhere$"):
        await letters.redrive(nowhere)
    with pytest.raises(RedriveError, match=r"^its body lay in PING at 99 and is gone$"):
        await letters.redrive(without_body)
    assert len(await letters.find()) == 2


async def _count(pipe: Pipe, stream: str, count: int) -> bool:
    await asyncio.sleep(0)
    return (await pipe.js.stream_info(stream)).state.messages >= count
