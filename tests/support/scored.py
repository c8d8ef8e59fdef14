"""Scored listings invented for tests, judged by the real judge against a real band."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from libs.contracts.alert import AlertDelivered, AlertRaised, WatchMatch
from libs.contracts.baseline import BaselineStats, BaselineUpdated
from libs.contracts.envelope import stable_id
from libs.contracts.listing import Attribute, Listing, ListingEnded, ListingScored, Product, Seller, UnitPrice
from libs.domain.scoring import judge

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RAM_KEY = "ram:ddr4:ecc_reg:32gb:2666"
OWNER = "local"
WATCH_ID = stable_id("watch", "cheap memory")


def band(product_key: str = RAM_KEY, *, version: int = 1, n: int = 40, median: int = 5000) -> BaselineUpdated:
    """A warm baseline of used memory: half to one and a half times the median."""
    stats = BaselineStats(
        stratum="used_working",
        n=n,
        p10_minor=median * 7 // 10,
        p25_minor=median * 85 // 100,
        p50_minor=median,
        p75_minor=median * 12 // 10,
        p90_minor=median * 14 // 10,
        mean_minor=median,
        first_at=NOON - timedelta(days=20),
        last_at=NOON,
    )
    return BaselineUpdated(
        event_id=stable_id("baseline", product_key, str(version)),
        occurred_at=NOON,
        product_key=product_key,
        version=version,
        currency="USD",
        computed_at=NOON,
        strata=(stats,),
    )


def product(product_key: str | None = RAM_KEY, **fields: Any) -> Product:
    attributes = fields.pop("attributes", {"capacity_gb": 32, "generation": "ddr4", "ecc": True})
    return Product(
        component_type=fields.pop("component_type", "ram"),
        product_key=product_key,
        condition=fields.pop("condition", "used_working"),
        stratum=fields.pop("stratum", "used_working"),
        attributes=tuple(
            Attribute(name=name, value=value, origin="title", evidence=str(value)) for name, value in attributes.items()
        ),
        confidence=0.9,
        **fields,
    )


def scored(number: int = 1, **fields: Any) -> ListingScored:
    """One scored listing; ``unit_minor`` 3000 against a median of 5000 is a great deal."""
    observed_at = fields.pop("observed_at", NOON)
    row = fields.pop("baseline", band())
    unit_minor = fields.pop("unit_minor", 3000)
    what = fields.pop("product", product())
    replay_id = fields.pop("replay_id", None)
    item_id = f"v1|{25600000 + number}|0"
    listing = Listing(
        listing_id=f"ebay:{item_id}",
        source="ebay",
        marketplace=fields.pop("marketplace", "EBAY_US"),
        vertical="server",
        item_id=item_id,
        title=fields.pop("title", f"Kestrel 32GB DDR4-2666 ECC RDIMM module {number}"),
        currency="USD",
        price_minor=fields.pop("price_minor", unit_minor),
        shipping_minor=fields.pop("shipping_minor", 0),
        condition_text="Used",
        seller=fields.pop("seller", Seller(name="rackmonkey", feedback_score=812, feedback_percent=99.6)),
        url=fields.pop("url", f"https://www.ebay.example/itm/{25600000 + number}"),
        listed_at=fields.pop("listed_at", observed_at - timedelta(minutes=9)),
        **fields,
    )
    price = None
    if unit_minor is not None:
        price = UnitPrice(unit_minor=unit_minor, currency="USD", shipping_known=listing.shipping_minor is not None)
    sighting_id = stable_id("seen", listing.listing_id, observed_at.isoformat())
    return ListingScored(
        event_id=stable_id("scored", str(sighting_id)),
        occurred_at=observed_at,
        replay_id=replay_id,
        sighting_id=sighting_id,
        listing=listing,
        observed_at=observed_at,
        product=what,
        price=price,
        extractor_version="test-1",
        judgement=judge(listing, what, price, row, observed_at),
    )


def ended(event: ListingScored, at: datetime) -> ListingEnded:
    listing_id = event.listing.listing_id
    return ListingEnded(
        event_id=stable_id("ended", listing_id), occurred_at=at, listing_id=listing_id, ended_at=at, reason="gone"
    )


def alert(event: ListingScored, *, watch_id: UUID = WATCH_ID, channels: tuple[str, ...] = ("discord",)) -> AlertRaised:
    alert_id = stable_id("alert", event.listing.listing_id, str(watch_id))
    assert event.price is not None
    return AlertRaised(
        event_id=alert_id,
        occurred_at=event.occurred_at + timedelta(seconds=1),
        alert_id=alert_id,
        owner_id=OWNER,
        sighting_id=event.sighting_id,
        listing=event.listing,
        product=event.product,
        price=event.price,
        judgement=event.judgement,
        matches=(WatchMatch(watch_id=watch_id, watch_name="Cheap memory", trigger="deal"),),
        channels=channels,
        observed_at=event.observed_at,
    )


def delivered(raised: AlertRaised, state: str = "confirmed", *, attempt: int = 1, **fields: Any) -> AlertDelivered:
    return AlertDelivered(
        event_id=stable_id("delivered", str(raised.alert_id), state, str(attempt)),
        occurred_at=raised.occurred_at + timedelta(seconds=attempt),
        alert_id=raised.alert_id,
        listing_id=raised.listing.listing_id,
        channel=fields.pop("channel", "discord"),
        state=state,
        attempt=attempt,
        **fields,
    )
