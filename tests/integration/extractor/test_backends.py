"""Each backend over a real socket, against a server that speaks its protocol and errs as it does."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from libs.http.client import HttpClient, Limits
from services.extractor.backends.anthropic import Anthropic
from services.extractor.backends.backend import Backend, BackendError, OddReplyError, Prompt
from services.extractor.backends.ollama import Ollama
from services.extractor.backends.openai import OpenAi
from tests.integration.extractor.models import KEY, Fault, ModelServer, anthropic, ollama, openai, tool_use

SAID = {"generation": {"value": "DDR4", "evidence": "gen4"}}
PROMPT = Prompt("Read.", "the listing", {"type": "object", "properties": {"generation": {"type": "object"}}})
NAMES = ("ollama", "anthropic", "openai")


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(says=lambda _: SAID).serving() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with HttpClient(limits=Limits(read_s=0.4, total_s=0.4)) as client:
        yield client


def backend(name: str, client: HttpClient, url: str, key: str = KEY) -> Backend:
    secret = SecretStr(key)
    if name == "ollama":
        return Ollama(client, url=url, model="qwen")
    if name == "anthropic":
        return Anthropic(client, url=url, model="claude", key=secret)
    return OpenAi(client, url=url, model="gpt", key=secret)


async def test_ollama_holds_the_answer_to_the_schema(server, client):
    reply = await backend("ollama", client, server.url).ask(PROMPT)

    assert (reply.input_tokens, reply.output_tokens) == (210, 40)
    assert reply.content == '{"generation": {"value": "DDR4", "evidence": "gen4"}}'
    assert server.calls[0].body["format"] == PROMPT.schema
    assert server.calls[0].body["options"] == {"temperature": 0, "num_predict": 600}


async def test_anthropic_makes_the_model_use_the_tool(server, client):
    reply = await backend("anthropic", client, server.url).ask(PROMPT)

    assert (reply.content, reply.input_tokens, reply.output_tokens) == (SAID, 310, 50)
    assert server.calls[0].body["tools"][0]["input_schema"] == PROMPT.schema
    assert server.calls[0].body["tool_choice"] == {"type": "tool", "name": "record_attributes"}


async def test_openai_holds_the_answer_to_the_schema(server, client):
    reply = await backend("openai", client, f"{server.url}/v1").ask(PROMPT)

    assert (reply.input_tokens, reply.output_tokens) == (250, 45)
    assert server.calls[0].body["response_format"]["json_schema"]["schema"] == PROMPT.schema


async def test_a_server_that_knows_no_schemas_is_asked_for_json_and_that_is_remembered(server, client):
    server.knows_schemas = False
    model = backend("openai", client, server.url)

    first, second = await model.ask(PROMPT), await model.ask(PROMPT)

    formats = [call.body["response_format"]["type"] for call in server.calls]
    assert formats == ["json_schema", "json_object", "json_object"]
    assert first.content == second.content == '{"generation": {"value": "DDR4", "evidence": "gen4"}}'
    assert '"generation"' in server.calls[1].body["messages"][0]["content"]


async def test_a_reasoning_model_gets_its_own_parameters_and_they_are_remembered(server, client):
    for name in ("max_tokens", "temperature"):
        server.faults.append(Fault(400, {"error": {"code": "unsupported_parameter", "param": name}}))
    model = backend("openai", client, server.url)

    await model.ask(PROMPT)
    await model.ask(PROMPT)

    assert len(server.calls) == 4
    last = server.calls[-1].body
    assert ("max_tokens" in last, "temperature" in last, last["max_completion_tokens"]) == (False, False, 600)
    assert last["response_format"]["type"] == "json_schema"


async def test_a_refusal_is_a_reply_without_content(server, client):
    server.faults.append(Fault(body=openai(None, refusal="I cannot help with that.")))
    assert (await backend("openai", client, server.url).ask(PROMPT)).content is None

    server.faults.append(Fault(body=anthropic(stop="refusal")))
    assert (await backend("anthropic", client, server.url).ask(PROMPT)).content is None


async def test_another_tool_is_no_answer_and_words_are_left_to_the_reader(server, client):
    server.faults.append(Fault(body=anthropic(tool_use("delete_everything", SAID))))
    assert (await backend("anthropic", client, server.url).ask(PROMPT)).content is None

    server.faults.append(Fault(body=anthropic({"type": "text", "text": "```json\n{}\n```"}, stop="end_turn")))
    assert (await backend("anthropic", client, server.url).ask(PROMPT)).content == "```json\n{}\n```"


@pytest.mark.parametrize("name", NAMES)
async def test_too_many_requests_names_the_pause_and_costs_nothing(server, client, name):
    server.faults.append(Fault(429, {"error": "slow down"}, {"retry-after": "17"}))

    with pytest.raises(BackendError, match="answered 429, come back in 17 s") as raised:
        await backend(name, client, server.url).ask(PROMPT)
    assert (raised.value.pause_s, raised.value.billed) == (17, False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_fault_of_the_server_is_no_answer_and_is_asked_once(server, client, name):
    server.faults.append(Fault(500, {"error": "overloaded"}))

    with pytest.raises(BackendError, match="answered 500") as raised:
        await backend(name, client, server.url).ask(PROMPT)
    assert (len(server.calls), raised.value.billed) == (1, False)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", [Fault(hang_s=5), Fault(drop=True)], ids=["slow", "dropped"])
async def test_an_answer_that_never_came_whole_may_have_been_charged(server, client, name, fault):
    server.faults.append(fault)

    with pytest.raises(BackendError, match="no whole answer") as raised:
        await backend(name, client, server.url).ask(PROMPT)
    assert raised.value.billed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "fault",
    [Fault(body=b'{"message": {"cont'), Fault(body=b"<html>", headers={"content-type": "text/html"}), Fault(body=[1])],
    ids=["cut short", "a web page", "another shape"],
)
async def test_what_is_not_the_protocol_is_an_odd_reply(server, client, name, fault):
    server.faults.append(fault)

    with pytest.raises(OddReplyError):
        await backend(name, client, server.url).ask(PROMPT)


@pytest.mark.parametrize("name", ["anthropic", "openai"])
async def test_a_wrong_key_is_told_without_being_shown(server, client, name):
    with pytest.raises(BackendError, match="answered 401") as raised:
        await backend(name, client, server.url, "sk-wrong-0815").ask(PROMPT)
    assert "0815" not in f"{raised.value!s}{raised.value!r}{raised.value.__cause__!r}"


async def test_nobody_there_costs_nothing(client):
    with pytest.raises(BackendError, match="cannot be reached") as raised:
        await backend("ollama", client, "http://127.0.0.1:9").ask(PROMPT)
    assert not raised.value.billed


async def test_token_counts_that_are_missing_count_nothing(server, client):
    server.faults.append(Fault(body={**ollama("{}"), "prompt_eval_count": None, "eval_count": "many"}))
    reply = await backend("ollama", client, server.url).ask(PROMPT)
    assert (reply.input_tokens, reply.output_tokens) == (0, 0)
