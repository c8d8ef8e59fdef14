"""Admin verbs for the bus: dead letters, provisioning, streams and how far their readers are."""

import asyncio
import dataclasses
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import nats
import nats.errors
import orjson
from cyclopts import App, Parameter
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, StreamInfo
from nats.js.errors import APIError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.audit import audit, report
from libs.contracts.dead import DeadReason
from libs.devstack.control import present_state
from libs.devstack.stack import StackSettings
from libs.messaging.dead import Buried, DeadLetters, RedriveError, next_page
from libs.messaging.provision import find_drift, provision
from libs.messaging.topology import TOPOLOGY, Topology

app = App(name="admin", help="Look after the bus.")
dead = App(name="dead", help="Messages that were set aside, and how to send them back.")
app.command(dead)

out = Console(highlight=False)

CONNECT_TIMEOUT_S = 5
PREVIEW = 60
PAGE = 500
"""Letters sent back between two looks at the list."""
AUDIT_AGAIN_S = 2.0


@dead.command(name="list")
async def list_letters(
    *, stage: str | None = None, reason: DeadReason | None = None, limit: int = 20, before: int | None = None
) -> int:
    """List dead letters, the newest first.

    Parameters
    ----------
    stage
        Only what this durable set aside, as in `scorer-listing-extracted`.
    reason
        Only what was set aside for this reason.
    limit
        How many to list.
    before
        Go on below this number.
    """
    async with _bus() as js:
        found = await DeadLetters(js).find(stage=stage, reason=reason, limit=limit, before=before)
    table = Table("number", "when", "stage", "reason", "error", box=None)
    for buried in found:
        letter = buried.letter
        when = f"{letter.occurred_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(buried.number), when, letter.stage, letter.reason, _shown(letter.error, PREVIEW))
    out.print(table if found else "No dead letters.")
    if len(found) == limit:
        out.print(f"Older ones: --before {next_page(found)}", style="dim")
    return 0


@dead.command
async def show(number: int) -> int:
    """Show one dead letter whole."""
    async with _bus() as js:
        try:
            buried = await DeadLetters(js).get(number)
        except LookupError as error:
            return _failed(str(error))
    letter = buried.letter
    for name in ("stage", "reason", "error", "original_subject", "stream", "stream_sequence", "sighting_id"):
        out.print(f"[bold]{name}[/bold]  {_shown(str(getattr(letter, name)))}")
    for name, value in letter.headers.items():
        out.print(f"[bold]{_shown(name)}[/bold]  {_shown(value)}", style="dim")
    out.print(_shown(_body(buried)))
    return 0


@dead.command
async def redrive(
    *numbers: int,
    stage: str | None = None,
    reason: DeadReason | None = None,
    everything: Annotated[bool, Parameter(name="--all")] = False,
) -> int:
    """Send dead letters back to where they came from, once what made them fail is mended.

    Parameters
    ----------
    numbers
        Which, by their numbers in the list.
    stage
        All that this durable set aside.
    reason
        All that were set aside for this reason.
    everything
        All there are.
    """
    if not (numbers or stage or reason or everything):
        return _failed("say which: numbers, --stage, --reason or --all")
    async with _bus() as js:
        letters = DeadLetters(js)
        chosen = await _chosen(letters, numbers) if numbers else await _all(letters, stage, reason)
        failures = [failure for buried in chosen if (failure := await _send_back(letters, buried))]
    out.print(f"{len(chosen) - len(failures)} sent back.")
    return _failed("\n".join(failures)) if failures else 0


@app.command(name="provision")
async def provision_streams(*, check: bool = False) -> int:
    """Create and update every stream, consumer and bucket.

    Parameters
    ----------
    check
        Change nothing; report what differs, and end with 1 when anything does.
    """
    async with _bus() as js:
        drift = await (find_drift if check else provision)(js, _topology())
    for each in drift:
        out.print(_shown(str(each)))
    out.print("Nothing differs." if not drift else f"{len(drift)} {'differ' if check else 'brought in line'}.")
    return 1 if check and drift else 0


@app.command
async def streams() -> int:
    """Show every stream and how far its readers are."""
    table = Table("stream", "messages", "MB", "consumer", "waiting", "in hand", "redelivered", box=None)
    for column in (1, 2, 4, 5, 6):
        table.columns[column].justify = "right"
    async with _bus() as js:
        for info in sorted(await js.streams_info(), key=lambda each: each.config.name or ""):
            readers = await js.consumers_info(info.config.name or "")
            for row in _stream_rows(info, readers):
                table.add_row(*row)
    out.print(table)
    return 0


