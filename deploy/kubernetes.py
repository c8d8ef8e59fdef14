"""deploy/base and deploy/overlays: valid by Kubernetes' own schemas, complete, and closed by default."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

from deploy.compose import ONE_SHOTS
from deploy.report import SkipError, read_yaml
from deploy.variables import PIPELINE, unknown, variables_of_module, variables_of_service
from libs.devstack.stack import SERVICES

VERSION = "1.34"
"""Of Kubernetes, whose schemas the manifests must fit."""
OVERLAYS = "deploy/overlays"
KUSTOMIZATION = "kustomization.yaml"

type Manifest = dict[str, Any]


def overlays(root: Path) -> list[str]:
    return sorted(path.parent.name for path in (root / OVERLAYS).glob(f"*/{KUSTOMIZATION}"))


def manifest_faults(root: Path) -> Iterator[str]:
    """Every file a kustomization names exists and is valid; needs no kubectl."""
    for path in sorted((root / "deploy").rglob(KUSTOMIZATION)):
        document = read_yaml(path)
        for each in (*document.get("resources", ()), *document.get("components", ())):
            found = path.parent / each
            where = found.relative_to(root) if found.is_relative_to(root) else found
            if found.is_dir():
                if not (found / KUSTOMIZATION).exists():
                    yield f"{where}: has no {KUSTOMIZATION}"
            elif not found.exists():
                yield f"{path.relative_to(root)}: names {each}, which there is not"
            else:
                yield from schema_faults(list(yaml.safe_load_all(found.read_text(encoding="utf-8"))), str(where))


def build(root: Path, overlay: str) -> list[Manifest]:
    """Everything an overlay consists of. Raises ``ValueError`` with kustomize's own words."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise SkipError("kubectl is not on PATH, so the overlay is not built; its plain manifests were checked")
    command = [kubectl, "kustomize", str(root / OVERLAYS / overlay)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise ValueError(done.stderr.strip())
    return list(yaml.safe_load_all(done.stdout))


def overlay_faults(root: Path, overlay: str) -> Iterator[str]:
    try:
        manifests = build(root, overlay)
    except ValueError as error:
        yield f"kustomize: {error}"
        return
    yield from schema_faults(manifests, overlay)
    deployments = {each["metadata"]["name"]: each for each in manifests if each["kind"] == "Deployment"}
    for name in SERVICES if overlay == "dev" else PIPELINE:
        if name not in deployments:
            yield f"the Deployment {name} is missing"
        else:
            yield from _deployment_faults(name, deployments[name], manifests)
    jobs = {each["metadata"]["name"]: each for each in manifests if each["kind"] == "Job"}
    for name, module in ONE_SHOTS.items():
        yield from _job_faults(name, module, jobs.get(name))
    yield from _selection_faults(manifests)
    yield from _reference_faults(manifests)


def schema_faults(manifests: list[Manifest], where: str) -> Iterator[str]:
    for each in manifests:
        try:
            kubernetes_validate.validate(each, VERSION, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{where}: Kubernetes {VERSION} has no {each.get('kind')} of {each.get('apiVersion')}"
        except kubernetes_validate.ValidationError as error:
            place = ".".join(str(part) for part in error.path)
            yield f"{where}: {each.get('kind')} {each.get('metadata', {}).get('name')}: {place}: {error.message}"


def _deployment_faults(name: str, deployment: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    pod = deployment["spec"]["template"]["spec"]
    container = pod["containers"][0]
    if container["image"].partition(":")[0] != f"dealstream/{name}":
        yield f"{name}: runs the image {container['image']}"
    for probe, path in (("livenessProbe", "/live"), ("readinessProbe", "/ready")):
        asked = container.get(probe, {}).get("httpGet", {})
        if (asked.get("path"), asked.get("port")) != (path, "health"):
            yield f"{name}: its {probe} must ask for {path} on the port health"
    if "health" not in [port["name"] for port in container.get("ports", ())]:
        yield f"{name}: has no port named health"
    yield from _confinement_faults(name, pod)
    names = _variables(container, manifests)
    yield from unknown(name, names, variables_of_service(name))
    user = _key_of(container, "DEALSTREAM_NATS_URL")
    if name in PIPELINE and user != name:
        yield f"{name}: takes the NATS address of {user}"


def _confinement_faults(name: str, pod: Manifest) -> Iterator[str]:
    if pod.get("securityContext", {}).get("runAsNonRoot") is not True:
        yield f"{name}: may run as root"
    for container in pod["containers"]:
        context = container.get("securityContext", {})
        if context.get("allowPrivilegeEscalation") is not False or context.get("capabilities", {}).get("drop") != [
            "ALL"
        ]:
            yield f"{name}: keeps capabilities or may gain privileges"
        resources = container.get("resources", {})
        if not (resources.get("requests", {}).keys() >= {"cpu", "memory"} and "memory" in resources.get("limits", {})):
            yield f"{name}: says not how much cpu and memory it needs, or no limit of memory"


def _job_faults(name: str, module: str, job: Manifest | None) -> Iterator[str]:
    if job is None:
        yield f"the Job {name} is missing"
        return
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    if container.get("command") != ["python", "-m", module]:
        yield f"{name}: must run python -m {module}, not {container.get('command')}"
    yield from _confinement_faults(name, pod)
    yield from unknown(name, {each["name"] for each in container.get("env", ())}, variables_of_module(module))


def _selection_faults(manifests: list[Manifest]) -> Iterator[str]:
    """A Service has one workload behind it; a policy applies to some; nothing is open by default."""
    pods = [each["spec"]["template"]["metadata"]["labels"] for each in manifests if "template" in each.get("spec", {})]
    for each in manifests:
        name = each["metadata"]["name"]
        if each["kind"] == "Service":
            chosen = [labels for labels in pods if each["spec"]["selector"].items() <= labels.items()]
            if len(chosen) != 1:
                yield f"the Service {name} selects {len(chosen)} workloads"
        if each["kind"] == "NetworkPolicy":
            wanted = each["spec"]["podSelector"].get("matchLabels", {})
            if not any(wanted.items() <= labels.items() for labels in pods):
                yield f"the NetworkPolicy {name} applies to nothing"
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if not any(each["kind"] == "NetworkPolicy" and each["spec"] == closed for each in manifests):
        yield "no NetworkPolicy denies what is not allowed"


def _reference_faults(manifests: list[Manifest]) -> Iterator[str]:
    """A ConfigMap that is asked for exists; so does a Secret where the overlay makes any."""
    have = {(each["kind"], each["metadata"]["name"]) for each in manifests}
    kinds = ["ConfigMap", *(["Secret"] if any(kind == "Secret" for kind, _ in have) else [])]
    for each in manifests:
        pod = each.get("spec", {}).get("template", {}).get("spec")
        for kind, name in _references(pod) if pod else ():
            if kind in kinds and (kind, name) not in have:
                yield f"{each['metadata']['name']}: asks for the {kind} {name}, which there is not"


def _references(node: Any) -> Iterator[tuple[str, str]]:
    keys = {"configMapRef": "ConfigMap", "configMap": "ConfigMap", "secretRef": "Secret", "secretKeyRef": "Secret"}
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in keys and isinstance(value, dict):
                yield keys[key], value["name"]
            yield from _references(value)


def _variables(container: Manifest, manifests: list[Manifest]) -> set[str]:
    """Names a container gets, directly and from the ConfigMaps and Secrets that the overlay makes."""
    made = {each["metadata"]["name"]: each for each in manifests if each["kind"] in ("ConfigMap", "Secret")}
    names = {each["name"] for each in container.get("env", ())}
    for source in container.get("envFrom", ()):
        [reference] = [value for value in source.values() if isinstance(value, dict)]
        names |= made.get(reference["name"], {}).get("data", {}).keys()
    return names


def _key_of(container: Manifest, variable: str) -> str | None:
    found = [each for each in container.get("env", ()) if each["name"] == variable]
    return found[0].get("valueFrom", {}).get("secretKeyRef", {}).get("key") if found else None
