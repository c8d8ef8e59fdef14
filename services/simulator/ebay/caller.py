"""What a request says about its caller: marketplace, place and affiliate campaign."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

from services.simulator.ebay.errors import Refusal
from services.simulator.marketplaces import DEFAULT, MARKETPLACES, NOT_ON_BROWSE, Marketplace

_CAMPAIGN = re.compile(r"affiliateCampaignId=([^,]+)")


@dataclass(frozen=True, slots=True)
class Caller:
    """`located` tells whether calculated shipping can be calculated; payloads are rendered once per caller."""

    marketplace: Marketplace
    located: bool
    campaign: str | None
    base_url: str
    public_url: str


def read_caller(request: Request, *, public_url: str | None, unsupported: int) -> Caller:
    """Read the headers; a marketplace nobody knows silently becomes EBAY_US, as on the real site."""
    name = request.headers.get("X-EBAY-C-MARKETPLACE-ID", "")
    if name in NOT_ON_BROWSE:
        raise Refusal(unsupported, "X-EBAY-C-MARKETPLACE-ID", name)
    context = unquote(request.headers.get("X-EBAY-C-ENDUSERCTX", ""))
    place = context.partition("contextualLocation=")[2]
    campaign = _CAMPAIGN.search(context)
    base_url = str(request.base_url).rstrip("/")
    return Caller(
        marketplace=MARKETPLACES.get(name, DEFAULT),
        located="country=" in place and "zip=" in place,
        campaign=campaign.group(1) if campaign else None,
        base_url=base_url,
        public_url=(public_url or base_url).rstrip("/"),
    )
