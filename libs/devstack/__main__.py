"""The stack from the command line: `python -m libs.devstack up | down | reset | status | logs`."""

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from libs.devstack import control
from libs.devstack.errors import StackError
from libs.devstack.logs import Echo, follow, harmless, prefixed
from libs.devstack.server import tail
from libs.devstack.stack import StackSettings
from libs.devstack.starter import add_starter_watches

app = App(
    name="python -m libs.devstack", help="Run Dealstream on this machine, without Docker.", result_action="return_value"
)
out = Console(highlight=False, soft_wrap=True)

_STYLES = {"ready": "green", "done": "green", "starting": "yellow", "waiting": "dim", "restarting": "red"}


@app.command
def up(*, foreground: bool = False) -> int:
    """Start everything and return when all is ready; nothing happens when it is.

    Parameters
    ----------
    foreground
        Stay, with the logs on the terminal; Ctrl-C stops everything.
    """
    settings = StackSettings()
    if foreground:
        control.require_free_port(settings.port)
        asyncio.run(control.supervise(settings, echo=_terminal()))
        return 0
    began = time.monotonic()
    state = control.present_state(settings.data_dir)
    if state is not None and state["ready"] and not _moved(settings, state):
        out.print(f"Already up: {state['console_url']}")
        return 0
    if state is not None and _moved(settings, state):
        out.print(f"Moving the console from {state['console_url']} to port {settings.port}")
        control.stop(settings.data_dir)
        state = None
    if state is None:
        control.launch(settings)
    try:
        with out.status("Starting") as spinner:
            state = control.wait_until_ready(settings, _progress(spinner.update))
    except StackError:
        control.stop(settings.data_dir)
        raise
    if settings.ebay_client_id is None and (added := add_starter_watches(state["console_url"])):
        out.print(f"Watching the simulated market with {added} starter watches; the first deals come within a minute.")
    out.print(f"Up in {time.monotonic() - began:.1f} s. The console: [bold]{state['console_url']}[/]")
    out.print(
        "[dim]make status, make logs S=scorer, make down; the data is in " + escape(str(settings.data_dir)) + "[/]"
    )
    return 0


@app.command
def down() -> int:
    """Stop everything; the data stays."""
    stopped = control.stop(StackSettings().data_dir)
    out.print("Stopped." if stopped else "Nothing runs.")
    return 0


@app.command
def reset(*, yes: bool = False) -> int:
    """Stop everything and delete the data.

    Parameters
    ----------
    yes
        Do not ask.
    """
    folder = StackSettings().data_dir
    if not yes and out.input(f"Delete all data in {escape(str(folder))}? (y/N) ").strip().lower() not in ("y", "yes"):
        out.print("Nothing was deleted.")
        return 1
    control.stop(folder)
    control.delete_data(folder)
    out.print(f"Deleted the data in {folder}.")
    return 0


@app.command
def status() -> int:
    """What runs, where, since when. Ends with 0 when all is ready."""
    state = control.present_state(StackSettings().data_dir)
    if state is None:
        out.print("Nothing runs; make up starts it.")
        return 1
    table = Table(box=None, pad_edge=False)
    for column in ("process", "state", "pid", "port", "since", "restarts"):
        table.add_column(column, justify="right" if column in ("pid", "port", "since", "restarts") else "left")
    for name, process in state["processes"].items():
        style = _STYLES.get(process["state"], "")
        shown = [process["pid"] or "", process["port"] or "", _ago(process["since"]), process["restarts"]]
        table.add_row(name, f"[{style}]{process['state']}[/]", *map(str, shown))
    out.print(table)
    out.print(f"The console: {state.get('console_url', 'not yet')}")
    return 0 if state["ready"] else 1


@app.command
def logs(
    service: str | None = None,
    *,
    following: Annotated[bool, Parameter(name=["--follow", "-f"], negative="")] = False,
    lines: Annotated[int, Parameter(name=["--lines", "-n"])] = 40,
) -> int:
    """The last lines a process wrote, or all processes.

    Parameters
    ----------
    service
        The process; all when left out.
    following
        Go on with what it writes from now on.
    lines
        How many lines of the past.
    """
    folder = StackSettings().data_dir / "logs"
    paths = sorted(folder.glob("*.log"))
    if service is not None:
        if folder / f"{service}.log" not in paths:
            raise StackError(
                f"There is no log of {service!r}; there are {', '.join(path.stem for path in paths) or 'none'}."
            )
        paths = [folder / f"{service}.log"]
    show = _terminal() if service is None else _plain
    for path in paths:
        for line in tail(path, lines).splitlines():
            show(path.stem, line)
    if following:
        for path, line in follow(paths, lambda: time.sleep(0.2)):
            show(path.stem, line)
    return 0


@app.command(show=False)
def run() -> int:
    """Be the supervisor; what `up` starts in the background."""
    asyncio.run(control.supervise(StackSettings()))
    return 0


def _moved(settings: StackSettings, state: control.State) -> bool:
    # Only a port that was asked for moves a running console; 0 is content with any.
    asked = "port" in settings.model_fields_set and settings.port != 0
    return asked and "console_url" in state and state["console_url"] != f"http://127.0.0.1:{settings.port}/"


def _progress(update: Callable[[str], None]) -> Callable[[control.State], None]:
    """Prints each process as it becomes ready and keeps the waiting ones on the spinner."""
    seen: set[str] = set()

    def show(state: control.State) -> None:
        for name, process in state["processes"].items():
            if name not in seen and process["state"] in ("ready", "done"):
                seen.add(name)
                out.print(f"  [green]✓[/] {name}")
        waiting = [name for name in state["processes"] if name not in seen]
        update("Waiting for " + ", ".join(waiting) if waiting else "Starting")

    return show


def _terminal() -> Echo:
    """Lines with a coloured prefix on standard output."""
    order: dict[str, int] = {}

    def echo(name: str, line: str) -> None:
        index = order.setdefault(name, len(order))
        sys.stdout.write(prefixed(name, line, width=15, index=index, colour=sys.stdout.isatty()) + "\n")
        sys.stdout.flush()

    return echo


def _plain(_: str, line: str) -> None:
    sys.stdout.write(harmless(line) + "\n")
    sys.stdout.flush()


def _ago(moment: str) -> str:
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _said(where: tuple[int | str, ...], what: str) -> str:
    return f"DEALSTREAM_{str(where[0]).upper()}: {what}"


def _failed(why: str) -> int:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/] {escape(why)}")
    return 1


def main() -> int:
    try:
        return int(app() or 0)
    except StackError as error:
        return _failed(str(error))
    except ValidationError as error:
        return _failed("\n".join(_said(fault["loc"], fault["msg"]) for fault in error.errors()))
    except PermissionError as error:
        return _failed(
            f"{error.filename}: {error.strerror}. Perhaps another account made it (sudo?): "
            "remove it as that account, or choose another folder with DEALSTREAM_DATA_DIR."
        )
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