def _stream_rows(info: StreamInfo, readers: list[ConsumerInfo]) -> list[tuple[str, ...]]:
    state = info.state
    head = (info.config.name or "", f"{state.messages:,}", f"{state.bytes / 1e6:,.1f}")
    rows = [
        (
            reader.name,
            f"{reader.num_pending or 0:,}",
            f"{reader.num_ack_pending or 0:,}",
            f"{reader.num_redelivered or 0:,}",
        )
        for reader in sorted(readers, key=lambda each: each.name)
    ]
    return [(*(head if index == 0 else ("", "", "")), *row) for index, row in enumerate(rows or [("", "", "", "")])]


@app.command(name="audit")
async def audit_promises(*, wait: float = 0) -> int:
    """Compare what was seen with what became of it; one line for every broken promise, none is green.

    Parameters
    ----------
    wait
        Seconds to wait for what is still on its way; by default it counts as broken.
    """
    lines = report(await audit(database_url(), bus_url()))
    deadline = time.monotonic() + wait
    while lines and time.monotonic() < deadline:
        await asyncio.sleep(AUDIT_AGAIN_S)
        lines = report(await audit(database_url(), bus_url()))
    for line in lines:
        out.print(_shown(line), soft_wrap=True)
    if not lines:
        Console(stderr=True, highlight=False).print("Every promise was kept.", style="green")
    return 1 if lines else 0


async def _chosen(letters: DeadLetters, numbers: tuple[int, ...]) -> list[Buried]:
    try:
        return [await letters.get(number) for number in numbers]
    except LookupError as error:
        raise SystemExit(_failed(str(error))) from None


async def _all(letters: DeadLetters, stage: str | None, reason: DeadReason | None) -> list[Buried]:
    """Every letter that is listed now, the oldest first; what dies again meanwhile is not among them."""
    chosen: list[Buried] = []
    while page := await letters.find(stage=stage, reason=reason, limit=PAGE, before=next_page(chosen)):
        chosen += page
    return chosen[::-1]


async def _send_back(letters: DeadLetters, buried: Buried) -> str:
    """Why a letter could not be sent back, or nothing."""
    try:
        await letters.redrive(buried)
    except (RedriveError, APIError, nats.errors.Error) as error:
        return f"{buried.number} was not sent back: {error or type(error).__name__}"
    return ""


def _body(buried: Buried) -> str:
    body = buried.body
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except ValueError:
        return body.decode(errors="backslashreplace")


def _shown(text: str, width: int | None = None) -> str:
    """Text of strangers, without markup and without anything that would steer the terminal."""
    safe = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    return escape(safe if width is None or len(safe) <= width else f"{safe[: width - 1]}…")


def _failed(sentence: str) -> int:
    Console(stderr=True, highlight=False).print(_shown(sentence), style="red")
    return 2


def _topology() -> Topology:
    return dataclasses.replace(TOPOLOGY, ack_wait_s=float(os.environ.get("DEALSTREAM_ACK_WAIT_S", TOPOLOGY.ack_wait_s)))


def bus_url() -> str:
    """The bus of DEALSTREAM_NATS_URL, else of the stack that runs here; exits with a sentence without either."""
    if given := os.environ.get("DEALSTREAM_NATS_URL"):
        return given
    state = present_state(StackSettings().data_dir) or {}
    url = state.get("nats_url")
    if not url:
        raise SystemExit(_failed("There is no bus: start the stack with `make up`, or set DEALSTREAM_NATS_URL."))
    return str(url)


def database_url() -> str:
    """The database of DEALSTREAM_DATABASE_URL, else of the stack that runs here."""
    if given := os.environ.get("DEALSTREAM_DATABASE_URL"):
        return given
    state = present_state(StackSettings().data_dir) or {}
    url = state.get("database_url")
    if not url:
        raise SystemExit(
            _failed("There is no database: start the stack with `make up`, or set DEALSTREAM_DATABASE_URL.")
        )
    return str(url)


@asynccontextmanager
async def _bus() -> AsyncIterator[JetStreamContext]:
    url = bus_url()
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            client = await nats.connect(
                url, name="admin", inbox_prefix="_INBOX_admin", max_reconnect_attempts=1, error_cb=_quiet
            )
    except (nats.errors.Error, OSError, TimeoutError) as error:
        where = url.rpartition("@")[2]
        raise SystemExit(_failed(f"The bus at {where} does not answer: {error or type(error).__name__}")) from None
    try:
        yield client.jetstream()
    except (nats.errors.NoRespondersError, nats.errors.TimeoutError):
        raise SystemExit(_failed("The bus answers, but its JetStream does not.")) from None
    finally:
        await client.close()


async def _quiet(_error: Exception) -> None:
    """What matters is raised to whoever asked."""
