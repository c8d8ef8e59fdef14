"""The market of the benchmark: memory modules with a known history, every fourth listing a deal."""

from datetime import UTC, datetime, timedelta
from itertools import product as combinations
from uuid import UUID

from libs.contracts.envelope import stable_id
from libs.contracts.listing import Listing, Seller
from libs.contracts.watch import Condition, Trigger, Watch, WatchChanged

MAKERS = ("Samsung", "SK Hynix", "Micron", "Kingston")
CAPACITIES_GB = (4, 8, 16, 32, 64, 128)
SPEEDS = {3: (1066, 1333, 1600, 1866), 4: (2133, 2400, 2666, 2933, 3200), 5: (4800, 5600, 6400)}
KINDS = ("ECC RDIMM", "ECC LRDIMM", "ECC UDIMM", "Non-ECC UDIMM")

PRODUCTS = [
    f"{capacity}GB DDR{generation}-{speed} {kind}"
    for generation, speeds in SPEEDS.items()
    for speed, capacity, kind in combinations(speeds, CAPACITIES_GB, KINDS)
]
"""288 products under 216 product keys: load-reduced modules are a stratum of the registered ones."""

HISTORY = 12
"""Listings a product that were seen before the measurement: enough for a verdict."""
DEAL_EVERY = 4
THRESHOLD = 80.0
"""Between what the dearest deal scores and what the cheapest ordinary listing does."""
BYSTANDERS = 200
"""Watches that insist on other products and never fire."""

FIRST_ITEM = 400_000_000_000
OPENED_AT = datetime.now(UTC).replace(microsecond=0)


def is_deal(number: int) -> bool:
    return number % DEAL_EVERY == 0


def listing(number: int) -> Listing:
    """The listing of a number; the same number is always the same listing."""
    product = (number // DEAL_EVERY * 7 + number % DEAL_EVERY * 101) % len(PRODUCTS)
    return _offer(number, product, deal=is_deal(number))


def history() -> list[Listing]:
    """What was on offer before the measurement, a quarter of it deals, so that every product has a warm band."""
    return [
        _offer(-1 - product * HISTORY - rank, product, deal=rank % DEAL_EVERY == 0)
        for product in range(len(PRODUCTS))
        for rank in range(HISTORY)
    ]


def _offer(number: int, product: int, *, deal: bool) -> Listing:
    usual_minor = 2_000 + 150 * product
    share = 0.5 if deal else 0.9 + (number * 37 % 40) / 100
    maker = MAKERS[number % len(MAKERS)]
    item_id = f"v1|{FIRST_ITEM + number}|0"
    return Listing(
        listing_id=f"ebay:{item_id}",
        source="ebay",
        marketplace="EBAY_US",
        vertical="server",
        item_id=item_id,
        title=f"{maker} {PRODUCTS[product]} Server Memory Module Tested Working",
        currency="USD",
        price_minor=int(usual_minor * share),
        shipping_minor=0,
        buying_options=("FIXED_PRICE", "BEST_OFFER"),
        condition_id="3000",
        condition_text="Used",
        seller=Seller(name=f"seller-{number % 97}", feedback_score=5_200, feedback_percent=99.7, top_rated=True),
        url=f"https://www.ebay.com/itm/{FIRST_ITEM + number}",
        image_url=f"https://i.ebayimg.com/images/g/{abs(number):016x}/s-l500.jpg",
        country="US",
        category_ids=("170083", "175673", "58058"),
        aspects={"Brand": maker, "Type": "DRAM", "Form Factor": "DIMM", "Features": "Tested"},
        listed_at=OPENED_AT - timedelta(minutes=number % 600),
    )


def watches() -> list[WatchChanged]:
    """One watch that every deal satisfies, among many that nothing does."""
    every = _watch("Cheap memory", Condition(field="component_type", op="eq", value="ram"))
    others = [
        _watch(f"Drive {number}", Condition(field="product_key", op="eq", value=f"drive:nvme:2.5:{number}tb:ssd"))
        for number in range(BYSTANDERS)
    ]
    return [every, *others]


def _watch(name: str, condition: Condition) -> WatchChanged:
    watch_id: UUID = stable_id("bench", name)
    watch = Watch(
        watch_id=watch_id,
        owner_id="local",
        name=name,
        conditions=(condition,),
        triggers=(Trigger(kind="deal", threshold=THRESHOLD),),
        channels=(),
    )
    return WatchChanged(
        event_id=stable_id("bench watch", name),
        occurred_at=OPENED_AT,
        watch_id=watch_id,
        revision=1,
        changed_at=OPENED_AT,
        watch=watch,
    )
