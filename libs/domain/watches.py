"""Watches as predicates: conditions compiled once, looked up by what they insist on. Pure."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from libs.contracts.listing import Judgement, ListingScored
from libs.contracts.watch import Condition, Operator, Scalar, Watch
from libs.domain.errors import PermanentError
from libs.domain.verticals.registry import UnknownVerticalError, vertical
from libs.domain.watch_fields import ATTRIBUTE, Field, Known, fields_of

type Predicate = Callable[[ListingScored], bool]
type Test = Callable[[Known], bool]
type Anchor = tuple[str, str | None, str | None]
"""Vertical, the field a watch insists on, and its value; a watch that insists on none has no field."""

ANCHORS = ("product_key", "component_type")
"""The fields watches are looked up by, the most selective first."""


class WatchError(PermanentError):
    """A watch that cannot be understood; one sentence a problem."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class Match(NamedTuple):
    """A watch that a listing satisfies, and the trigger that fires."""

    watch: Watch
    trigger: str


@dataclass(frozen=True, slots=True)
class CompiledWatch:
    """A watch ready to be asked about listings."""

    watch: Watch
    anchors: tuple[Anchor, ...]
    _predicates: tuple[Predicate, ...]
    _threshold: float | None

    def holds(self, event: ListingScored) -> bool:
        """Whether a listing satisfies every condition, whatever its score."""
        return event.listing.vertical == self.watch.vertical and all(test(event) for test in self._predicates)

    def fires(self, event: ListingScored) -> str | None:
        """The trigger that makes a listing worth a message, ``None`` for none."""
        if self._threshold is None or not is_deal(event.judgement, self._threshold):
            return None
        return "deal" if self.holds(event) else None


def is_deal(judgement: Judgement, threshold: float) -> bool:
    """A score without a warm baseline behind it is never a deal, however high."""
    judged = judgement.baseline is not None and judgement.verdict != "not_enough_evidence"
    return judged and judgement.score >= threshold


def compile_watch(watch: Watch) -> CompiledWatch:
    """Make a watch ready; raises ``WatchError`` with everything that is wrong with it."""
    try:
        fields = fields_of(vertical(watch.vertical))
    except UnknownVerticalError as error:
        raise WatchError([str(error)]) from None
    problems: list[str] = []
    predicates: list[Predicate] = []
    for condition in watch.conditions:
        try:
            predicates.append(compile_condition(condition, fields))
        except WatchError as error:
            problems += error.problems
    if problems:
        raise WatchError(problems)
    thresholds = [trigger.threshold for trigger in watch.triggers if trigger.kind == "deal"]
    return CompiledWatch(watch, _anchors(watch), tuple(predicates), min(thresholds, default=None))


def compile_condition(condition: Condition, fields: Mapping[str, Field]) -> Predicate:
    """Turn ``field op value`` into a question; what a listing does not say satisfies only ``exists`` false.

    Text is compared without regard to case; on a list, one element suffices, and ``ne`` asks for none.
    """
    field = fields.get(condition.field)
    if field is None:
        raise WatchError([_unknown_field(condition.field, fields)])
    if condition.op not in field.operators:
        raise WatchError([f"{field.name} does not take {condition.op!r}; it takes {', '.join(field.operators)}"])
    read = field.read
    if condition.op == "exists":
        wanted = condition.value
        if wanted is not None and not isinstance(wanted, bool):
            raise WatchError([f"{field.name} exists takes true, false or nothing, not {_shown(wanted)}"])
        return lambda event: (read(event) is not None) is (wanted is not False)
    test = _test(field, condition)
    return lambda event: (value := read(event)) is not None and test(value)


class WatchIndex:
    """Enabled watches, looked up by the product key or component type they insist on."""

    def __init__(self) -> None:
        self._by_anchor: dict[Anchor, dict[UUID, CompiledWatch]] = {}
        self._anchors: dict[UUID, tuple[Anchor, ...]] = {}

    def __len__(self) -> int:
        return len(self._anchors)

    def put(self, watch: Watch) -> None:
        """Take a watch in, in place of an older one; raises ``WatchError`` and then holds neither."""
        self.remove(watch.watch_id)
        if not watch.enabled:
            return
        compiled = compile_watch(watch)
        self._anchors[watch.watch_id] = compiled.anchors
        for anchor in compiled.anchors:
            self._by_anchor.setdefault(anchor, {})[watch.watch_id] = compiled

    def remove(self, watch_id: UUID) -> None:
        for anchor in self._anchors.pop(watch_id, ()):
            del self._by_anchor[anchor][watch_id]
            if not self._by_anchor[anchor]:
                del self._by_anchor[anchor]

    def matches(self, event: ListingScored) -> list[Match]:
        """Every watch that fires for a listing, by id."""
        found = ((each.watch, each.fires(event)) for each in self._candidates(event))
        fired = [Match(watch, trigger) for watch, trigger in found if trigger is not None]
        return sorted(fired, key=lambda match: match.watch.watch_id)

    def _candidates(self, event: ListingScored) -> Iterator[CompiledWatch]:
        name, product = event.listing.vertical, event.product
        for anchor in (
            (name, None, None),
            (name, "product_key", _folded(product.product_key)),
            (name, "component_type", _folded(product.component_type)),
        ):
            yield from self._by_anchor.get(anchor, {}).values()


