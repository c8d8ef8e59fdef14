"""What a list of listings may be narrowed by, as parameters of a request and as SQL."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from libs.contracts.listing import ConditionClass, Verdict
from libs.domain.money import to_minor
from services.api.problems import Complaint, ProblemError, closest

ATTRIBUTE = "attr."
ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
ATTRIBUTE_LIMIT = 20


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment between the years 1 and 9999 is needed") from None


type Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
type SortName = Literal["score", "saving", "price", "listed", "seen"]
type Text = Annotated[str, Field(max_length=200)]


class ListingFilter(BaseModel):
    """The parameters of ``GET /v1/listings``; beside them ``attr.<name>=<value>`` for any attribute."""

    model_config = ConfigDict(extra="ignore")

    vertical: Text | None = None
    component_type: Text | None = Field(default=None, description="`ram`, `drive`, `cpu` …")
    product_key: Text | None = Field(default=None, description="`ram:ddr4:ecc_reg:32gb:2666`")
    verdict: list[Verdict] = Field(default=[], description="Repeat it for several.")
    condition: list[ConditionClass] = Field(default=[], description="Repeat it for several.")
    min_score: float | None = Field(default=None, ge=0, le=100)
    max_score: float | None = Field(default=None, ge=0, le=100)
    max_price: Decimal | None = Field(
        default=None, ge=0, le=10**9, description="Per unit, delivered, in the base currency: `120` or `119.99`."
    )
    q: Text | None = Field(default=None, description='Words of the title; `"…"`, `or` and `-word` as in a search.')
    seller: Text | None = None
    source: Text | None = None
    marketplace: Text | None = None
    active: bool | None = Field(default=True, description="`false` for those that ended.")
    sort: SortName = "score"
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=600)


class AlertFilter(BaseModel):
    """The parameters of ``GET /v1/alerts``."""

    model_config = ConfigDict(extra="ignore")

    state: Literal["pending", "confirmed", "unknown", "failed", "replayed"] | None = Field(
        default=None, description="What became of it on a channel; `pending` while one has not been heard of."
    )
    watch: UUID | None = None
    listing_id: Text | None = None
    since: Instant | None = Field(default=None, description="`2026-03-02T12:00:00Z`")
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=600)


class Sort(BaseModel):
    """An order of listings that an index has."""

    expression: str
    descending: bool
    kind: type

    def order(self) -> str:
        return f"{self.expression} {'desc' if self.descending else 'asc'}, listing_id"


SORTS: dict[SortName, Sort] = {
    "score": Sort(expression="score", descending=True, kind=float),
    "saving": Sort(expression="coalesce(saving_minor, -9223372036854775808)", descending=True, kind=int),
    "price": Sort(expression="coalesce(unit_minor, 9223372036854775807)", descending=False, kind=int),
    "listed": Sort(expression="coalesce(listed_at, first_seen_at)", descending=True, kind=datetime),
    "seen": Sort(expression="observed_at", descending=True, kind=datetime),
}


class Conditions:
    """SQL conditions and their arguments, numbered as they are added."""

    def __init__(self) -> None:
        self._clauses: list[str] = []
        self.arguments: list[Any] = []

    def add(self, clause: str, *values: Any) -> Self:
        """Add a clause in which ``{0}``, ``{1}`` … stand for the values."""
        first = len(self.arguments) + 1
        self._clauses.append(clause.format(*(f"${first + index}" for index in range(len(values)))))
        self.arguments += values
        return self

    @property
    def sql(self) -> str:
        return " and ".join(self._clauses) or "true"


def listing_conditions(given: ListingFilter, attributes: Iterable[tuple[str, str]], base_currency: str) -> Conditions:
    """Everything a filter asks for, but its cursor."""
    conditions = Conditions()
    if given.active is not None:
        # Not an argument: partial indexes serve a literal only.
        conditions.add(f"status = '{'active' if given.active else 'ended'}'")
    limit_minor = None if given.max_price is None else to_minor(given.max_price, base_currency)
    for clause, value in (
        ("vertical = {0}", given.vertical),
        ("component_type = {0}", given.component_type),
        ("product_key = {0}", given.product_key),
        ("seller_name = {0}", given.seller),
        ("source = {0}", given.source),
        ("marketplace = {0}", given.marketplace),
        ("verdict = any({0}::text[])", given.verdict or None),
        ("condition = any({0}::text[])", given.condition or None),
        ("score >= {0}", given.min_score),
        ("score <= {0}", given.max_score),
        ("unit_minor <= {0}", limit_minor),
        ("to_tsvector('simple', title) @@ websearch_to_tsquery('simple', {0})", (given.q or "").strip() or None),
    ):
        if value is not None:
            conditions.add(clause, value)
    for name, value in attributes:
        documents = [{name: each} for each in readings(value)]
        anyhow = " or ".join(f"attributes @> {{{index}}}" for index in range(len(documents)))
        conditions.add(f"({anyhow})", *documents)
    return conditions


def readings(value: str) -> Iterator[str | int | float | bool]:
    """What a parameter's text may stand for: ``32`` is the text and the number."""
    yield value
    if value in ("true", "false"):
        yield value == "true"
    elif re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", value):
        yield orjson.loads(re.sub(r"^(-?)0+(?=[0-9])", r"\1", value))


def attribute_filters(parameters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take ``attr.…`` out of a request's parameters; raises ``ProblemError`` (422) for a name that is none."""
    found = [(name.removeprefix(ATTRIBUTE), value) for name, value in parameters if name.startswith(ATTRIBUTE)]
    for name, value in found:
        if not ATTRIBUTE_NAME.match(name) or len(value) > 200:
            raise _unknown(ATTRIBUTE + name, "an attribute is asked for like attr.capacity_gb=32")
    if len(found) > ATTRIBUTE_LIMIT:
        raise ProblemError(422, f"at most {ATTRIBUTE_LIMIT} attributes can be asked for at once")
    return found


def refuse_unknown(parameters: Iterable[str], known: Iterable[str]) -> None:
    """Raise ``ProblemError`` (422) for a parameter nobody reads, with the closest that somebody does."""
    names = frozenset(known)
    for name in parameters:
        if name not in names:
            raise _unknown(name, closest(name, names))


def _unknown(name: str, words: str) -> ProblemError:
    sentence = f"{name[:80]!r} is no parameter; {words}"
    return ProblemError(422, sentence, errors=[Complaint(where=f"query.{name[:80]}", detail=sentence)])
