"""What eBay says is left of the day's calls; the only truth, since its answers carry no such header."""

from dataclasses import dataclass
from datetime import datetime

from services.poller.sources.ebay.fields import moment, nodes, text, whole
from services.poller.sources.errors import MarketplaceError

RATE_LIMIT_PATH = "/developer/analytics/v1_beta/rate_limit/"
RATE_LIMIT_PARAMS = {"api_context": "buy", "api_name": "browse"}
_RESOURCE = "buy.browse"
"""Searches and single items; ``buy.browse.item.bulk`` is metered apart."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One window of calls, ending at the marketplace's own moment rather than at midnight."""

    limit: int
    remaining: int
    reset_at: datetime
    window_s: int | None


def read_rate_limit(document: object) -> RateLimit:
    """Read an answer of the Analytics API; raises ``MarketplaceError`` when it does not name our resource."""
    limits = nodes(document, "rateLimits") if isinstance(document, dict) else []
    resources = [each for limit in limits for each in nodes(limit, "resources")]
    found = [each for each in resources if text(each, "name") == _RESOURCE]
    for rate in (rate for each in found for rate in nodes(each, "rates")):
        limit, remaining, reset_at = whole(rate, "limit"), whole(rate, "remaining"), moment(rate, "reset")
        if limit is not None and remaining is not None and reset_at is not None:
            return RateLimit(limit, remaining, reset_at, whole(rate, "timeWindow"))
    raise MarketplaceError(f"eBay's rate limit answer names no limit, remaining and reset for {_RESOURCE}")
