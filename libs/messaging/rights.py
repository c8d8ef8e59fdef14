"""What each service does on the bus, and the least rights that takes: the one description of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from libs.messaging.topology import ATTEMPTS_BUCKET, TOPOLOGY, Consumer

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Role:
    """What a service does beside working through its durables, which the topology lists."""

    publishes: tuple[str, ...] = ()
    """Subjects it emits; the dead letters of its durables go without saying."""
    follows: tuple[str, ...] = ()
    """Streams it reads on ordered consumers of its own making: tables and feeds."""
    inspects: tuple[str, ...] = ()
    """Streams whose epoch it watches."""
    observes: tuple[str, ...] = ()
    """Durables of others whose backlog it looks at."""
    serves: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


ROLES = {
    "poller": Role(
        publishes=(
            "listing.seen",
            "listing.ended",
            "source.health",
            "seller.erased",
            "dead.poller-parse",
            "dead.poller-sweeper",
        ),
        follows=("WATCHES",),
        inspects=("LISTING_SEEN", "LISTING_EXTRACTED", "LISTING_SCORED", "LISTING_ENDED"),
        observes=("extractor-listing-seen", "scorer-listing-extracted"),
        serves=("rpc.poller.*",),
    ),
    "extractor": Role(publishes=("listing.extracted",), serves=("rpc.extractor.*",)),
    "baseliner": Role(publishes=("baseline.updated.*",), inspects=("BASELINES",)),
    "scorer": Role(publishes=("listing.scored",), follows=("BASELINES",)),
    "notifier": Role(publishes=("alert.raised", "alert.delivered"), follows=("WATCHES",), inspects=("ALERTS",)),
    "catalog": Role(),
    "api": Role(
        publishes=("watch.changed.*", "poll.requested", "erasure.requested"),
        follows=("LISTING_SCORED", "ALERTS", "SOURCES"),
        inspects=("WATCHES",),
        calls=("rpc.poller.*", "rpc.extractor.*"),
    ),
}


@dataclass(frozen=True, slots=True)
class Rights:
    """One user of the bus: the subjects it may publish and subscribe to; what is denied wins."""

    user: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    deny_publish: tuple[str, ...] = ()
    answers_requests: bool = False


ADMINISTRATOR = Rights(ADMIN, (">",), (">",))


def bus_users() -> list[Rights]:
    """Everybody who may connect: every service with the least it needs, the administrator with all."""
    return [*(rights_of(user) for user in ROLES), ADMINISTRATOR]


def rights_of(user: str) -> Rights:
    """The least a service needs; raises ``KeyError`` for a name that has no role."""
    role = ROLES[user]
    durables = [each for each in TOPOLOGY.consumers if each.service == user]
    publish = [*role.publishes, *role.calls]
    for durable in durables:
        publish += _working(durable)
    for name in role.observes:
        publish.append(_asks("INFO", TOPOLOGY.consumer(name)))
    if durables:
        publish += _reading_attempts()
    for stream in role.follows:
        publish += _following(stream)
    for stream in role.inspects:
        publish.append(_stream_info(stream))
    return Rights(
        user=user,
        publish=tuple(dict.fromkeys(publish)),
        subscribe=(f"{inbox_prefix(user)}.>", *role.serves),
        deny_publish=tuple(subject for stream in role.follows for subject in _taking_over(stream)),
        answers_requests=bool(role.serves),
    )


def inbox_prefix(user: str) -> str:
    """Where answers to a user's requests arrive; nobody else may listen there."""
    return f"_INBOX_{user}"


def follower_name(user: str) -> str:
    """A fresh name for an ordered consumer: rights tell named consumers apart, and nobody's is taken over."""
    return f"{user}-{uuid4().hex}"


def _working(durable: Consumer) -> Iterator[str]:
    """Look at a durable, fetch from it, settle what came, and bury or note what did not go well."""
    yield _stream_info(durable.stream)
    yield _asks("INFO", durable)
    yield _asks("MSG.NEXT", durable)
    yield from _both_forms("ACK", f"{durable.stream}.{durable.durable}")
    yield f"dead.{durable.durable}"
    yield f"$KV.{ATTEMPTS_BUCKET}.{durable.durable}.*"


def _reading_attempts() -> Iterator[str]:
    yield _stream_info(f"KV_{ATTEMPTS_BUCKET}")
    yield f"$JS.API.STREAM.MSG.GET.KV_{ATTEMPTS_BUCKET}"


def _following(stream: str) -> Iterator[str]:
    """Create a named ephemeral consumer, with or without a filter, look at it and keep it flowing.

    The form that creates consumers without a name in the subject is left out: it lets the body name
    any consumer of the stream and replaces it (nats-server 2.15.0).
    """
    yield _stream_info(stream)
    yield f"$JS.API.CONSUMER.CREATE.{stream}.>"
    yield f"$JS.API.CONSUMER.INFO.{stream}.*"
    yield from _both_forms("FC", stream)


def _taking_over(stream: str) -> Iterator[str]:
    """Creating a consumer of the name of a durable would change the durable."""
    for durable in TOPOLOGY.consumers:
        if durable.stream == stream:
            subject = f"$JS.API.CONSUMER.CREATE.{stream}.{durable.durable}"
            yield from (subject, f"{subject}.>")


def _asks(verb: str, durable: Consumer) -> str:
    return f"$JS.API.CONSUMER.{verb}.{durable.stream}.{durable.durable}"


def _stream_info(stream: str) -> str:
    return f"$JS.API.STREAM.INFO.{stream}"


def _both_forms(kind: str, of: str) -> Iterator[str]:
    """Servers may put their domain and account before the stream (feature flag ``js_ack_fc_v2``).

    A refused ack shows as endless redelivery only, so both forms are granted from the start.
    """
    yield f"$JS.{kind}.{of}.>"
    yield f"$JS.{kind}.*.*.{of}.>"
