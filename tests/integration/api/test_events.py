"""The event stream: live, resumable, honest about gaps."""

import asyncio
import json
from contextlib import asynccontextmanager

from tests.support.scored import alert, delivered, scored


@asynccontextmanager
async def following(client, **headers):
    async with client.stream("GET", "/v1/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


async def _events(answer):
    event = {}
    async for line in answer.aiter_lines():
        if not line and event:
            yield event
            event = {}
        name, _, value = line.partition(": ")
        if name in ("event", "id", "data"):
            event[name] = value


async def _next(events):
    async with asyncio.timeout(10):
        return await anext(events)


async def test_listings_alerts_and_deliveries_arrive_as_they_happen(console, client):
    event = scored(1)
    raised = alert(event)
    async with following(client) as events:
        assert (await _next(events))["event"] == "ready"
        await console.bus.publish([event])
        first = await _next(events)
        await console.bus.publish([raised, delivered(raised)])
        others = [await _next(events), await _next(events)]

    data = json.loads(first["data"])
    assert (first["event"], data["verdict"], data["unit_minor"]) == ("listing.scored", "great", 3000)
    assert [each["event"] for each in others] == ["alert.raised", "alert.delivered"]


async def test_who_comes_back_gets_what_was_missed(console, client):
    async with following(client) as events:
        start = (await _next(events))["id"]
    await console.bus.publish([scored(number) for number in range(3)])
    async with following(client, **{"last-event-id": start}) as events:
        seen = [await _next(events) for _ in range(4)]
    async with following(client, **{"last-event-id": seen[2]["id"]}) as events:
        rest = [await _next(events) for _ in range(2)]

    assert [each["event"] for each in seen] == ["ready", *["listing.scored"] * 3]
    assert rest[1] == seen[3]


async def test_an_id_from_another_life_of_the_stream_is_answered_with_reset(client):
    async with following(client, **{"last-event-id": "999999-0"}) as events:
        assert [(await _next(events))["event"] for _ in range(2)] == ["ready", "reset"]


async def test_an_id_that_is_none_is_refused(client):
    answer = await client.get("/v1/events", headers={"last-event-id": "yesterday"})

    assert answer.status_code == 400
    assert "one looks like 123-45" in answer.json()["detail"]
