"""What each service may do on the bus, worked out from what it consumes and publishes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ADMIN = "admin"


@dataclass(frozen=True)
class ServiceRights:
    """One user of the bus: the subjects it may publish and subscribe to; what is denied wins."""

    user: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    deny_publish: tuple[str, ...] = ()
    answers_requests: bool = False


@dataclass(frozen=True)
class Durable:
    """A consumer a service reads from, created by the provisioning command."""

    stream: str
    consumer: str


def inbox_prefix(user: str) -> str:
    """Where answers to a user's requests arrive; nobody else may listen there."""
    return f"_INBOX_{user}"


def service_rights(
    user: str, *, publishes: Sequence[str] = (), consumes: Sequence[Durable] = (), serves: Sequence[str] = ()
) -> ServiceRights:
    """The least a service needs: outputs, fetches and acks of its own consumers, its inbox, the requests it serves."""
    asks = [f"$JS.API.CONSUMER.{verb}.{d.stream}.{d.consumer}" for d in consumes for verb in ("INFO", "MSG.NEXT")]
    looks = [f"$JS.API.STREAM.INFO.{stream}" for stream in sorted({d.stream for d in consumes})]
    # Both forms: servers may start to put their domain and account into ack subjects (feature flag js_ack_fc_v2),
    # and a refused ack shows as endless redelivery only.
    acks = [f"$JS.ACK.{form}{d.stream}.{d.consumer}.>" for d in consumes for form in ("", "*.*.")]
    return ServiceRights(
        user=user,
        publish=(*publishes, *asks, *looks, *acks),
        subscribe=(f"{inbox_prefix(user)}.>", *serves),
        answers_requests=bool(serves),
    )


def default_users(names: Iterable[str]) -> list[ServiceRights]:
    """Every named service with all rights but to destroy streams, and the administrator with all."""
    destroying = ("$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>")
    services = [ServiceRights(name, (">",), (">",), deny_publish=destroying) for name in names if name != ADMIN]
    return [*services, ServiceRights(ADMIN, (">",), (">",))]
