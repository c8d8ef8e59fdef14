"""The filters of the deals page, as its address carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from libs.contracts.listing import Verdict
from services.api.reading.filters import ListingFilter, SortName

type Choice = Literal["deals", "great", "good", "fair", "all"]

CHOICES: dict[Choice, tuple[str, list[Verdict]]] = {
    "deals": ("Great & good", ["great", "good"]),
    "great": ("Great", ["great"]),
    "good": ("Good", ["good"]),
    "fair": ("Fair", ["fair"]),
    "all": ("Everything", []),
}
SORTS: dict[SortName, str] = {
    "score": "Best score",
    "saving": "Most saved",
    "price": "Lowest price",
    "listed": "Newest listed",
    "seen": "Last seen",
}
PAGE = 40


@dataclass(frozen=True, slots=True)
class DealFilter:
    """What is shown; text is as it was typed, and what cannot be read counts as not given."""

    component_type: str = ""
    verdict: Choice = "deals"
    min_score: str = ""
    max_price: str = ""
    q: str = ""
    sort: SortName = "score"
    cursor: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "DealFilter":
        given = {name: parameters.get(name, "").strip()[:200] for name in ("component_type", "q")}
        verdict, sort = parameters.get("verdict", ""), parameters.get("sort", "")
        return cls(
            **given,
            verdict=verdict if verdict in CHOICES else "deals",
            min_score=_number(parameters.get("min_score", ""), 100),
            max_price=_number(parameters.get("max_price", ""), 10**9),
            sort=cast("SortName", sort) if sort in get_args(SortName.__value__) else "score",
            cursor=parameters.get("cursor", "")[:600],
        )

    def query(self) -> ListingFilter:
        return ListingFilter(
            component_type=self.component_type or None,
            verdict=CHOICES[self.verdict][1],
            min_score=float(self.min_score) if self.min_score else None,
            max_price=Decimal(self.max_price) if self.max_price else None,
            q=self.q or None,
            sort=self.sort,
            limit=PAGE,
            cursor=self.cursor or None,
        )

    @property
    def address(self) -> str:
        """The page with these filters, without those that say nothing."""
        return self._address(self)

    def at(self, cursor: str) -> str:
        """The address of the page behind a cursor."""
        return self._address(replace(self, cursor=cursor))

    def loosened(self) -> list[tuple[str, "DealFilter"]]:
        """The same with one filter less, for each that narrows, with words for what was left out."""
        once: list[tuple[str, DealFilter]] = []
        if self.q:
            once.append((f"the words “{self.q}”", replace(self, q="")))
        if self.max_price:
            once.append((f"the highest price of {self.max_price}", replace(self, max_price="")))
        if self.min_score:
            once.append((f"the lowest score of {self.min_score}", replace(self, min_score="")))
        if self.component_type:
            once.append((f"the type {self.component_type}", replace(self, component_type="")))
        if self.verdict != "all":
            once.append((f"the verdict {CHOICES[self.verdict][0].lower()}", replace(self, verdict="all")))
        return once

    @staticmethod
    def _address(given: "DealFilter") -> str:
        said = {
            name: value
            for name in ("component_type", "verdict", "min_score", "max_price", "q", "sort", "cursor")
            if (value := getattr(given, name)) and value != getattr(DealFilter(), name)
        }
        return "/?" + urlencode(said) if said else "/"


def _number(text: str, limit: int) -> str:
    """A number as it was typed, or nothing."""
    text = text.strip().replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ""
    return text if value.is_finite() and 0 <= value <= limit and len(text) <= 20 else ""
