"""The marketplaces that the simulated Browse API knows: currency, home country and words."""

from dataclasses import dataclass

USD_PER_UNIT = {
    "USD": 1.0, "GBP": 1.28, "EUR": 1.09, "AUD": 0.66, "CAD": 0.73, "CHF": 1.14, "HKD": 0.128, "PLN": 0.25, "SGD": 0.75,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marketplace:
    name: str
    currency: str
    country: str
    site: str = "www.ebay.com"
    language: str = "en"


def _marketplaces() -> dict[str, Marketplace]:
    rows = (
        Marketplace("EBAY_US", "USD", "US"),
        Marketplace("EBAY_GB", "GBP", "GB"),
        Marketplace("EBAY_DE", "EUR", "DE", language="de"),
        Marketplace("EBAY_AU", "AUD", "AU"),
        Marketplace("EBAY_AT", "EUR", "AT", language="de"),
        Marketplace("EBAY_BE", "EUR", "BE"),
        Marketplace("EBAY_CA", "CAD", "CA"),
        Marketplace("EBAY_CH", "CHF", "CH", language="de"),
        Marketplace("EBAY_ES", "EUR", "ES"),
        Marketplace("EBAY_FR", "EUR", "FR"),
        Marketplace("EBAY_HK", "HKD", "HK"),
        Marketplace("EBAY_IE", "EUR", "IE"),
        Marketplace("EBAY_IT", "EUR", "IT"),
        Marketplace("EBAY_NL", "EUR", "NL"),
        Marketplace("EBAY_PL", "PLN", "PL"),
        Marketplace("EBAY_SG", "SGD", "SG"),
    )
    return {row.name: row for row in rows}


MARKETPLACES = _marketplaces()
DEFAULT = MARKETPLACES["EBAY_US"]
NOT_ON_BROWSE = frozenset({"EBAY_IN", "EBAY_MOTORS_US", "EBAY_RU"})
HOME_SHARES = {"EBAY_US": 0.74, "EBAY_GB": 0.11, "EBAY_DE": 0.09, "EBAY_AU": 0.06}
SELLER_ACCOUNT_TYPES_ON = frozenset(
    {"EBAY_AT", "EBAY_BE", "EBAY_DE", "EBAY_ES", "EBAY_FR", "EBAY_GB", "EBAY_IE", "EBAY_IT", "EBAY_PL"}
)

CONDITIONS = {
    "1000": ("New", "Neu"),
    "1500": ("New other (see details)", "Neu: Sonstige (siehe Artikelbeschreibung)"),
    "2010": ("Excellent - Refurbished", "Hervorragend - Refurbished"),
    "2020": ("Very Good - Refurbished", "Sehr gut - Refurbished"),
    "2500": ("Seller refurbished", "Vom Verkäufer generalüberholt"),
    "3000": ("Used", "Gebraucht"),
    "7000": ("For parts or not working", "Als Ersatzteil / defekt"),
}


def condition_name(condition_id: str, marketplace: Marketplace) -> str:
    """Answer the condition in the marketplace's own words, which nobody should branch on."""
    english, german = CONDITIONS[condition_id]
    return german if marketplace.language == "de" else english


def convert_minor(amount_minor: int, currency: str, target: str) -> int:
    """Convert at the simulator's fixed rates."""
    if currency == target:
        return amount_minor
    return round(amount_minor * USD_PER_UNIT[currency] / USD_PER_UNIT[target])


def money(amount_minor: int, currency: str) -> dict[str, str]:
    return {"value": f"{amount_minor / 100:.2f}", "currency": currency}
