"""deploy/Dockerfile: clean by hadolint, built of three stages, locked, without root."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from deploy.report import complaints, tool

FILE = "deploy/Dockerfile"
STAGES = ["python", "packages", "service"]


def lint_faults(root: Path) -> list[str]:
    return complaints([tool("hadolint"), "--no-color", str(root / FILE)])


def stage_faults(root: Path) -> Iterator[str]:
    text = re.sub(r"\\\n\s*", "", (root / FILE).read_text(encoding="utf-8"))
    instructions = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    stages = re.findall(r"^FROM \S+ AS (\w+)$", text, re.MULTILINE)
    if stages != STAGES:
        yield f"the stages are {', '.join(stages)} and should be {', '.join(STAGES)}"
    for argument in ("BASE_IMAGE", "SERVICE"):
        if not re.search(rf"^ARG {argument}\b", text, re.MULTILINE):
            yield f"ARG {argument} is missing"
    for line in re.findall(r"(?:uv )?pip install[^&|]*", text):
        if "--require-hashes" not in line:
            yield f"installs without hashes: {line.strip()}"
    users = [rest for word, rest in instructions if word == "USER"]
    if not users or users[-1].startswith(("root", "0")):
        yield "the image runs as root; end with USER 10001:10001"
    for word, rest in instructions:
        if word == "COPY" and "--from=" not in rest:
            yield from _sources(root, [part for part in rest.split() if not part.startswith("--")][:-1])


def _sources(root: Path, sources: list[str]) -> Iterator[str]:
    """What is copied must exist and be let through by .dockerignore."""
    let_through = [
        line.removeprefix("!")
        for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    for source in sources:
        if not (root / source).exists():
            yield f"copies {source}, which there is not"
        elif not any(fnmatch(source, pattern) or source.startswith(f"{pattern}/") for pattern in let_through):
            yield f"copies {source}, which .dockerignore keeps out"
