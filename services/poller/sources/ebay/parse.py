"""Browse API payloads as listings: a search answer, a bare list of items, one item or several whole ones."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from libs.contracts.listing import Listing
from services.poller.sources.ebay.errors import raise_for_errors, warning_sentences
from services.poller.sources.ebay.fields import BadItemError, text, whole
from services.poller.sources.ebay.item import SOURCE, read_item, shown_currency
from services.poller.sources.ebay.marketplaces import marketplace
from services.poller.sources.errors import UnknownShapeError
from services.poller.sources.payload import decode, fragment
from services.poller.sources.source import ParseContext, ParsedPayload, Rejected
from services.poller.sources.text import clean

PARSER = "ebay-browse-1"


@dataclass(frozen=True, slots=True)
class Shape:
    """One form a payload can have: how it is recognised and where its items are."""

    description: str
    items: Callable[[object], Sequence[object] | None]
    """The items, or ``None`` when the payload is not of this shape."""


def parse(payload: object, context: ParseContext) -> ParsedPayload:
    """Read a payload of the Browse API; see ``Source.parse`` for what is raised."""
    home = marketplace(context.marketplace)
    document = decode(bytes(payload)) if isinstance(payload, bytes | bytearray | memoryview) else payload
    document = decode(document) if isinstance(document, str) else document
    raise_for_errors(document)
    items = _items(document)
    notes = warning_sentences(document)
    outcomes = [_read(item, context, notes) for item in items]
    notes.extend(_foreign_prices(items, context.marketplace, home.currency))
    envelope = document if isinstance(document, Mapping) else {}
    return ParsedPayload(
        listings=tuple(each for each in outcomes if isinstance(each, Listing)),
        rejected=tuple(each for each in outcomes if isinstance(each, Rejected)),
        parser=PARSER,
        warnings=tuple(notes),
        total=whole(envelope, "total"),
        more=isinstance(envelope.get("next"), str),
    )


def _read(item: object, context: ParseContext, notes: list[str]) -> Listing | Rejected:
    if not isinstance(item, Mapping):
        return Rejected(None, f"an item is an object, not a {_kind(item)}", fragment(item))
    try:
        return read_item(item, context, notes)
    except BadItemError as error:
        reason = str(error)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        reason = f"these fields do not fit a listing: {fields}"
    return Rejected(text(item, "itemId", 80), reason, fragment(item))


def _items(document: object) -> Sequence[object]:
    for shape in SHAPES:
        found = shape.items(document)
        if found is not None:
            return found
    raise UnknownShapeError(SOURCE, _describe(document), [each.description for each in SHAPES])


def _search_answer(document: object) -> Sequence[object] | None:
    """``itemSummaries`` is absent, not empty, when nothing matched."""
    if not isinstance(document, Mapping):
        return None
    if "itemSummaries" in document:
        found = document["itemSummaries"]
        return found if isinstance(found, list) else None
    is_empty_answer = {"href", "total", "limit"} <= document.keys()
    return () if is_empty_answer else None


def _bare_list(document: object) -> Sequence[object] | None:
    is_list = isinstance(document, list) and any(_is_item(each) for each in document)
    return document if is_list and isinstance(document, list) else None


def _one_item(document: object) -> Sequence[object] | None:
    return (document,) if _is_item(document) else None


def _several_items(document: object) -> Sequence[object] | None:
    return _bare_list(document.get("items")) if isinstance(document, Mapping) else None


SHAPES = (
    Shape("a search answer (an object with itemSummaries, or with href, total and limit)", _search_answer),
    Shape("a list of item summaries (each with itemId and title)", _bare_list),
    Shape("one item (a getItem answer with itemId and title)", _one_item),
    Shape("several items (an object with items, each with itemId and title)", _several_items),
)


def _is_item(value: object) -> bool:
    return isinstance(value, Mapping) and "itemId" in value and ("title" in value or "price" in value)


def _describe(document: object) -> str:
    if isinstance(document, Mapping):
        keys = ", ".join(repr(clean(str(key), 40)) for key in list(document)[:12])
        return f"an object with {keys}" if keys else "an empty object"
    if isinstance(document, list):
        inside = _describe(document[0]) if document and not isinstance(document[0], list) else "lists"
        return f"a list of {len(document)}, the first being {inside}" if document else "an empty list"
    return f"a {_kind(document)}"


def _kind(value: object) -> str:
    return {bool: "truth value", int: "number", float: "number", str: "text", list: "list", type(None): "null"}.get(
        type(value), type(value).__name__
    )


def _foreign_prices(items: Sequence[object], asked: str, home: str) -> list[str]:
    """Notice an answer of EBAY_US, which eBay gives when it does not understand the marketplace."""
    shown = Counter(shown_currency(each) for each in items if isinstance(each, Mapping))
    shown.pop(None, None)
    if not shown or home in shown:
        return []
    names = ", ".join(sorted(str(each) for each in shown))
    return [f"prices are shown in {names}, not in {home}: this may not be an answer of {asked}"]