def _anchors(watch: Watch) -> tuple[Anchor, ...]:
    for name in ANCHORS:
        for condition in watch.conditions:
            if condition.field == name and condition.op in ("eq", "in"):
                values = dict.fromkeys(_folded(str(value)) for value in _several(condition.value))
                return tuple((watch.vertical, name, value) for value in values)
    return ((watch.vertical, None, None),)


def _test(field: Field, condition: Condition) -> Test:
    """Compile the comparison of a known value."""
    op, given = condition.op, condition.value
    match op:
        case "in":
            if not isinstance(given, tuple) or not given:
                raise WatchError([f"{field.name} in needs one value or more, and was given {_shown(given)}"])
            return _equal_to_any(field, op, given)
        case "between":
            return _between(field, given)
        case "contains":
            return _containing(field, given)
        case "eq" | "ne":
            equal = _equal_to_any(field, op, (_scalar(field, op, given),))
            return equal if op == "eq" else lambda value: not equal(value)
        case _:
            return _ordered(field, op, _number(field, op, given))


def _ordered(field: Field, op: Operator, limit: float) -> Test:
    tests: dict[Operator, Test] = {
        "lt": lambda value: _as_number(value) < limit,
        "le": lambda value: _as_number(value) <= limit,
        "gt": lambda value: _as_number(value) > limit,
        "ge": lambda value: _as_number(value) >= limit,
    }
    if op not in tests:
        raise WatchError([f"{field.name} cannot be compared with {op!r}"])
    return tests[op]


def _between(field: Field, given: object) -> Test:
    ends = [_number(field, "between", each) for each in given] if isinstance(given, tuple) else []
    if len(ends) != 2 or ends[0] > ends[1]:
        raise WatchError([f"{field.name} between needs two numbers, the lower first, and was given {_shown(given)}"])
    low, high = ends
    return lambda value: low <= _as_number(value) <= high


def _containing(field: Field, given: object) -> Test:
    if not isinstance(given, str) or not given.strip():
        raise WatchError([f"{field.name} contains needs some text, and was given {_shown(given)}"])
    part = given.casefold()
    return lambda value: any(part in each.casefold() for each in _texts(value))


def _equal_to_any(field: Field, op: Operator, given: tuple[Scalar, ...]) -> Test:
    if field.kind == "number":
        numbers = frozenset(_number(field, op, each) for each in given)
        return lambda value: _as_number(value) in numbers
    if field.kind == "flag":
        if not all(isinstance(each, bool) for each in given):
            raise WatchError([f"{field.name} {op} needs true or false, and was given {_shown(given[0])}"])
        return lambda value: value in given
    wanted = frozenset(_text(field, op, each) for each in given)
    return lambda value: any(each.casefold() in wanted for each in _texts(value))


def _text(field: Field, op: Operator, given: Scalar) -> str:
    if isinstance(given, bool):
        raise WatchError([f"{field.name} {op} needs text, and was given {_shown(given)}"])
    text = str(given)
    choices = {each.casefold(): each for each in field.choices}
    if choices and text.casefold() not in choices:
        known = ", ".join(field.choices)
        raise WatchError([f"{field.name} takes {known}; {_shown(text)} is none of them{_hint(text, field.choices)}"])
    return text.casefold()


def _scalar(field: Field, op: Operator, given: object) -> Scalar:
    if isinstance(given, str | int | float | bool):
        return given
    raise WatchError([f"{field.name} {op} needs one value, and was given {_shown(given)}"])


def _number(field: Field, op: Operator, given: object) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return given
    raise WatchError([f"{field.name} {op} needs a number, and was given {_shown(given)}"])


def _as_number(value: Known) -> float:
    """A value of a number field; one that came as text satisfies no comparison."""
    return value if isinstance(value, int | float) else float("nan")


def _texts(value: Known) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _folded(value: str | None) -> str | None:
    return None if value is None else value.casefold()


def _unknown_field(name: str, fields: Mapping[str, Field]) -> str:
    attributes = [each for each in fields if each.startswith(ATTRIBUTE)]
    others = [each for each in fields if not each.startswith(ATTRIBUTE)]
    known = attributes if name.startswith(ATTRIBUTE) and attributes else others
    return f"{_shown(name)} is no field{_hint(name, fields)} Known are {', '.join(known)}"


def _hint(name: str, known: Iterable[str]) -> str:
    closest = difflib.get_close_matches(name[:80], list(known), n=1, cutoff=0.0)
    return f"; did you mean {closest[0]!r}?" if closest else ""


def _shown(given: object) -> str:
    return "nothing" if given is None else repr(given)[:80]
