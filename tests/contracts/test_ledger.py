"""What was published or shown as an example stays: git tells when it did not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.ledger import Ledger

type Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    def run(*arguments: str) -> str:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    run("init", "--quiet")
    return run


@pytest.fixture
def ledger(tmp_path: Path, git: Git) -> Ledger:
    folder = tmp_path / "contracts"
    example = folder / "examples" / "listing.seen.v1" / "ordinary.json"
    example.parent.mkdir(parents=True)
    example.write_text("{}\n")
    ledger = Ledger(folder)
    ledger.publish("listing.seen.v1", {"type": "object"})
    git("add", ".")
    git("commit", "--quiet", "-m", "Publish")
    return ledger


EXAMPLE = "examples/listing.seen.v1/ordinary.json"


def test_an_untouched_ledger_has_lost_nothing(ledger: Ledger) -> None:
    assert (ledger.lost(), ledger.edited(), ledger.history()) == ([], [], None)


def test_another_example_is_welcome(ledger: Ledger, git: Git) -> None:
    (ledger.folder / "examples" / "listing.seen.v1" / "another.json").write_text("{}\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "Add an example")
    assert ledger.lost() == []


@pytest.mark.parametrize("committed", [False, True])
def test_an_edited_example_is_noticed(ledger: Ledger, git: Git, *, committed: bool) -> None:
    (ledger.folder / EXAMPLE).write_text('{"price_minor": 1}\n')
    if committed:
        git("commit", "--quiet", "-a", "-m", "Change schema, code and example together")
    assert ledger.lost() == [f"{EXAMPLE} is append-only and was edited; restore it, or give a reason in withdrawn.txt"]


@pytest.mark.parametrize("committed", [False, True])
def test_a_removed_schema_is_noticed(ledger: Ledger, git: Git, *, committed: bool) -> None:
    [path] = ledger.published("listing.seen.v1")
    path.unlink()
    if committed:
        git("commit", "--quiet", "-a", "-m", "Remove")
    name = path.relative_to(ledger.folder)
    assert ledger.lost() == [f"{name} is append-only and was removed; restore it, or give a reason in withdrawn.txt"]


def test_a_withdrawal_needs_a_reason(ledger: Ledger) -> None:
    (ledger.folder / EXAMPLE).unlink()
    (ledger.folder / "withdrawn.txt").write_text(f"{EXAMPLE}\n")
    assert len(ledger.lost()) == 1
    (ledger.folder / "withdrawn.txt").write_text(f"{EXAMPLE} it held a real seller's name\n")
    assert ledger.lost() == []


def test_a_shallow_clone_still_knows_an_edited_schema_and_says_what_it_cannot_see(
    ledger: Ledger, git: Git, tmp_path: Path
) -> None:
    [path] = ledger.published("listing.seen.v1")
    path.write_text('{"type": "array"}\n')
    git("commit", "--quiet", "-a", "-m", "Edit")
    git("clone", "--quiet", "--depth", "1", f"file://{tmp_path}", "shallow")
    shallow = Ledger(tmp_path / "shallow" / "contracts")
    name = path.relative_to(ledger.folder)
    assert shallow.edited() == [f"{name} was edited after it was published; restore it, and publish another"]
    assert shallow.history() == "this is a shallow clone"


def test_without_git_the_check_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "contracts"
    folder.mkdir()
    assert Ledger(folder).history() == "there is no git history here"
