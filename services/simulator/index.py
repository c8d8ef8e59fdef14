"""Inverted index of the active listings: every word and every filterable fact is a set of serials."""

from collections import defaultdict
from collections.abc import Iterable

from services.simulator.listings import Listing
from services.simulator.words import searchable

NOTHING: frozenset[int] = frozenset()


class Index:
    def __init__(self) -> None:
        self._serials: defaultdict[str, set[int]] = defaultdict(set)
        self._terms: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._terms)

    def add(self, listing: Listing) -> None:
        """Index a listing, or index it again after its facts changed."""
        self.remove(listing.serial)
        terms = (*listing.terms(), *(f"word:{word}" for word in searchable(listing.title)))
        self._terms[listing.serial] = terms
        for term in terms:
            self._serials[term].add(listing.serial)

    def remove(self, serial: int) -> None:
        for term in self._terms.pop(serial, ()):
            serials = self._serials[term]
            serials.discard(serial)
            if not serials:
                del self._serials[term]

    def any_of(self, terms: Iterable[str]) -> set[int]:
        found: set[int] = set()
        return found.union(*(self._serials.get(term, NOTHING) for term in terms))

    def all_of(self, terms: Iterable[str]) -> set[int]:
        """Answer the serials that carry every term, the rarest first so that the work stays small."""
        sets = sorted((self._serials.get(term, NOTHING) for term in terms), key=len)
        return set(sets[0]).intersection(*sets[1:]) if sets else set(self._terms)
