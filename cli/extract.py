"""``dealstream extract``: how a title is understood, by the running extractor or right here."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cli.errors import CommandError
from cli.output import AsJson, console, facts, print_json

LINES = ".jsonl"


def extract(
    what: str,
    *,
    explain: Annotated[bool, Parameter(negative="", help="Show which words said what.")] = False,
    offline: Annotated[bool, Parameter(negative="", help="Understand it here, without the API.")] = False,
    vertical: str = "server",
    condition_id: str | None = None,
    as_json: AsJson = False,
) -> int:
    """Tell what a title means: type, product key, quantity, attributes.

    Parameters
    ----------
    what
        A title; with `--offline` also a file of JSON lines with `title` and `condition_id`, or `-`.
    condition_id
        The marketplace's condition, such as `3000`.
    """
    if offline and (what == "-" or what.endswith(LINES)):
        return _extract_lines(what, vertical)
    request = {"title": what, "condition_id": condition_id, "vertical": vertical}
    product = _understand(request, vertical) if offline else _ask(request)
    if as_json:
        print_json(product)
    else:
        _show(product, explain=explain)
    return 0


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    from cli.client import Api  # noqa: PLC0415 - the client is not needed offline

    with Api() as api:
        answer: dict[str, Any] = api.send("POST", "/v1/extract", json=request)
    return answer


def _understand(record: dict[str, Any], vertical: str) -> dict[str, Any]:
    """Understand one object with the rules of this installation; raises ``CommandError`` for a wrong one."""
    from pydantic import ValidationError  # noqa: PLC0415 - start-up time

    from libs.contracts.listing import Listing  # noqa: PLC0415 - start-up time
    from libs.domain.errors import PermanentError  # noqa: PLC0415 - start-up time
    from libs.domain.verticals import builtin, registry  # noqa: PLC0415 - start-up time

    builtin.register_all()
    title = record.get("title")
    if not isinstance(title, str):
        raise CommandError(f"a title is needed, as text; this one is {title!r:.60}")
    try:
        listing = Listing(
            listing_id="offline:1",
            source="offline",
            marketplace="offline",
            vertical=vertical,
            item_id="1",
            title=title,
            currency="USD",
            condition_id=_text(record.get("condition_id")),
            condition_text=_text(record.get("condition")),
            aspects={str(name): str(value) for name, value in (record.get("aspects") or {}).items()},
        )
        product: dict[str, Any] = registry.vertical(vertical).understand(listing).model_dump(mode="json")
    except (PermanentError, ValidationError, AttributeError) as error:
        raise CommandError(str(error)) from None
    return product


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _extract_lines(name: str, vertical: str) -> int:
    """Understand a file line by line; a wrong line is reported and the rest still counts."""
    failed = 0
    for number, line in enumerate(_lines(name), start=1):
        if not line.strip():
            continue
        try:
            product = _understand(_record(line), vertical)
        except CommandError as error:
            failed += 1
            print(f"{name}, line {number}: {error}", file=sys.stderr)  # noqa: T201 - the answer
            continue
        print(json.dumps(_brief(json.loads(line), product), ensure_ascii=False))  # noqa: T201 - the answer
    return 1 if failed else 0


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}") from None


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise CommandError(f"this is no JSON: {error}") from None
    if not isinstance(record, dict):
        raise CommandError("an object with a title is needed")
    return record


def _brief(record: dict[str, Any], product: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": record["title"],
        "component_type": product["component_type"],
        "product_key": product["product_key"],
        "condition": product["condition"],
        "stratum": product["stratum"],
        "quantity": product["quantity"],
        "attrs": _values(product["attributes"]),
        "confidence": product["confidence"],
    }


def _values(attributes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in attributes}


def _show(product: dict[str, Any], *, explain: bool) -> None:
    out = console()
    out.print(
        facts(
            (
                ("type", product["component_type"]),
                ("product", product["product_key"] or "not identified"),
                ("quantity", product["quantity"]),
                ("condition", product["condition"].replace("_", " ")),
                ("confidence", f"{product['confidence']:.0%}"),
                *(() if explain else sorted(_values(product["attributes"]).items())),
            )
        )
    )
    if explain:
        from cli.listings import attribute_table  # noqa: PLC0415 - it brings the client along

        out.print()
        out.print(attribute_table(product["attributes"]))
        for conflict in product["conflicts"]:
            out.print(f"! {conflict}", style="yellow", markup=False)
