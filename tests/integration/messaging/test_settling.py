"""What becomes of a message: every row of the settle table, on a real server."""

import asyncio
import base64
import time
from collections.abc import Sequence
from itertools import pairwise

from libs.contracts.dead import DeadLetter
from libs.domain.errors import PermanentError
from libs.messaging.headers import Passage
from tests.integration.messaging.pipe import Pipe, Pong, echo, open_pipe, ping, pong, row, until

RETRY_PAUSES_S = ((0.5, 1.5), (1.0, 3.0))
"""After the first and the second failure: one and two seconds, half of it either way."""


async def dead_letters(pipe: Pipe, count: int) -> list[DeadLetter]:
    async def arrived() -> bool:
        return len(await pipe.letters()) >= count

    await until(arrived)
    return await pipe.letters()


async def test_a_success_is_published_and_acknowledged(pipe: Pipe) -> None:
    await pipe.run(echo)
    await pipe.send(ping("a"), ping("b"))
    await pipe.settled()
    assert await pipe.pongs() == ["a", "b"]
    assert await pipe.letters() == []


async def test_what_cannot_be_read_becomes_a_dead_letter_with_everything_needed_to_judge_it(pipe: Pipe) -> None:
    headers = {"Nats-Msg-Id": "x/1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}
    await pipe.js.publish("ping", b'{"text": 7}', headers=headers)
    await pipe.run(echo)
    (letter,) = await dead_letters(pipe, 1)
    assert letter.reason == "invalid"
    assert letter.stage == "worker-ping"
    assert letter.error == (
        "Ping is not valid: event_id: Field required; occurred_at: Field required; text: Input should be a valid string"
    )
    assert base64.b64decode(letter.payload) == b'{"text": 7}'
    assert letter.headers["Nats-Msg-Id"] == "x/1"
    assert (letter.original_subject, letter.stream, letter.stream_sequence) == ("ping", "PING", 1)
    await pipe.settled()


async def test_no_body_harms_the_stage(pipe: Pipe) -> None:
    bodies = [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[" * 10_000,
        b"null",
        b'{"text":"\\ud800"}',
        b"NaN",
        b"<html>",
        b"0" * 2_000_000,
    ]
    for body in bodies:
        await pipe.js.publish("ping", body)
    await pipe.send(ping("whole"))
    await pipe.run(echo)
    letters = await dead_letters(pipe, len(bodies))
    assert [base64.b64decode(letter.payload) for letter in letters] == bodies
    assert {letter.reason for letter in letters} == {"invalid"}
    await pipe.settled()
    assert await pipe.pongs() == ["whole"]


async def test_foreign_headers_harm_nothing(pipe: Pipe) -> None:
    body = ping("a").model_dump_json().encode()
    for headers in (
        {"Nats-Msg-Id": "no emission"},
        {"Nats-Msg-Id": "a/99999999999999999999"},
        {"Nats-Msg-Id": "a/\u0663"},
        {"traceparent": "00-xyz-1-zz"},
        {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ffffffffffffff"},
        {"Status": "404"},
        {"name": "caf\u00e9 \U0001f600"},
    ):
        await pipe.js.publish("ping", body, headers=headers)
    await pipe.js.publish("ping", b"", headers={"Status": "503"})
    await pipe.run(echo)
    assert len(await dead_letters(pipe, 1)) == 1
    await pipe.settled()
    assert set(await pipe.pongs()) == {"a"}


async def test_a_permanent_error_becomes_a_dead_letter_at_once(pipe: Pipe) -> None:
    calls = 0

    async def refuse(batch: Sequence[object]) -> list[Pong]:
        nonlocal calls
        calls += 1
        raise PermanentError("listing 7 is\n gone")

    await pipe.run(refuse)
    await pipe.send(ping("a"))
    (letter,) = await dead_letters(pipe, 1)
    assert (letter.reason, letter.error, calls) == ("permanent", "listing 7 is gone", 1)
    await pipe.settled()


async def test_a_secret_in_an_error_does_not_reach_the_dead_letter(pipe: Pipe) -> None:
    async def leak(batch: Sequence[object]) -> list[Pong]:
        raise PermanentError("POST https://discord.com/api/webhooks/12/s3cr3t-token was refused")

    await pipe.run(leak)
    await pipe.send(ping("a"))
    (letter,) = await dead_letters(pipe, 1)
    assert letter.error == "POST https://discord.com/api/webhooks/12/*** was refused"


async def test_a_passing_failure_is_tried_again_after_growing_pauses(pipe: Pipe) -> None:
    starts: list[float] = []

    async def third_time_lucky(batch: Sequence[object]) -> list[Pong]:
        starts.append(time.monotonic())
        if len(starts) < 3:
            raise ConnectionError("the database is away")
        return await echo(batch)

    await pipe.run(third_time_lucky)
    await pipe.send(ping("a"))
    await pipe.settled(within_s=15)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert len(gaps) == 2
    for gap, (least, most) in zip(gaps, RETRY_PAUSES_S, strict=True):
        assert least <= gap <= most + 2
    assert await pipe.letters() == []
    assert await pipe.pongs() == ["a"]


async def test_a_body_too_large_to_be_wrapped_is_named_and_left_in_its_stream(pipe: Pipe) -> None:
    await pipe.js.publish("ping", b"x" * 7_000_000)
    await pipe.run(echo)
    (letter,) = await dead_letters(pipe, 1)
    assert letter.payload == ""
    assert letter.error.endswith("(the body of 7,000,000 bytes lies in PING at 1)")
    await pipe.settled()


async def test_an_output_too_large_to_be_stored_is_permanent(pipe: Pipe) -> None:
    async def inflate(batch: Sequence[object]) -> list[Pong]:
        return [pong(each).model_copy(update={"text": "x" * 8_388_000}) for each in batch]  # type: ignore[arg-type]

    await pipe.run(inflate)
    await pipe.send(ping("a"))
    (letter,) = await dead_letters(pipe, 1)
    assert letter.reason == "permanent"
    assert letter.error.startswith("an event for pong has 8,388,")
    assert pipe.client.stats["reconnects"] == 0


async def test_a_dead_letter_names_the_subject_the_message_had(pipe: Pipe) -> None:
    async def refuse(batch: Sequence[object]) -> list[Pong]:
        raise PermanentError("no")

    await pipe.run(refuse, event=type(row("a", 1)), durable="keeper-row")
    await pipe.send(row("ram:ddr4/2.5", 1))
    (letter,) = await dead_letters(pipe, 1)
    assert letter.original_subject == "row.ram:ddr4%2F2%2E5"


async def test_a_dead_letter_that_cannot_be_handled_is_not_wrapped_in_another(pipe: Pipe) -> None:
    async def refuse(batch: Sequence[object]) -> list[Pong]:
        raise PermanentError("no")

    await pipe.js.publish("ping", b"{")
    await pipe.run(echo)
    await pipe.run(refuse, event=DeadLetter, durable="gravedigger-dead")
    await pipe.settled()

    async def dug() -> bool:
        return await pipe.unsettled("gravedigger-dead", "DEAD") == 0

    await dead_letters(pipe, 1)
    await until(dug)
    await asyncio.sleep(0.1)
    assert len(await pipe.letters()) == 1


async def test_a_long_handler_keeps_its_message(nats_url: str) -> None:
    calls = 0

    async def slow(batch: Sequence[object]) -> list[Pong]:
        nonlocal calls
        calls += 1
        await asyncio.sleep(1.6)
        return await echo(batch)

    async with open_pipe(nats_url, ack_wait_s=0.6) as pipe:
        await pipe.run(slow)
        await pipe.send(ping("a"))
        await pipe.settled()
        assert calls == 1


async def test_progress_is_not_reported_for_what_has_failed(nats_url: str) -> None:
    """A heartbeat that outlives its handler would hold the message for ever (reliability F15)."""
    starts: list[float] = []

    async def fail_once(batch: Sequence[object]) -> list[Pong]:
        starts.append(time.monotonic())
        if len(starts) == 1:
            raise ConnectionError("away")
        return await echo(batch)

    async with open_pipe(nats_url, ack_wait_s=0.3) as pipe:
        beats = await pipe.client.subscribe("$JS.ACK.PING.worker-ping.>")
        await pipe.run(fail_once)
        await pipe.send(ping("a"))
        await pipe.settled()
        said = [(await beats.next_msg(timeout=0.1)).data for _ in range(beats.pending_msgs)]
    assert [each[:4] for each in said] == [b"-NAK", b"+ACK"]


async def test_told_to_stop_it_finishes_what_is_in_hand_and_leaves_the_rest(nats_url: str) -> None:
    started = asyncio.Event()
    handled: list[str] = []

    async def slow(batch: Sequence[object]) -> list[Pong]:
        started.set()
        await asyncio.sleep(0.3)
        handled.extend(each.text for each in batch)  # type: ignore[attr-defined]
        return await echo(batch)

    async with open_pipe(nats_url, ack_wait_s=0.8) as pipe:
        runner = await pipe.run(slow)
        await pipe.send(ping("in hand"))
        await asyncio.wait_for(started.wait(), 2)
        await pipe.send(ping("behind"))
        await asyncio.sleep(0.05)
        runner.stop()
        await asyncio.wait_for(pipe.tasks[0], 2)
        assert handled == ["in hand"]
        assert await pipe.pongs() == ["in hand"]
        assert await pipe.unsettled() == 1
        await pipe.run(slow)
        await pipe.settled()
        assert handled == ["in hand", "behind"]


async def test_a_handler_cut_off_leaves_its_message_unacknowledged(nats_url: str) -> None:
    async def endless(batch: Sequence[object]) -> list[Pong]:
        await asyncio.sleep(60)
        return []

    async with open_pipe(nats_url, ack_wait_s=0.5) as pipe:
        await pipe.run(endless)
        await pipe.send(ping("a"))
        await asyncio.sleep(0.2)
        pipe.tasks[0].cancel()
        await asyncio.gather(pipe.tasks[0], return_exceptions=True)
        assert await pipe.unsettled() == 1
        await pipe.run(echo)
        await pipe.settled()
        assert await pipe.pongs() == ["a"]


async def test_an_event_emitted_again_meets_its_elder_and_is_handled_once_as_the_later(pipe: Pipe) -> None:
    sizes: list[int] = []

    async def count(batch: Sequence[object]) -> list[Pong]:
        sizes.append(len(batch))
        return await echo(batch)

    for emission in (3, 1, 2):
        await pipe.send(ping("a"), passage=Passage(emission))
    await pipe.run(count)
    await pipe.settled()
    assert sizes == [1]
    (message,) = await pipe.messages("PONG")
    assert message.headers is not None
    assert message.headers["Nats-Msg-Id"].endswith("/3")
