"""Writes new listings: draws the product, the seller, the price and the manner of sale."""

from dataclasses import dataclass
from itertools import count
from random import Random

from services.simulator.catalogue import CONDITION_SHARES, Catalogue, Product
from services.simulator.listings import Listing, Shipping
from services.simulator.marketplaces import HOME_SHARES, MARKETPLACES, convert_minor
from services.simulator.sellers import Seller
from services.simulator.titles import compose

DAY_S = 86_400.0
ABROAD = 0.08
SHIPPING_SHARES = {Shipping.FREE: 0.63, Shipping.PAID: 0.18, Shipping.CALCULATED: 0.14, Shipping.NONE: 0.05}
SHIPPING_USD = {
    "ram": 6,
    "cpu": 8,
    "drive": 9,
    "nic": 10,
    "gpu": 18,
    "server": 75,
    "workstation": 65,
    "desktop": 28,
    "other": 9,
}
DEAL_DEPTH = (0.52, 0.74)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a planted listing must be; None leaves it to chance."""

    product: Product | None = None
    marketplace: str | None = None
    condition_id: str | None = None
    deal: bool = False
    by_hand: bool = False


ORDINARY = Wish()
FIRST_SERIAL_BY_HAND = 500_000_000


class Supply:
    """Draws from the stream of randomness that it is handed, so that planting by hand does not shift the market."""

    def __init__(self, catalogue: Catalogue, sellers: dict[str, tuple[Seller, ...]]) -> None:
        self._catalogue = catalogue
        self._sellers = sellers
        self._serials = count(1)
        self._serials_by_hand = count(FIRST_SERIAL_BY_HAND)

    def write(self, rng: Random, at: float, wish: Wish = ORDINARY) -> Listing:
        product = wish.product or (self._catalogue.draw_worth_planting(rng) if wish.deal else self._catalogue.draw(rng))
        condition_id = wish.condition_id or (
            "3000" if wish.deal else rng.choices(list(CONDITION_SHARES), list(CONDITION_SHARES.values()))[0]
        )
        units = rng.choices(list(product.lots), list(product.lots.values()))[0]
        marketplace = wish.marketplace or rng.choices(list(HOME_SHARES), list(HOME_SHARES.values()))[0]
        seller = self._draw_seller(rng, marketplace, excellent=wish.deal)
        home = MARKETPLACES[marketplace]
        title, spelling = compose(rng, product, units, condition_id, home.language)
        shipping, shipping_minor = self._draw_shipping(rng, product, home.currency, known=wish.deal)
        price_minor = self._price(
            rng, product, condition_id, units, home.currency, shipping, shipping_minor, deal=wish.deal
        )
        listing = Listing(
            serial=next(self._serials_by_hand if wish.by_hand else self._serials),
            product=product,
            title=title,
            condition_id=condition_id,
            units=units,
            brand=spelling.brand,
            mpn=spelling.mpn,
            seller=seller,
            marketplace=marketplace,
            visible_in=frozenset(name for name in MARKETPLACES if name == marketplace or rng.random() < ABROAD),
            currency=home.currency,
            shipping=shipping,
            shipping_minor=shipping_minor,
            price_minor=price_minor,
            options=("FIXED_PRICE",),
            listed_at=at,
            first_listed_at=at - (rng.expovariate(1 / (20 * DAY_S)) if rng.random() < 0.25 else 0.0),
            promoted=rng.random() < 0.12 and not wish.deal,
            images=0 if rng.random() < 0.005 else rng.randint(1, 6),
            is_deal=wish.deal,
            planted_at=at if wish.deal else None,
            by_hand=wish.by_hand,
        )
        if not wish.deal:
            self._choose_manner(rng, listing)
        return listing

    def _draw_seller(self, rng: Random, marketplace: str, *, excellent: bool) -> Seller:
        sellers = self._sellers[marketplace]
        return rng.choice([seller for seller in sellers if seller.excellent] if excellent else sellers)

    def _draw_shipping(self, rng: Random, product: Product, currency: str, *, known: bool) -> tuple[Shipping, int]:
        """Answer how it is shipped and what that costs; a calculated cost exists although a summary may not show it."""
        shipping = rng.choices(list(SHIPPING_SHARES), list(SHIPPING_SHARES.values()))[0]
        if known and shipping in {Shipping.CALCULATED, Shipping.NONE}:
            shipping = Shipping.FREE
        if shipping in {Shipping.FREE, Shipping.NONE}:
            return shipping, 0
        usd_minor = SHIPPING_USD[product.component_type] * rng.uniform(0.6, 1.6) * 100
        return shipping, convert_minor(round(usd_minor), "USD", currency)

    def _price(
        self,
        rng: Random,
        product: Product,
        condition_id: str,
        units: int,
        currency: str,
        shipping: Shipping,
        shipping_minor: int,
        *,
        deal: bool,
    ) -> int:
        """Answer the asking price: the drawn landed price of all units, less shipping."""
        distribution = product.price(condition_id)
        unit = distribution.quantile(0.1) * rng.uniform(*DEAL_DEPTH) if deal else distribution.draw(rng)
        landed = convert_minor(round(unit * units), "USD", currency)
        price = max(99, landed - (shipping_minor if shipping is not Shipping.FREE else 0))
        if deal or rng.random() < 0.5:
            return price
        return max(99, price // 100 * 100 + rng.choice((0, 95, 99, -1, 50)))

    def _choose_manner(self, rng: Random, listing: Listing) -> None:
        """Turn some offers into auctions, variation groups and offers with stock."""
        manner = rng.random()
        if manner < 0.09:
            self._make_auction(rng, listing, buy_it_now=rng.random() < 0.25)
        elif manner < 0.105 and listing.units == 1 and listing.product.component_type in {"ram", "drive"}:
            listing.has_variations = True
        elif listing.units == 1 and rng.random() < 0.25:
            listing.stock = rng.choice((2, 3, 5, 8, 12, 25, 60))
        if "AUCTION" not in listing.options and rng.random() < 0.45:
            listing.options = ("FIXED_PRICE", "BEST_OFFER")
        if listing.price_minor is not None and rng.random() < 0.12:
            listing.original_minor = round(listing.price_minor / rng.uniform(0.7, 0.95))

    def _make_auction(self, rng: Random, listing: Listing, *, buy_it_now: bool) -> None:
        target = listing.price_minor or 0
        listing.bid_minor = rng.choice((99, 999, max(99, round(target * rng.uniform(0.3, 0.6)))))
        listing.bid_minor = min(listing.bid_minor, max(99, target // 2))
        listing.ends_at = listing.listed_at + rng.choice((3, 5, 7, 7, 10)) * DAY_S
        listing.options = ("FIXED_PRICE", "AUCTION") if buy_it_now else ("AUCTION",)
        if not buy_it_now:
            listing.price_minor = None
