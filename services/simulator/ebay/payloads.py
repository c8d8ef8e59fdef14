"""Renders a listing as an ItemSummary and as a full item."""

from urllib.parse import quote
from zlib import crc32

import orjson

from services.simulator.clock import Clock
from services.simulator.ebay.caller import Caller
from services.simulator.listings import Listing, Shipping
from services.simulator.marketplaces import condition_name, convert_minor, money

MOST_RENDERINGS = 6
DELIVERY_DAYS_S = (4 * 86_400.0, 8 * 86_400.0)


class Renderer:
    """Renders each listing once per caller and clock; a listing that changes forgets its renderings."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def instant(self, offset: float) -> str:
        """Write an instant the way the API does, in milliseconds and Z."""
        return self._clock.on_the_wire(offset).strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"

    def summary(self, listing: Listing, caller: Caller, *, extended: bool) -> orjson.Fragment:
        key = (caller, extended, self._clock.jumps)
        rendered = listing.payloads.get(key)
        if rendered is None:
            if len(listing.payloads) >= MOST_RENDERINGS:
                listing.payloads.clear()
            rendered = listing.payloads[key] = orjson.dumps(self._summary(listing, caller, extended=extended))
        return orjson.Fragment(rendered)

    def _summary(self, listing: Listing, caller: Caller, *, extended: bool) -> dict[str, object]:
        category = listing.product.category
        path = category.path
        payload = self._common(listing, caller)
        payload |= {
            "leafCategoryIds": [category.id],
            "categories": [
                {"categoryId": number, "categoryName": name} for number, name in (path[2], path[0], path[1])
            ],
            "itemHref": f"{caller.base_url}/buy/browse/v1/item/{quote(listing.item_id, safe='')}",
            "shippingOptions": self._shipping(listing, caller),
            "availableCoupons": crc32(listing.legacy_id.encode()) % 29 == 0,
        }
        if not payload["shippingOptions"]:
            del payload["shippingOptions"]
            payload["pickupOptions"] = [{"pickupLocationType": "ARRANGED_LOCATION"}]
        if listing.images:
            payload["thumbnailImages"] = [{"imageUrl": image_url(listing, caller, 0)}]
        if listing.has_variations:
            payload["itemGroupHref"] = (
                f"{caller.base_url}/buy/browse/v1/item/get_items_by_item_group?item_group_id={listing.legacy_id}"
            )
            payload["itemGroupType"] = "SELLER_DEFINED_VARIATIONS"
        if extended:
            payload["shortDescription"] = (
                f"{listing.product.name}. {condition_name(listing.condition_id, caller.marketplace)}."
            )
        payload["itemLocation"] = self._location(listing, with_city=extended)
        return payload

    def detail(self, listing: Listing, caller: Caller) -> dict[str, object]:
        """Answer the full item of `getItem`."""
        path = listing.product.category.path
        payload = self._common(listing, caller)
        payload |= {
            "sellerItemRevision": str(listing.revision),
            "categoryId": path[2][0],
            "categoryPath": "|".join(name for _, name in path),
            "categoryIdPath": "|".join(number for number, _ in path),
            "itemLocation": self._location(listing, with_city=True),
            "estimatedAvailabilities": [self.availability(listing)],
            "localizedAspects": self._aspects(listing),
            "lotSize": listing.units if listing.units > 1 else 0,
            "shortDescription": listing.product.name,
            "description": f"<p>{listing.product.name}</p><p>Sold as listed. See the title for the quantity.</p>",
            "returnTerms": {"returnsAccepted": listing.seller.account_type == "BUSINESS"},
            "shipToLocations": {
                "regionIncluded": [{"regionName": "Worldwide", "regionType": "WORLDWIDE", "regionId": "WORLDWIDE"}]
            },
            "taxes": [],
            "enabledForGuestCheckout": True,
            "eligibleForInlineCheckout": True,
        }
        if shipping := self._shipping(listing, caller):
            payload["shippingOptions"] = shipping
        if listing.brand:
            payload["brand"] = listing.brand
        if listing.mpn:
            payload["mpn"] = listing.mpn
        if listing.bid_minor is not None:
            payload["minimumPriceToBid"] = self._money(round(listing.bid_minor * 1.05), listing, caller)
            payload["uniqueBidderCount"] = min(listing.bid_count, 1 + listing.bid_count // 2)
            payload["reservePriceMet"] = True
        if listing.has_variations:
            payload["primaryItemGroup"] = {
                "itemGroupId": listing.legacy_id,
                "itemGroupType": "SELLER_DEFINED_VARIATIONS",
            }
        return payload

    def compact(self, listing: Listing, caller: Caller) -> dict[str, object]:
        """Answer the cheap check: is it alive, and what does it cost."""
        payload: dict[str, object] = {"itemId": listing.item_id, "sellerItemRevision": str(listing.revision)}
        payload |= self._prices(listing, caller)
        payload["estimatedAvailabilities"] = [self.availability(listing)]
        return payload

    def availability(self, listing: Listing) -> dict[str, object]:
        """Answer the stock; above ten the API tells only that there are more than ten."""
        answer: dict[str, object] = {"deliveryOptions": ["SHIP_TO_HOME"], "estimatedSoldQuantity": listing.sold}
        if listing.stock > 10:
            return answer | {
                "estimatedAvailabilityStatus": "IN_STOCK",
                "availabilityThresholdType": "MORE_THAN",
                "availabilityThreshold": 10,
            }
        status = "IN_STOCK" if listing.stock > 1 else "LIMITED_STOCK"
        return answer | {"estimatedAvailabilityStatus": status, "estimatedAvailableQuantity": listing.stock}

    def _common(self, listing: Listing, caller: Caller) -> dict[str, object]:
        web_url = f"{caller.public_url}/itm/{listing.legacy_id}"
        payload: dict[str, object] = {
            "itemId": listing.item_id,
            "legacyItemId": listing.legacy_id,
            "title": listing.title,
            "condition": condition_name(listing.condition_id, caller.marketplace),
            "conditionId": listing.condition_id,
            "seller": self._seller(listing),
            "buyingOptions": list(listing.options),
            "itemWebUrl": web_url,
            "itemCreationDate": self.instant(listing.listed_at),
            "itemOriginDate": self.instant(listing.first_listed_at),
            "topRatedBuyingExperience": listing.seller.top_rated and listing.shipping is Shipping.FREE,
            "priorityListing": listing.promoted,
            "adultOnly": False,
            "listingMarketplaceId": listing.marketplace,
        } | self._prices(listing, caller)
        if listing.ends_at is not None:
            payload["itemEndDate"] = self.instant(listing.ends_at)
        if listing.serial % 2:
            payload["epid"] = listing.product.epid
        if listing.images:
            payload["image"] = {"imageUrl": image_url(listing, caller, 0)}
        if listing.images > 1:
            payload["additionalImages"] = [
                {"imageUrl": image_url(listing, caller, number)} for number in range(1, listing.images)
            ]
        if caller.campaign:
            payload["itemAffiliateWebUrl"] = f"{web_url}?mkevt=1&mkcid=1&campid={quote(caller.campaign)}"
        return payload

    def _prices(self, listing: Listing, caller: Caller) -> dict[str, object]:
        payload: dict[str, object] = {}
        if listing.price_minor is not None:
            payload["price"] = self._money(listing.price_minor, listing, caller)
        if listing.bid_minor is not None:
            payload["currentBidPrice"] = self._money(listing.bid_minor, listing, caller)
            payload["bidCount"] = listing.bid_count
        if (
            listing.price_minor is not None
            and listing.original_minor is not None
            and listing.original_minor > listing.price_minor
        ):
            discount = listing.original_minor - listing.price_minor
            payload["marketingPrice"] = {
                "originalPrice": self._money(listing.original_minor, listing, caller),
                "discountPercentage": str(round(100 * discount / listing.original_minor)),
                "discountAmount": self._money(discount, listing, caller),
                "priceTreatment": "STRIKETHROUGH",
            }
        return payload

    def _money(self, amount_minor: int, listing: Listing, caller: Caller) -> dict[str, str]:
        """Write an amount in the caller's currency, and the original when it was converted."""
        currency = caller.marketplace.currency
        if currency == listing.currency:
            return money(amount_minor, currency)
        original = money(amount_minor, listing.currency)
        converted = money(convert_minor(amount_minor, listing.currency, currency), currency)
        return converted | {"convertedFromValue": original["value"], "convertedFromCurrency": original["currency"]}

    def _shipping(self, listing: Listing, caller: Caller) -> list[dict[str, object]]:
        """Answer the ways to ship; a calculated cost needs to know where to."""
        if listing.shipping is Shipping.NONE:
            return []
        option: dict[str, object] = {
            "shippingCostType": "CALCULATED" if listing.shipping is Shipping.CALCULATED else "FIXED"
        }
        if listing.shipping is not Shipping.CALCULATED or caller.located:
            cost = 0 if listing.shipping is Shipping.FREE else listing.shipping_minor
            option["shippingCost"] = self._money(cost, listing, caller)
        if caller.located:
            soonest, latest = DELIVERY_DAYS_S
            option["minEstimatedDeliveryDate"] = self.instant(listing.listed_at + soonest)
            option["maxEstimatedDeliveryDate"] = self.instant(listing.listed_at + latest)
            option["guaranteedDelivery"] = False
        return [option]

    def _seller(self, listing: Listing) -> dict[str, object]:
        seller = listing.seller
        answer: dict[str, object] = {
            "feedbackPercentage": seller.feedback_percentage,
            "feedbackScore": seller.feedback_score,
        }
        if seller.username is not None:
            answer["username"] = seller.username
        if listing.marketplace != "EBAY_US":
            answer["sellerAccountType"] = seller.account_type
        return answer

    def _location(self, listing: Listing, *, with_city: bool) -> dict[str, str]:
        seller = listing.seller
        location = {"postalCode": seller.postal_code, "country": seller.country}
        return location | {"city": seller.city, "stateOrProvince": seller.state} if with_city else location

    def _aspects(self, listing: Listing) -> list[dict[str, str]]:
        rows = [*listing.product.aspects]
        if listing.brand:
            rows.append(("Brand", listing.brand))
        if listing.mpn:
            rows.append(("MPN", listing.mpn))
        shift = listing.serial % len(rows) if rows else 0
        return [{"type": "STRING", "name": name, "value": value} for name, value in (*rows[shift:], *rows[:shift])]


def image_url(listing: Listing, caller: Caller, number: int) -> str:
    return f"{caller.public_url}/images/{listing.product.component_type}/{listing.legacy_id}-{number}.svg"
