"""The real processes do all their work with their own rights, and the server has nothing to refuse."""

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import nats
import pytest

from libs.contracts.watch import Search
from libs.messaging.rights import ROLES, inbox_prefix
from tests.support.ebay import search_answer, summary
from tests.support.market import Market, market_of
from tests.support.pipeline import until
from tests.support.rest import until_at_rest
from tests.support.stack import RunningStack, running_stack
from tests.support.watching import add_watch

pytestmark = pytest.mark.timeout(240)

LISTED = ("11210", "170083", "56083")
BUSY = {
    "DEALSTREAM_POLL_IDLE_S": "0.2",
    "DEALSTREAM_FIRST_RUN_PAGES": "50",
    "DEALSTREAM_SWEEP_EVERY_S": "1",
    "DEALSTREAM_SIMULATOR_DAILY_QUOTA": "1000000",
    "DEALSTREAM_SIMULATOR_WEBHOOK_LIMIT": "50",
}


async def test_every_service_does_all_its_work_and_is_refused_nothing(tmp_path: Path):
    async with (
        running_stack(tmp_path / "dealstream", environment=BUSY) as stack,
        market_of(stack.simulator_url) as market,
    ):
        began = datetime.now(UTC)
        await market.flood(2000)
        await add_watch(stack, "ada", [Search(marketplace="EBAY_US", category_id=each) for each in LISTED])
        await ask_over_the_api(stack)
        await disturb(stack)
        await until_at_rest(stack, polled_since=began)
        await until(lambda: some_message(market), "no deal reached Discord")
        counted = {service: await errors_of(stack, service) for service in ROLES}
        logged = [service for service in ROLES if "nats.error" in stack.log(service, 10_000)]

        await stack.wipe_jetstream()
        await until_at_rest(stack)
        refused = violations(stack)
        await overstep(stack)
        await until(lambda: some_violation(stack), "the server does not log what it refuses")

    assert counted == dict.fromkeys(ROLES, 0.0)
    assert logged == []
    assert refused == []


async def ask_over_the_api(stack: RunningStack) -> None:
    """Every procedure once, and a payload that is set aside in part."""
    payload = search_answer(summary(), summary(itemId=None))
    async with httpx.AsyncClient(base_url=stack.console_url, timeout=30) as client:
        understood = await client.post(
            "/v1/extract", json={"title": "Samsung 32GB DDR4-2666 RDIMM", "vertical": "server"}
        )
        accepted = await client.post("/v1/ingest", params={"source": "ebay"}, json=payload)
        progress = await client.get(f"/v1/ingest/{accepted.raise_for_status().json()['ingest_id']}")
    assert understood.raise_for_status().json()["component_type"] == "ram"
    assert len(accepted.json()["rejected"]) == 1
    assert progress.raise_for_status().json()["seen"] == 1


async def disturb(stack: RunningStack) -> None:
    """Messages nobody can read, one for every stage, each of which ends as its dead letter."""
    client = await nats.connect(stack.nats_url(), inbox_prefix=inbox_prefix("admin"))
    js = client.jetstream()
    for subject in ("listing.seen", "listing.extracted", "listing.scored", "listing.ended", "poll.requested"):
        await js.publish(subject, b"not an event")
    for subject in ("alert.raised", "alert.delivered", "baseline.updated.nothing"):
        await js.publish(subject, b"not an event")

    async def all_buried() -> bool:
        return (await js.stream_info("DEAD")).state.messages >= 12

    try:
        await until(all_buried, "not every stage buried what it could not read")
    finally:
        await client.close()


async def overstep(stack: RunningStack) -> None:
    """Do what a scorer must not, to see that the server tells."""

    async def ignore(_: Exception) -> None: ...

    client = await nats.connect(stack.nats_url("scorer"), error_cb=ignore)
    await client.publish("alert.raised", b"{}")
    await client.flush()
    await client.close()


async def errors_of(stack: RunningStack, service: str) -> float:
    async with httpx.AsyncClient(timeout=5) as client:
        text = (await client.get(f"{stack.health_url(service)}/metrics")).raise_for_status().text
    return sum(float(found) for found in re.findall(r"^dealstream_nats_errors_total{.*} (\S+)$", text, re.MULTILINE))


def violations(stack: RunningStack) -> list[str]:
    return [line for line in stack.log("nats", 100_000).splitlines() if "Violation" in line]


async def some_violation(stack: RunningStack) -> bool:
    return bool(violations(stack))


async def some_message(market: Market) -> bool:
    return bool(await market.messages())
