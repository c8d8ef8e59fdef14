"""eBay's own errors and warnings as ours."""

from collections.abc import Mapping

from services.poller.sources.ebay.fields import node, nodes, text
from services.poller.sources.errors import (
    CredentialsError,
    ItemBusyError,
    ItemGoneError,
    MarketplaceError,
    RequestRefusedError,
)

INTERNAL = frozenset({"11000", "12000", "11502"})
GONE = frozenset({"11001", "11002"})
BEING_EDITED = frozenset({"11004", "11008"})
CREDENTIALS = frozenset({"1001", "1002", "1003", "1100", "1101"})
TOO_MANY = frozenset({"2001"})
REFUSED_TOKENS = frozenset({"invalid_client", "invalid_scope", "unauthorized_client", "unsupported_grant_type"})


class TooManyCallsError(MarketplaceError):
    """Error 2001: the limit is reached; the answer does not say until when."""


def raise_for_errors(document: object, status: int | None = None) -> None:
    """Raise what an answer's error body means; do nothing when it holds none.

    Knows the ``errors`` of the Browse API and the ``error`` of the token service.
    """
    if not isinstance(document, Mapping):
        return
    errors = nodes(document, "errors")
    if errors:
        raise browse_error(errors[0], status)
    if "error" in document and "itemId" not in document and "itemSummaries" not in document:
        raise token_error(document, status)


def browse_error(error: Mapping[str, object], status: int | None) -> MarketplaceError:
    """What one element of ``errors`` means."""
    error_id = text(error, "errorId", 20)
    sentence = f"eBay answered {_status(status)}error {_sentence(error)}"
    return _class_of(error_id, error, status)(sentence, status=status, error_id=error_id)


def token_error(document: Mapping[str, object], status: int | None) -> MarketplaceError:
    """What an error of the token service means."""
    name = text(document, "error", 60) or text(node(document, "error"), "message", 200) or "unnamed"
    description = text(document, "error_description", 200)
    sentence = f"eBay answered {_status(status)}error {name}: {description or 'no description'}"
    kind = CredentialsError if name in REFUSED_TOKENS else MarketplaceError
    return kind(sentence, status=status, error_id=name)


def warning_sentences(document: object) -> list[str]:
    """The ``warnings`` of an answer: each names a part of the request that eBay ignored."""
    if not isinstance(document, Mapping):
        return []
    return [f"warning {_sentence(each)}" for each in nodes(document, "warnings")]


def _class_of(error_id: str | None, error: Mapping[str, object], status: int | None) -> type[MarketplaceError]:
    known: tuple[tuple[frozenset[str], type[MarketplaceError]], ...] = (
        (GONE, ItemGoneError),
        (BEING_EDITED, ItemBusyError),
        (CREDENTIALS, CredentialsError),
        (TOO_MANY, TooManyCallsError),
        (INTERNAL, MarketplaceError),
    )
    for ids, kind in known:
        if error_id in ids:
            return kind
    ours = error.get("category") == "REQUEST" or (status is not None and 400 <= status < 500)
    return RequestRefusedError if ours else MarketplaceError


def _sentence(error: Mapping[str, object]) -> str:
    """Id, message and the parameters it is about; ``longMessage`` only repeats them."""
    message = text(error, "message", 200) or text(error, "longMessage", 200) or "without a message"
    about = ", ".join(
        f"{name}={text(each, 'value', 80)}"
        for each in nodes(error, "parameters")[:5]
        if (name := text(each, "name", 40))
    )
    return f"{text(error, 'errorId', 20) or 'without an id'}: {message}{f' ({about})' if about else ''}"


def _status(status: int | None) -> str:
    return f"HTTP {status}, " if status is not None else ""
