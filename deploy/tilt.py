"""Tiltfile: executed as Starlark with Tilt's functions replaced by ones that only take note."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import starlark

from deploy.compose import ONE_SHOTS
from libs.devstack.stack import SERVICES

FILE = "Tiltfile"
LINES = 60
FUNCTIONS = ("k8s_yaml", "kustomize", "k8s_resource", "sync", "fall_back_on", "local_resource", "run", "docker_build")
EXTENSIONS = {"ext://restart_process": ("docker_build_with_restart",)}


@dataclass(frozen=True)
class Call:
    """One call of a function of Tilt's."""

    function: str
    arguments: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


def calls_of(text: str) -> list[Call]:
    """What a Tiltfile asks of Tilt, in order. Raises ``starlark.StarlarkError`` when it cannot be executed."""
    calls: list[Call] = []

    def noting(name: str) -> Callable[..., Any]:
        def note(*arguments: Any, **options: Any) -> list[Any]:
            calls.append(Call(name, arguments, options))
            return [name, *arguments]

        return note

    def extension(name: str) -> starlark.FrozenModule:
        module = starlark.Module()
        for function in EXTENSIONS[name]:
            module.add_callable(function, noting(function))
        return module.freeze()

    module = starlark.Module()
    for function in FUNCTIONS:
        module.add_callable(function, noting(function))
    dialect = starlark.Dialect.extended()
    dialect.enable_top_level_stmt = True
    dialect.enable_load = True
    program = starlark.parse(FILE, text, dialect)
    starlark.eval(module, program, starlark.Globals.extended_by([]), starlark.FileLoader(extension))
    return calls


def faults(root: Path) -> Iterator[str]:
    text = (root / FILE).read_text(encoding="utf-8")
    if len(text.splitlines()) > LINES:
        yield f"it has {len(text.splitlines())} lines; {LINES} are enough"
    try:
        calls = calls_of(text)
    except (starlark.StarlarkError, KeyError) as error:
        yield f"it cannot be executed: {error}"
        return
    yield from _image_faults(root, [each for each in calls if each.function == "docker_build_with_restart"])
    yield from _resource_faults([each for each in calls if each.function == "k8s_resource"])
    for call in calls:
        if call.function in ("kustomize", "sync") and not (root / call.arguments[0]).exists():
            yield f"{call.function} of {call.arguments[0]}, which there is not"


def _image_faults(root: Path, builds: list[Call]) -> Iterator[str]:
    built = [each.arguments[0] for each in builds]
    wanted = [f"dealstream/{name}" for name in SERVICES]
    yield from (f"the image {each} is not built" for each in wanted if each not in built)
    yield from (f"the image {each} belongs to no service" for each in built if each not in wanted)
    for build in builds:
        name = str(build.arguments[0]).rpartition("/")[2]
        if build.options.get("build_args") != {"SERVICE": name}:
            yield f"{name}: is built with {build.options.get('build_args')}"
        if build.options.get("entrypoint") != ["python", "-m", f"services.{name}"]:
            yield f"{name}: starts {build.options.get('entrypoint')}"
        if not (root / str(build.options.get("dockerfile"))).exists():
            yield f"{name}: is built from {build.options.get('dockerfile')}, which there is not"
        steps = [step[0] for step in build.options.get("live_update", [])]
        if "sync" not in steps:
            yield f"{name}: no folder is kept in step; live_update needs a sync"
        if "fall_back_on" in steps[1:]:
            yield f"{name}: fall_back_on must come first in live_update"


def _resource_faults(resources: list[Call]) -> Iterator[str]:
    named = {each.arguments[0]: each.options for each in resources}
    for name in (*SERVICES, *ONE_SHOTS):
        if name not in named:
            yield f"the resource {name} is missing"
        elif name not in (*ONE_SHOTS, "simulator") and named[name].get("resource_deps") != list(ONE_SHOTS):
            yield f"{name}: must wait for {' and '.join(ONE_SHOTS)}"
