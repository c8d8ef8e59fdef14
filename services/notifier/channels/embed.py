"""An alert as a Discord embed; limits from Discord's API documentation (research: verticals §5.1)."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from libs.contracts.alert import AlertRaised
from libs.contracts.listing import BaselineRef, Contribution, Listing, Seller
from libs.domain.money import UnknownCurrencyError, display
from services.notifier.channels.text import escape, units

MOST_EMBEDS = 10
MOST_TEXT = 6000
"""Over all embeds of a message."""
TITLE = 256
URL = 2048

COLOURS = ((90.0, 0x2ECC71), (80.0, 0xF1C40F), (75.0, 0xE67E22))
"""At least this score: green, yellow, orange."""
PALE = 0x95A5A6
REASONS = 3
REASON_FROM = 50.0
"""Factors below the neutral value speak against the offer and are no reason for it."""

type Embed = dict[str, Any]

_WEB_ADDRESS = re.compile(r"https?://[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+")


def embed(alert: AlertRaised) -> Embed:
    """Everything a person needs to decide; foreign text is escaped and cut."""
    listing, judgement = alert.listing, alert.judgement
    built: Embed = {
        "title": escape(listing.title, TITLE) or "A listing without a title",
        "description": _description(alert),
        "color": colour(judgement.score),
        "fields": list(_fields(alert)),
        "footer": {"text": f"alert {alert.alert_id}"},
        "timestamp": alert.observed_at.isoformat(),
    }
    if url := web_address(listing.url):
        built["url"] = url
    if image := web_address(listing.image_url):
        built["thumbnail"] = {"url": image}
    return built


def measure(embed: Embed) -> int:
    """The text of an embed that counts toward the limit of a message."""
    parts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    parts += [text for field in embed.get("fields", ()) for text in (field["name"], field["value"])]
    return sum(units(part) for part in parts)


def message(embeds: list[Embed]) -> dict[str, Any]:
    """What is posted: nobody is mentioned, whatever the text says."""
    return {"embeds": embeds, "allowed_mentions": {"parse": []}}


def colour(score: float) -> int:
    return next((colour for least, colour in COLOURS if score >= least), PALE)


def web_address(url: str | None) -> str | None:
    """An address Discord takes as well formed, else ``None``: a bad one would cost the whole message."""
    if url is None or len(url) > URL or not _WEB_ADDRESS.fullmatch(url):
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return url if host else None


def _description(alert: AlertRaised) -> str:
    score, verdict = alert.judgement.score, alert.judgement.verdict.replace("_", " ")
    watches = ", ".join(escape(match.watch_name, 80) for match in alert.matches[:4])
    more = f" and {len(alert.matches) - 4} more" if len(alert.matches) > 4 else ""
    return f"**Score {score:.0f}** · {verdict} price · for {watches or 'a watch without a name'}{more}"


def _fields(alert: AlertRaised) -> Iterable[Embed]:
    listing, product, judgement = alert.listing, alert.product, alert.judgement
    yield _field("Price", _price(listing))
    yield _field("Unit price", _money(alert.price.unit_minor, alert.price.currency))
    if judgement.baseline is not None:
        yield _field("Usually", _band(judgement.baseline))
    if judgement.saving_minor is not None:
        yield _field("Saving", _saving(judgement.saving_minor, judgement.saving_percent, alert.price.currency))
    yield _field("Seller", _seller(listing.seller))
    yield _field("Condition", _condition(product.condition, listing.condition_text))
    yield _field("Quantity", str(product.quantity))
    if reasons := _reasons(judgement.contributions):
        yield _field("Why", "\n".join(reasons), inline=False)
    if listing.listed_at is not None:
        yield _field("Listed", _ago(listing.listed_at))
    yield _field("Seen", _ago(alert.observed_at))


def _field(name: str, value: str, *, inline: bool = True) -> Embed:
    return {"name": name, "value": value, "inline": inline}


def _price(listing: Listing) -> str:
    if listing.asking_minor is None:
        return "not said"
    asking = _money(listing.asking_minor, listing.currency)
    bid = " (current bid)" if listing.price_minor is None else ""
    if listing.shipping_minor is None:
        return f"{asking}{bid} + unknown shipping"
    if listing.shipping_minor == 0:
        return f"{asking}{bid}, shipping free"
    return f"{asking}{bid} + {_money(listing.shipping_minor, listing.currency)} shipping"


def _band(baseline: BaselineRef) -> str:
    low, high = (_money(minor, baseline.currency) for minor in (baseline.p25_minor, baseline.p75_minor))
    return f"{low} to {high} (n = {baseline.n})"


def _saving(minor: int, percent: float | None, currency: str) -> str:
    share = "" if percent is None else f" ({percent:.0f} %)"
    return f"{_money(minor, currency)}{share} a unit"


def _seller(seller: Seller) -> str:
    name = escape(seller.name or "", 80) or "unknown"
    if seller.feedback_score is None:
        return f"{name}, no ratings known"
    share = "" if seller.feedback_percent is None else f", {seller.feedback_percent:g} %"
    return f"{name} ({seller.feedback_score:,}{share})"


def _condition(name: str, words: str | None) -> str:
    plain = name.replace("_", " ")
    stated = escape(words or "", 100)
    return plain if not stated or stated.casefold() == plain else f"{plain} ({stated})"


def _reasons(contributions: Iterable[Contribution]) -> list[str]:
    """What speaks most for the offer, the weightiest first."""
    strong = [each for each in contributions if each.value >= REASON_FROM]
    strong.sort(key=lambda each: -each.points)
    return [f"• {escape(each.reason, 200)}" for each in strong[:REASONS]]


def _money(minor: int, currency: str) -> str:
    try:
        return display(minor, currency)
    except UnknownCurrencyError:
        return f"{minor:,} minor units of {escape(currency, 20)}"


def _ago(moment: datetime) -> str:
    """A time each reader's Discord shows in words of their own and keeps current."""
    return f"<t:{int(moment.timestamp())}:R>"
