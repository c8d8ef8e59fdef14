"""The market that moves: arrivals, price drops, bids, sales, endings and planted deals, in order of time."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from random import Random

from services.simulator.catalogue import Catalogue
from services.simulator.chance import seeded
from services.simulator.index import Index
from services.simulator.listings import Listing
from services.simulator.sellers import draw_sellers
from services.simulator.supply import DAY_S, Supply, Wish

OPENS_AT = datetime(2026, 1, 1, tzinfo=UTC)
MEAN_LIFE_S = 9 * DAY_S
MEAN_STOCK_SALE_S = 4 * DAY_S
MEAN_DROP_S = 6 * DAY_S
DEAL_LIFE_S = (0.8 * DAY_S, 2.0 * DAY_S)
LOWEST_DROP_SHARE = 0.08
REMEMBERED_ENDED = 30_000

ARRIVAL, DEAL, DROP, BID, SALE, END = range(6)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the market moves, in simulated seconds."""

    backlog: int = 2600
    arrival_every_s: float = 300.0
    first_deal_after_s: float = 11_000.0
    deal_every_s: float = 27_000.0


class Market:
    """A pure function of seed, catalogue, pace and the instants it is asked for.

    Events are drawn in the order of simulated time, so one long step and many short ones end in the same market.
    """

    def __init__(
        self, seed: int, catalogue: Catalogue, *, opens_at: datetime = OPENS_AT, pace: Pace | None = None
    ) -> None:
        self._pace = pace or Pace()
        self._rng = seeded(seed, "market")
        self._hand = seeded(seed, "hand")
        self._opens_at = opens_at
        self._supply = Supply(catalogue, draw_sellers(seeded(seed, "sellers")))
        self._agenda: list[tuple[float, int, int, int, int]] = []
        self._ticket = count()
        self._ended: OrderedDict[int, Listing] = OrderedDict()
        self.active: dict[int, Listing] = {}
        self.index = Index()
        self.now_s = 0.0
        self._open()

    def advance(self, to: datetime) -> None:
        """Let everything happen that is due by then; an earlier instant changes nothing."""
        self.advance_to((to - self._opens_at).total_seconds())

    def advance_to(self, offset_s: float) -> None:
        while self._agenda and self._agenda[0][0] <= offset_s:
            at, _, what, serial, amount = heappop(self._agenda)
            self._happen(at, what, serial, amount)
        self.now_s = max(self.now_s, offset_s)

    def find(self, serial: int) -> Listing | None:
        """Answer a listing that is active, or ended within memory."""
        return self.active.get(serial) or self._ended.get(serial)

    def everything(self) -> list[Listing]:
        return [*self._ended.values(), *self.active.values()]

    def plant(self, wish: Wish) -> Listing:
        """List what is wished for, now."""
        return self._list(self._supply.write(self._hand, self.now_s, replace(wish, by_hand=True)))

    def flood(self, number: int) -> list[Listing]:
        """List this many ordinary listings at once, now."""
        return [self.plant(Wish()) for _ in range(number)]

    def reprice(self, listing: Listing, price_minor: int) -> None:
        """Change the price, now; the first price stays as the struck one."""
        if listing.original_minor is None:
            listing.original_minor = listing.price_minor
        listing.price_minor = price_minor
        listing.changed()

    def end(self, listing: Listing, how: str) -> None:
        """Take an active listing off the market, now."""
        self._end(listing, self.now_s, how)

    def _rng_of(self, listing: Listing) -> Random:
        """Answer the stream for a listing's future: what is listed by hand leaves everybody else's future alone."""
        return self._hand if listing.by_hand else self._rng

    def _open(self) -> None:
        ages = sorted((self._rng.uniform(0, 30 * DAY_S) for _ in range(self._pace.backlog)), reverse=True)
        for age in ages:
            self._list(self._supply.write(self._rng, -age), at_least_until=0.0)
        self._plan(self._rng.expovariate(1 / self._pace.arrival_every_s), ARRIVAL)
        self._plan(self._pace.first_deal_after_s * self._rng.uniform(0.75, 1.0), DEAL)
        self.advance_to(0.0)

    def _plan(self, at: float, what: int, serial: int = 0, amount: int = 0) -> None:
        heappush(self._agenda, (at, next(self._ticket), what, serial, amount))

    def _happen(self, at: float, what: int, serial: int, amount: int) -> None:
        if what == ARRIVAL:
            self._list(self._supply.write(self._rng, at))
            self._plan(at + self._rng.expovariate(1 / self._pace.arrival_every_s), ARRIVAL)
        elif what == DEAL:
            self._list(self._supply.write(self._rng, at, Wish(marketplace="EBAY_US", deal=True)))
            self._plan(at + self._pace.deal_every_s * self._rng.uniform(0.67, 1.33), DEAL)
        elif listing := self.active.get(serial):
            self._touch(listing, at, what, amount)

    def _touch(self, listing: Listing, at: float, what: int, amount: int) -> None:
        if what == DROP:
            self._drop(listing, at)
        elif what == BID:
            self._bid(listing, amount)
        elif what == SALE:
            self._sell_one(listing, at)
        else:
            self._end(listing, at, self._how_it_ends(listing))

    def _list(self, listing: Listing, *, at_least_until: float | None = None) -> Listing:
        rng = self._rng_of(listing)
        self.active[listing.serial] = listing
        self.index.add(listing)
        if listing.is_deal:
            self._plan(listing.listed_at + rng.uniform(*DEAL_LIFE_S), END, listing.serial)
        elif "AUCTION" in listing.options:
            self._plan_auction(listing, at_least_until)
        else:
            since = listing.listed_at if at_least_until is None else at_least_until
            appeal = 0.3 + 1.4 * listing.product.price(listing.condition_id).share_below(listing.landed_unit_usd_minor)
            self._plan(since + rng.expovariate(1 / (MEAN_LIFE_S * appeal)), END, listing.serial)
            self._plan(listing.listed_at + rng.expovariate(1 / MEAN_DROP_S), DROP, listing.serial)
            if listing.stock > 1:
                self._plan(listing.listed_at + rng.expovariate(1 / MEAN_STOCK_SALE_S), SALE, listing.serial)
        return listing

    def _plan_auction(self, listing: Listing, at_least_until: float | None) -> None:
        """Plan the bids, which crowd toward the end, and the hammer."""
        rng = self._rng_of(listing)
        duration = (listing.ends_at or 0.0) - listing.listed_at
        if at_least_until is not None and listing.listed_at + duration <= at_least_until:
            listing.listed_at = at_least_until - rng.uniform(0.05, 0.95) * duration
            listing.ends_at = listing.listed_at + duration
        opening = listing.bid_minor or 99
        fair = listing.product.price(listing.condition_id).median_minor * listing.units
        target = max(opening + 100, round(fair * rng.uniform(0.55, 1.05)))
        bids = sorted(rng.random() ** 0.4 for _ in range(rng.choice((0, 0, 1, 2, 4, 6, 9, 14))))
        for number, moment in enumerate(bids, start=1):
            amount = opening + round((target - opening) * (number / len(bids)) ** 0.8)
            self._plan(listing.listed_at + moment * duration, BID, listing.serial, amount)
        self._plan(listing.listed_at + duration, END, listing.serial)

    def _drop(self, listing: Listing, at: float) -> None:
        rng = self._rng_of(listing)
        self._plan(at + rng.expovariate(1 / MEAN_DROP_S), DROP, listing.serial)
        if listing.price_minor is None:
            return
        factor = rng.uniform(0.86, 0.97)
        landed_usd = listing.landed_unit_usd_minor * factor
        if listing.product.price(listing.condition_id).share_below(landed_usd) >= LOWEST_DROP_SHARE:
            self.reprice(listing, max(99, round(listing.price_minor * factor)))

    def _bid(self, listing: Listing, amount: int) -> None:
        """Take a bid; the first one ends Buy It Now, and the listing drops out of default searches."""
        listing.bid_minor, listing.bid_count = amount, listing.bid_count + 1
        if "FIXED_PRICE" in listing.options:
            listing.options, listing.price_minor = ("AUCTION",), None
            self.index.add(listing)
        listing.changed()

    def _sell_one(self, listing: Listing, at: float) -> None:
        listing.stock, listing.sold = listing.stock - 1, listing.sold + 1
        if listing.stock == 0:
            self._end(listing, at, "sold")
            return
        listing.changed()
        self._plan(at + self._rng_of(listing).expovariate(1 / MEAN_STOCK_SALE_S), SALE, listing.serial)

    def _how_it_ends(self, listing: Listing) -> str:
        if listing.is_deal:
            return "sold"
        if "AUCTION" in listing.options:
            return "sold" if listing.bid_count else "expired"
        return "sold" if self._rng_of(listing).random() < 0.72 else "withdrawn"

    def _end(self, listing: Listing, at: float, how: str) -> None:
        listing.ended_at, listing.ended_how = at, how
        if how == "sold" and listing.stock:
            listing.stock, listing.sold = listing.stock - 1, listing.sold + 1
        listing.payloads.clear()
        del self.active[listing.serial]
        self.index.remove(listing.serial)
        self._ended[listing.serial] = listing
        if len(self._ended) > REMEMBERED_ENDED:
            self._ended.popitem(last=False)
