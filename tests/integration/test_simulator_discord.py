"""The simulated Discord, and the faults of both, over real sockets."""

import httpx
import pytest

from tests.support.simulator import application_token, running_simulator

HOOK = "/api/webhooks/42/simulator"
CHANNEL = "/api/v10/channels/7/messages"
BOT = {"Authorization": "Bot simulator"}


@pytest.fixture(scope="module")
def base_url():
    with running_simulator(speed=0, backlog=50, webhook_limit=100_000) as url:
        yield url


@pytest.fixture
def discord(base_url):
    with httpx.Client(base_url=base_url, timeout=5) as client:
        client.delete("/simulator/discord")
        client.post("/simulator/faults", json={})
        yield client
        client.post("/simulator/faults", json={})


def arrived(client):
    return client.get("/simulator/discord").json()["messages"]


def embed(**parts):
    return {"embeds": [{"title": "x", **parts}]}


def test_a_webhook_answers_the_message_when_asked_to_wait(discord):
    answer = discord.post(HOOK, params={"wait": "true"}, json={"content": "hello", "embeds": [{"title": "t"}]})
    assert answer.status_code == 200
    message = answer.json()
    assert message["content"] == "hello"
    assert message["channel_id"] == "42"
    assert message["embeds"] == [{"type": "rich", "title": "t"}]
    assert int(message["id"]) >> 22 > 0
    assert {
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-ratelimit-reset-after",
        "x-ratelimit-bucket",
    } <= set(answer.headers)
    [stored] = arrived(discord)
    assert stored["id"] == message["id"]
    assert stored["received_at"]


def test_a_webhook_answers_nothing_by_default(discord):
    answer = discord.post(HOOK, json={"content": "hello"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(arrived(discord)) == 1


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": 7}, "content"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        (embed(title="x" * 257), "embeds"),
        (embed(description="x" * 4097), "embeds"),
        (embed(footer={"text": "x" * 2049}), "embeds"),
        (embed(author={"name": "x" * 257}), "embeds"),
        (embed(fields=[{"name": "n", "value": "v"}] * 26), "embeds"),
        (embed(fields=[{"name": "n" * 257, "value": "v"}]), "embeds"),
        (embed(fields=[{"name": "n", "value": "v" * 1025}]), "embeds"),
        (embed(fields=[{"name": "n", "value": ""}]), "embeds"),
        (embed(fields=[{"value": "v"}]), "embeds"),
        (embed(url="not a url"), "embeds"),
        (embed(color=16_777_216), "embeds"),
        ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, "embeds"),
        ({"embeds": "x"}, "embeds"),
        ({"content": "x", "username": "Clyde"}, "username"),
        ({"content": "x", "username": "x" * 81}, "username"),
    ],
)
def test_what_exceeds_a_limit_is_refused_with_50035(discord, payload, where):
    answer = discord.post(HOOK, params={"wait": "true"}, json=payload)
    assert answer.status_code == 400
    assert answer.json()["code"] == 50035
    assert list(answer.json()["errors"]) == [where]
    assert arrived(discord) == []


def test_what_is_just_within_the_limits_is_stored(discord):
    fields = [{"name": "n", "value": "v"}] * 25
    payload = {"content": "x" * 2000, "embeds": [{"title": "x" * 256, "description": "x" * 4096, "fields": fields}]}
    assert discord.post(HOOK, params={"wait": "true"}, json=payload).status_code == 200
    total = {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]}
    assert discord.post(HOOK, params={"wait": "true"}, json=total).status_code == 200


