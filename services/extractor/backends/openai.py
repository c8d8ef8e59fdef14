"""OpenAI and what speaks its protocol: chat completions held to a JSON schema, or to JSON where that is not known."""

import orjson
from pydantic import SecretStr

from libs.http.client import HttpClient, Request
from libs.http.errors import HttpError, RefusedError
from services.extractor.backends.backend import (
    ANSWER_TOKENS,
    OddReplyError,
    Prompt,
    Reply,
    as_backend_error,
    counted,
    part,
)

FORMAT_REFUSED = frozenset({400, 404, 415, 422, 501})
"""What servers answer to a ``response_format`` they do not know."""


class OpenAi:
    """A model behind ``/chat/completions``."""

    name = "openai"

    def __init__(self, client: HttpClient, *, url: str, model: str, key: SecretStr) -> None:
        self.model = model
        self._client = client
        base = url.rstrip("/")
        self._url = f"{base if base.endswith('/v1') else f'{base}/v1'}/chat/completions"
        self._key = key
        self._knows_schemas = True
        self._sizes: dict[str, object] = {"temperature": 0, "max_tokens": ANSWER_TOKENS}

    async def ask(self, prompt: Prompt) -> Reply:
        """Ask; what the server refuses to know is left out, from then on at once."""
        try:
            if self._knows_schemas:
                try:
                    return await self._ask_in_its_words(prompt, _by_schema(prompt))
                except RefusedError as error:
                    if error.status not in FORMAT_REFUSED:
                        raise
            reply = await self._ask_in_its_words(prompt, {"type": "json_object"})
        except HttpError as error:
            raise as_backend_error(error) from None
        self._knows_schemas = False
        return reply

    async def _ask_in_its_words(self, prompt: Prompt, response_format: dict[str, object]) -> Reply:
        """Reasoning models refuse a temperature, and ``max_tokens`` under its old name."""
        while True:
            try:
                return await self._ask(prompt, response_format)
            except RefusedError as error:
                name = _refused_parameter(error)
                if name not in self._sizes:
                    raise
                value = self._sizes.pop(name)
                if name == "max_tokens":
                    self._sizes["max_completion_tokens"] = value

    async def _ask(self, prompt: Prompt, response_format: dict[str, object]) -> Reply:
        system = prompt.system
        if response_format["type"] == "json_object":
            system = f"{system}\nAnswer with one JSON object of this JSON schema: {_compact(prompt.schema)}"
        body = {
            "model": self.model,
            **self._sizes,
            "response_format": response_format,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}],
        }
        secret = self._key.get_secret_value()
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        answer = (await self._client.request(Request("POST", self._url, headers=headers, json=body))).json()
        message = part(answer, "choices", 0, "message")
        if message is None:
            raise OddReplyError("the model's server answered without a choice; is DEALSTREAM_LLM_URL its address?")
        usage = part(answer, "usage")
        content = None if part(message, "refusal") else _text(part(message, "content"))
        return Reply(content, counted(usage, "prompt_tokens"), counted(usage, "completion_tokens"))


def _refused_parameter(error: RefusedError) -> str:
    """The request's parameter an error is about, as OpenAI names it; empty when it names none."""
    try:
        name = part(error.answer.json(), "error", "param")
    except HttpError:
        return ""
    return name if isinstance(name, str) else ""


def _by_schema(prompt: Prompt) -> dict[str, object]:
    return {"type": "json_schema", "json_schema": {"name": "attributes", "strict": True, "schema": prompt.schema}}


def _compact(schema: object) -> str:
    return orjson.dumps(schema).decode()


def _text(content: object) -> object:
    """The words; some servers answer in parts."""
    if not isinstance(content, list):
        return content
    words = [part(each, "text") for each in content]
    return "\n".join(each for each in words if isinstance(each, str))
