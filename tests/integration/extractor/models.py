"""A small server that speaks the protocols of Ollama, Anthropic and OpenAI, and misbehaves when told."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

KEY = "sk-canary-4711"


@dataclass(frozen=True)
class Call:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """What the model is told by the user's turn."""
        return next(each["content"] for each in self.body["messages"] if each["role"] == "user")


@dataclass(frozen=True)
class Fault:
    """One answer that is not the usual one; ``hang_s`` keeps the caller waiting first."""

    status: int = 200
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_s: float = 0.0
    drop: bool = False


@dataclass
class ModelServer:
    """``says`` is what the model answers to a call: an object, or text; ``faults`` are served first."""

    says: Callable[[Call], object] = lambda _: {}
    faults: deque[Fault] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)
    knows_schemas: bool = True
    delay_s: float = 0.0
    url: str = ""

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Self]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            server.close()
            server.close_clients()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await self._answer(Call(first.split()[1], headers, json.loads(body)), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, call: Call, writer: asyncio.StreamWriter) -> None:
        self.calls.append(call)
        await asyncio.sleep(self.delay_s)
        fault = self.faults.popleft() if self.faults else self._usual(call)
        await asyncio.sleep(fault.hang_s)
        if fault.drop:
            writer.transport.abort()
            return
        raw = fault.body if isinstance(fault.body, bytes) else json.dumps(fault.body).encode()
        headers = {"content-type": "application/json", **fault.headers, "content-length": str(len(raw))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {fault.status} Said\r\n{lines}\r\n".encode() + raw)
        await writer.drain()

    def _usual(self, call: Call) -> Fault:
        match call.path:
            case "/api/chat":
                return self._ollama(call)
            case "/v1/messages":
                return self._anthropic(call)
            case "/v1/chat/completions":
                return self._openai(call)
        return Fault(404, {"error": f"no such path {call.path}"})

    def _ollama(self, call: Call) -> Fault:
        if call.body["stream"] or call.body["format"]["type"] != "object":
            return Fault(400, {"error": "a schema is due"})
        return Fault(body=ollama(_text(self.says(call))))

    def _anthropic(self, call: Call) -> Fault:
        if call.headers.get("x-api-key") != KEY:
            return Fault(
                401, {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}
            )
        if call.headers.get("anthropic-version") != "2023-06-01" or call.body["max_tokens"] < 1:
            return Fault(400, {"type": "error", "error": {"type": "invalid_request_error", "message": "version"}})
        said = self.says(call)
        tool = call.body["tool_choice"]["name"]
        block = {"type": "text", "text": said} if isinstance(said, str) else tool_use(tool, said)
        return Fault(body=anthropic(block))

    def _openai(self, call: Call) -> Fault:
        if call.headers.get("authorization") != f"Bearer {KEY}":
            return Fault(401, {"error": {"message": "Incorrect API key provided"}})
        if call.body["response_format"]["type"] == "json_schema" and not self.knows_schemas:
            return Fault(400, {"error": {"message": "Invalid parameter: 'response_format' of type 'json_schema'"}})
        return Fault(body=openai(_text(self.says(call))))


def ollama(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {"model": "m", "message": message, "done": True, "prompt_eval_count": 210, "eval_count": 40}


def anthropic(*blocks: dict[str, Any], stop: str = "tool_use") -> dict[str, Any]:
    usage = {"input_tokens": 300, "output_tokens": 50, "cache_read_input_tokens": 10, "service_tier": "standard"}
    return {"type": "message", "role": "assistant", "content": list(blocks), "stop_reason": stop, "usage": usage}


def tool_use(name: str, said: object) -> dict[str, Any]:
    return {"type": "tool_use", "id": "toolu_1", "name": name, "input": said}


def openai(content: object, **message: object) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": "stop"}
    return {"choices": [choice], "usage": {"prompt_tokens": 250, "completion_tokens": 45, "total_tokens": 295}}


def _text(said: object) -> str:
    return said if isinstance(said, str) else json.dumps(said)
