"""What the market trades: products with a known true price, and how sellers spell them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import erf, exp, log, sqrt
from random import Random
from statistics import NormalDist

CONDITION_FACTORS = {
    "1000": 1.6, "1500": 1.3, "2010": 1.15, "2020": 1.1, "2500": 1.12, "3000": 1.0, "7000": 0.25,
}  # fmt: skip
CONDITION_SHARES = {
    "3000": 0.66, "1000": 0.12, "1500": 0.08, "2500": 0.05, "7000": 0.04, "2010": 0.03, "2020": 0.02,
}  # fmt: skip
ROOT_CATEGORY = ("58058", "Computers/Tablets & Networking")


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    name: str
    parent_id: str
    parent_name: str

    @property
    def path(self) -> tuple[tuple[str, str], ...]:
        return (ROOT_CATEGORY, (self.parent_id, self.parent_name), (self.id, self.name))


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a product: what the title must say, what it may add, and what the aspects know."""

    lead: str
    extras: tuple[str, ...] = ()
    brand: str | None = None
    mpn: str | None = None


@dataclass(frozen=True, slots=True)
class PriceDistribution:
    """Log-normal landed price of one unit, in US cents."""

    median_minor: float
    sigma: float

    def quantile(self, share: float) -> float:
        return self.median_minor * exp(self.sigma * NormalDist().inv_cdf(share))

    def share_below(self, price_minor: float) -> float:
        """Answer the share of ordinary offers that ask less."""
        if price_minor <= 0:
            return 0.0
        return 0.5 * (1 + erf(log(price_minor / self.median_minor) / self.sigma / sqrt(2)))

    def draw(self, rng: Random) -> float:
        """Draw an ordinary price: what lies outside p5 to p99 is drawn again, so that only planted deals are absurd."""
        while True:
            z = rng.gauss()
            if -1.645 <= z <= 2.33:
                return self.median_minor * exp(self.sigma * z)


@dataclass(frozen=True, slots=True)
class Product:
    key: str
    component_type: str
    name: str
    category: Category
    usd: float
    spell: Callable[[Random, int], Spelling]
    sigma: float = 0.18
    weight: float = 1.0
    lots: Mapping[int, float] = field(default_factory=lambda: {1: 1.0})
    aspects: tuple[tuple[str, str], ...] = ()
    worth_planting: bool = False
    epid: str = ""

    def price(self, condition_id: str) -> PriceDistribution:
        """Answer the true distribution of one unit in this condition."""
        return PriceDistribution(self.usd * 100 * CONDITION_FACTORS[condition_id], self.sigma)


@dataclass(frozen=True, slots=True)
class Catalogue:
    products: tuple[Product, ...]

    def draw(self, rng: Random) -> Product:
        return rng.choices(self.products, [product.weight for product in self.products])[0]

    def draw_worth_planting(self, rng: Random) -> Product:
        return rng.choice([product for product in self.products if product.worth_planting])

    def by_key(self, key: str) -> tuple[Product, ...]:
        return tuple(product for product in self.products if product.key == key)
