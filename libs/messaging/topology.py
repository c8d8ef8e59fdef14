"""Every stream and consumer of the system: the one description that provisioning applies."""

from dataclasses import dataclass, field
from datetime import timedelta

from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)

DUPLICATE_WINDOW_S = timedelta(minutes=10).total_seconds()
MAX_AGE_S = timedelta(days=30).total_seconds()
ACK_WAIT_S = 30.0
"""After a crash a message waits this long; a running batch renews it every third of that."""
MAX_ACK_PENDING = 2048
FETCH_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream: file storage, limits retention, so that everything can be replayed."""

    name: str
    subjects: tuple[str, ...]
    table: bool = False
    """One message a subject is kept for good: a table on the bus."""

    def config(self) -> StreamConfig:
        return StreamConfig(
            name=self.name,
            subjects=list(self.subjects),
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW if not self.table else DiscardPolicy.OLD,
            max_age=0 if self.table else MAX_AGE_S,
            max_msgs_per_subject=1 if self.table else -1,
            duplicate_window=DUPLICATE_WINDOW_S,
            allow_atomic=True,
            allow_direct=True,
            deny_delete=True,
            deny_purge=True,
        )


@dataclass(frozen=True, slots=True)
class Consumer:
    """One durable pull consumer; its name says whose it is and what it takes."""

    service: str
    subject: str
    stream: str
    filter_subject: str | None = None

    @property
    def durable(self) -> str:
        return f"{self.service}-{self.subject.replace('.', '-')}"

    def config(self, ack_wait_s: float = ACK_WAIT_S) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self.durable,
            filter_subject=self.filter_subject or self.subject,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ack_wait_s,
            max_deliver=-1,
            max_ack_pending=MAX_ACK_PENDING,
        )


@dataclass(frozen=True, slots=True)
class Topology:
    """Streams and consumers together; looked up by subject and by durable."""

    streams: tuple[Stream, ...]
    consumers: tuple[Consumer, ...]
    ack_wait_s: float = ACK_WAIT_S
    _by_subject: dict[str, str] = field(default_factory=dict, compare=False)

    def stream_of(self, subject: str) -> str:
        """The stream that stores an event's subject, with or without a row key behind it.

        Raises ``KeyError`` for a subject nobody stores.
        """
        found = self._by_subject.get(subject)
        if found is None:
            found = self._by_subject[subject] = self._find(subject)
        return found

    def _find(self, subject: str) -> str:
        for stream in self.streams:
            if any(covers(pattern, subject) or covers(pattern, f"{subject}.key") for pattern in stream.subjects):
                return stream.name
        raise KeyError(f"no stream stores {subject!r}; add it to libs/messaging/topology.py")

    def consumer(self, durable: str) -> Consumer:
        return next(each for each in self.consumers if each.durable == durable)


def covers(pattern: str, subject: str) -> bool:
    """Say whether a NATS subject pattern (``*``, ``>``) takes a subject in."""
    have = subject.split(".")
    for index, part in enumerate(pattern.split(".")):
        if part == ">":
            return len(have) > index
        if index >= len(have) or part not in ("*", have[index]):
            return False
    return len(have) == len(pattern.split("."))


ATTEMPTS_BUCKET = "ATTEMPTS"
"""Key-value bucket of handlings that began and have not ended; see ``delivery``."""
REDRIVEN_BUCKET = "REDRIVEN"
"""Key-value bucket of dead letters that were sent back; see ``dead``."""

BUCKETS = {ATTEMPTS_BUCKET: timedelta(days=1).total_seconds(), REDRIVEN_BUCKET: MAX_AGE_S}
"""Every key-value bucket and how long, in seconds, it keeps an entry."""

STREAMS = (
    Stream("LISTING_SEEN", ("listing.seen",)),
    Stream("LISTING_EXTRACTED", ("listing.extracted",)),
    Stream("LISTING_SCORED", ("listing.scored",)),
    Stream("LISTING_ENDED", ("listing.ended",)),
    Stream("ALERTS", ("alert.*",)),
    Stream("BASELINES", ("baseline.updated.>",), table=True),
    Stream("WATCHES", ("watch.changed.>",), table=True),
    Stream("WORK", ("poll.requested", "report.requested", "erasure.requested", "seller.erased")),
    Stream("SOURCES", ("source.>",)),
    Stream("DEAD", ("dead.>",)),
    Stream(
        "ADVISORIES",
        ("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"),
    ),
)

CONSUMERS = (
    Consumer("extractor", "listing.seen", "LISTING_SEEN"),
    Consumer("baseliner", "listing.extracted", "LISTING_EXTRACTED"),
    Consumer("scorer", "listing.extracted", "LISTING_EXTRACTED"),
    Consumer("poller", "listing.scored", "LISTING_SCORED"),
    Consumer("notifier", "listing.scored", "LISTING_SCORED"),
    Consumer("catalog", "listing.scored", "LISTING_SCORED"),
    Consumer("catalog", "listing.ended", "LISTING_ENDED"),
    Consumer("baseliner", "listing.ended", "LISTING_ENDED"),
    Consumer("catalog", "alert.delivered", "ALERTS"),
    Consumer("catalog", "alert.raised", "ALERTS"),
    Consumer("catalog", "baseline.updated", "BASELINES", "baseline.updated.>"),
    Consumer("poller", "poll.requested", "WORK"),
    Consumer("poller", "erasure.requested", "WORK"),
    Consumer("catalog", "seller.erased", "WORK"),
    Consumer("baseliner", "seller.erased", "WORK"),
    Consumer("notifier", "seller.erased", "WORK"),
    Consumer("poller", "dead", "DEAD", "dead.>"),
)

TOPOLOGY = Topology(STREAMS, CONSUMERS)
