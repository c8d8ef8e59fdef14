"""A batch is an optimisation and never a unit of failure, on a real server."""

import asyncio
import time
from collections.abc import Sequence

from libs.domain.errors import PermanentError
from libs.messaging.headers import Passage
from tests.integration.messaging.pipe import Ping, Pipe, Pong, echo, ping, pong, until

TRACE = "00-{:032x}-00f067aa0ba902b7-00"


class Recorder:
    """A handler that remembers its calls and fails as it is told."""

    def __init__(self, failing: dict[str, Exception] | None = None) -> None:
        self.calls: list[list[str]] = []
        self.failing = failing or {}

    async def __call__(self, batch: Sequence[Ping]) -> list[Pong]:
        self.calls.append([each.text for each in batch])
        for each in batch:
            if each.text in self.failing:
                raise self.failing[each.text]
        return await echo(batch)

    async def was_called(self) -> bool:
        return bool(self.calls)


def pings(count: int) -> list[Ping]:
    return [ping(str(number)) for number in range(count)]


async def test_what_waits_is_taken_together_up_to_256(pipe: Pipe) -> None:
    await pipe.send(*pings(600))
    recorder = Recorder()
    await pipe.run(recorder)
    await pipe.settled()
    sizes = [len(call) for call in recorder.calls]
    assert sum(sizes) == 600
    assert max(sizes) <= 256
    assert len(sizes) < 30
    assert await pipe.pongs() == [str(number) for number in range(600)]


async def test_a_stage_beside_the_line_rests_and_takes_what_came_meanwhile_together(pipe: Pipe) -> None:
    recorder = Recorder()
    await pipe.run(recorder, rest_s=0.5)
    first, *others = pings(6)
    await pipe.send(first)
    await until(recorder.was_called)
    for each in others:
        await pipe.send(each)
    await pipe.settled()

    assert recorder.calls == [["0"], ["1", "2", "3", "4", "5"]]


async def test_one_message_is_handled_at_once_without_a_collecting_window(pipe: Pipe) -> None:
    seen = asyncio.Event()

    async def note(batch: Sequence[Ping]) -> list[Pong]:
        seen.set()
        return []

    await pipe.run(note)
    await asyncio.sleep(0.1)
    waits: list[float] = []
    for number in range(20):
        seen.clear()
        started = time.perf_counter()
        await pipe.client.publish("ping", ping(str(number)).model_dump_json().encode())
        await seen.wait()
        waits.append(time.perf_counter() - started)
    assert min(waits) < 0.01


async def test_a_broken_member_does_not_harm_its_neighbours(pipe: Pipe) -> None:
    for number in range(30):
        await pipe.js.publish("ping", b"{" if number == 7 else ping(str(number)).model_dump_json().encode())
    recorder = Recorder()
    await pipe.run(recorder)
    await pipe.settled()
    assert await pipe.pongs() == [str(number) for number in range(30) if number != 7]
    assert [letter.stream_sequence for letter in await pipe.letters()] == [8]


async def test_only_the_culprit_of_a_failed_batch_is_set_aside(pipe: Pipe) -> None:
    await pipe.send(*pings(30))
    recorder = Recorder({"7": PermanentError("seven")})
    await pipe.run(recorder)
    await pipe.settled()
    assert sorted(await pipe.pongs(), key=int) == [str(number) for number in range(30) if number != 7]
    assert [letter.error for letter in await pipe.letters()] == ["seven"]
    assert [call for call in recorder.calls if call == ["7"]] == [["7"]]


async def test_only_the_culprit_of_a_failed_batch_is_tried_again(pipe: Pipe) -> None:
    await pipe.send(*pings(30))
    recorder = Recorder({"7": ConnectionError("away")})
    await pipe.run(recorder)

    async def others_done() -> bool:
        return len(await pipe.pongs()) == 29

    await until(others_done)
    assert await pipe.unsettled() == 1
    recorder.failing.clear()
    await pipe.settled()
    assert recorder.calls[-1] == ["7"]
    assert await pipe.letters() == []


async def test_an_outage_gives_the_rest_back_without_trying_each(pipe: Pipe) -> None:
    await pipe.send(*pings(100))
    recorder = Recorder({str(number): ConnectionError("away") for number in range(100)})
    await pipe.run(recorder)

    async def all_given_back() -> bool:
        info = await pipe.js.consumer_info("PING", "worker-ping")
        return info.num_pending == 0 and info.num_ack_pending == 100

    await until(all_given_back)
    await asyncio.sleep(0.1)
    alone = [call for call in recorder.calls if len(call) == 1]
    batches = [call for call in recorder.calls if len(call) > 1]
    assert len(alone) <= 3 * len(batches) + 1
    recorder.failing.clear()
    await pipe.settled(within_s=15)
    assert sorted(await pipe.pongs(), key=int) == [str(number) for number in range(100)]


async def test_a_long_outage_is_not_paid_for_message_by_message(pipe: Pipe) -> None:
    """After two failures messages are handled alone; the third failure alike still ends the trying."""
    tried: list[str] = []

    async def away(batch: Sequence[Ping]) -> list[Pong]:
        tried.extend(each.text for each in batch if len(batch) == 1)
        raise ConnectionError("away")

    await pipe.send(*pings(40))
    for _ in range(2):
        pull = await pipe.js.pull_subscribe_bind("worker-ping", "PING")
        for message in await pull.fetch(40, timeout=2):
            await message.nak()
        await asyncio.sleep(0.05)
    await pipe.run(away)

    async def all_given_back() -> bool:
        info = await pipe.js.consumer_info("PING", "worker-ping")
        return info.num_pending == 0 and info.num_ack_pending == 40 and len(tried) > 0

    await until(all_given_back)
    await asyncio.sleep(0.3)
    assert len(tried) <= 12


async def test_emission_and_trace_pass_from_each_cause_to_its_own_effect(pipe: Pipe) -> None:
    for number in range(40):
        await pipe.send(ping(str(number)), passage=Passage(number + 1, TRACE.format(number + 1)))

    async def reversed_order(batch: Sequence[Ping]) -> list[Pong]:
        return [pong(each) for each in reversed(batch)]

    await pipe.run(reversed_order)
    await pipe.settled()
    found = {Pong.model_validate_json(each.data).text: each.headers or {} for each in await pipe.messages("PONG")}
    assert len(found) == 40
    for number in range(40):
        headers = found[str(number)]
        assert headers["Nats-Msg-Id"] == f"{pong(ping(str(number))).event_id}/{number + 1}"
        assert headers["traceparent"] == TRACE.format(number + 1)


async def test_a_handler_may_say_nothing_or_several_things(pipe: Pipe) -> None:
    async def uneven(batch: Sequence[Ping]) -> list[Pong]:
        return [pong(each) for each in batch if int(each.text) % 2]

    await pipe.send(*pings(9))
    await pipe.run(uneven)
    await pipe.settled()
    assert await pipe.pongs() == ["1", "3", "5", "7"]
