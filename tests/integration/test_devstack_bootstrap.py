"""The scripts a fresh machine starts with."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine(tmp_path):
    """A PATH with the standard tools and no Python but what the test puts there."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "tail", "cat"):
        (tools / name).symlink_to(shutil.which(name))

    def find_python(**variables: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(tools), "HOME": str(tmp_path), **variables}
        script = str(ROOT / "scripts" / "find-python")
        return subprocess.run(["sh", script], env=environment, capture_output=True, text=True, check=False)

    return tools, find_python


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def present(path: Path) -> None:
    executable(path, f'exec {sys._base_executable} "$@"')


def test_a_shim_that_does_not_run_is_passed_over(machine, tmp_path):
    tools, find_python = machine
    executable(tools / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    present(tmp_path / ".pyenv" / "versions" / "3.13.1" / "bin" / "python")

    found = find_python()

    assert (found.returncode, Path(found.stdout.strip()).resolve()) == (0, Path(sys._base_executable).resolve())


def test_the_named_python_comes_first_and_a_useless_one_is_said_and_passed_over(machine, tmp_path):
    tools, find_python = machine
    present(tools / "python3.12")
    executable(tmp_path / "old", "echo 'is Python 3.9' >&2; exit 1")

    found = find_python(PYTHON=str(tmp_path / "old"))

    assert found.returncode == 0
    assert found.stderr == f"find-python: PYTHON={tmp_path / 'old'} cannot be used; looking for another.\n"


@pytest.mark.skipif(Path("/usr/bin/python3.13").exists(), reason="this machine has a Python in a well-known place")
def test_without_a_python_it_says_how_to_get_one_and_what_was_rejected(machine):
    tools, find_python = machine
    executable(tools / "python3", "echo 'is Python 3.11' >&2; exit 1")

    found = find_python()
    if found.returncode == 0:
        pytest.skip(f"this machine has a Python in a well-known place: {found.stdout.strip()}")

    assert (found.returncode, found.stdout) == (1, "")
    assert "uv python install 3.13" in found.stderr
    assert "python3 is Python 3.11" in found.stderr


def test_help_documents_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):(?!=)", makefile, flags=re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert targets == {line.split()[0 if "make" not in line.split()[0] else 1] for line in shown.splitlines()}
    assert {"up", "down", "reset", "status", "logs", "test", "check", "contracts"} <= targets


def test_locked_requirements_carry_hashes_and_no_addresses():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        lines = path.read_text().splitlines()
        pins = [line for line in lines if "==" in line]
        assert pins, path.name
        assert all(line.endswith("\\") for line in pins), path.name
        assert not any("://" in line for line in lines), path.name


def test_an_installed_environment_is_left_alone(tmp_path):
    if not (ROOT / ".venv" / ".installed").exists():
        pytest.skip("this environment was not made by make setup")
    stamp = ROOT / ".venv" / ".installed"
    before = stamp.stat().st_mtime_ns
    done = subprocess.run(
        ["scripts/setup-venv"], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert stamp.stat().st_mtime_ns == before
