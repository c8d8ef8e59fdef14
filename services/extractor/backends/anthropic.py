"""Anthropic: the Messages API with one tool the model has to use, whose input is the answer."""

from pydantic import SecretStr

from libs.http.client import HttpClient, Request
from libs.http.errors import HttpError
from services.extractor.backends.backend import (
    ANSWER_TOKENS,
    OddReplyError,
    Prompt,
    Reply,
    as_backend_error,
    counted,
    part,
)

TOOL = "record_attributes"
VERSION = "2023-06-01"
_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Anthropic:
    """A Claude model."""

    name = "anthropic"

    def __init__(self, client: HttpClient, *, url: str, model: str, key: SecretStr) -> None:
        self.model = model
        self._client = client
        self._url = f"{url.rstrip('/').removesuffix('/v1')}/v1/messages"
        self._key = key

    async def ask(self, prompt: Prompt) -> Reply:
        tool = {"name": TOOL, "description": "Record what the listing says.", "input_schema": prompt.schema}
        body = {
            "model": self.model,
            "max_tokens": ANSWER_TOKENS,
            "temperature": 0,
            "system": prompt.system,
            "messages": [{"role": "user", "content": prompt.user}],
            "tools": [tool],
            "tool_choice": {"type": "tool", "name": TOOL},
        }
        headers = {"x-api-key": self._key.get_secret_value(), "anthropic-version": VERSION}
        try:
            answer = (await self._client.request(Request("POST", self._url, headers=headers, json=body))).json()
        except HttpError as error:
            raise as_backend_error(error) from None
        blocks = part(answer, "content")
        if not isinstance(blocks, list):
            raise OddReplyError("Anthropic answered without content; is DEALSTREAM_LLM_URL its address?")
        usage = part(answer, "usage")
        return Reply(_content(blocks), counted(usage, *_INPUT), counted(usage, "output_tokens"))


def _content(blocks: list[object]) -> object:
    """The tool's input; else its words, for the tolerant reader. Another tool's input is no answer."""
    for block in blocks:
        if part(block, "type") == "tool_use" and part(block, "name") == TOOL:
            return part(block, "input")
    words = [part(block, "text") for block in blocks if part(block, "type") == "text"]
    return "\n".join(each for each in words if isinstance(each, str)) or None
