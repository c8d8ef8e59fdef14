"""How often to ask each search, so that what appears is seen soon on the calls there are.

Listings of a search arrive as a Poisson process. Asked every ``T`` seconds, a listing waits ``T / 2`` on
average; over all searches that is least, for a given number of calls, when ``T`` is proportional to
``sqrt(calls per poll / arrivals per second)``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, sqrt

HALF_LIFE_S = timedelta(days=1).total_seconds()
"""How fast what a search yielded is forgotten: markets change from day to day."""
PRIOR_FOUND = 0.5
PRIOR_S = timedelta(hours=2).total_seconds()
"""Half a listing in two hours is taken for granted: a search that found nothing yet is not given up."""
BACKLOG_S = timedelta(days=1).total_seconds()
BISECTIONS = 24


@dataclass(frozen=True, slots=True)
class Yield:
    """What a search brought lately: listings over seconds, both fading, and the calls a poll takes."""

    found: float = 0.0
    watched_s: float = 0.0
    calls: float = 1.0

    @property
    def per_s(self) -> float:
        """New listings a second: the mean of the gamma posterior."""
        return (self.found + PRIOR_FOUND) / (self.watched_s + PRIOR_S)

    def after(self, *, found: int, elapsed_s: float, calls: int) -> "Yield":
        """Learn from one poll that found so many listings since the last one."""
        kept = 0.5 ** (elapsed_s / HALF_LIFE_S)
        return Yield(
            self.found * kept + found,
            self.watched_s * kept + elapsed_s,
            max(1.0, 0.8 * self.calls + 0.2 * calls),
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """Calls that may still be spent, and the seconds they have to last."""

    calls: float
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two polls of a search, in seconds."""

    shortest_s: float
    longest_s: float


def first_yield(listed_at: Iterable[datetime], now: datetime, calls: int) -> Yield:
    """What a first look tells: how many of its listings are from the last day.

    When the look did not reach back a day, it counts for as long as it does.
    """
    ages_s = [(now - each).total_seconds() for each in listed_at if each <= now]
    recent = [age for age in ages_s if age <= BACKLOG_S]
    reach_s = BACKLOG_S if len(recent) < len(ages_s) or not recent else max(recent)
    return Yield(float(len(recent)), reach_s, max(1.0, float(calls)))


def next_interval_s(own: Yield, everyone: Sequence[Yield], budget: Budget, bounds: Bounds) -> float:
    """Seconds until a search is asked again, as its share of a budget for ``everyone`` (itself included).

    Longer than the longest only where the budget does not last otherwise; when nothing is left, the
    time until there is a new budget.
    """
    if budget.calls <= 0 or budget.lasts_s <= 0:
        return max(bounds.longest_s, budget.lasts_s)
    calls_per_s = budget.calls / budget.lasts_s
    if sum(each.calls for each in everyone) / bounds.longest_s > calls_per_s:
        bounds = Bounds(bounds.shortest_s, inf)
    return _clamped(_scale(everyone, calls_per_s, bounds) * _weight(own), bounds)


def _scale(everyone: Sequence[Yield], calls_per_s: float, bounds: Bounds) -> float:
    """The factor on all weights at which the polls take just the calls there are, by bisection."""
    weights = [(each.calls, _weight(each)) for each in everyone]

    def spent(scale: float) -> float:
        return sum(calls / _clamped(scale * weight, bounds) for calls, weight in weights)

    unbounded = sum(calls / weight for calls, weight in weights) / calls_per_s
    low, high = unbounded / 1024, unbounded * 1024
    for _ in range(BISECTIONS):
        middle = sqrt(low * high)
        low, high = (middle, high) if spent(middle) > calls_per_s else (low, middle)
    return high


def _weight(search: Yield) -> float:
    return sqrt(search.calls / search.per_s)


def _clamped(interval_s: float, bounds: Bounds) -> float:
    return min(max(interval_s, bounds.shortest_s), bounds.longest_s)


AUCTION_CLOSES_S = 600.0
"""From here on an auction is left alone until it is over: bids of the last minutes tell nothing new."""
AFTER_THE_END_S = 120.0
LOOK_LATEST_S = timedelta(days=7).total_seconds()


def next_look_s(*, age_s: float, ends_in_s: float | None, soonest_s: float) -> float:
    """Seconds until a known listing is looked at again.

    An auction is looked at when half of its time has passed, again and again, and just after its end; what
    has no end is looked at less and less often as it grows old.
    """
    if ends_in_s is None:
        return min(max(age_s / 4, soonest_s), LOOK_LATEST_S)
    if ends_in_s > AUCTION_CLOSES_S:
        return min(max(ends_in_s / 2, min(soonest_s, ends_in_s)), LOOK_LATEST_S)
    return max(ends_in_s, 0.0) + AFTER_THE_END_S


def looks_within(budget: Budget, seconds: float) -> float:
    """How many looks a budget allows within some seconds; a fraction adds up over several."""
    return budget.calls / max(budget.lasts_s, seconds) * seconds
