"""What is claimed about one product: every claim with its source, resolved by weight, disagreement kept."""

from dataclasses import dataclass, field

from libs.contracts.listing import Attribute, Origin

type Fact = str | int | float | bool

WEIGHT: dict[Origin, float] = {"person": 9.0, "aspect": 3.0, "title": 2.0, "catalogue": 2.0, "model": 1.0}
"""An aspect beats the title, title and part number together beat an aspect."""

_SPEAKER: dict[Origin, str] = {
    "person": "a person",
    "aspect": "the item specifics",
    "title": "the title",
    "catalogue": "the part number or catalogue",
    "model": "the language model",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's word on one attribute."""

    value: Fact
    origin: Origin
    evidence: str
    weight: float


@dataclass(slots=True)
class Facts:
    """Claims by attribute, in the order they were made."""

    claims: dict[str, list[Claim]] = field(default_factory=dict)

    def claim(
        self, name: str, value: Fact | None, origin: Origin, evidence: str = "", weight: float | None = None
    ) -> None:
        """Note what a source said; nothing said is nothing noted."""
        if value is None or value == "":
            return
        said = Claim(value, origin, evidence, WEIGHT[origin] if weight is None else weight)
        self.claims.setdefault(name, []).append(said)

    def best(self, name: str) -> Claim | None:
        """The claim whose value has most weight behind it; the first one on a tie."""
        claims = self.claims.get(name)
        if not claims:
            return None
        if len(claims) == 1:
            return claims[0]
        return max(claims, key=lambda each: sum(other.weight for other in claims if other.value == each.value))

    def value(self, name: str) -> Fact | None:
        found = self.best(name)
        return None if found is None else found.value

    def text(self, name: str) -> str | None:
        value = self.value(name)
        return None if value is None else str(value)

    def number(self, name: str) -> float | None:
        value = self.value(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def attributes(self) -> tuple[Attribute, ...]:
        """One attribute a name, the winning claim's value, origin and words."""
        best = ((name, self.best(name)) for name in self.claims)
        return tuple(
            Attribute(name=name, value=each.value, origin=each.origin, evidence=each.evidence)
            for name, each in best
            if each is not None
        )

    def conflicts(self) -> tuple[str, ...]:
        """A sentence for every attribute on which sources disagree."""
        sentences = []
        for name, claims in self.claims.items():
            if len(claims) < 2:
                continue
            winner = self.best(name)
            against = next((each for each in claims if winner is not None and each.value != winner.value), None)
            if winner is not None and against is not None:
                sentences.append(
                    f"{_sentence(winner)} {winner.value} for {name}, {_SPEAKER[against.origin]} {against.value}"
                    f"{f' ({against.evidence})' if against.evidence else ''}; {winner.value} was taken."
                )
        return tuple(sentences)


def _sentence(claim: Claim) -> str:
    speaker = _SPEAKER[claim.origin]
    verb = "say" if claim.origin == "aspect" else "says"
    return f"{speaker[0].upper()}{speaker[1:]} {verb}"
