"""The happy path of the whole stack: a market, a watch, a planted deal, and one message."""

import html
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.audit import audit, report
from tests.support.market import Market, alerts_in, market_of
from tests.support.pipeline import until
from tests.support.rest import until_at_rest
from tests.support.stack import RunningStack, running_stack

MODULE = "ram:ddr4:ecc_reg:32gb:2666"
CALM = {
    "DEALSTREAM_POLL_EVERY_S": "1",
    "DEALSTREAM_POLL_AT_LEAST_EVERY_S": "1",
    "DEALSTREAM_POLL_IDLE_S": "0.2",
    "DEALSTREAM_EBAY_DAILY_CALLS": "100000",
    "DEALSTREAM_SIMULATOR_SPEED": "1",
    "DEALSTREAM_SIMULATOR_DAILY_QUOTA": "100000",
}
WATCH = {
    "name": "Cheap RDIMMs",
    "searches": [{"marketplace": "EBAY_US", "category_id": "11210"}],
    "conditions": [{"field": "product_key", "op": "eq", "value": MODULE}],
    "triggers": [{"kind": "deal", "threshold": 80}],
}


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[RunningStack]:
    async with running_stack(tmp_path / "dealstream", environment=CALM) as running:
        yield running


async def test_a_planted_deal_is_told_once_and_shown_with_its_reasons(stack: RunningStack):
    async with (
        httpx.AsyncClient(base_url=stack.console_url) as api,
        market_of(stack.simulator_url) as market,
    ):
        began = datetime.now(UTC)
        watch = (await api.post("/v1/watches", json=WATCH)).raise_for_status().json()
        await until_at_rest(stack, polled_since=began)
        told_before = len(alerts_in(await market.messages()))

        deal = await market.plant(MODULE)
        alert = await alert_about(api, deal)
        assert [match["watch_name"] for match in alert["matches"]] == ["Cheap RDIMMs"]
        assert alert["matches"][0]["watch_id"] == watch["watch_id"]
        await until_at_rest(stack, polled_since=datetime.now(UTC))

        (embed,) = await embeds_about(market, deal)
        (truth,) = await market.truth(item_id=deal)
        assert truth["legacy_item_id"] in embed["url"]
        assert embed["footer"]["text"] == f"alert {alert['alert_id']}"
        assert "Cheap RDIMMs" in embed["description"]
        assert len(alerts_in(await market.messages())) == told_before + 1

        listing = (await api.get(f"/v1/listings/{deal}")).raise_for_status().json()
        assert (listing["title"], listing["product_key"]) == (truth["title"], MODULE)
        assert listing["unit_minor"] == pytest.approx(truth["landed_unit_minor"], abs=truth["quantity"])
        assert listing["verdict"] == "great"
        assert listing["score"] == pytest.approx(sum(each["points"] for each in listing["contributions"]), abs=0.05)
        assert listing["saving_minor"] > 0

        page = (await api.get("/", params={"q": f'"{truth["title"]}"'})).raise_for_status().text
        assert truth["title"] in html.unescape(page)
        assert report(await audit(stack.database_url, stack.nats_url())) == []


async def alert_about(api: httpx.AsyncClient, listing_id: str) -> dict[str, Any]:
    """The one alert about a listing, once its delivery is confirmed."""
    found: list[dict[str, Any]] = []

    async def is_confirmed() -> bool:
        answer = await api.get("/v1/alerts", params={"listing_id": listing_id, "state": "confirmed"})
        found[:] = answer.raise_for_status().json()["items"]
        return bool(found)

    await until(is_confirmed, f"no alert about {listing_id} was delivered", within_s=30)
    (alert,) = found
    return alert


async def embeds_about(market: Market, listing_id: str) -> list[dict[str, Any]]:
    number = listing_id.split("|")[1]
    return [embed for each in await market.messages() for embed in each["embeds"] if number in embed.get("url", "")]
