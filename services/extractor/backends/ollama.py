"""Ollama: ``POST /api/chat`` with the JSON schema as ``format``, so that the grammar holds the answer."""

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


class Ollama:
    """A model on a machine of one's own; nothing to pay."""

    name = "ollama"

    def __init__(self, client: HttpClient, *, url: str, model: str) -> None:
        self.model = model
        self._client = client
        self._url = f"{url.rstrip('/')}/api/chat"

    async def ask(self, prompt: Prompt) -> Reply:
        body = {
            "model": self.model,
            "stream": False,
            "format": prompt.schema,
            "options": {"temperature": 0, "num_predict": ANSWER_TOKENS},
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
        }
        try:
            answer = (await self._client.request(Request("POST", self._url, json=body))).json()
        except HttpError as error:
            raise as_backend_error(error) from None
        content = part(answer, "message", "content")
        if not isinstance(content, str):
            raise OddReplyError("Ollama answered without a message; is DEALSTREAM_LLM_URL an Ollama server?")
        return Reply(content, counted(answer, "prompt_eval_count"), counted(answer, "eval_count"))
