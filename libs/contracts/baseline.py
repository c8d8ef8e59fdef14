"""What a product usually costs: a table on the bus, one row per product key."""

from typing import ClassVar, override

from pydantic import AwareDatetime

from libs.contracts.envelope import Event, Value


class BaselineStats(Value):
    """The distribution of unit prices in one stratum, in minor units of the base currency."""

    stratum: str
    n: int
    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int
    mean_minor: int
    first_at: AwareDatetime
    last_at: AwareDatetime


class BaselineUpdated(Event):
    """The current row of one product key; no strata means it was withdrawn."""

    subject: ClassVar[str] = "baseline.updated"

    product_key: str
    version: int
    """Rises with every change of this key; a reader keeps the highest."""
    currency: str
    computed_at: AwareDatetime
    strata: tuple[BaselineStats, ...] = ()

    @override
    def subject_key(self) -> str:
        return self.product_key
