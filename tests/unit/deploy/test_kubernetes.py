"""Mistakes in the manifests are found, in the plain files and in what kustomize makes of them."""

import shutil

import pytest

from tests.unit.deploy.conftest import Break, Faults

PLAIN = "kubernetes: plain manifests"
DEV = "kubernetes: overlay dev"
DEPLOYMENT = "deploy/base/service/deployment.yaml"
OVERLAY = "deploy/overlays/dev/kustomization.yaml"
BASE = "deploy/base/kustomization.yaml"
SCORER = "deploy/base/scorer/kustomization.yaml"
POLICIES = "deploy/base/network-policies.yaml"
MIGRATE = "deploy/base/migrate.yaml"

needs_kubectl = pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="kubectl builds the overlays; it is not here"
)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (DEPLOYMENT, "replicas: 1", "replica: 1", "Additional properties are not allowed ('replica' was unexpected)"),
        (DEPLOYMENT, "containerPort: 8080", 'containerPort: "8080"', "'8080' is not of type 'integer'"),
        (MIGRATE, "backoffLimit", "backOffLimit", "('backOffLimit' was unexpected)"),
        (POLICIES, "egress:\n    - to", "egres:\n    - to", "('egres' was unexpected)"),
        (
            "deploy/nats/nats.yaml",
            "kind: StatefulSet",
            "kind: StatefullSet",
            "deploy/nats/nats.yaml: Kubernetes 1.34 has no StatefullSet of apps/v1",
        ),
        (BASE, "  - scorer\n", "  - scoring\n", "names scoring, which there is not"),
    ],
)
def test_a_plain_manifest_with_a_mistake_is_found_without_kubectl(
    seed: Break, faults: Faults, file: str, old: str, new: str, fault: str
) -> None:
    seed(file, old, new)
    assert fault in "\n".join(faults(PLAIN))


@needs_kubectl
@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (BASE, "  - scorer\n", "", "the Deployment scorer is missing"),
        (BASE, "  - migrate.yaml\n", "", "the Job migrate is missing"),
        (SCORER, "dealstream/scorer", "dealstream/api", "scorer: runs the image dealstream/api"),
        (SCORER, "key\n        value: scorer", "key\n        value: api", "takes the NATS address of api"),
        (
            "deploy/base/api/kustomization.yaml",
            "DEALSTREAM_HOST",
            "DEALSTREAM_HOSTS",
            "api: DEALSTREAM_HOSTS is no setting of it",
        ),
        (OVERLAY, "DEALSTREAM_EBAY_URL", "DEALSTREAM_EBAY_URI", "poller: DEALSTREAM_EBAY_URI is no setting of it"),
        (OVERLAY, "DEALSTREAM_LOG_FORMAT", "DEALSTREAM_LOG_STYLE", "api: DEALSTREAM_LOG_STYLE is no setting of it"),
        (OVERLAY, "- name: ebay", "- name: ebey", "poller: asks for the Secret ebay, which there is not"),
        (
            DEPLOYMENT,
            "path: /ready",
            "path: /readyz",
            "scorer: its readinessProbe must ask for /ready on the port health",
        ),
        (DEPLOYMENT, "runAsNonRoot: true", "runAsNonRoot: false", "scorer: may run as root"),
        (DEPLOYMENT, "drop: [ALL]", "drop: []", "scorer: keeps capabilities or may gain privileges"),
        (
            DEPLOYMENT,
            "limits: { memory: 512Mi }",
            "limits: { cpu: 1 }",
            "scorer: says not how much cpu and memory it needs",
        ),
        (MIGRATE, "libs.storage.migrate", "libs.storage.migrat", "migrate: must run python -m libs.storage.migrate"),
        (POLICIES, "dealstream/internet", "dealstream/web", "the NetworkPolicy internet applies to nothing"),
        (
            POLICIES,
            "policyTypes: [Ingress, Egress]",
            "policyTypes: [Ingress]",
            "no NetworkPolicy denies what is not allowed",
        ),
        (
            "deploy/overlays/dev/simulator.yaml",
            "selector:\n    app",
            "selector:\n    apps",
            "the Service simulator selects 0 workloads",
        ),
        (OVERLAY, "kind: Kustomization", "kind: Kustomisation", "kustomize: "),
    ],
)
def test_an_overlay_with_a_mistake_is_found(
    seed: Break, faults: Faults, file: str, old: str, new: str, fault: str
) -> None:
    seed(file, old, new)
    assert fault in "\n".join(faults(DEV))
