"""Watches over HTTP, in PostgreSQL, and on the bus."""

import asyncio

import pytest

from libs.contracts.watch import WatchChanged
from libs.messaging.table import Table

CHEAP = {
    "name": "Cheap memory",
    "conditions": [
        {"field": "component_type", "op": "eq", "value": "ram"},
        {"field": "price", "op": "le", "value": 45.5},
        {"field": "quantity", "op": "between", "value": [1, 8]},
    ],
    "triggers": [{"kind": "deal", "threshold": 75}],
}


@pytest.fixture
async def rows(console):
    """The watches as every other service sees them."""
    table = Table(WatchChanged, lambda row: row.revision, service="test", topology=console.bus.topology)
    task = asyncio.create_task(table.follow(console.bus.js))
    yield table
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _row(rows, watch_id, revision):
    async with asyncio.timeout(15):
        while (row := rows.get(watch_id)) is None or row.revision < revision:  # noqa: ASYNC110 - over the bus
            await asyncio.sleep(0.02)
    return row


async def test_a_watch_is_stored_published_changed_and_removed(client, rows):
    created = await client.post("/v1/watches", json=CHEAP)
    watch_id = created.json()["watch_id"]
    assert (created.status_code, created.headers["location"]) == (201, f"/v1/watches/{watch_id}")
    assert (created.headers["etag"], created.json()["revision"], created.json()["owner_id"]) == ('"1"', 1, "local")
    assert (await _row(rows, watch_id, 1)).watch.conditions[1].value == 45.5

    patched = await client.patch(f"/v1/watches/{watch_id}", json={"enabled": False, "triggers": [{"threshold": 90}]})
    assert (patched.json()["revision"], patched.json()["name"]) == (2, "Cheap memory")
    row = await _row(rows, watch_id, 2)
    assert (row.watch.enabled, row.watch.triggers[0].threshold) == (False, 90.0)

    replaced = await client.put(f"/v1/watches/{watch_id}", json={"name": "Anything"})
    assert (replaced.json()["conditions"], replaced.json()["enabled"]) == ([], True)

    assert (await client.delete(f"/v1/watches/{watch_id}")).status_code == 204
    assert (await _row(rows, watch_id, 4)).watch is None
    assert (await client.get(f"/v1/watches/{watch_id}")).status_code == 404
    assert (await client.get("/v1/watches")).json() == {"items": []}


async def test_a_change_based_on_an_old_reading_is_refused(client):
    watch_id = (await client.post("/v1/watches", json=CHEAP)).json()["watch_id"]
    await client.patch(f"/v1/watches/{watch_id}", json={"name": "Other"}, headers={"if-match": '"1"'})

    late = await client.patch(f"/v1/watches/{watch_id}", json={"name": "Late"}, headers={"if-match": '"1"'})

    assert late.status_code == 412
    assert late.json()["detail"] == "the watch is at revision 2 meanwhile; read it again and repeat the change"


WRONG = [
    ({}, "body.name: Field required"),
    ({"name": "x", "colour": "red"}, "body: 'colour' is no field; known are channels, conditions, enabled, name,"),
    ({"name": "x", "condition": []}, "body: 'condition' is no field; did you mean 'conditions'?"),
    (
        {"name": "x", "conditions": [{"field": "price", "op": "lte", "value": 3}]},
        "body.conditions.0.op: 'lte' is no operator; did you mean 'le'?",
    ),
    (
        {"name": "x", "conditions": [{"field": "prise", "op": "le", "value": 3}]},
        "'prise' is no field; did you mean 'price'?",
    ),
    ({"name": "x", "conditions": [{"field": "price", "op": "le", "value": "cheap"}]}, "price le needs a number"),
    ({"name": "x", "conditions": [{"field": "price", "op": "le", "value": 1e300}]}, "at most 1e15"),
    ({"name": "x\0"}, "body: name holds a NUL character, which cannot be stored"),
    ({"name": "x", "vertical": "servers"}, "body.vertical: no vertical is called 'servers'; did you mean 'server'?"),
    ({"name": "x", "triggers": [{"kind": "deals"}]}, "'deals' is no trigger; did you mean 'deal'?"),
    ({"name": "x", "channels": ["@everyone"]}, "a channel is named in lower case letters"),
    (["x"], "body: Input should be"),
]


async def test_a_wrong_watch_is_told_what_would_be_right(client):
    for body, sentence in WRONG:
        answer = await client.post("/v1/watches", json=body)
        assert answer.status_code == 422, body
        assert sentence in answer.json()["detail"], answer.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 422), (b'{"name": "\\ud800"}', 422), (b"\xff\xfe", 422), (b'{"name": NaN}', 422), (b"[" * 100_000, 400)],
)
async def test_what_is_no_json_is_the_askers_error(client, body, status):
    answer = await client.post("/v1/watches", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_watch_made_while_the_bus_was_away_is_published_later(console, client, rows):
    await console.bus.js.delete_stream("WATCHES")
    created = await client.post("/v1/watches", json=CHEAP)
    assert created.status_code == 201
    stream = next(each for each in console.bus.topology.streams if each.name == "WATCHES")

    await console.bus.js.add_stream(stream.config())

    assert (await _row(rows, created.json()["watch_id"], 1)).watch.name == "Cheap memory"


async def test_a_new_stream_is_filled_with_every_watch_again(console, client):
    watch_id = (await client.post("/v1/watches", json=CHEAP)).json()["watch_id"]
    gone = (await client.post("/v1/watches", json=CHEAP)).json()["watch_id"]
    await client.delete(f"/v1/watches/{gone}")
    async with asyncio.timeout(10):
        query = "select exists (select from api.epochs)"
        while not await console.pool.fetchval(query):  # noqa: ASYNC110 - in another task's hands
            await asyncio.sleep(0.05)
    stream = next(each for each in console.bus.topology.streams if each.name == "WATCHES")

    await console.bus.js.delete_stream("WATCHES")
    await console.bus.js.add_stream(stream.config())

    async with asyncio.timeout(15):
        while (await console.bus.js.stream_info("WATCHES")).state.messages < 2:  # noqa: ASYNC110 - over the bus
            await asyncio.sleep(0.05)
    subjects = {f"watch.changed.{each}" for each in (watch_id, gone)}
    found = {each: await console.bus.js.get_last_msg("WATCHES", each) for each in subjects}
    assert set(found) == subjects
    assert b'"watch"' not in found[f"watch.changed.{gone}"].data
