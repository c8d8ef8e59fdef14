"""The three pipelines that are compared: what their processes are called and how they are started."""

from dataclasses import dataclass

from libs.messaging.topology import TOPOLOGY
from tests.bench.processes import Role

FEEDER = "feeder"
STAGES = ("poller", "extractor", "baseliner", "scorer", "notifier", "catalog")
MAIN_LINE = (
    "extractor-listing-seen",
    "baseliner-listing-extracted",
    "scorer-listing-extracted",
    "poller-listing-scored",
    "notifier-listing-scored",
    "catalog-listing-scored",
    "catalog-alert-raised",
    "catalog-baseline-updated",
)
"""The consumers that must have settled everything before a run counts as done."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to do the same work."""

    name: str
    stages: tuple[Role, ...]
    feeder: str
    share: float
    """Of the listings of a run: a slow variant needs fewer for as long a measurement."""
    durables: dict[str, str]
    """The consumers of its own, by stream."""

    def feed(self, count: int, rate: float = 0.0) -> Role:
        return Role(FEEDER, (self.feeder, str(count), str(rate)))


def _durables(prefix: str = "") -> dict[str, str]:
    return {prefix + durable: TOPOLOGY.consumer(durable).stream for durable in MAIN_LINE}


OURS = Variant(
    "ours",
    tuple(Role(name, (f"services.{name}",), has_health=True) for name in STAGES),
    "tests.bench.ours_feeder",
    1.0,
    _durables(),
)
NAIVE = Variant(
    "naive",
    tuple(Role(name, ("tests.bench.naive", name)) for name in STAGES),
    "tests.bench.naive_feeder",
    0.08,
    _durables("naive-"),
)
RAW = Variant(
    "raw",
    tuple(Role(name, ("tests.bench.raw", name)) for name in STAGES),
    "tests.bench.raw_feeder",
    2.0,
    _durables(),
)
VARIANTS = {each.name: each for each in (OURS, NAIVE, RAW)}
