"""What a type's parser is given and what it answers."""

from dataclasses import dataclass, field

from libs.contracts.listing import Listing
from libs.domain.text import Text
from libs.domain.verticals.server.aspects import Aspects
from libs.domain.verticals.server.facts import Facts


@dataclass(slots=True)
class Source:
    """One listing as the parsers see it: the title split once, the item specifics by meaning, facts so far."""

    title: Text
    aspects: Aspects
    facts: Facts = field(default_factory=Facts)

    @classmethod
    def of(cls, listing: Listing) -> "Source":
        return cls(Text(listing.title), Aspects(listing.aspects))


@dataclass(frozen=True, slots=True)
class Reading:
    """A product as one parser read it."""

    key: str | None
    quantity: int = 1
    facets: tuple[str, ...] = ()
    completeness: float = 1.0
    """Share of the facts that make up the identity which are known, 0 to 1."""
