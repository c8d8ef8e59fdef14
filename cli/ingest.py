"""``dealstream ingest``: put saved payloads through the pipeline and see what becomes of them."""

import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

from cyclopts import Parameter
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.client import UPLOAD_TIMEOUT_S, Api
from cli.errors import INCOMPLETE, UNREACHABLE, CommandError
from cli.output import AsJson, console, facts, plain, print_json, table

POLL_S = 0.25
STALLED_S = 180.0
"""How long nothing may change before the wait is given up; the sweeper tries again every two minutes."""
REASONS = 10


def ingest(
    *files: Path,
    source: str,
    marketplace: str = "EBAY_US",
    vertical: str = "server",
    wait: Annotated[bool, Parameter(help="Wait until every listing was judged or set aside.")] = True,
    as_json: AsJson = False,
) -> int:
    """Put saved payloads through the pipeline.

    Parameters
    ----------
    files
        What the source answered, byte for byte: eBay search responses, lists of items, single items.
    source
        Who answered it: `ebay`.
    marketplace
        Where it was asked.
    """
    if not files:
        raise CommandError("name the files to ingest: dealstream ingest page-1.json --source ebay", 2)
    payloads = [(path, _read(path)) for path in files]
    ingest_id = uuid4()
    parameters = {"source": source, "marketplace": marketplace, "vertical": vertical, "ingest_id": str(ingest_id)}
    with Api() as api, _progress() as progress:
        sending = progress.add_task("Sending", total=len(payloads))
        sent = []
        for path, payload in payloads:
            sent.append(_send(api, path, payload, parameters))
            progress.advance(sending)
        total = sum(each.get("new_or_changed", 0) for each in sent)
        done = _follow(api, progress, ingest_id, total) if wait and total else None
    if as_json:
        print_json({"ingest_id": str(ingest_id), "files": sent, "progress": done})
    else:
        _summarise(sent, done)
    failed = any("error" in each or each["rejected"] for each in sent)
    left = done is not None and (done["dead"] or done["pending"])
    return INCOMPLETE if failed or left else 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None


def _send(api: Api, path: Path, payload: bytes, parameters: dict[str, str]) -> dict[str, Any]:
    """Hand one payload over; a refusal is noted, so that the other files still go."""
    try:
        accepted = api.send(
            "POST",
            "/v1/ingest",
            params={**parameters, "name": path.name[:200]},
            content=payload,
            headers={"content-type": "application/octet-stream"},
            timeout=UPLOAD_TIMEOUT_S,
        )
    except CommandError as error:
        if error.exit_code == UNREACHABLE:
            raise
        return {"file": str(path), "error": str(error)}
    return {"file": str(path), **accepted}


def _follow(api: Api, progress: Progress, ingest_id: UUID, total: int) -> dict[str, Any]:
    """Wait until nothing is pending, or until nothing has changed for long."""
    bar = progress.add_task("Judging", total=total)
    changed_at, before = time.monotonic(), None
    while True:
        now: dict[str, Any] = api.get(f"/v1/ingest/{ingest_id}")
        progress.update(bar, completed=max(0, total - now["pending"]))
        if not now["pending"]:
            return now
        if now != before:
            changed_at, before = time.monotonic(), now
        elif time.monotonic() - changed_at > STALLED_S:
            return now
        time.sleep(POLL_S)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console(stderr=True), transient=True)


def _summarise(sent: list[dict[str, Any]], done: dict[str, Any] | None) -> None:
    out = console()
    accepted = [each for each in sent if "error" not in each]
    if accepted:
        counts = ("listings", "new_or_changed", "unchanged")
        rows = (
            (each["file"], *(each[name] for name in counts), len(each["rejected"]), each["parser"]) for each in accepted
        )
        columns = ("file", "listings", "new or changed", "unchanged", "rejected", "read as")
        out.print(table(columns, rows, right=columns[1:5]))
    for each in sent:
        if "error" in each:
            out.print(plain(f"{each['file']}: {each['error']}"), style="red")
        for item in each.get("rejected", [])[:REASONS]:
            words = f"{each['file']}: item {item['item_id'] or '?'} rejected: {item['reason']}"
            out.print(plain(words), style="yellow")
    if done is not None:
        out.print()
        out.print(facts(_counts(done)))
        for reason, count in Counter(each["reason"] for each in done["dead_reasons"]).most_common(REASONS):
            out.print(plain(f"  {count} x {reason}"), style="yellow")


def _counts(done: dict[str, Any]) -> list[tuple[str, Any]]:
    names = (("seen", "seen"), ("extracted", "extracted"), ("scored", "scored"), ("with verdict", "with_verdict"))
    counts: list[tuple[str, Any]] = [(label, f"{done[name]:>7,}") for label, name in names]
    counts.append(("dead-lettered", f"{done['dead']:>7,}"))
    if done["pending"]:
        counts.append(("still pending", f"{done['pending']:>7,}"))
    return counts
