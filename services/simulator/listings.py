"""A listing as the market keeps it: what buyers see, and the truth that they do not."""

from dataclasses import dataclass, field
from enum import StrEnum

from services.simulator.catalogue import Product
from services.simulator.marketplaces import convert_minor
from services.simulator.sellers import Seller

FIRST_LEGACY_ID = 256_000_000_000
LONGEST_LEGACY_ID = 15


def serial_of(legacy_id: str) -> int:
    """Answer the serial of a marketplace's number; 0, which no listing has, when it is none."""
    well_formed = legacy_id.isdecimal() and len(legacy_id) <= LONGEST_LEGACY_ID
    return int(legacy_id) - FIRST_LEGACY_ID if well_formed else 0


class Shipping(StrEnum):
    FREE = "free"
    PAID = "paid"
    CALCULATED = "calculated"
    NONE = "none"


@dataclass(slots=True)
class Listing:
    """Times are simulated seconds since the market opened; money is in minor units of the listing's currency."""

    serial: int
    product: Product
    title: str
    condition_id: str
    units: int
    brand: str | None
    mpn: str | None
    seller: Seller
    marketplace: str
    visible_in: frozenset[str]
    currency: str
    shipping: Shipping
    shipping_minor: int
    price_minor: int | None
    options: tuple[str, ...]
    listed_at: float
    first_listed_at: float
    promoted: bool
    images: int
    bid_minor: int | None = None
    bid_count: int = 0
    ends_at: float | None = None
    stock: int = 1
    sold: int = 0
    original_minor: int | None = None
    revision: int = 0
    has_variations: bool = False
    is_deal: bool = False
    by_hand: bool = False
    planted_at: float | None = None
    ended_at: float | None = None
    ended_how: str | None = None
    payloads: dict[object, bytes] = field(default_factory=dict)

    @property
    def legacy_id(self) -> str:
        return str(FIRST_LEGACY_ID + self.serial)

    @property
    def item_id(self) -> str:
        return f"v1|{self.legacy_id}|{self.serial + 550_000_000_000 if self.has_variations else 0}"

    @property
    def active(self) -> bool:
        return self.ended_at is None

    @property
    def asking_minor(self) -> int:
        """What a buyer would pay now before shipping: the price, or the bid of a pure auction."""
        return self.price_minor if self.price_minor is not None else self.bid_minor or 0

    @property
    def landed_minor(self) -> int:
        return self.asking_minor + (self.shipping_minor if self.shipping is not Shipping.FREE else 0)

    @property
    def landed_unit_usd_minor(self) -> float:
        return convert_minor(self.landed_minor, self.currency, "USD") / self.units

    def price_in(self, currency: str) -> int:
        return convert_minor(self.asking_minor, self.currency, currency)

    def changed(self) -> None:
        """Forget the rendered payloads; the seller's revision goes up."""
        self.revision += 1
        self.payloads.clear()

    def terms(self) -> tuple[str, ...]:
        """Answer what a search may ask for beside words."""
        seller = (f"seller:{self.seller.username}",) if self.seller.username else ()
        return (
            f"account:{self.seller.account_type}",
            f"condition:{self.condition_id}",
            f"country:{self.seller.country}",
            f"epid:{self.product.epid}",
            *(f"category:{category_id}" for category_id, _ in self.product.category.path),
            *(f"market:{name}" for name in self.visible_in),
            *(f"option:{option}" for option in self.options),
            *seller,
        )
