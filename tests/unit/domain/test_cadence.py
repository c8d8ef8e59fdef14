"""Searches that yield are asked more, and the calls last."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.domain.cadence import Bounds, Budget, Yield, first_yield, looks_within, next_interval_s, next_look_s
from tests.bench.cadence import adaptive, market, round_robin, simulate

BOUNDS = Bounds(shortest_s=60, longest_s=14_400)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY_S = 86_400.0


def yielding(a_day: float, calls: float = 1.0) -> Yield:
    return Yield(a_day * 30, 30 * DAY_S, calls)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_half_of_all_listings_are_seen_a_third_sooner_than_in_turn(seed: int):
    known = market(seed, days=1)
    in_turn, by_yield = simulate(known, round_robin), simulate(known, adaptive)
    assert max(by_yield.calls, in_turn.calls) <= 3600
    assert by_yield.median_s <= in_turn.median_s * 2 / 3


def test_four_times_the_listings_are_asked_for_twice_as_often():
    everyone = [yielding(40), yielding(10)]
    often, seldom = (next_interval_s(each, everyone, Budget(100, DAY_S), BOUNDS) for each in everyone)
    assert seldom / often == pytest.approx(2, rel=0.02)


def test_a_search_whose_polls_take_four_calls_is_asked_half_as_often():
    everyone = [yielding(10), yielding(10, calls=4)]
    cheap, dear = (next_interval_s(each, everyone, Budget(200, DAY_S), BOUNDS) for each in everyone)
    assert dear / cheap == pytest.approx(2, rel=0.02)


def test_with_calls_in_plenty_the_shortest_interval_holds():
    assert next_interval_s(yielding(10), [yielding(10)], Budget(5000, 3600), BOUNDS) == 60


def test_without_a_call_left_it_waits_for_the_next_budget():
    assert next_interval_s(yielding(10), [yielding(10)], Budget(0, 20_000), BOUNDS) == 20_000


def test_where_the_longest_interval_costs_too_much_it_is_stretched():
    everyone = [yielding(10)] * 10
    assert next_interval_s(everyone[0], everyone, Budget(10, DAY_S), BOUNDS) == pytest.approx(DAY_S, rel=0.01)


def test_a_search_that_found_nothing_is_asked_less_and_less_but_is_not_given_up():
    search = Yield()
    intervals = []
    for _ in range(50):
        search = search.after(found=0, elapsed_s=3600, calls=1)
        intervals.append(next_interval_s(search, [search, yielding(50)], Budget(100, DAY_S), BOUNDS))
    assert intervals == sorted(intervals)
    assert intervals[-1] <= 14_400


def test_what_was_found_a_day_ago_counts_half():
    search = Yield().after(found=10, elapsed_s=1, calls=1).after(found=0, elapsed_s=DAY_S, calls=1)
    assert search.found == pytest.approx(5)


def test_a_first_look_counts_what_is_not_older_than_a_day():
    ages_h = [1, 5, 23, 40, 100]
    assert first_yield([NOW - timedelta(hours=each) for each in ages_h], NOW, 1) == Yield(3.0, DAY_S, 1.0)


def test_a_first_look_that_did_not_reach_back_a_day_counts_for_as_long_as_it_did():
    assert first_yield([NOW - timedelta(hours=each) for each in (1, 2)], NOW, 5) == Yield(2.0, 7200.0, 5.0)


@given(
    rates=st.lists(st.floats(0, 2000), min_size=1, max_size=30),
    calls=st.floats(1, 10_000),
    lasts_s=st.floats(60, DAY_S),
)
def test_the_plan_never_takes_more_than_the_budget_unless_all_are_asked_at_the_shortest(
    rates: list[float], calls: float, lasts_s: float
):
    everyone = [yielding(each) for each in rates]
    intervals = [next_interval_s(each, everyone, Budget(calls, lasts_s), BOUNDS) for each in everyone]
    assert all(each >= 60 for each in intervals)
    assert sum(1 / each for each in intervals) <= max(calls / lasts_s * 1.01, 0)


@pytest.mark.parametrize(
    ("age_h", "ends_in_h", "hours"),
    [
        (1, None, 2),
        (40, None, 10),
        (10_000, None, 168),
        (1, 144, 72),
        (1, 1, 1),
        (1, 0.1, 0.1 + 1 / 30),
        (1, -5, 1 / 30),
    ],
)
def test_listings_are_looked_at_by_their_end_or_their_age(age_h: float, ends_in_h: float | None, hours: float):
    ends_in_s = None if ends_in_h is None else ends_in_h * 3600
    assert next_look_s(age_s=age_h * 3600, ends_in_s=ends_in_s, soonest_s=7200) == pytest.approx(hours * 3600)


def test_looks_are_spread_over_what_the_budget_has_to_last():
    assert looks_within(Budget(900, DAY_S), 60) == pytest.approx(0.625)
    assert looks_within(Budget(3, 20), 60) == 3
