"""The ``dealstream`` command: a client of the API, and admin verbs for the bus."""

import os
import sys
from typing import Literal

from cyclopts import App

from cli.errors import CommandError

type Shell = Literal["bash", "zsh", "fish"]

EPILOGUE = """
The API is looked for at DEALSTREAM_URL, else on this machine at DEALSTREAM_PORT
(8321).

Exit codes: 0 done, 1 refused or not found, 2 wrong command line, 3 the API
cannot be reached, 4 an ingest left something behind, 130 interrupted.
"""


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - start-up time

    return f"dealstream {version('dealstream')}"


app = App(
    name="dealstream",
    help="What things usually cost, and word when one is worth buying.",
    help_epilogue=EPILOGUE,
    help_format="plaintext",  # rendering Markdown takes 100 ms to import
    version=_version,
    result_action="return_int_as_exit_code_else_zero",
)

# By path, so that a command imports what it needs and no more.
app.command("cli.ingest:ingest", name="ingest", help="Put saved payloads through the pipeline.")
app.command("cli.watches:app", name="watch", help="What you want to be told: add, list, show, remove, enable, disable.")
app.command("cli.listings:app", name="listings", help="What is for sale, judged: list, show.")
app.command("cli.alerts:app", name="alerts", help="What you were told, and whether it arrived: list.")
app.command("cli.extract:extract", name="extract", help="How a title is understood.")
app.command("cli.admin:app", name="admin", help="Look after the bus: dead letters, streams, provisioning, audit.")


@app.command
def version() -> None:
    """Print the version."""
    print(_version())  # noqa: T201 - the answer


@app.command
def completion(shell: str | None = None) -> None:
    """Print a completion script for bash, zsh or fish: source <(dealstream completion bash).

    Parameters
    ----------
    shell
        The shell to complete in; yours when left out.
    """
    wanted = shell or os.environ.get("SHELL", "").rpartition("/")[2]
    known: tuple[Shell, ...] = ("bash", "zsh", "fish")
    found = next((each for each in known if each == wanted), None)
    if found is None:
        raise CommandError(f"no completion for {wanted!r}; there is one for {', '.join(known)}")
    print(app.generate_completion(prog_name="dealstream", shell=found))  # noqa: T201 - the answer


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        code = app()
        sys.stdout.flush()
    except CommandError as error:
        print(f"dealstream: {error}", file=sys.stderr)  # noqa: T201 - the answer
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read us has seen enough; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
