"""The append-only part of contracts/: every schema ever published, and every example; nothing is edited or removed."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIGEST_LENGTH = 16


def text_of(document: dict[str, Any]) -> str:
    """A document as it is kept on disk."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Ledger:
    """``published/<contract>/<digest>.json`` and ``examples/<contract>/<what>.json`` below one folder.

    ``withdrawn.txt`` is the way out: a path relative to the folder and a reason on each line.
    """

    folder: Path

    def published(self, contract: str) -> dict[Path, dict[str, Any]]:
        """Every shape a contract ever had, by file; in no order."""
        found = sorted((self.folder / "published" / contract).glob("*.json"))
        return {path: json.loads(path.read_bytes()) for path in found}

    def has(self, contract: str, schema: dict[str, Any]) -> bool:
        return self._path(contract, schema).exists()

    def publish(self, contract: str, schema: dict[str, Any]) -> Path:
        path = self._path(contract, schema)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(schema), encoding="utf-8")
        return path

    def edited(self) -> list[str]:
        """Published schemas whose content is not what their name says; needs no history."""
        return [
            f"{path.relative_to(self.folder)} was edited after it was published; restore it, and publish another"
            for path in sorted((self.folder / "published").glob("*/*.json"))
            if path.stem != _digest(path.read_text(encoding="utf-8"))
        ]

    def lost(self) -> list[str]:
        """Published schemas and examples that the git history at hand knows and that were edited or removed since."""
        withdrawn = self._withdrawn()
        return [
            f"{path} is append-only and was {what}; restore it, or give a reason in withdrawn.txt"
            for path, what in sorted(self._touched())
            if path not in withdrawn
        ]

    def _touched(self) -> set[tuple[str, str]]:
        areas = ("--", "published", "examples")
        filters = ("--no-renames", "--relative", "--name-status", "--diff-filter=MD")
        committed = self._git("log", "--format=", *filters, *areas)
        pending = self._git("diff", "HEAD", *filters, *areas)
        words = {"M": "edited", "D": "removed"}
        return {(path, words[status]) for status, path in (line.split("\t", 1) for line in (*committed, *pending))}

    def history(self) -> str | None:
        """Why what was removed may go unnoticed here, ``None`` when the whole history is at hand."""
        if not self._git("rev-parse", "HEAD"):
            return "there is no git history here"
        return "this is a shallow clone" if self._git("rev-parse", "--is-shallow-repository") == ["true"] else None

    def _git(self, *arguments: str) -> list[str]:
        """Lines git prints about the folder; none where there is no repository or no git."""
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True, timeout=60
            )
        except (OSError, subprocess.CalledProcessError):
            return []
        return [line for line in done.stdout.splitlines() if line]

    def _withdrawn(self) -> frozenset[str]:
        return frozenset(path for path, reason in self._withdrawals() if reason)

    def _withdrawals(self) -> Iterator[tuple[str, str]]:
        file = self.folder / "withdrawn.txt"
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            path, _, reason = line.strip().partition(" ")
            yield path, reason.strip()

    def _path(self, contract: str, schema: dict[str, Any]) -> Path:
        return self.folder / "published" / contract / f"{_digest(text_of(schema))}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
