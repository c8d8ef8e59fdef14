"""The Discord channel against answers that the simulator does not give."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from libs.http.client import HttpClient, Limits
from services.notifier.channels.discord import DiscordWebhook, WebhookAddress
from services.notifier.courier import Gone, Letter, Postponed, Settlement
from tests.support.alerts import scored
from tests.unit.notifier.test_discord_embed import raised

PATH = "/api/webhooks/1/token"
STORED = {"id": "42"}


@pytest.fixture
async def webhook(httpserver: HTTPServer) -> AsyncIterator[DiscordWebhook]:
    host = f"127.0.0.1:{httpserver.port}"
    address = WebhookAddress.parse(SecretStr(f"http://{host}{PATH}"), [host])
    async with HttpClient(limits=Limits(connect_s=1, read_s=1, total_s=1)) as http:
        yield DiscordWebhook(address, http)


def letters(*numbers: int) -> list[Letter]:
    return [Letter(raised(scored(number)), "discord", 1) for number in numbers]


async def test_it_asks_for_the_message_and_mentions_nobody(httpserver: HTTPServer, webhook: DiscordWebhook):
    httpserver.expect_oneshot_request(PATH, "POST", query_string="wait=true").respond_with_json(STORED)

    assert await webhook.send(letters(1)) == Settlement("confirmed", message_id="42")
    sent = orjson.loads(httpserver.log[0][0].data)
    assert sent["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, "{}", Gone),
        (403, "<html>blocked</html>", Gone),
        (404, '{"message": "Unknown Webhook", "code": 10015}', Gone),
        (429, "<html>blocked</html>", Postponed),
        (302, "", "failed"),
        (400, '{"code": 50035}', "failed"),
        (413, "", "failed"),
        (408, "", "unknown"),
        (500, "", "unknown"),
        (502, "<html>bad gateway</html>", "unknown"),
        (503, "", "unknown"),
        (204, "", "unknown"),
        (200, "<html>login</html>", "unknown"),
        (200, "[]", "unknown"),
    ],
)
async def test_an_answer_decides_what_becomes_of_a_message(
    httpserver: HTTPServer, webhook: DiscordWebhook, status: int, body: str, outcome: Any
):
    httpserver.expect_request(PATH).respond_with_data(body, status)

    found = await webhook.send(letters(1))

    assert (found.state if isinstance(found, Settlement) else type(found)) == outcome


@pytest.mark.parametrize(
    ("headers", "body", "wait_s"),
    [
        ({"Retry-After": "3"}, {"retry_after": 2.5}, 3.0),
        ({"Retry-After": "0.65"}, {}, 0.65),
        ({}, {"retry_after": 2.5, "global": True}, 2.5),
        ({}, {}, 5.0),
    ],
)
async def test_a_429_is_waited_out_before_anything_else_is_sent(
    httpserver: HTTPServer, webhook: DiscordWebhook, headers: dict[str, str], body: dict[str, Any], wait_s: float
):
    httpserver.expect_request(PATH).respond_with_json(body, 429, headers)

    found = await webhook.send(letters(1))
    waiting = await webhook.ready()

    assert isinstance(found, Postponed)
    assert found.after_s == wait_s
    assert isinstance(waiting, Postponed)
    assert wait_s - 0.5 < (waiting.after_s or 0) <= wait_s


async def test_after_an_unknown_outcome_the_webhook_is_looked_at_before_the_next_message(
    httpserver: HTTPServer, webhook: DiscordWebhook
):
    """An outage costs one message and not the whole queue."""
    httpserver.expect_oneshot_request(PATH, "POST").respond_with_data("", 500)
    await webhook.send(letters(1))

    httpserver.expect_oneshot_request(PATH, "GET").respond_with_data("", 502)
    assert isinstance(await webhook.ready(), Postponed)
    httpserver.expect_oneshot_request(PATH, "GET").respond_with_data("", 404)
    assert isinstance(await webhook.ready(), Gone)
    httpserver.expect_oneshot_request(PATH, "GET").respond_with_json({"id": "1"})
    assert await webhook.ready() is None
    assert await webhook.ready() is None
    assert len(httpserver.log) == 4


async def test_alerts_refused_together_are_sent_one_by_one(httpserver: HTTPServer, webhook: DiscordWebhook):
    def answer(request: Request) -> Response:
        titles = [embed["footer"]["text"] for embed in orjson.loads(request.data)["embeds"]]
        return Response(orjson.dumps(STORED), 400 if str(bad.alert.alert_id) in " ".join(titles) else 200)

    six = letters(*range(6))
    bad = six[2]
    httpserver.expect_request(PATH, "POST").respond_with_handler(answer)
    [together] = webhook.parcels(six)
    refused = await webhook.send(together)
    alone = webhook.parcels(six)

    assert isinstance(refused, Postponed)
    assert [len(parcel) for parcel in alone] == [1] * 6
    outcomes = {parcel[0].alert.alert_id: (await webhook.send(parcel)).state for parcel in alone}
    assert sorted(outcomes.values()) == ["confirmed"] * 5 + ["failed"]
    assert outcomes[bad.alert.alert_id] == "failed"
