"""The little languages of a search, the simulated clock and the faults' shares."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from services.simulator.clock import Clock
from services.simulator.discord.messages import Inbox
from services.simulator.discord.page import markdown
from services.simulator.discord.rates import Buckets
from services.simulator.ebay.grammar import Choice, Query, Scalar, Span, parse_filters, parse_query
from services.simulator.ebay.quota import Quota
from services.simulator.faults import Faults
from services.simulator.words import searchable, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("price:[10..50],priceCurrency:USD", [("price", Span("10", "50")), ("priceCurrency", Scalar("USD"))]),
        ("price:[10..]", [("price", Span("10", ""))]),
        ("price:[10]", [("price", Span("10", ""))]),
        ("price:[..50]", [("price", Span("", "50"))]),
        ("conditionIds:{1000|3000}", [("conditionIds", Choice(("1000", "3000")))]),
        ("buyingOptions:AUCTION", [("buyingOptions", Scalar("AUCTION"))]),
        ("sellers:{a|b,c}, maxDeliveryCost:0", [("sellers", Choice(("a", "b,c"))), ("maxDeliveryCost", Scalar("0"))]),
        (
            "itemStartDate:[2026-01-01T00:00:00Z..],conditions:{NEW}",
            [("itemStartDate", Span("2026-01-01T00:00:00Z", "")), ("conditions", Choice(("NEW",)))],
        ),
        ("nonsense", [("nonsense", Scalar(""))]),
    ],
)
def test_filters_are_read(text, expected):
    assert parse_filters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32GB DDR4", Query(("32gb", "ddr4"), ())),
        ("ddr4 (2666, 2933)", Query(("ddr4",), ((("2666",), ("2933",)),))),
        ("(xeon gold, epyc) cpu", Query(("cpu",), ((("xeon", "gold"), ("epyc",)),))),
        ("PC4-2666V 1.92TB sfp+", Query(("pc4", "2666v", "1.92tb", "sfp+"), ())),
        ("", Query((), ())),
        ("()", Query((), ())),
    ],
)
def test_queries_are_read(text, expected):
    assert parse_query(text) == expected


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Samsung 32GB DDR4", "32 gb"),
        ("Samsung 32 GB DDR4", "32gb"),
        ("Intel X520-DA2 10GbE SFP+", "sfp"),
        ("Dell 1.2TB 10K SAS", "1.2 tb"),
        ("LOT OF 8x HDD", "hdd lot"),
    ],
)
def test_titles_are_found_in_either_spelling(title, query):
    assert set(words_of(query)) <= searchable(title)


def clock_with_hand(speed):
    hand = [datetime(2026, 6, 1, 12, tzinfo=UTC)]
    return Clock(speed, real_now=lambda: hand[0]), hand


def test_what_is_to_come_is_dated_on_the_readers_calendar_and_the_past_keeps_its_age():
    clock, hand = clock_with_hand(600.0)
    assert clock.on_the_wire(-86_400.0) == datetime(2026, 5, 31, 12, tzinfo=UTC)
    assert clock.on_the_wire(7 * 86_400.0) == datetime(2026, 6, 1, 12, 16, 48, tzinfo=UTC)
    hand[0] += timedelta(seconds=10)
    assert clock.offset_s() == 6000.0
    assert clock.on_the_wire(6000.0) == hand[0]


def test_putting_the_clock_forward_dates_what_was_skipped_now():
    clock, hand = clock_with_hand(600.0)
    hand[0] += timedelta(seconds=10)
    clock.put_forward(60_000.0)
    assert clock.offset_s() == 66_000.0
    assert clock.on_the_wire(60_000.0) == hand[0]
    assert clock.on_the_wire(3000.0) == datetime(2026, 6, 1, 12, 0, 5, tzinfo=UTC)
    assert clock.on_the_wire(66_600.0) == hand[0] + timedelta(seconds=1)


def test_a_frozen_clock_moves_only_by_hand():
    clock, hand = clock_with_hand(0.0)
    hand[0] += timedelta(hours=5)
    assert clock.offset_s() == 0.0
    clock.put_forward(30.0)
    assert clock.offset_s() == 30.0


def test_the_quota_resets_at_seven_in_the_morning():
    now = [datetime(2026, 6, 1, 6, 59, tzinfo=UTC)]
    quota = Quota(2, lambda: now[0])
    assert [quota.spend(), quota.spend(), quota.spend()] == [True, True, False]
    assert quota.resets_at == datetime(2026, 6, 1, 7, tzinfo=UTC)
    now[0] += timedelta(minutes=1)
    assert quota.used == 0
    assert quota.resets_at == datetime(2026, 6, 2, 7, tzinfo=UTC)


def test_a_bucket_empties_after_its_window():
    now = [1000.0]
    buckets = Buckets(limit=2, window_s=2.0, now=lambda: now[0])
    assert [buckets.take("a").allowed for _ in range(3)] == [True, True, False]
    assert buckets.take("b").allowed
    refused = buckets.take("a")
    assert refused.headers["Retry-After"] == "2.000"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    now[0] += 2.0
    assert buckets.take("a").headers["X-RateLimit-Remaining"] == "1"


def test_a_nonce_is_remembered_for_five_minutes_by_author_and_channel():
    now = [datetime(2026, 6, 1, tzinfo=UTC)]
    inbox = Inbox(lambda: now[0])
    message = inbox.add("7", {"id": "1"}, {"content": "x", "nonce": "n1"})
    assert inbox.sent_with("1", "7", "n1") == message.id
    assert inbox.sent_with("1", "8", "n1") is None
    assert inbox.sent_with("2", "7", "n1") is None
    now[0] += timedelta(minutes=5, seconds=1)
    assert inbox.sent_with("1", "7", "n1") is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold**", "<strong>bold</strong>"),
        (r"\*\*not bold\*\*", "**not bold**"),
        ("<script>", "&lt;script&gt;"),
        (r"\<b\>", "&lt;b&gt;"),
        (r"some\_name", "some_name"),
        ("[item](http://x/y)", '<a href="http://x/y" rel="noreferrer">item</a>'),
        (r"\[item\](http://x/y)", "[item](http://x/y)"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ('[x](http://a"onclick=1)', '<a href="http://a&#34;onclick=1" rel="noreferrer">x</a>'),
        ("a\nb", "a<br>b"),
    ],
)
def test_the_discord_page_draws_markdown_safely(text, html):
    assert str(markdown(text)) == html


@pytest.mark.parametrize(
    "profile", [{"ebay": {"429": 1.5}}, {"ebay": {"oops": 0.1}}, {"discord": {"gone": "maybe"}}, {"other": {}}]
)
def test_an_unknown_or_impossible_fault_is_refused(profile):
    with pytest.raises(ValidationError):
        Faults.model_validate(profile)
