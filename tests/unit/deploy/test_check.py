"""The check as `make check` runs it."""

from pathlib import Path

import pytest

from deploy import check, kubernetes
from deploy.report import SkipError
from tests.unit.deploy.conftest import Break


def test_every_file_as_committed_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(), capsys.readouterr().out
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(("ok    ", "SKIP  "))] == []
    assert len(lines) == 11


def test_a_fault_fails_its_check_only_and_is_printed_below_it(
    copy: Path, seed: Break, capsys: pytest.CaptureFixture[str]
) -> None:
    seed("Tiltfile", '"poller", ', "")
    assert not check.run(copy)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("FAIL")] == ["FAIL  Tiltfile: what it calls"]
    assert "      the image dealstream/poller is not built" in lines


def test_without_kubectl_an_overlay_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(
        SkipError, match="kubectl is not on PATH, so the overlay is not built; its plain manifests were"
    ):
        list(kubernetes.overlay_faults(check.ROOT, "dev"))


def test_a_check_that_cannot_be_made_is_skipped_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def not_here(_root: Path) -> list[str]:
        raise SkipError("the tool is not installed")

    monkeypatch.setattr(check, "all_checks", lambda _root: {"compose: schema": not_here})
    assert check.run()
    assert capsys.readouterr().out == "SKIP  compose: schema: the tool is not installed\n"
