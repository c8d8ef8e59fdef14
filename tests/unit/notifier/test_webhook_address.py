"""Which addresses count as a Discord webhook, and what is said about others."""

import pytest
from pydantic import SecretStr, ValidationError

from services.notifier.channels.discord import UnusableAddressError, WebhookAddress
from services.notifier.settings import NotifierSettings

TOKEN = "canary-abcdefghijklmnop"
SIMULATOR = f"http://127.0.0.1:8390/api/webhooks/1/{TOKEN}"


def parse(url: str, *allowed: str) -> WebhookAddress:
    return WebhookAddress.parse(SecretStr(url), allowed)


@pytest.mark.parametrize(
    "url",
    [
        f"https://discord.com/api/webhooks/123/{TOKEN}",
        f"https://discordapp.com/api/v10/webhooks/123/{TOKEN}",
        f"https://discord.com:443/api/webhooks/123/{TOKEN}",
        f" https://discord.com/api/webhooks/123/{TOKEN}\n",
    ],
)
def test_discords_own_addresses_are_taken(url: str):
    assert parse(url).post_url() == f"{url.strip()}?wait=true"


def test_a_thread_in_the_address_is_kept():
    address = parse(f"https://discord.com/api/webhooks/1/{TOKEN}?thread_id=9")

    assert address.post_url() == f"https://discord.com/api/webhooks/1/{TOKEN}?thread_id=9&wait=true"
    assert address.get_url() == f"https://discord.com/api/webhooks/1/{TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        f"http://discord.com/api/webhooks/1/{TOKEN}",
        f"https://discord.com.evil.example/api/webhooks/1/{TOKEN}",
        f"https://discord.com@evil.example/api/webhooks/1/{TOKEN}",
        f"https://user:pass@discord.com/api/webhooks/1/{TOKEN}",
        f"https://discord.com:8443/api/webhooks/1/{TOKEN}",
        f"https://127.0.0.1/api/webhooks/1/{TOKEN}",
        f"https://2130706433/api/webhooks/1/{TOKEN}",
        f"http://169.254.169.254/api/webhooks/1/{TOKEN}",
        f"https://discord.com/api/users/1/{TOKEN}",
        f"https://discord.com/api/webhooks/1/{TOKEN}/../../x",
        f"https://[::1/api/webhooks/1/{TOKEN}",
        f"discord.com/api/webhooks/1/{TOKEN}",
        SIMULATOR,
    ],
)
def test_any_other_address_is_refused_without_telling_the_secret(url: str):
    with pytest.raises(UnusableAddressError) as refused:
        parse(url)

    assert TOKEN not in str(refused.value)


def test_a_stand_in_is_taken_where_it_is_named():
    assert parse(SIMULATOR, "127.0.0.1:8390").get_url() == SIMULATOR
    with pytest.raises(UnusableAddressError):
        parse(SIMULATOR, "127.0.0.1:8391")


def test_an_address_is_told_apart_and_never_shown():
    one, same, other = (
        parse(SIMULATOR, "127.0.0.1"),
        parse(f"{SIMULATOR}/", "127.0.0.1"),
        parse(f"{SIMULATOR}x", "127.0.0.1"),
    )

    assert one.route_id == same.route_id != other.route_id
    assert TOKEN not in repr(one)


def test_hosts_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEALSTREAM_ALLOWED_HOSTS", "127.0.0.1:1, localhost:2")

    assert NotifierSettings().allowed_hosts == ("127.0.0.1:1", "localhost:2")


def test_a_lease_shorter_than_a_call_is_refused():
    with pytest.raises(ValidationError, match="delivery_lease_s is 5 and must be longer than delivery_timeout_s, 10"):
        NotifierSettings(delivery_lease_s=5)
