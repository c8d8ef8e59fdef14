"""What a language model may be asked about a listing, and how much of its answer is believed.

The question comes from the registry: only what the rules left open. The answer is a stranger's: every
value is brought into the attribute's kind, range and choices, and dropped unless the listing's own
words say it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, override

from libs.contracts.listing import Attribute, Listing, Product
from libs.domain.text import Text, clean
from libs.domain.verticals.registry import vertical
from libs.domain.verticals.vertical import AttributeSpec

TYPE = "component_type"
TEXT_LIMIT = 80
NOTHING = frozenset(
    (
        "",
        "-",
        "?",
        "n/a",
        "na",
        "nil",
        "none",
        "null",
        "unknown",
        "undefined",
        "unspecified",
        "not specified",
        "not given",
    )
)
_TRUE, _FALSE = frozenset(("true", "yes", "y", "1")), frozenset(("false", "no", "n", "0"))
_NUMBER = re.compile(r"(?P<n>\d{1,15}(?:[.,]\d{1,6})?)\s*(?P<unit>[a-z/]{0,8})")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DIGITS = re.compile(r"\d+")
_COUNTS = {
    "single": 1,
    "one": 1,
    "dual": 2,
    "two": 2,
    "twin": 2,
    "pair": 2,
    "quad": 4,
    "four": 4,
    "octal": 8,
    "eight": 8,
}
_SCALES = (1.0, 1000.0, 1024.0, 1 / 1000, 1 / 1024)


@dataclass(frozen=True, slots=True)
class Question:
    """What the rules left open about one listing."""

    vertical: str
    version: str
    types: tuple[str, ...]
    """The type the rules recognised, or all that it may be when they recognised none."""
    asked: Mapping[str, tuple[AttributeSpec, ...]]
    """By type, the attributes to be found."""

    @property
    def asks_type(self) -> bool:
        return len(self.types) > 1

    def schema(self) -> dict[str, Any]:
        """The answer's JSON schema: every property required, unknown ones null, as strict modes want it."""
        properties: dict[str, Any] = {}
        if self.asks_type:
            properties[TYPE] = _property({"type": ["string", "null"], "enum": [*self.types, None]}, "What is sold.")
        for specs in self.asked.values():
            for spec in specs:
                if spec.name in properties:
                    properties[spec.name] = _property(_free(spec), spec.label)
                else:
                    properties[spec.name] = _property(_value(spec), _described(spec))
        return _object(properties)


@dataclass(frozen=True, slots=True)
class Said:
    """One value of an answer that was believed, and the listing's words for it."""

    value: str | int | float | bool
    evidence: str


class Completion(Protocol):
    """A vertical's part: what to ask about a listing, and what follows from an answer."""

    def question(self, listing: Listing, product: Product) -> Question | None:
        """What the rules left open; ``None`` when nothing, or when they know that it is no product."""
        ...

    def complete(self, listing: Listing, product: Product, answer: Mapping[str, object]) -> Product:
        """The product with what of the answer is believed; the same object when nothing is."""
        ...


class Plain(Completion):
    """For a vertical without a word of its own: attributes are added, its identity stays the rules'."""

    @override
    def question(self, listing: Listing, product: Product) -> Question | None:
        return missing(listing.vertical, product)

    @override
    def complete(self, listing: Listing, product: Product, answer: Mapping[str, object]) -> Product:
        question = self.question(listing, product)
        if question is None:
            return product
        said = believed(listing, question.asked.get(product.component_type, ()), answer)
        added = tuple(Attribute(name=n, value=s.value, origin="model", evidence=s.evidence) for n, s in said.items())
        return product.model_copy(update={"attributes": (*product.attributes, *added)}) if added else product


_PLAIN = Plain()
_completions: dict[str, Completion] = {}


def completes(name: str, completion: Completion) -> None:
    """Let a vertical say itself what is asked and what follows."""
    _completions[name] = completion


def completion_of(name: str) -> Completion:
    return _completions.get(name, _PLAIN)


def missing(name: str, product: Product, *, derived: frozenset[str] = frozenset()) -> Question | None:
    """The required attributes of a recognised type that nobody told; ``derived`` ones follow from others."""
    rules = vertical(name)
    component = rules.component_types.get(product.component_type)
    if component is None:
        return None
    asked = tuple(
        spec
        for spec in component.attributes
        if spec.required and spec.name not in derived and product.attribute(spec.name) is None
    )
    return Question(name, rules.version, (component.name,), {component.name: asked}) if asked else None


def believed(listing: Listing, specs: tuple[AttributeSpec, ...], answer: Mapping[str, object]) -> dict[str, Said]:
    """The values of an answer that fit their attribute and that the listing's own words say."""
    found = {}
    for spec in specs:
        raw, evidence = told(answer.get(spec.name))
        value = coerce(spec, raw)
        words = None if value is None else said_in(listing, evidence)
        if value is not None and words and supports(words, value):
            found[spec.name] = Said(value, words)
    return found


def told(entry: object) -> tuple[object, str]:
    """Value and evidence of one entry; a bare value is its own evidence."""
    if isinstance(entry, Mapping):
        evidence = entry.get("evidence")
        value = entry.get("value")
        return value, evidence if isinstance(evidence, str) else _words_of(value)
    return entry, _words_of(entry)


