"""The operator's side of a running simulator: list, plant, break, and read the truth."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx


class Market:
    """What a test makes happen on the simulated eBay, and what it finds on the simulated Discord."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def flood(self, count: int) -> list[str]:
        """List ordinary offers at once; returns their item ids."""
        return (await self._post("flood", {"count": count}))["item_ids"]

    async def plant(self, product_key: str) -> str:
        """List an offer far below what the product costs; returns its listing id."""
        return f"ebay:{(await self._post('plant', {'product_key': product_key}))['item_id']}"

    async def reprice(self, listing_id: str, price_minor: int) -> None:
        await self._post("reprice", {"item_id": listing_id, "price_minor": price_minor})

    async def set_faults(self, **profiles: dict[str, float]) -> None:
        await self._post("faults", profiles)

    async def truth(self, **criteria: Any) -> list[dict[str, Any]]:
        answer = await self._client.get("/simulator/truth", params=criteria)
        return answer.raise_for_status().json()["items"]

    async def worth_planting(self) -> list[str]:
        """Keys of the products of which a deal can be planted."""
        answer = await self._client.get("/simulator/catalogue")
        return [each["product_key"] for each in answer.raise_for_status().json()["items"] if each["worth_planting"]]

    async def search(self, marketplace: str, **asked: str) -> set[str]:
        """Listing ids of everything a search finds, asked over the simulated Browse API."""
        headers = {"authorization": f"Bearer {await self._token()}", "x-ebay-c-marketplace-id": marketplace}
        options = {"limit": "200", "filter": "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}"}
        params: dict[str, str] | None = {**asked, **options}
        found: set[str] = set()
        url: str | None = "/buy/browse/v1/item_summary/search"
        while url is not None:
            body = (await self._client.get(url, params=params, headers=headers)).raise_for_status().json()
            found |= {f"ebay:{each['itemId']}" for each in body.get("itemSummaries", ())}
            url, params = body.get("next"), None
        return found

    async def messages(self) -> list[dict[str, Any]]:
        """Every Discord message that arrived."""
        return (await self._client.get("/simulator/discord")).raise_for_status().json()["messages"]

    async def _token(self) -> str:
        answer = await self._client.post(
            "/identity/v1/oauth2/token",
            auth=("simulator", "simulator"),
            data={"grant_type": "client_credentials", "scope": "https://api.ebay.com/oauth/api_scope"},
        )
        return answer.raise_for_status().json()["access_token"]

    async def _post(self, command: str, body: dict[str, Any]) -> dict[str, Any]:
        return (await self._client.post(f"/simulator/{command}", json=body)).raise_for_status().json()


@asynccontextmanager
async def market_of(simulator_url: str) -> AsyncIterator[Market]:
    async with httpx.AsyncClient(base_url=simulator_url, timeout=30) as client:
        yield Market(client)


def alerts_in(messages: Iterable[dict[str, Any]]) -> list[UUID]:
    """The alert every embed is about, as its footer says; one that came twice is there twice."""
    return [UUID(embed["footer"]["text"].removeprefix("alert ")) for each in messages for embed in each["embeds"]]