@pytest.mark.parametrize(("content", "status", "code"), [(b"{", 400, 50109), (b"{}", 400, 50006), (b"[]", 400, 50035)])
def test_an_empty_or_broken_body_is_refused(discord, content, status, code):
    answer = discord.post(HOOK, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/api/webhooks/42/wrong", "/api/webhooks/abc/simulator"])
def test_an_unknown_webhook_is_10015(discord, path):
    answer = discord.post(path, json={"content": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, 10015)


def test_a_webhook_that_is_gone_is_10015(discord):
    discord.post("/simulator/faults", json={"discord": {"gone": True}})
    answer = discord.post(HOOK, json={"content": "x"})
    assert (answer.status_code, answer.json()) == (404, {"message": "Unknown Webhook", "code": 10015})


def test_a_message_is_read_edited_and_deleted(discord):
    message_id = discord.post(HOOK, params={"wait": "true"}, json={"content": "first"}).json()["id"]
    address = f"{HOOK}/messages/{message_id}"
    assert discord.get(address).json()["content"] == "first"
    edited = discord.patch(address, json={"content": "second", "embeds": [{"title": "t"}]}).json()
    assert edited["content"] == "second"
    assert edited["edited_timestamp"]
    assert discord.patch(address, json={"content": "x" * 2001}).json()["code"] == 50035
    assert discord.get("/api/webhooks/43/simulator/messages/" + message_id).json()["code"] == 10008
    assert discord.delete(address).status_code == 204
    assert discord.get(address).json()["code"] == 10008


def test_the_rate_limit_answers_429_with_the_time_to_wait():
    with (
        running_simulator(speed=0, backlog=0, webhook_limit=2, webhook_window_s=30.0) as url,
        httpx.Client(base_url=url) as client,
    ):
        answers = [client.post(HOOK, json={"content": "x"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [204, 204, 429]
        refused = answers[-1]
        assert 0 < float(refused.headers["Retry-After"]) <= 30
        assert refused.headers["X-RateLimit-Scope"] == "user"
        assert refused.json()["global"] is False
        assert 0 < refused.json()["retry_after"] <= 30
        assert client.post("/api/webhooks/43/simulator", json={"content": "x"}).status_code == 204
        assert len(arrived(client)) == 3


def test_a_bot_needs_its_token(discord):
    answer = discord.post(CHANNEL, json={"content": "x"}, headers={"Authorization": "Bot wrong"})
    assert (answer.status_code, answer.json()) == (401, {"message": "401: Unauthorized", "code": 0})


def test_a_nonce_makes_one_message_of_two_posts(discord):
    payload = {"content": "x", "nonce": "alert-1", "enforce_nonce": True}
    first, second = (discord.post(CHANNEL, json=payload, headers=BOT).json() for _ in range(2))
    assert first["id"] == second["id"]
    assert first["nonce"] == "alert-1"
    other = discord.post("/api/v10/channels/8/messages", json=payload, headers=BOT).json()
    assert other["id"] != first["id"]
    assert len(arrived(discord)) == 2


def test_a_nonce_that_is_not_enforced_makes_two_messages(discord):
    for _ in range(2):
        discord.post(CHANNEL, json={"content": "x", "nonce": "n"}, headers=BOT)
    assert len(arrived(discord)) == 2


def test_a_nonce_whose_message_was_deleted_is_an_unknown_message(discord):
    payload = {"content": "x", "nonce": "n", "enforce_nonce": True}
    message_id = discord.post(CHANNEL, json=payload, headers=BOT).json()["id"]
    discord.delete(f"{CHANNEL}/{message_id}", headers=BOT)
    answer = discord.post(CHANNEL, json=payload, headers=BOT)
    assert (answer.status_code, answer.json()["code"]) == (404, 10008)


def test_a_nonce_may_have_twenty_five_characters(discord):
    answer = discord.post(CHANNEL, json={"content": "x", "nonce": "n" * 26}, headers=BOT)
    assert answer.json()["errors"]["nonce"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


def test_a_channel_is_read_back_newest_first_and_after_a_snowflake(discord):
    ids = [discord.post(CHANNEL, json={"content": str(n)}, headers=BOT).json()["id"] for n in range(5)]
    assert [row["id"] for row in discord.get(CHANNEL, headers=BOT).json()] == ids[::-1]
    assert [row["id"] for row in discord.get(CHANNEL, params={"after": ids[2]}, headers=BOT).json()] == [ids[4], ids[3]]
    assert [row["id"] for row in discord.get(CHANNEL, params={"before": ids[2], "limit": 1}, headers=BOT).json()] == [
        ids[1]
    ]


def test_a_message_can_be_written_although_the_connection_dies_without_a_byte(discord):
    discord.post("/simulator/faults", json={"discord": {"written_then_dropped": 1}})
    for path, headers in ((HOOK, {}), (CHANNEL, BOT)):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            discord.post(path, json={"content": "x"}, headers=headers)
    assert len(arrived(discord)) == 2


def test_a_message_can_be_written_although_the_answer_comes_too_late(discord):
    discord.post("/simulator/faults", json={"discord": {"written_then_slow": 1, "written_then_slow_s": 1}})
    with pytest.raises(httpx.ReadTimeout):
        discord.post(HOOK, json={"content": "x"}, timeout=0.3)
    assert len(arrived(discord)) == 1


def test_a_message_can_be_written_although_the_answer_is_500(discord):
    discord.post("/simulator/faults", json={"discord": {"written_then_500": 1}})
    assert discord.post(HOOK, json={"content": "x"}).status_code == 500
    assert len(arrived(discord)) == 1


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500)])
def test_a_fault_before_writing_stores_nothing(discord, fault, status):
    discord.post("/simulator/faults", json={"discord": {fault: 1}})
    answer = discord.post(HOOK, json={"content": "x"})
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 429)
    assert arrived(discord) == []


def test_the_same_faults_strike_the_same_posts_again(discord):
    def run():
        discord.post("/simulator/faults", json={"discord": {"429": 0.2, "500": 0.2}})
        return [discord.post(HOOK, json={"content": "x"}).status_code for _ in range(40)]

    first = run()
    assert set(first) == {204, 429, 500}
    assert run() == first


@pytest.mark.parametrize(
    ("fault", "statuses", "content_type"),
    [
        ("429", {429}, "application/json"),
        ("500", {500}, "application/json"),
        ("unauthorized", {401}, "application/json"),
        ("html", {200, 503}, "text/html"),
    ],
)
def test_ebay_fails_as_told(discord, fault, statuses, content_type):
    discord.headers["Authorization"] = f"Bearer {application_token(discord)}"
    discord.post("/simulator/faults", json={"ebay": {fault: 1}})
    answers = [discord.get("/buy/browse/v1/item_summary/search", params={"q": "ddr4"}) for _ in range(12)]
    assert {answer.status_code for answer in answers} == statuses
    assert all(answer.headers["content-type"].startswith(content_type) for answer in answers)


def test_ebay_can_be_slow(discord):
    discord.headers["Authorization"] = f"Bearer {application_token(discord)}"
    discord.post("/simulator/faults", json={"ebay": {"slow_s": 1}})
    with pytest.raises(httpx.ReadTimeout):
        discord.get("/buy/browse/v1/item_summary/search", params={"q": "ddr4"}, timeout=0.2)


def test_the_page_shows_embeds_and_escapes_what_is_hostile(discord):
    title = "<script>alert(1)</script> 32GB"
    fields = [{"name": "Price", "value": "**$20**", "inline": True}]
    discord.post(
        HOOK,
        json={
            "content": "@everyone <b>",
            "embeds": [{"title": title, "url": "http://a/b", "color": 0x2ECC71, "fields": fields}],
        },
    )
    page = discord.get("/discord")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 32GB" in page.text
    assert "<script" not in page.text
    assert "<strong>$20</strong>" in page.text
    assert 'fill="#2ecc71"' in page.text
    assert 'http-equiv="refresh"' in page.text
    assert discord.get("/discord.css").headers["content-type"].startswith("text/css")


def test_mentions_are_told_so_that_a_test_can_forbid_them(discord):
    discord.post(HOOK, json={"content": "@everyone"})
    discord.post(HOOK, json={"content": "@everyone", "allowed_mentions": {"parse": []}})
    assert [message["mention_everyone"] for message in arrived(discord)] == [True, False]
