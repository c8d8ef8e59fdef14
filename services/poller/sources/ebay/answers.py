"""Answers that are no success, as source errors."""

from libs.http.answer import Answer
from services.poller.sources.ebay.errors import raise_for_errors
from services.poller.sources.errors import (
    BlockedError,
    CredentialsError,
    NotJsonError,
    RequestRefusedError,
    SourceError,
    UnavailableError,
)
from services.poller.sources.payload import decode


def meaning(answer: Answer) -> SourceError:
    """What a status of 300 and more means, by eBay's own error when it names one."""
    sentence = f"eBay answered HTTP {answer.status}"
    if answer.is_html:
        return BlockedError(f"{sentence} with a web page where data was due")
    try:
        raise_for_errors(decode(answer.body), answer.status)
    except NotJsonError:
        pass
    except SourceError as error:
        return error
    if answer.status in {401, 403}:
        return CredentialsError(f"{sentence} and does not accept our token", status=answer.status)
    if answer.status >= 500 or answer.status == 408:
        return UnavailableError(f"{sentence}: it is out of order")
    return RequestRefusedError(f"{sentence} without saying why", status=answer.status)
