"""Time from listing to first sight, adaptive against round robin on one quota: ``python -m tests.bench.cadence``.

Every search has listings of its own that arrive as a Poisson process; how many differs from search to
search by orders of magnitude, as it does between a common module and a rare server. Both ways of asking
may spend the same calls a day. The adaptive one begins knowing nothing.
"""

import heapq
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean, median, quantiles

from libs.domain.cadence import Bounds, Budget, Yield, next_interval_s

DAY_S = 86_400.0
BOUNDS = Bounds(shortest_s=60, longest_s=4 * 3600)

type Choose = Callable[[int, list[Yield], Budget], float]


@dataclass(frozen=True, slots=True)
class Market:
    """When listings appear, by search, within some days."""

    arrivals: tuple[tuple[float, ...], ...]
    calls_a_day: int
    days: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long listings waited to be seen, and what it took."""

    waits_s: list[float]
    calls: int

    @property
    def median_s(self) -> float:
        return median(self.waits_s)


def market(seed: int, *, searches: int = 40, calls_a_day: int = 3600, days: int = 2, spread: float = 1.6) -> Market:
    """Rates are log-normal around four listings a day, ``spread`` being the deviation of their logarithm."""
    random = Random(seed)
    rates = [4 * random.lognormvariate(0, spread) / DAY_S for _ in range(searches)]
    return Market(tuple(_arrivals(random, rate, days * DAY_S) for rate in rates), calls_a_day, days)


def round_robin(_: int, known: list[Yield], budget: Budget) -> float:
    """Everybody in turn, as often as the calls allow."""
    return len(known) * budget.lasts_s / budget.calls


def adaptive(search: int, known: list[Yield], budget: Budget) -> float:
    return next_interval_s(known[search], known, budget, BOUNDS)


def simulate(market: Market, choose: Choose) -> Outcome:
    """Poll by the clock; a call that the day does not allow waits for the next day."""
    count = len(market.arrivals)
    known, seen, last = [Yield()] * count, [0] * count, [0.0] * count
    turns = [(index * DAY_S / market.calls_a_day, index) for index in range(count)]
    waits: list[float] = []
    day, left, calls = 0, market.calls_a_day, 0
    while turns[0][0] < market.days * DAY_S:
        now, search = heapq.heappop(turns)
        if now >= (day + 1) * DAY_S:
            day, left = int(now // DAY_S), market.calls_a_day
        if left == 0:
            heapq.heappush(turns, ((day + 1) * DAY_S, search))
            continue
        left, calls = left - 1, calls + 1
        found = _until(market.arrivals[search], seen[search], now)
        waits += [now - each for each in found]
        seen[search] += len(found)
        known[search] = known[search].after(found=len(found), elapsed_s=now - last[search], calls=1)
        last[search] = now
        budget = Budget(max(left, 1), (day + 1) * DAY_S - now)
        heapq.heappush(turns, (now + max(choose(search, known, budget), 1.0), search))
    return Outcome(waits, calls)


def _arrivals(random: Random, per_s: float, until_s: float) -> tuple[float, ...]:
    found, now = [], random.expovariate(per_s)
    while now < until_s:
        found.append(now)
        now += random.expovariate(per_s)
    return tuple(found)


def _until(arrivals: Sequence[float], begin: int, now: float) -> list[float]:
    end = begin
    while end < len(arrivals) and arrivals[end] <= now:
        end += 1
    return list(arrivals[begin:end])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    say("40 searches, 3,600 calls a day, 2 days; seconds from listing to first sight")
    say(f"{'seed':>4}  {'':12} {'calls':>6} {'median':>8} {'mean':>8} {'p90':>8}")
    for seed in range(1, 9):
        medians = []
        for name, choose in (("round robin", round_robin), ("adaptive", adaptive)):
            outcome = simulate(market(seed), choose)
            waits = outcome.waits_s
            medians.append(outcome.median_s)
            p90 = quantiles(waits, n=10)[-1]
            say(f"{seed:>4}  {name:12} {outcome.calls:>6} {medians[-1]:>8.0f} {fmean(waits):>8.0f} {p90:>8.0f}")
        say(f"{'':4}  median lower by {1 - medians[1] / medians[0]:.0%}")


if __name__ == "__main__":
    main()
