"""What a type's parser is given and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from libs.contracts.listing import Listing, Origin
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

    def parts(self) -> Iterator[tuple[str, Origin]]:
        """What could be part numbers: those of the title, then the one the item specifics give."""
        for part in self.title.parts:
            yield part, "title"
        if told := self.aspects.get("mpn"):
            for part in Text(told).parts:
                yield part, "aspect"


@dataclass(frozen=True, slots=True)
class Reading:
    """A product as one parser read it."""

    key: str | None
    quantity: int = 1
    facets: tuple[str, ...] = ()
    completeness: float = 1.0
    """Share of the facts that make up the identity which are known, 0 to 1."""
