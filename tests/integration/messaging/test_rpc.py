"""Request and reply between services on a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import pytest
from pydantic import BaseModel

from libs.domain.errors import PermanentError
from libs.messaging.connection import service_broker
from libs.messaging.rpc import Calls, Procedure, RefusedError, RpcClient, RpcError
from tests.integration.messaging.pipe import heard


class Question(BaseModel):
    text: str
    times: int = 1


class Answer(BaseModel):
    text: str


class Suffix:
    text = "!"


ECHO = Procedure("extractor", "echo", Question, Answer)


async def echo(question: Question, suffix: Suffix) -> Answer:
    if question.text == "refuse":
        raise PermanentError("listing 7 is no listing")
    if question.text == "fail":
        raise OSError("postgresql://extractor:hunter2@db/dealstream does not answer")
    if question.text == "slow":
        await asyncio.sleep(0.3)
    return Answer(text=question.text * question.times + suffix.text)


async def stay() -> None:
    """Tests close their own clients."""


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[None]:
    broker = service_broker(url, "extractor", on_closed=stay)
    calls = Calls("extractor")
    calls.answers(ECHO)(echo)
    broker.include_router(calls.router)
    broker.context.set_global("Suffix", Suffix())
    await broker.start()
    await heard(broker.connection)
    try:
        yield
    finally:
        await broker.stop()


@pytest.fixture
async def client(nats_url: str) -> AsyncIterator[RpcClient]:
    broker = service_broker(nats_url, "api", on_closed=stay)
    await broker.connect()
    yield RpcClient(broker)
    await broker.stop()


async def test_a_call_returns_the_typed_answer(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        answer = await client.call(ECHO, Question(text="ab", times=2))
    assert answer == Answer(text="abab!")


async def test_a_permanent_error_is_raised_at_the_caller_as_one(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        with pytest.raises(RefusedError, match=r"^listing 7 is no listing$") as caught:
            await client.call(ECHO, Question(text="refuse"))
    assert isinstance(caught.value, PermanentError)
    assert caught.value.problem.type == "permanent"


async def test_a_failure_is_transient_and_carries_no_secret(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        with pytest.raises(RpcError, match=r"the extractor service failed: .* does not answer") as caught:
            await client.call(ECHO, Question(text="fail"))
    assert not isinstance(caught.value, PermanentError)
    assert "hunter2" not in caught.value.problem.detail


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"", b'{"times": 2}', b"[1]"])
@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain"])
async def test_an_invalid_request_is_answered_with_the_sentence(
    nats_url: str, body: bytes, content_type: str | None
) -> None:
    foreign = await nats.connect(nats_url)
    try:
        async with serving(nats_url):
            headers = {"content-type": content_type} if content_type else None
            reply = await foreign.request("rpc.extractor.echo", body, timeout=2, headers=headers)
    finally:
        await foreign.close()
    assert reply.headers is not None
    assert reply.headers["content-type"] == "application/problem+json"
    assert b'"type":"invalid"' in reply.data
    assert b"Question is not valid" in reply.data


async def test_a_service_that_is_away_is_named(client: RpcClient) -> None:
    with pytest.raises(RpcError, match=r"^the extractor service is not running$"):
        await client.call(ECHO, Question(text="a"))


async def test_a_slow_answer_is_a_timeout_with_a_sentence(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        with pytest.raises(RpcError, match=r"^the extractor service did not answer within 0\.1 s$"):
            await client.call(ECHO, Question(text="slow"), timeout_s=0.1)


async def test_a_slow_call_does_not_hold_up_others(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        slow = asyncio.create_task(client.call(ECHO, Question(text="slow")))
        assert await client.call(ECHO, Question(text="a"), timeout_s=0.25) == Answer(text="a!")
        assert await slow == Answer(text="slow!")


async def test_seven_megabytes_pass_and_nine_are_refused_before_they_are_sent(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        assert len((await client.call(ECHO, Question(text="x" * 7_000_000))).text) == 7_000_001
        with pytest.raises(RefusedError, match=r"the request has 9,000,0\d\d bytes and at most 8,384,512 fit"):
            await client.call(ECHO, Question(text="x" * 9_000_000))


async def test_an_answer_that_is_too_large_is_a_problem_not_a_silence(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url):
        with pytest.raises(RefusedError, match=r"the answer has 9,000,0.. bytes"):
            await client.call(ECHO, Question(text="x" * 1_000, times=9_000))


async def test_replicas_share_the_calls(nats_url: str, client: RpcClient) -> None:
    async with serving(nats_url), serving(nats_url):
        answers = [await client.call(ECHO, Question(text=str(index))) for index in range(20)]
    assert [answer.text for answer in answers] == [f"{index}!" for index in range(20)]


async def test_a_service_answers_only_its_own_procedures() -> None:
    with pytest.raises(ValueError, match=r"rpc\.extractor\.echo belongs to extractor, not to catalog"):
        Calls("catalog").answers(ECHO)
