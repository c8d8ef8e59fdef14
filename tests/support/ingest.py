"""Saved payloads through the API of a running stack, and what became of them."""

from typing import Any
from uuid import uuid4

import httpx
import orjson

from tests.support.pipeline import until


class Ingest:
    """One ingest of any number of payloads."""

    def __init__(self, api: httpx.AsyncClient, **parameters: str) -> None:
        self._api = api
        self._parameters = {"source": "ebay", "ingest_id": str(uuid4()), **parameters}

    async def send(self, payload: bytes | object) -> httpx.Response:
        """Send a payload as it is, or anything else as JSON."""
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        return await self._api.post("/v1/ingest", params=self._parameters, content=body)

    async def accepted(self, payload: bytes | object) -> dict[str, Any]:
        answer = await self.send(payload)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def refused(self, payload: bytes | object) -> str:
        """Send what cannot be taken; returns the sentence that says why."""
        answer = await self.send(payload)
        assert answer.status_code in (413, 422), answer.text
        return answer.json()["detail"]

    async def finished(self, *, within_s: float = 60) -> dict[str, Any]:
        """Wait until nothing is pending; returns the counts."""
        progress: dict[str, Any] = {}

        async def is_done() -> bool:
            answer = await self._api.get(f"/v1/ingest/{self._parameters['ingest_id']}")
            progress.update(answer.raise_for_status().json())
            return progress["pending"] == 0

        await until(is_done, "the ingest is not finished", within_s=within_s)
        return progress
