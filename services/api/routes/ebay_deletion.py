"""``/v1/ebay/account-deletion``: eBay says that somebody closed their account; what we know of them goes.

eBay signs its notifications with a key that only a call to its Notification API tells, so the signature
is not verified here. A forged one can take the seller off listings and nothing more.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from libs.contracts.envelope import Value, stable_id
from libs.contracts.work import ErasureRequested
from services.api.parts import Its
from services.api.problems import ProblemError
from services.api.settings import ApiSettings

router = APIRouter(prefix="/v1/ebay/account-deletion", tags=["ebay"])

TOPIC = "MARKETPLACE_ACCOUNT_DELETION"

type Name = Annotated[str, Field(min_length=1, max_length=200)]


class Account(Value):
    """Who closed their account; in some countries the name is an opaque id, and both may be shown."""

    username: Name | None = None
    user_id: Name | None = Field(default=None, alias="userId")


class Notice(Value):
    """One notification; it is sent again until it is answered."""

    notification_id: Name = Field(alias="notificationId")
    data: Account


class Topic(Value):
    """What a message is about."""

    topic: str


class Message(Value):
    """The body of a notification."""

    metadata: Topic
    notification: Notice


class Challenge(Value):
    """Proof that the address is ours."""

    challenge_response: str = Field(serialization_alias="challengeResponse")


@router.get("")
async def prove(parts: Its, challenge_code: Annotated[str, Query(min_length=1, max_length=200)]) -> Challenge:
    """Answer eBay's challenge: SHA-256 of the code, the verification token and this address, in this order."""
    settings = configured(parts.settings)
    token = settings.ebay_verification_token.get_secret_value()
    proof = sha256(f"{challenge_code}{token}{settings.ebay_deletion_url}".encode()).hexdigest()
    return Challenge(challenge_response=proof)


@router.post("", status_code=200)
async def forget(parts: Its, message: Message) -> Response:
    """Take a notification: stored on the bus, then answered, and worked through by every service."""
    configured(parts.settings)
    if message.metadata.topic != TOPIC:
        raise ProblemError(422, f"this address takes {TOPIC}, not {message.metadata.topic[:80]!r}")
    account = message.notification.data
    digests = tuple(sorted({digest(each) for each in (account.username, account.user_id) if each}))
    if not digests:
        raise ProblemError(422, "the notification names neither a username nor a userId")
    event = ErasureRequested(
        event_id=stable_id(ErasureRequested.subject, "ebay", message.notification.notification_id, *digests),
        occurred_at=datetime.now(UTC),
        source="ebay",
        seller_digests=digests,
    )
    await parts.publish([event])
    return Response(status_code=200)


def configured(settings: ApiSettings) -> ApiSettings:
    if not settings.ebay_deletion_url or not settings.ebay_verification_token.get_secret_value():
        raise ProblemError(
            404, "set DEALSTREAM_EBAY_DELETION_URL and DEALSTREAM_EBAY_VERIFICATION_TOKEN to what eBay was told"
        )
    return settings


def digest(name: str) -> str:
    """How a seller is named on the bus."""
    return sha256(name.lower().encode()).hexdigest()
