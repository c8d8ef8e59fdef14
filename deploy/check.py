"""Check every deployment file with a tool that knows its format: ``python -m deploy.check``.

One line a check; ends with 1 when one fails. A check whose tool is absent is skipped, and says why.
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from deploy import bus, compose, dockerfile, kubernetes, telemetry, tilt
from deploy.report import SkipError

ROOT = Path(__file__).parents[1]

type Check = Callable[[Path], Iterable[str]]


def all_checks(root: Path) -> dict[str, Check]:
    """Every check by what it looks at; those of Kubernetes depend on which overlays there are."""
    overlays = {
        f"kubernetes: overlay {each}": partial(kubernetes.overlay_faults, overlay=each)
        for each in kubernetes.overlays(root)
    }
    return {
        "compose: schema": compose.schema_faults,
        "compose: services": compose.service_faults,
        "Dockerfile: hadolint": dockerfile.lint_faults,
        "Dockerfile: stages and sources": dockerfile.stage_faults,
        "Tiltfile: what it calls": tilt.faults,
        "nats.conf: the server's own test": bus.server_faults,
        "nats.conf: users and durability": bus.user_faults,
        "telemetry: collector, prometheus, grafana": telemetry.faults,
        "kubernetes: plain manifests": kubernetes.manifest_faults,
        **overlays,
    }


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def run(root: Path = ROOT) -> bool:
    """Print a line for each check, and below it what is wrong; answers whether all is well."""
    well = True
    for name, check in all_checks(root).items():
        try:
            found = list(check(root))
        except SkipError as reason:
            say(f"SKIP  {name}: {reason}")
            continue
        say(f"{'FAIL' if found else 'ok':5} {name}")
        for fault in found:
            say(f"      {fault}")
        well = well and not found
    return well


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
