"""`GET /buy/browse/v1/item/{item_id}`: one listing in full."""

from services.simulator.ebay.caller import Caller
from services.simulator.ebay.errors import Refusal
from services.simulator.ebay.payloads import Renderer
from services.simulator.listings import Listing, serial_of
from services.simulator.market import Market

FIELDGROUPS = frozenset({"PRODUCT", "COMPACT", "ADDITIONAL_SELLER_DETAILS"})


def find_active(market: Market, item_id: str) -> Listing:
    """Answer the active listing of `v1|<legacy id>|<variation>`; one that ended is not found."""
    version, _, rest = item_id.partition("|")
    legacy_id, _, _ = rest.partition("|")
    if version != "v1":
        raise Refusal(11001, "itemId", item_id)
    return find_active_by_legacy_id(market, legacy_id)


def find_active_by_legacy_id(market: Market, legacy_id: str) -> Listing:
    listing = market.active.get(serial_of(legacy_id))
    if listing is None:
        raise Refusal(11001, "itemId", legacy_id)
    return listing


def answer_item(listing: Listing, fieldgroups: str, caller: Caller, renderer: Renderer) -> dict[str, object]:
    """Answer the item; `COMPACT` is the cheap check of price and stock."""
    groups = {name.strip() for name in fieldgroups.split(",") if name.strip()}
    if groups - FIELDGROUPS:
        raise Refusal(11501, "fieldgroups", fieldgroups)
    if "COMPACT" in groups:
        return renderer.compact(listing, caller)
    payload = renderer.detail(listing, caller)
    if "PRODUCT" in groups:
        aspects = [{"name": name, "values": [value]} for name, value in listing.product.aspects]
        payload["product"] = {
            "title": listing.product.name,
            "brand": listing.brand,
            "aspectGroups": [{"localizedGroupName": "Product", "aspects": aspects}],
        }
    return payload
