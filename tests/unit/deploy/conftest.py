"""A copy of every deployment file, to be broken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.check import ROOT, all_checks

FILES = ("deploy", "docker-compose.dev.yml", "Tiltfile", ".dockerignore", "requirements")

type Break = Callable[[str, str, str], None]
type Faults = Callable[[str], list[str]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    for folder in ("libs", "services"):
        (tmp_path / folder).mkdir()
    for service in (ROOT / "services").glob("*/__main__.py"):
        (tmp_path / "services" / service.parent.name).mkdir()
    return tmp_path


@pytest.fixture
def seed(copy: Path) -> Break:
    """Put a mistake into a file of the copy: replace some text, which must be there, by another."""

    def replace(name: str, old: str, new: str) -> None:
        path = copy / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def faults(copy: Path) -> Faults:
    return lambda check: list(all_checks(copy)[check](copy))