def said_in(listing: Listing, evidence: str) -> str | None:
    """The evidence as the seller wrote it, when its words stand in this order in the title or an aspect."""
    wanted = Text(evidence[: TEXT_LIMIT * 2]).sequence
    if not wanted or len(wanted) > 12:
        return None
    pattern = re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, wanted)) + r"(?![^\W_])")
    for text in (listing.title, *(f"{name}: {value}" for name, value in listing.aspects.items())):
        source = Text(text)
        if match := pattern.search(source.low):
            return source.said(match)
    return None


def supports(words: str, value: str | float) -> bool:
    """Whether words can mean a value: its numbers must be theirs, in any scale or counted out, else its letters."""
    low = Text(words).low
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        runs = _DIGITS.findall(low)
        spoken = {"".join(runs[start:end]) for start in range(len(runs)) for end in range(start + 1, len(runs) + 1)}
        numbers_told = _DIGITS.findall(value)
        return spoken.issuperset(numbers_told) if numbers_told else abbreviates(value, low)
    numbers = [float(match["n"].replace(",", ".")) for match in _NUMBER.finditer(_THOUSANDS.sub("", low))]
    numbers += [float(_COUNTS[word]) for word in Text(words).sequence if word in _COUNTS]
    return any(abs(number * scale - value) < 1e-6 * value for number in numbers for scale in _SCALES)


def abbreviates(value: str, words: str) -> bool:
    """Whether words spell a value or what it is short for: SATA of "serial ata", never of "SSD"."""
    letters, source = _squash(value), iter(_squash(words))
    first = _squash(words)[:1]
    return letters[:1] == first and all(letter in source for letter in letters)


def coerce(spec: AttributeSpec, raw: object) -> str | int | float | bool | None:
    """Bring one value into its attribute's kind, range and choices; ``None`` when it cannot be meant."""
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in NOTHING):
        return None
    if spec.kind == "flag":
        word = str(raw).strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    if spec.kind == "text":
        return choose(spec.choices, raw) if spec.choices else _plain_text(raw)
    number = _in_range(spec, raw)
    if number is None:
        return None
    if number.is_integer():
        return int(number)
    return None if spec.kind == "integer" else round(number, 3)


def _plain_text(raw: object) -> str | None:
    return clean(raw, TEXT_LIMIT) or None if isinstance(raw, str) else None


def choose(choices: tuple[str, ...], raw: object) -> str | None:
    """The one choice that is meant: in another case, with blanks and hyphens, or inside a longer phrase."""
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return None
    text = clean(str(raw), TEXT_LIMIT)
    squashed = {_squash(each): each for each in choices}
    if exact := squashed.get(_squash(text)):
        return exact
    low = f" {' '.join(re.split(r'[^a-z0-9.+]+', text.lower()))} "
    inside = [each for each in choices if f" {each.lower()} " in low]
    if inside:
        return inside[0] if len(inside) == 1 else None
    begins = [each for short, each in squashed.items() if _squash(text).startswith(short)]
    return max(begins, key=len, default=None)


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9.+]", "", text.lower())


def _in_range(spec: AttributeSpec, raw: object) -> float | None:
    """A number in the attribute's unit: as given, from its text, or scaled where only another unit makes sense."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | float):
        number, unit = float(raw), ""
    elif isinstance(raw, str) and (match := _NUMBER.fullmatch(_THOUSANDS.sub("", clean(raw, TEXT_LIMIT).lower()))):
        number, unit = float(match["n"].replace(",", ".")), match["unit"]
    else:
        return None
    if spec.unit == "GB":
        number = _gigabytes(number, unit, spec)
    low, high = spec.minimum, spec.maximum
    fits = (low is None or number >= low) and (high is None or number <= high)
    return number if fits else None


def _gigabytes(number: float, unit: str, spec: AttributeSpec) -> float:
    """Gigabytes from a told unit, or from megabytes and bytes that are far too many gigabytes."""
    if unit in {"tb", "tib"}:
        return number * 1000
    if unit in {"mb", "mib"} or (not unit and spec.maximum is not None and number > spec.maximum):
        if number >= 1e9:
            return number / (2**30 if number % 2**30 == 0 else 1e9)
        return number / (1024 if number % 1024 == 0 else 1000)
    return number


def _words_of(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _described(spec: AttributeSpec) -> str:
    limits = f", {spec.minimum:g} to {spec.maximum:g}" if spec.minimum is not None and spec.maximum is not None else ""
    return f"{spec.label}{f' in {spec.unit}' if spec.unit else ''}{limits}."


def _value(spec: AttributeSpec) -> dict[str, Any]:
    if spec.choices:
        return {"type": ["string", "null"], "enum": [*spec.choices, None]}
    return _free(spec)


def _free(spec: AttributeSpec) -> dict[str, Any]:
    kinds = {"text": "string", "integer": "integer", "number": "number", "flag": "boolean"}
    return {"type": [kinds[spec.kind], "null"]}


def _property(value: dict[str, Any], description: str) -> dict[str, Any]:
    evidence = {"type": ["string", "null"]}
    return {**_object({"value": value, "evidence": evidence}), "description": description}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
