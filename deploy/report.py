"""What the checks share: their outcome, and how a tool is asked."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

TIMEOUT_S = 120


class SkipError(Exception):
    """A check cannot be made here; the sentence says what is missing."""


def tool(name: str) -> str:
    """A program that a package of this environment installs."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise SkipError(f"{name} is not installed; run `make setup`")
    return str(path)


def complaints(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> list[str]:
    """Run a tool and answer its lines when it is not content."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode == 0:
        return []
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines or [f"{command[0]} ended with {done.returncode}"]


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
