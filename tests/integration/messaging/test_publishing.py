"""Publishing is done when the server says that it is stored, on a real server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import pytest
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from libs.messaging import runner
from libs.messaging.headers import Passage
from libs.messaging.publisher import OversizeError, PublishRefusedError
from libs.messaging.replies import NoReplyError, Replies
from libs.messaging.topology import Topology
from libs.telemetry import names
from tests.integration.messaging.pipe import TOPOLOGY, Ping, Pipe, echo, open_pipe, ping, row, until


def waits(mode: str) -> float:
    return names.PUBACK_WAITS.labels(mode)._value.get()


def pings(count: int, start: int = 0) -> list[Ping]:
    return [ping(str(number)) for number in range(start, start + count)]


async def texts(pipe: Pipe) -> list[str]:
    return [Ping.model_validate_json(each.data).text for each in await pipe.messages("PING")]


async def test_an_event_carries_its_id_and_emission(pipe: Pipe) -> None:
    await pipe.send(ping("a"), passage=Passage(4))
    (message,) = await pipe.messages("PING")
    assert message.headers == {"Nats-Msg-Id": f"{ping('a').event_id}/4"}
    assert message.subject == "ping"


async def test_fifteen_are_pipelined_and_sixteen_are_one_atomic_batch(pipe: Pipe) -> None:
    before = waits("pipelined"), waits("atomic")
    await pipe.send(*pings(15))
    assert (waits("pipelined") - before[0], waits("atomic") - before[1]) == (1, 0)
    await pipe.send(*pings(16, start=15))
    assert (waits("pipelined") - before[0], waits("atomic") - before[1]) == (1, 1)
    assert await texts(pipe) == [str(number) for number in range(31)]
    batches = {(message.headers or {}).get("Nats-Batch-Id") for message in (await pipe.messages("PING"))[15:]}
    assert len(batches) == 1
    assert None not in batches


async def test_a_batch_beyond_the_servers_limit_is_split(pipe: Pipe) -> None:
    await pipe.send(*pings(2500))
    assert await texts(pipe) == [str(number) for number in range(2500)]


async def test_a_batch_with_a_known_id_falls_back_and_stores_each_once(pipe: Pipe) -> None:
    await pipe.send(ping("7"))
    before = waits("pipelined")
    await pipe.send(*pings(20))
    assert waits("pipelined") - before == 1
    assert sorted(await texts(pipe), key=int) == [str(number) for number in range(20)]


async def test_a_repeat_stores_nothing_and_a_raised_emission_stores_again(pipe: Pipe) -> None:
    await pipe.send(*pings(20))
    await pipe.send(*pings(20))
    assert len(await texts(pipe)) == 20
    await pipe.send(*pings(20), passage=Passage(2))
    assert len(await texts(pipe)) == 40


async def test_publishing_waits_for_the_servers_word(pipe: Pipe) -> None:
    await pipe.send(ping("a"))
    assert (await pipe.js.stream_info("PING")).state.messages == 1
    await pipe.js.delete_stream("PING")
    for count in (1, 20):
        with pytest.raises(PublishRefusedError, match="no stream takes this subject; run the provisioning command"):
            await pipe.send(*pings(count))


async def test_an_event_larger_than_the_server_takes_is_refused_for_good(pipe: Pipe) -> None:
    large = ping("a").model_copy(update={"text": "x" * 8_388_500})
    with pytest.raises(OversizeError, match=r"an event for ping has 8,388,5\d\d bytes and at most 8,384,512 fit"):
        await pipe.send(large)
    await pipe.send(large.model_copy(update={"text": "x" * 8_380_000}))
    assert pipe.client.stats["reconnects"] == 0


async def test_a_full_stream_refuses_and_the_cause_is_redelivered(pipe: Pipe) -> None:
    config = (await pipe.js.stream_info("PONG")).config
    await pipe.js.update_stream(replace(config, max_msgs=1))
    await pipe.run(echo)
    await pipe.send(*pings(3))
    await asyncio.sleep(0.5)
    assert await pipe.pongs() == ["0"]
    assert await pipe.unsettled() >= 2
    assert await pipe.letters() == []
    await pipe.js.update_stream(config)
    await pipe.settled(within_s=10)
    assert sorted(await pipe.pongs()) == ["0", "1", "2"]


class Forgetful(Replies):
    """Loses the first answers on their way, as a cut connection would."""

    lose = 1

    async def _receive(self, message: Msg) -> None:
        if self.lose > 0:
            self.lose -= 1
            return
        await super()._receive(message)


@pytest.fixture
async def forgetful(nats_url: str) -> AsyncIterator[Pipe]:
    async with open_pipe(nats_url) as pipe:
        pipe.replies = await Forgetful(pipe.client).start()
        pipe.publisher = type(pipe.publisher)(pipe.replies, pipe.topology, timeout_s=0.3)
        yield pipe


@pytest.mark.parametrize("count", [1, 20])
async def test_a_publish_of_unknown_outcome_is_an_error_and_its_repeat_stores_once(forgetful: Pipe, count: int) -> None:
    with pytest.raises(NoReplyError, match=r"1 of 1 requests had no answer after 0\.3 s"):
        await forgetful.send(*pings(count))
    await forgetful.send(*pings(count))
    assert len(await texts(forgetful)) == count


async def test_a_stage_whose_pubacks_were_lost_repeats_and_stores_once(forgetful: Pipe) -> None:
    forgetful.replies.lose = 0  # type: ignore[attr-defined]
    await forgetful.send(ping("a"))
    forgetful.replies.lose = 1  # type: ignore[attr-defined]
    await forgetful.run(echo)
    await forgetful.settled()
    assert await forgetful.pongs() == ["a"]


async def test_an_acknowledgement_is_waited_for_and_a_missing_word_is_noted(
    forgetful: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "ACK_TIMEOUT_S", 0.2)
    await forgetful.run(swallow)
    with capture_logs() as logs:
        await forgetful.client.publish("ping", ping("a").model_dump_json().encode())
        await until(lambda: _logged(logs, "ack.unconfirmed"))
    assert logs[0]["error"] == "1 of 1 requests had no answer after 0.2 s"
    await forgetful.settled()


async def test_an_acknowledgement_to_a_consumer_that_is_gone_is_noted(pipe: Pipe) -> None:
    async def delete(batch: Sequence[Ping]) -> list[Ping]:
        await pipe.js.delete_consumer("PING", "worker-ping")
        return []

    with capture_logs() as logs:
        await pipe.run(delete)
        await pipe.send(ping("a"))
        await until(lambda: _logged(logs, "ack.unconfirmed"))


async def _logged(logs: Sequence[Mapping[str, object]], event: str) -> bool:
    return any(each["event"] == event for each in logs)


async def swallow(batch: Sequence[Ping]) -> list[Ping]:
    return []


async def test_events_of_several_streams_go_each_to_its_own(pipe: Pipe) -> None:
    await pipe.send(ping("a"), row("k", 1), ping("b"))
    assert await texts(pipe) == ["a", "b"]
    (stored,) = await pipe.messages("ROWS")
    assert stored.subject == "row.k"


async def test_an_event_nobody_stores_is_an_error_that_says_what_to_do() -> None:
    bare = Topology(TOPOLOGY.streams[1:], ())
    with pytest.raises(KeyError, match=r"no stream stores 'ping'; add it to libs/messaging/topology\.py"):
        bare.stream_of("ping")
