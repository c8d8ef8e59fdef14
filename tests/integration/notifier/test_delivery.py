"""What becomes of an alert on its way to Discord, over real HTTP, with everything that goes wrong there."""

import re

import httpx
import pytest
from pydantic import SecretStr

from tests.integration.notifier.world import HOOK, World
from tests.support.alerts import scored, watch
from tests.support.simulator import running_simulator


async def test_a_delivery_is_proved_by_the_message_it_made(world: World):
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.settled(1)

    [event], [message] = await world.delivered(), await world.messages()
    assert (event.state, event.attempt, event.message_id, event.channel) == ("confirmed", 1, message["id"], "discord")
    [alert] = await world.raised()
    assert await world.footers() == [str(alert.alert_id)]
    assert event.cause_id == alert.event_id


async def test_five_alerts_of_one_watch_at_once_are_one_message_and_four_are_four(world: World):
    ada, bob = watch(("quantity", "eq", 4), owner="ada"), watch(("total", "eq", 109.99), owner="bob")
    await world.watch(ada, bob)
    async with world.notifying([], discord_webhook_url=""):
        pass
    four = [scored(number) for number in range(4)]
    fifth = scored(5, price_minor=12000)
    async with world.notifying([ada, bob], delivery_poll_s=30):
        await world.say(*four, fifth)
        await world.settled(9)

    sizes = sorted(len(message["embeds"]) for message in await world.messages())
    assert sizes == [1, 1, 1, 1, 5]
    assert len(set(await world.footers())) == 9


async def test_a_dropped_connection_after_writing_is_unknown_and_never_sent_again(world: World):
    await world.fault(written_then_dropped=1)
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.settled(1)
        await world.fault()
        await world.say(scored(), emission=2)
        await world.say(scored(2))
        await world.settled(2)

    assert await world.states() == ["confirmed", "unknown"]
    assert len(await world.messages()) == 2
    reasons = [event.reason for event in await world.delivered() if event.state == "unknown"]
    assert re.fullmatch(r"POST 127\.0\.0\.1:\d+: no whole answer \(.*\); it may have arrived", reasons[0])


async def test_an_answer_that_comes_too_late_is_unknown(world: World):
    await world.fault(written_then_slow=1, written_then_slow_s=4)
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.settled(1)

    assert await world.states() == ["unknown"]
    assert len(await world.messages()) == 1


@pytest.mark.parametrize("written", ["500", "written_then_500"])
async def test_an_answered_500_proves_nothing_and_is_unknown(world: World, written: str):
    await world.fault(**{written: 1})
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.settled(1)

    [event] = await world.delivered()
    assert event.state == "unknown"
    assert event.reason.endswith("answered 500; it may have arrived")


async def test_too_many_requests_are_sent_again_after_the_pause_discord_asked_for(world: World):
    await world.fault(**{"429": 1})
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.until(lambda: _postponed(world), "the delivery was not postponed")
        assert await world.messages() == []
        await world.fault()
        await world.settled(1)

    assert await world.states() == ["confirmed"]
    assert len(await world.messages()) == 1


async def _postponed(world: World) -> bool:
    query = "select exists (select from notifier.deliveries where attempt >= 1 and reason like '%answered 429%')"
    return await world.rows.fetchval(query)


async def test_the_rate_limit_is_kept_without_being_refused(world: World):
    with running_simulator(speed=0, backlog=10, webhook_limit=2, webhook_window_s=0.5) as url:
        world.simulator_url = url
        rows = [watch(("total", "eq", 100 + number)) for number in range(6)]
        async with world.notifying(rows):
            await world.say(*(scored(n, price_minor=10000 + 100 * n, shipping_minor=0) for n in range(6)))
            await world.settled(6)
            metrics = await _metrics(url)

    assert await world.states() == ["confirmed"] * 6
    assert 'api="discord",status="429"' not in metrics
    assert {event.attempt for event in await world.delivered()} == {1}


