"""The daily quota of the Browse API, which resets at 07:00Z of the simulated day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.simulator.answers import JsonResponse
from services.simulator.ebay.errors import access_error

RESET_HOUR = 7
DAY_S = 86_400


def next_reset(now: datetime) -> datetime:
    """Answer the next 07:00Z after this instant."""
    today = now.astimezone(UTC).replace(hour=RESET_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


class Quota:
    """Counts calls of the one client there is; a simulated day at speed 600 is 144 real seconds long."""

    def __init__(self, limit: int, simulated_now: Callable[[], datetime]) -> None:
        self.limit = limit
        self._simulated_now = simulated_now
        self._used = 0
        self._resets_at = next_reset(simulated_now())

    @property
    def used(self) -> int:
        self._roll()
        return self._used

    @property
    def resets_at(self) -> datetime:
        self._roll()
        return self._resets_at

    def spend(self) -> bool:
        """Count a call; False when the day's calls are used up."""
        self._roll()
        if self._used >= self.limit:
            return False
        self._used += 1
        return True

    def _roll(self) -> None:
        now = self._simulated_now()
        if now >= self._resets_at:
            self._used, self._resets_at = 0, next_reset(now)


def too_many_requests() -> JsonResponse:
    return access_error(
        429, 2001, "ACCESS", "Too many requests.", "The request limit has been reached for the resource."
    )


def rate_limits(quota: Quota, reset_on_the_wire: str) -> JsonResponse:
    """Answer `GET /developer/analytics/v1_beta/rate_limit/`."""
    rate = {
        "count": quota.used,
        "limit": quota.limit,
        "remaining": max(0, quota.limit - quota.used),
        "reset": reset_on_the_wire,
        "timeWindow": DAY_S,
    }
    resources = [{"name": "buy.browse", "rates": [rate]}]
    return JsonResponse(
        {"rateLimits": [{"apiContext": "buy", "apiName": "browse", "apiVersion": "v1", "resources": resources}]}
    )
