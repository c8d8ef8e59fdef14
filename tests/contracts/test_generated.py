"""contracts/ is what the code says, and stays readable; each way of breaking that is noticed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from libs.contracts.listing import ListingEnded
from libs.contracts.registry import EVENTS
from scripts import contracts
from scripts.schemas import all_contracts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of contracts/ that a test may break."""
    return shutil.copytree(contracts.FOLDER, tmp_path / "contracts")


def test_contracts_are_up_to_date() -> None:
    assert contracts.check() == []


def test_writing_again_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    assert contracts.write(folder) == []
    assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before


def test_a_difference_is_shown_as_a_diff(folder: Path) -> None:
    path = folder / "schemas" / "listing.ended.v1.json"
    path.write_text(path.read_text().replace('"gone"', '"vanished"'))
    [fault] = contracts.check(folder)
    assert '-        "vanished",\n+        "gone",\n' in fault


def test_a_schema_of_no_contract_is_named(folder: Path) -> None:
    (folder / "schemas" / "listing.sold.v1.json").write_text("{}")
    assert contracts.check(folder) == ["contracts/schemas/listing.sold.v1.json belongs to no contract; delete it\n"]


def test_an_example_that_no_longer_reads_is_named_with_its_fault(folder: Path) -> None:
    path = folder / "examples" / "listing.ended.v1" / "from_long_ago.json"
    old = json.loads((folder / "examples" / "listing.ended.v1" / "gone.json").read_text())
    path.write_text(json.dumps(old | {"reason": "sold"}))
    [fault] = contracts.check(folder)
    assert fault == (
        "examples/listing.ended.v1/from_long_ago.json can no longer be read as ListingEnded: "
        "reason: Input should be 'ended', 'gone' or 'sold_probably'"
    )


def test_an_example_of_an_unknown_version_is_a_clear_error(folder: Path) -> None:
    shutil.copytree(folder / "examples" / "listing.ended.v1", folder / "examples" / "listing.ended.v7")
    faults = contracts.check(folder)
    assert len(faults) == 3
    assert faults[0] == (
        "examples/listing.ended.v7/ended.json: there is no version 7 of listing.ended; known: listing.ended.v1"
    )


def test_an_unknown_subject_is_a_clear_error() -> None:
    with pytest.raises(contracts.UnknownContractError, match=r"no contract 'listing\.sold\.v1'; known: alert\.del"):
        contracts.contract_named("listing.sold.v1", all_contracts())


def test_a_contract_needs_examples(folder: Path) -> None:
    shutil.rmtree(folder / "examples" / "poll.requested.v1")
    assert contracts.check(folder) == ["examples/poll.requested.v1/ has fewer than 2 examples"]


def test_a_published_schema_cannot_be_edited(folder: Path) -> None:
    [path] = (folder / "published" / "listing.ended.v1").glob("*.json")
    path.write_text(path.read_text() + "\n")
    assert contracts.check(folder) == [
        f"published/listing.ended.v1/{path.name} was edited after it was published; restore it, and publish another",
    ]


class EndedWithoutReason(ListingEnded):
    """The same subject by a writer who forgot what was promised."""

    ended_by: str = Field(min_length=1)


class EndedWithNote(ListingEnded):
    """The same subject, and one more thing that may be said."""

    note: str | None = None


class EndedElsewhere(ListingEnded):
    """A second version, on a subject of its own."""

    subject: ClassVar[str] = "listing.ended.v2"

    where: str


@pytest.fixture
def _restored() -> Iterator[None]:
    before = dict(EVENTS)
    yield
    EVENTS.clear()
    EVENTS.update(before)


@pytest.mark.usefixtures("_restored")
def test_code_and_schema_changed_together_still_break_what_was_published(folder: Path) -> None:
    EVENTS["listing.ended"] = EndedWithoutReason
    for name, text in contracts.generated(all_contracts()).items():
        (folder / name).write_text(text)
    assert contracts.check(folder)[0] == (
        "listing.ended.v1 breaks what was published: ended_by: is required now; messages without it exist. "
        "Give the new meaning a subject of its own."
    )


@pytest.mark.usefixtures("_restored")
def test_writing_refuses_a_breaking_change_and_writes_nothing(folder: Path) -> None:
    EVENTS["listing.ended"] = EndedWithoutReason
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    assert len(contracts.write(folder)) == 1
    assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before


@pytest.mark.usefixtures("_restored")
def test_an_optional_field_is_published_beside_what_was_there(folder: Path) -> None:
    EVENTS["listing.ended"] = EndedWithNote
    assert contracts.write(folder) == []
    assert len(list((folder / "published" / "listing.ended.v1").glob("*.json"))) == 2
    assert contracts.check(folder) == []


@pytest.mark.usefixtures("_restored")
def test_a_second_version_is_a_contract_of_its_own() -> None:
    EVENTS["listing.ended.v2"] = EndedElsewhere
    assert "listing.ended.v2" in all_contracts()
    assert "listing.ended.v1" in all_contracts()
