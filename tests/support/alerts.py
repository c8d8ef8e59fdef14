"""Invented scored listings, watches and alerts, as small as a test needs them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from libs.contracts.envelope import stable_id
from libs.contracts.listing import (
    Attribute,
    BaselineRef,
    Contribution,
    Judgement,
    Listing,
    ListingScored,
    Product,
    Seller,
    UnitPrice,
)
from libs.contracts.watch import Condition, Trigger, Watch, WatchChanged

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

BASELINE = BaselineRef(
    product_key="ram:ddr4:ecc_reg:32gb:2666",
    stratum="used_working",
    version=3,
    n=42,
    p10_minor=3000,
    p25_minor=3500,
    p50_minor=4000,
    p75_minor=4500,
    p90_minor=5000,
    currency="USD",
)

CONTRIBUTIONS = (
    Contribution(factor="price", value=100.0, weight=0.4, points=40.0, reason="38 % under the median of 42"),
    Contribution(factor="seller", value=90.0, weight=0.2, points=18.0, reason="seller with 5200 ratings"),
    Contribution(factor="condition", value=70.0, weight=0.15, points=10.5, reason="condition: used working"),
    Contribution(factor="quantity", value=70.0, weight=0.1, points=7.0, reason="a lot of 4"),
    Contribution(factor="quality", value=100.0, weight=0.1, points=10.0, reason="a picture"),
    Contribution(factor="time", value=30.0, weight=0.05, points=1.5, reason="no pressure of time"),
)


def scored(number: int = 1, *, score: float = 92.0, warm: bool = True, replay_id: UUID | None = None, **listing: Any):
    """A listing of four 32 GB modules at 100 USD and 9.99 shipping, judged a great price unless told otherwise."""
    offer = Listing(
        **{
            "listing_id": f"ebay:v1|{number}|0",
            "source": "ebay",
            "marketplace": "EBAY_US",
            "vertical": "server",
            "item_id": f"v1|{number}|0",
            "title": "Samsung 32GB DDR4-2666 ECC RDIMM lot of 4",
            "currency": "USD",
            "price_minor": 10000,
            "shipping_minor": 999,
            "buying_options": ("FIXED_PRICE", "BEST_OFFER"),
            "condition_text": "Used",
            "seller": Seller(name="rack_parts", feedback_score=5200, feedback_percent=99.8, top_rated=True),
            "url": f"https://www.ebay.com/itm/{number}",
            "image_url": "https://i.ebayimg.com/images/g/1/s-l500.jpg",
            "country": "US",
            "listed_at": NOON,
        }
        | listing
    )
    event_id = stable_id("scored", offer.listing_id, str(offer.price_minor))
    judgement = Judgement(
        score=score,
        verdict="great" if warm else "not_enough_evidence",
        confidence=0.9 if warm else 0.0,
        saving_minor=1250 if warm else None,
        saving_percent=31.3 if warm else None,
        contributions=CONTRIBUTIONS,
        baseline=BASELINE if warm else None,
    )
    return ListingScored(
        event_id=event_id,
        occurred_at=NOON,
        replay_id=replay_id,
        sighting_id=stable_id("seen", str(event_id)),
        listing=offer,
        observed_at=NOON,
        product=Product(
            component_type="ram",
            product_key=BASELINE.product_key,
            condition="used_working",
            stratum="used_working",
            quantity=4,
            attributes=(
                Attribute(name="capacity_gb", value=32, origin="title", evidence="32GB"),
                Attribute(name="generation", value="ddr4", origin="title", evidence="DDR4"),
                Attribute(name="ecc", value=True, origin="title", evidence="ECC"),
            ),
            confidence=0.95,
        ),
        price=UnitPrice(unit_minor=2750, currency="USD", shipping_known=True),
        extractor_version="1",
        judgement=judgement,
    )


def watch(*conditions: tuple[Any, ...], owner: str = "ada", threshold: float = 80.0, **fields: Any) -> Watch:
    return Watch(
        **{
            "watch_id": uuid4(),
            "owner_id": owner,
            "name": "Cheap memory",
            "conditions": tuple(
                Condition(field=field, op=op, value=value[0] if value else None) for field, op, *value in conditions
            ),
            "triggers": (Trigger(kind="deal", threshold=threshold),),
        }
        | fields
    )


def changed(row: Watch, revision: int = 1) -> WatchChanged:
    return WatchChanged(
        event_id=stable_id("watch", str(row.watch_id), str(revision)),
        occurred_at=NOON,
        watch_id=row.watch_id,
        revision=revision,
        changed_at=NOON,
        watch=row,
    )
