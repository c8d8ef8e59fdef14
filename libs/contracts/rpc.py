"""Requests between services: low-rate questions that want an answer now."""

from uuid import UUID

from pydantic import Field

from libs.contracts.envelope import Value


class IngestRequest(Value):
    """Put one saved payload through the pipeline; asked of ``rpc.poller.ingest``."""

    ingest_id: UUID
    name: str
    """What the person calls it, usually the file's name."""
    source: str = "ebay"
    marketplace: str = "EBAY_US"
    vertical: str = "server"
    payload_base64: str


class RejectedItem(Value):
    """One entry of a payload that is no listing."""

    item_id: str | None = None
    reason: str


class IngestAccepted(Value):
    """What a payload held."""

    ingest_id: UUID
    listings: int
    new_or_changed: int
    unchanged: int
    rejected: tuple[RejectedItem, ...] = ()
    parser: str
    warnings: tuple[str, ...] = ()


class IngestProgressRequest(Value):
    """How far an ingest has come; asked of ``rpc.poller.ingest_progress``."""

    ingest_id: UUID


class DeadReason(Value):
    """A listing of an ingest that was set aside."""

    listing_id: str
    reason: str


class IngestProgress(Value):
    """Where the sightings of an ingest stand; done when nothing is pending."""

    ingest_id: UUID
    seen: int
    extracted: int
    scored: int
    with_verdict: int
    dead: int
    pending: int
    dead_reasons: tuple[DeadReason, ...] = ()


class ExtractRequest(Value):
    """Understand a title without storing it; asked of ``rpc.extractor.extract``."""

    title: str = Field(max_length=2000)
    condition_id: str | None = None
    aspects: dict[str, str] = {}
    vertical: str = "server"
