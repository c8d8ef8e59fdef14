"""Numbers and moments as the console writes them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from libs.contracts.listing import ConditionClass, Verdict
from libs.domain.money import to_decimal

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

VERDICTS: dict[Verdict, str] = {
    "great": "Great",
    "good": "Good",
    "fair": "Fair",
    "high": "High",
    "overpriced": "Overpriced",
    "not_enough_evidence": "No verdict yet",
}


CONDITIONS: dict[ConditionClass, str] = {
    "new": "New",
    "like_new": "Like new",
    "used_working": "Used",
    "for_parts": "For parts",
    "unknown": "Condition unknown",
}


def money(minor: int | None, currency: str | None) -> str:
    """``$1,234.50``, ``850.00 SEK``; a dash for what is unknown."""
    if minor is None or currency is None:
        return "—"
    amount = f"{abs(to_decimal(minor, currency)):,}"
    sign = "\N{MINUS SIGN}" if minor < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{amount}" if symbol else f"{sign}{amount} {currency}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago or ahead, in the largest unit that fits; a browser with scripts keeps it current."""
    if moment is None:
        return "unknown"
    passed = (now or datetime.now(UTC)) - moment
    for unit, size in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if abs(passed) >= size:
            return f"{passed // size} {unit} ago" if passed > timedelta(0) else f"in {-passed // size} {unit}"
    return "just now"


def marketplace(name: str) -> str:
    """``EBAY_US`` as its users write it."""
    return name.replace("EBAY_", "eBay ").replace("_", " ")


def sureness(confidence: float) -> str:
    """A confidence from 0 to 1 in words."""
    if confidence >= 0.7:
        return "sure"
    return "fairly sure" if confidence >= 0.4 else "unsure"


def safe_link(url: str | None, plain_hosts: frozenset[str]) -> str | None:
    """An address that may be shown as a link or picture: HTTPS, or plain HTTP of a host that was named."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "https" and parts.hostname and "@" not in parts.netloc:
        return url
    return url if parts.scheme == "http" and parts.netloc in plain_hosts else None
