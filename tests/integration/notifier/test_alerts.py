"""Who is alerted about what, on a real bus and a real database."""

from uuid import UUID

from libs.contracts.watch import WatchChanged
from libs.domain.verticals import builtin
from libs.domain.watches import WatchIndex
from libs.storage.pool import open_pool
from libs.telemetry import names
from services.notifier.service import Notifier
from services.notifier.storage import PostgresAlerts
from tests.integration.notifier.world import World
from tests.support.alerts import NOON, changed, scored, watch


async def test_a_deal_raises_one_alert_that_follows_from_its_score(world: World):
    row = watch(("attr.capacity_gb", "eq", 32))
    async with world.notifying([row]):
        await world.say(scored())
        await world.settled(1)

    [alert] = await world.raised()
    assert alert.cause_id == scored().event_id
    assert (alert.owner_id, alert.listing, alert.channels) == ("ada", scored().listing, ("discord",))
    assert [(match.watch_id, match.trigger) for match in alert.matches] == [(row.watch_id, "deal")]


async def test_without_a_warm_baseline_a_perfect_score_alerts_nobody(world: World):
    async with world.notifying([watch(threshold=0)]):
        await world.say(scored(score=100.0, warm=False))
        await world.idle()

    assert (await world.count("alerts"), await world.raised()) == (0, [])


async def test_three_watches_of_one_person_and_two_of_another_make_two_alerts(world: World):
    rows = [watch(owner="ada") for _ in range(3)] + [watch(owner="bob") for _ in range(2)]
    async with world.notifying(rows):
        await world.say(scored())
        await world.settled(2)

    assert sorted((alert.owner_id, len(alert.matches)) for alert in await world.raised()) == [("ada", 3), ("bob", 2)]
    assert (await world.count("alerts"), await world.count("matches")) == (2, 5)


async def test_the_same_event_again_raises_the_same_alert_again_and_no_second_one(world: World):
    async with world.notifying([watch()]):
        await world.say(scored())
        await world.settled(1)
        await world.say(scored(), emission=2)
        await world.idle()

    first, second = await world.raised()
    assert first == second
    assert (await world.count("alerts"), len(await world.messages())) == (1, 1)


async def test_a_repriced_listing_does_not_alert_the_same_person_again(world: World):
    async with world.notifying([watch()]):
        await world.say(scored(price_minor=10000))
        await world.settled(1)
        await world.say(scored(price_minor=9000))
        await world.idle()

    assert (len(await world.raised()), len(await world.messages())) == (1, 1)


async def test_a_watch_that_matches_later_joins_the_alert(world: World):
    async with world.notifying([watch()]):
        await world.say(scored(price_minor=10000))
        await world.settled(1)
        later = watch()
        await world.watch(later)
        await world.until(lambda: _holds_rows(2), "the second watch did not arrive")
        await world.say(scored(price_minor=9000))
        await world.idle()

    assert (await world.count("alerts"), await world.count("matches")) == (1, 2)


async def _holds_rows(count: int) -> bool:
    return names.TABLE_ROWS.labels("notifier", WatchChanged.subject)._value.get() == count


async def test_a_replay_is_written_down_and_neither_sent_nor_in_the_way(world: World):
    replay = UUID(int=7)
    async with world.notifying([watch()]):
        await world.say(scored(replay_id=replay))
        await world.settled(1)
        assert await world.states() == ["replayed"]
        assert await world.messages() == []

        await world.say(scored(), emission=2)
        await world.settled(2)

    assert await world.states() == ["confirmed", "replayed"]
    assert len(await world.messages()) == 1
    assert sorted(event.state for event in await world.delivered()) == ["confirmed", "replayed"]


async def test_an_unusable_watch_stops_nobody_else(world: World):
    async with world.notifying([watch(("prise", "lt", 3)), watch(vertical="teapots"), watch()]):
        await world.say(scored())
        await world.settled(1)

    assert len(await world.raised()) == 1


async def test_a_withdrawn_watch_alerts_nobody(world: World):
    row = watch()
    gone = changed(row, revision=2).model_copy(update={"watch": None})
    await world.say(changed(row), gone)
    async with world.notifying([]):
        await world.say(scored())
        await world.idle()

    assert await world.count("alerts") == 0


async def test_a_batch_costs_six_statements_whatever_its_size(database_url: str):
    builtin.register_all()
    watches = WatchIndex()
    watches.put(watch())
    batch = [scored(number) for number in range(1, 201)]
    counter = names.STATEMENTS.labels("notifier")
    async with open_pool(database_url, "notifier") as pool:
        notifier = Notifier(watches, PostgresAlerts(pool), on_raised=lambda: None)
        await notifier.consider([scored(0)], {}, NOON)
        before = counter._value.get()
        raised = await notifier.consider(batch, {}, NOON)

    assert len(raised) == 200
    assert counter._value.get() - before == 6, "begin, one insert a table, commit, one look back"


async def test_hostile_text_is_stored_and_published_as_it_came(world: World):
    title = "@everyone \u202egnihton\u202c [x](http://evil.example) \x00 DDR4"
    async with world.notifying([watch()]):
        await world.say(scored(title=title))
        await world.settled(1)

    [alert] = await world.raised()
    assert alert.listing.title == title
    [message] = await world.messages()
    assert message["embeds"][0]["title"] == "\\@everyone gnihton \\[x\\]\\(http\\://evil.example\\) DDR4"
    assert message["mention_everyone"] is False
