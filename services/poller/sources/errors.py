"""What can go wrong between the poller and a marketplace; a permanent one does not get better by asking again."""

from collections.abc import Iterable
from datetime import datetime

from libs.domain.errors import PermanentError


class SourceError(Exception):
    """A source did not answer as agreed."""


class NotJsonError(SourceError, PermanentError):
    """A payload that is no JSON text."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the payload is not JSON: {why}")


class UnknownShapeError(SourceError, PermanentError):
    """JSON that no parser of the source knows."""

    def __init__(self, source: str, seen: str, known: Iterable[str]) -> None:
        super().__init__(f"no {source} parser knows this payload: it is {seen}; known are: {'; '.join(known)}")


class UnknownMarketplaceError(SourceError, PermanentError):
    """A marketplace the source does not have; eBay would silently search EBAY_US instead."""

    def __init__(self, source: str, marketplace: str, known: Iterable[str]) -> None:
        super().__init__(f"{source} has no marketplace {marketplace[:40]!r}; known are: {', '.join(sorted(known))}")


class BlockedError(SourceError):
    """A web page where data was due: a challenge, a login, an error page."""


class WarnedError(SourceError, PermanentError):
    """The marketplace answered but ignored a part of the request, so the answer is to another question."""

    def __init__(self, warnings: tuple[str, ...]) -> None:
        self.warnings = warnings
        super().__init__(f"the marketplace ignored a part of the search: {'; '.join(warnings)}")


class MarketplaceError(SourceError):
    """The marketplace answered with an error of its own."""

    def __init__(self, sentence: str, *, status: int | None = None, error_id: str | None = None) -> None:
        self.status = status
        self.error_id = error_id
        super().__init__(sentence)


class RequestRefusedError(MarketplaceError, PermanentError):
    """The question itself is wrong."""


class CredentialsError(MarketplaceError, PermanentError):
    """The marketplace does not accept who asks."""


class ItemGoneError(MarketplaceError, PermanentError):
    """The marketplace no longer knows the item."""


class ItemBusyError(MarketplaceError):
    """The item is being edited by its seller: it is not gone."""


class RateLimitedError(SourceError):
    """The marketplace's own limit is reached until ``retry_at``."""

    def __init__(self, source: str, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(f"{source} takes no more calls until {retry_at.isoformat(timespec='seconds')}")


class BudgetSpentError(SourceError):
    """Our own share of the marketplace's quota is used up."""

    def __init__(self, source: str) -> None:
        super().__init__(f"the {source} calls planned for this window are spent")


class UnavailableError(SourceError):
    """The source cannot be reached or is out of order; asking later may help."""
