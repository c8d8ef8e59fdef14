"""docker-compose.dev.yml: valid by the compose specification, and complete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.report import complaints, read_yaml, tool
from deploy.variables import PIPELINE, unknown, variables_of_module, variables_of_service
from libs.devstack.stack import SERVICES

FILE = "docker-compose.dev.yml"
ONE_SHOTS = {"provision": "libs.messaging.provision", "migrate": "libs.storage.migrate"}

type Container = dict[str, Any]


def schema_faults(root: Path) -> list[str]:
    return complaints([tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(root / FILE)])


def service_faults(root: Path) -> Iterator[str]:
    """What the schema cannot see: names that must agree with the code and with each other."""
    document = read_yaml(root / FILE)
    containers: dict[str, Container] = document["services"]
    for name in SERVICES:
        if name not in containers:
            yield f"the service {name} is missing"
        else:
            yield from _faults_of_service(name, containers[name])
    for name, module in ONE_SHOTS.items():
        yield from _faults_of_one_shot(name, module, containers.get(name, {}))
    for name, container in containers.items():
        yield from _faults_of_container(name, container, containers)
        yield from _faults_of_mounts(name, container, root, set(document.get("volumes", {})))


def _faults_of_service(name: str, container: Container) -> Iterator[str]:
    built = container.get("build", {}).get("args", {}).get("SERVICE")
    if built != name:
        yield f"{name}: builds the image of {built!r}"
    environment = container.get("environment", {})
    yield from unknown(name, environment, variables_of_service(name))
    if name not in PIPELINE:
        return
    user = urlsplit(environment.get("DEALSTREAM_NATS_URL", "")).username
    if user != name:
        yield f"{name}: connects to NATS as {user!r}"
    for needed in ONE_SHOTS:
        if container.get("depends_on", {}).get(needed, {}).get("condition") != "service_completed_successfully":
            yield f"{name}: must wait until {needed} has completed successfully"


def _faults_of_one_shot(name: str, module: str, container: Container) -> Iterator[str]:
    if container.get("command") != ["python", "-m", module]:
        yield f"{name}: must run python -m {module}, not {container.get('command')}"
    yield from unknown(name, container.get("environment", {}), variables_of_module(module))


def _faults_of_container(name: str, container: Container, containers: dict[str, Container]) -> Iterator[str]:
    for port in container.get("ports", ()):
        if not str(port).startswith("127.0.0.1:"):
            yield f"{name}: the port {port} is open to other machines; begin it with 127.0.0.1:"
    for needed, how in container.get("depends_on", {}).items():
        if needed not in containers:
            yield f"{name}: depends on {needed}, which there is not"
        elif how["condition"] == "service_healthy" and not _can_be_healthy(containers[needed]):
            yield f"{name}: waits until {needed} is healthy, which has no health check"


def _can_be_healthy(container: Container) -> bool:
    """Our own image brings a health check of its own."""
    check = container.get("healthcheck", {"test": True} if "build" in container else {})
    return "test" in check and not check.get("disable")


def _faults_of_mounts(name: str, container: Container, root: Path, volumes: set[str]) -> Iterator[str]:
    for mount in container.get("volumes", ()):
        source = str(mount).partition(":")[0]
        if source.startswith("."):
            if not (root / source).exists():
                yield f"{name}: mounts {source}, which there is not"
        elif source not in volumes:
            yield f"{name}: mounts the volume {source}, which is not declared"
