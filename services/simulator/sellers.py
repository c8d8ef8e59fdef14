"""The people who sell: names, standing, and where they ship from."""

from dataclasses import dataclass
from random import Random

from services.simulator.marketplaces import HOME_SHARES, MARKETPLACES

FIRST = (
    "rack",
    "server",
    "data",
    "cloud",
    "it",
    "tech",
    "green",
    "metro",
    "blue",
    "silicon",
    "north",
    "prime",
    "core",
    "node",
    "byte",
    "recycled",
)
SECOND = (
    "deals",
    "supply",
    "outlet",
    "parts",
    "liquidators",
    "surplus",
    "hub",
    "recyclers",
    "depot",
    "trader",
    "exchange",
    "works",
)
PLACES = {
    "US": (("San Jose", "California", "951**"), ("Austin", "Texas", "787**"), ("Reno", "Nevada", "895**")),
    "GB": (("Leeds", "West Yorkshire", "LS1"), ("Reading", "Berkshire", "RG1"), ("Manchester", "Lancashire", "M1")),
    "DE": (("Hamburg", "Hamburg", "20***"), ("Köln", "Nordrhein-Westfalen", "50***"), ("Leipzig", "Sachsen", "04***")),
    "AU": (("Brisbane", "QLD", "4***"), ("Melbourne", "VIC", "3***")),
    "CN": (("Shenzhen", "Guangdong", "518***"),),
}  # fmt: skip
COUNT = 160


@dataclass(frozen=True, slots=True)
class Seller:
    username: str | None
    feedback_score: int
    feedback_percentage: str
    top_rated: bool
    account_type: str
    marketplace: str
    country: str
    city: str
    state: str
    postal_code: str

    @property
    def excellent(self) -> bool:
        """Whether nobody would think twice: 5,000 ratings and 99.5 % of them good."""
        return self.username is not None and self.feedback_score >= 5000 and float(self.feedback_percentage) >= 99.5


def _username(rng: Random, number: int, country: str) -> str | None:
    """Answer a name; in some regions data protection leaves an opaque one, or none."""
    if country == "DE" and rng.random() < 0.2:
        return None if rng.random() < 0.3 else f"{rng.getrandbits(44):011x}"
    joint = rng.choice(("", "_", "-", "."))
    return f"{rng.choice(FIRST)}{joint}{rng.choice(SECOND)}{number}"


def _seller(rng: Random, number: int) -> Seller:
    marketplace = rng.choices(list(HOME_SHARES), list(HOME_SHARES.values()))[0]
    country = MARKETPLACES[marketplace].country
    if country == "US" and rng.random() < 0.06:
        country = "CN"
    score = int(10 ** rng.uniform(0.3, 5.3)) if number % 3 else int(10 ** rng.uniform(3.75, 5.3))
    choices = (100.0, 99.9, 99.8, 99.6) if number % 3 == 0 else (100.0, 99.7, 99.2, 98.8, 98.1, 97.0, 94.3)
    percentage = rng.choice(choices)
    city, state, postal_code = rng.choice(PLACES[country])
    return Seller(
        username=_username(rng, number, country) if number else "rack_supply0",
        feedback_score=score,
        feedback_percentage=f"{percentage:.1f}",
        top_rated=score > 1000 and percentage >= 99.5 and rng.random() < 0.6,
        account_type="BUSINESS" if score > 400 else "INDIVIDUAL",
        marketplace=marketplace,
        country=country,
        city=city,
        state=state,
        postal_code=postal_code,
    )


def draw_sellers(rng: Random) -> dict[str, tuple[Seller, ...]]:
    """Answer sellers by home marketplace; each has at least one nobody would doubt."""
    everyone = [_seller(rng, number) for number in range(COUNT)]
    homes = {name: tuple(seller for seller in everyone if seller.marketplace == name) for name in HOME_SHARES}
    return {name: (*sellers, _trusted(rng, name)) for name, sellers in homes.items()}


def _trusted(rng: Random, marketplace: str) -> Seller:
    country = MARKETPLACES[marketplace].country
    city, state, postal_code = rng.choice(PLACES[country])
    name = f"trusted_racks_{country.lower()}"
    return Seller(name, 41_230, "99.8", True, "BUSINESS", marketplace, country, city, state, postal_code)
