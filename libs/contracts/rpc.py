"""Questions services answer: the shapes of requests and of what comes back."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from libs.contracts.envelope import Value


class IngestRequest(Value):
    """Take one saved payload in, as if the source had just answered it."""

    ingest_id: UUID
    """Chosen by who asks; several payloads may share it, and their progress is told together."""
    name: str = "payload"
    """What to call it in errors, such as the file's name."""
    source: str
    marketplace: str
    vertical: str
    payload_base64: str


class Rejection(Value):
    """One item of a payload that is no listing, and why."""

    item_id: str | None = None
    reason: str


class IngestAccepted(Value):
    """What one payload held."""

    ingest_id: UUID
    listings: int
    new_or_changed: int
    """These go through the pipeline now."""
    unchanged: int
    """Known already with the same price and title; judged before."""
    rejected: tuple[Rejection, ...] = ()
    parser: str


class IngestProgressRequest(Value):
    """Ask how far an ingest has come."""

    ingest_id: UUID


class DeadListing(Value):
    """A listing that was set aside, and why."""

    listing_id: str
    reason: str


class IngestProgress(Value):
    """How far an ingest has come; it is done when nothing is pending."""

    ingest_id: UUID
    seen: int
    extracted: int
    scored: int
    with_verdict: int
    dead: int
    pending: int
    dead_reasons: tuple[DeadListing, ...] = ()


class ExtractRequest(Value):
    """What is it? A title as a marketplace would show it, and what else is known."""

    title: str = Field(min_length=1, max_length=2000)
    condition_id: str | None = None
    aspects: dict[str, str] = {}
    vertical: str = "server"


class SearchesRequest(Value):
    """Ask how the searches fare."""

    failed_only: bool = False


class SearchStatus(Value):
    """One shared search: when it is asked, what it yields, and what is wrong with it."""

    search_id: str
    source: str
    marketplace: str
    query: str
    category_id: str | None = None
    vertical: str
    watch_ids: tuple[UUID, ...] = ()
    """The watches that ask for it."""
    error: str | None = None
    """Why it could not be answered at last, as a sentence for the owner of the watch."""
    failed_since: AwareDatetime | None = None
    polled_at: AwareDatetime | None = None
    next_poll_at: AwareDatetime
    found_per_day: float | None = None
    """New listings a day, lately; ``None`` before the first complete poll."""


class SearchList(Value):
    """The searches of all enabled watches, those with an error first."""

    searches: tuple[SearchStatus, ...]


class SourcesRequest(Value):
    """Ask how the sources fare."""


class SourceStatus(Value):
    """One source: whether it can be asked, and what is left of its calls."""

    source: str
    state: str
    reason: str | None = None
    since: AwareDatetime
    calls_limit: int | None = None
    calls_used: int | None = None
    """Counting those that are set aside for running processes."""
    resets_at: AwareDatetime | None = None


class SourceList(Value):
    """Every source that was asked or has no credentials."""

    sources: tuple[SourceStatus, ...]