async def _metrics(url: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{url}/metrics")).text


async def test_a_webhook_that_is_gone_is_disabled_at_once_for_good(world: World):
    await world.fault(gone=True)
    async with world.notifying([watch()]):
        await world.say(*(scored(number) for number in range(3)))
        await world.settled(3)
        await world.fault()
        await world.say(scored(9))
        await world.settled(4)

    assert await world.states() == ["failed"] * 4
    assert await world.messages() == []
    reasons = {event.reason for event in await world.delivered()}
    assert reasons == {"Discord answered 404: the webhook is gone or refuses us; give it a new address"}


async def test_a_new_address_works_after_an_old_one_was_disabled(world: World):
    await world.fault(gone=True)
    async with world.notifying([watch()]):
        await world.say(scored(1))
        await world.settled(1)
    await world.fault()
    async with world.notifying([], discord_webhook_url=SecretStr(f"{world.simulator_url}{HOOK}-new")):
        await world.say(scored(2))
        await world.settled(2)

    assert await world.states() == ["confirmed", "failed"]


async def test_an_unreachable_discord_costs_nothing(world: World):
    address, allowed = SecretStr(f"http://127.0.0.1:1{HOOK}"), "127.0.0.1:1"
    async with world.notifying([watch()], discord_webhook_url=address, allowed_hosts=allowed):
        await world.say(scored())
        await world.until(lambda: _refused(world), "the delivery was not tried")
        assert set(await world.states()) <= {"pending", "claimed"}
    async with world.notifying([]):
        await world.settled(1)

    assert await world.states() == ["confirmed"]


async def _refused(world: World) -> bool:
    query = "select exists (select from notifier.deliveries where reason like '%cannot be reached%')"
    return await world.rows.fetchval(query)


@pytest.mark.parametrize(
    ("settings", "channels", "reason"),
    [
        (
            {"discord_webhook_url": SecretStr("")},
            ("discord",),
            "no Discord webhook is configured; set DEALSTREAM_DISCORD_WEBHOOK_URL",
        ),
        (
            {"discord_webhook_url": SecretStr("http://169.254.169.254/api/webhooks/1/canary")},
            ("discord",),
            (
                "the Discord webhook's address must begin with https://discord.com/, not with http://169.254.169.254; "
                "for development DEALSTREAM_ALLOWED_HOSTS names other hosts"
            ),
        ),
        ({}, ("carrier_pigeon",), "no channel is called 'carrier_pigeon'; known are: discord"),
    ],
)
async def test_a_channel_that_cannot_be_used_fails_with_the_reason(
    world: World, settings: dict[str, object], channels: tuple[str, ...], reason: str
):
    async with world.notifying([watch(channels=channels)], **settings):
        await world.say(scored())
        await world.settled(1)

    [event] = await world.delivered()
    assert (event.state, event.reason) == ("failed", reason)


async def test_a_lost_alert_stream_is_filled_again(world: World):
    async with world.notifying([watch()]) as service:
        await world.say(scored())
        await world.settled(1)
        js = world.client.jetstream()
        config = (await js.stream_info("ALERTS")).config
        consumers = await js.consumers_info("ALERTS")
        await js.delete_stream("ALERTS")
        await js.add_stream(config)
        for each in consumers:
            await js.add_consumer("ALERTS", each.config)

        async def told() -> bool:
            return len(await world.delivered()) == 1

        await world.until(told, "the delivery was not announced again")
        assert service.failure is None
    assert len(await world.messages()) == 1


async def test_among_faults_of_every_kind_nothing_is_doubled_and_what_is_missing_is_unknown(world: World):
    count = 80
    shares = {"429": 0.1, "500": 0.05, "written_then_dropped": 0.1, "written_then_slow": 0.05}
    await world.fault(written_then_slow_s=3.5, **shares)
    rows = [watch(("total", "eq", 100 + number)) for number in range(count)]
    async with world.notifying(rows):
        await world.say(*(scored(n, price_minor=10000 + 100 * n, shipping_minor=0) for n in range(count)))
        await world.settled(count, within_s=60)

    footers, states = await world.footers(), await world.states()
    unknown = {str(event.alert_id) for event in await world.delivered() if event.state == "unknown"}
    raised = {str(alert.alert_id) for alert in await world.raised()}
    assert len(raised) == len(states) == count
    assert len(footers) == len(set(footers))
    assert raised - set(footers) <= unknown
    assert set(states) == {"confirmed", "unknown"}
    assert 0.6 * count < states.count("confirmed") == count - len(unknown)


async def test_the_trace_of_the_scored_listing_reaches_the_announcement(world: World):
    async with world.notifying([watch()]):
        await world.say(scored(), traceparent=f"00-{'ab' * 16}-{'cd' * 8}-01")
        await world.settled(1)

    message = await world.client.jetstream().get_last_msg("ALERTS", "alert.delivered")
    assert (message.headers or {})["traceparent"].split("-")[1] == "ab" * 16
