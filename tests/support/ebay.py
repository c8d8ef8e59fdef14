"""Invented answers of the Browse API, shaped like the real ones."""

from datetime import UTC, datetime
from typing import Any

from services.poller.sources.source import ParseContext

OBSERVED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
US = ParseContext("EBAY_US", "server", OBSERVED_AT)

type Item = dict[str, Any]


def summary(**changes: Any) -> Item:
    """One item of a search answer with every field of a common listing; ``None`` takes a field away."""
    item: Item = {
        "itemId": "v1|256218800001|0",
        "title": "Samsung 32GB DDR4 2666 RDIMM M393A4K40CB2-CTD",
        "leafCategoryIds": ["170083"],
        "categories": [
            {"categoryId": "170083", "categoryName": "Memory (RAM)"},
            {"categoryId": "58058", "categoryName": "Computers/Tablets & Networking"},
        ],
        "image": {"imageUrl": "https://i.ebayimg.com/images/g/one/s-l225.jpg"},
        "price": {"value": "54.90", "currency": "USD"},
        "itemHref": "https://api.ebay.com/buy/browse/v1/item/v1%7C256218800001%7C0",
        "seller": {"username": "ram_shack", "feedbackPercentage": "99.8", "feedbackScore": 12345},
        "condition": "Used",
        "conditionId": "3000",
        "thumbnailImages": [{"imageUrl": "https://i.ebayimg.com/images/g/two/s-l1200.jpg"}],
        "shippingOptions": [
            {"shippingCostType": "FIXED", "shippingCost": {"value": "5.25", "currency": "USD"}},
        ],
        "buyingOptions": ["FIXED_PRICE", "BEST_OFFER"],
        "epid": "14026312333",
        "itemWebUrl": "https://www.ebay.com/itm/256218800001?hash=item3ba7:g:abc&amdata=enc%3AAQAI",
        "itemLocation": {"postalCode": "432**", "country": "US"},
        "adultOnly": False,
        "legacyItemId": "256218800001",
        "availableCoupons": False,
        "itemCreationDate": "2026-11-19T08:30:00.000Z",
        "topRatedBuyingExperience": True,
        "priorityListing": False,
        "listingMarketplaceId": "EBAY_US",
    }
    return {key: value for key, value in (item | changes).items() if value is not None}


def whole_item(**changes: Any) -> Item:
    """A getItem answer: a summary with aspects and availability, and without what only searches have."""
    full = {
        "categories": None,
        "leafCategoryIds": None,
        "categoryId": "170083",
        "categoryIdPath": "58058|175673|170083",
        "brand": "Samsung",
        "mpn": "M393A4K40CB2-CTD",
        "lotSize": 0,
        "localizedAspects": [
            {"type": "STRING", "name": "Total Capacity", "value": "32 GB"},
            {"type": "STRING", "name": "Bus Speed", "value": "PC4-21300 (DDR4-2666)"},
        ],
        "estimatedAvailabilities": [
            {"estimatedAvailabilityStatus": "IN_STOCK", "estimatedAvailableQuantity": 7, "estimatedSoldQuantity": 3}
        ],
    }
    return summary(**(full | changes))


def search_answer(*items: Item, **envelope: Any) -> Item:
    """The envelope of a search; ``itemSummaries`` is absent when nothing matched, as eBay does it."""
    answer: Item = {
        "href": "https://api.ebay.com/buy/browse/v1/item_summary/search?q=ddr4&limit=200&offset=0",
        "total": len(items),
        "limit": 200,
        "offset": 0,
        **envelope,
    }
    return answer | {"itemSummaries": list(items)} if items else answer


def error_answer(error_id: int, message: str = "It did not work.", category: str = "REQUEST") -> Item:
    """The body of a refusal."""
    return {"errors": [{"errorId": error_id, "domain": "API_BROWSE", "category": category, "message": message}]}
