"""The feed repeats what it remembers, and says when it does not."""

import asyncio

import pytest

from services.api import feed as feeds
from services.api.feed import Entry, Feed, MissedError, Position


def entry(sequence: int, stream: str = "LISTING_SCORED") -> Entry:
    return Entry(stream, sequence, "listing.scored", b"{}")


async def test_a_listener_gets_what_it_missed_and_then_what_happens():
    feed = Feed()
    for number in (1, 2, 3):
        feed.add(entry(number))
    feed.add(entry(1, "ALERTS"))
    listener = feed.entries(Position((2, 0)))

    first, second = await anext(listener), await anext(listener)
    feed.add(entry(4))
    third = await anext(listener)

    assert [str(position) for position, _ in (first, second, third)] == ["3-0", "3-1", "4-1"]
    await listener.aclose()


async def test_what_is_no_longer_remembered_is_said_to_be_missed():
    feed = Feed()
    for number in range(1, feeds.MEMORY + 3):
        feed.add(entry(number))

    assert len(feed.since(Position((2, 0)))) == feeds.MEMORY
    with pytest.raises(MissedError):
        feed.since(Position((1, 0)))


async def test_a_position_of_another_life_of_the_stream_is_missed():
    feed = Feed()
    feed.add(entry(900))
    feed.restart("LISTING_SCORED", 0)
    feed.add(entry(1))

    with pytest.raises(MissedError):
        feed.since(Position((900, 0)))


async def test_a_listener_that_reads_too_slowly_is_told(monkeypatch):
    monkeypatch.setattr(feeds, "QUEUE", 3)
    feed = Feed()
    listener = feed.entries()
    begun = asyncio.create_task(anext(listener))
    await asyncio.sleep(0)
    for number in range(1, 6):
        feed.add(entry(number))

    with pytest.raises(MissedError):
        await begun


async def test_closing_ends_every_listener():
    feed = Feed()
    reading = asyncio.create_task(anext(feed.entries(), None))
    beating = asyncio.create_task(anext(feed.beats(), None))
    await asyncio.sleep(0)
    feed.close()

    assert await asyncio.gather(reading, beating) == [None, None]


async def test_many_changes_are_one_beat_and_one_for_late_readers(monkeypatch):
    monkeypatch.setattr(feeds, "SETTLE_S", (0.01, 0.01))
    feed = Feed()
    beats = feed.beats()
    waiting = asyncio.create_task(anext(beats))
    await asyncio.sleep(0)
    for number in range(1, 50):
        feed.add(entry(number))
    await waiting
    await anext(beats)
    third = asyncio.create_task(anext(beats, None))
    await asyncio.sleep(0.05)

    assert not third.done()
    feed.close()
    assert await third is None


@pytest.mark.parametrize("text", ["", "1", "1-2-3", "a-b", "-1-2", "1-٣"])
def test_only_its_own_ids_are_positions(text):
    with pytest.raises(ValueError, match="one looks like 123-45"):
        Position.read(text)
