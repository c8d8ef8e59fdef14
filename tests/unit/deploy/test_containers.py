"""Mistakes in the Dockerfile, the compose file and the configuration it mounts are found."""

import pytest

from tests.unit.deploy.conftest import Break, Faults

COMPOSE = "docker-compose.dev.yml"
DOCKERFILE = "deploy/Dockerfile"


def test_a_misspelled_key_of_compose_is_found_by_its_schema(seed: Break, faults: Faults) -> None:
    seed(
        COMPOSE,
        "    restart: unless-stopped\n    environment:\n      ADMIN",
        "    restrat: no\n    environment:\n      ADMIN",
    )
    assert "restrat" in "\n".join(faults("compose: schema"))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  scorer:\n", "  score:\n", "the service scorer is missing"),
        ("args: { SERVICE: catalog }", "args: { SERVICE: api }", "catalog: builds the image of 'api'"),
        ("nats://scorer:dev", "nats://api:dev", "scorer: connects to NATS as 'api'"),
        (
            "127.0.0.1:8321:8321",
            "8321:8321",
            "api: the port 8321:8321 is open to other machines; begin it with 127.0.0.1:",
        ),
        ("./deploy/tempo/tempo.yaml", "./deploy/tempo.yaml", "tempo: mounts ./deploy/tempo.yaml, which there is not"),
        ('"grafana:/var', '"graphana:/var', "grafana: mounts the volume graphana, which is not declared"),
        ("libs.storage.migrate]", "libs.storage.migrat]", "must run python -m libs.storage.migrate, not"),
        ("{ nats: { condition", "{ natz: { condition", "provision: depends on natz, which there is not"),
        (
            "provision: { condition: service_completed_successfully }",
            "provision: { condition: service_started }",
            "poller: must wait until provision has completed successfully",
        ),
        ("DEALSTREAM_EBAY_URL", "DEALSTREAM_EBAY_URI", "poller: DEALSTREAM_EBAY_URI is no setting of it; it reads "),
        ("DEALSTREAM_SIMULATOR_PORT", "DEALSTREAM_PORT", "simulator: DEALSTREAM_PORT is no setting of it"),
        ("environment: *database", "environment: *environment", "migrate: DEALSTREAM_LOG_FORMAT is no setting of it"),
    ],
)
def test_what_the_schema_of_compose_cannot_see_is_found(
    seed: Break, faults: Faults, old: str, new: str, fault: str
) -> None:
    seed(COMPOSE, old, new)
    assert fault in "\n".join(faults("compose: services"))


def test_waiting_for_the_health_of_what_has_no_health_check_is_found(seed: Break, faults: Faults) -> None:
    seed(COMPOSE, "tempo: { condition: service_started }", "tempo: { condition: service_healthy }")
    assert faults("compose: services") == [
        "otel-collector: waits until tempo is healthy, which has no health check",
        "grafana: waits until tempo is healthy, which has no health check",
    ]


def test_a_misspelled_instruction_is_found_by_hadolint(seed: Break, faults: Faults) -> None:
    seed(DOCKERFILE, "WORKDIR /app", "WORKDIRR /app")
    assert "deploy/Dockerfile:" in faults("Dockerfile: hadolint")[0]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "AS packages",
            "AS package",
            "the stages are python, package, service and should be python, packages, service",
        ),
        ("ARG SERVICE\n", "", "ARG SERVICE is missing"),
        ("--require-hashes --compile-bytecode", "--compile-bytecode", "installs without hashes: uv pip install"),
        ("USER 10001:10001", "USER root", "the image runs as root; end with USER 10001:10001"),
        ("libs libs", "lib libs", "copies lib, which there is not"),
        (
            "requirements/runtime.txt /req",
            "requirements/dev.txt /req",
            "copies requirements/dev.txt, which .dockerignore",
        ),
    ],
)
def test_a_dockerfile_that_gives_up_a_rule_is_found(
    seed: Break, faults: Faults, old: str, new: str, fault: str
) -> None:
    seed(DOCKERFILE, old, new)
    assert fault in "\n".join(faults("Dockerfile: stages and sources"))


def test_an_unbalanced_configuration_is_found_by_the_server(seed: Break, faults: Faults) -> None:
    seed("deploy/nats/nats.conf", "system_account: SYS", "system_account: SYSTEM {")
    assert faults("nats.conf: the server's own test") != []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("users.conf", "user: scorer", "user: scoring", "users.conf is not what libs/messaging/rights.py says"),
        ("nats.conf", "sync_interval: always", 'sync_interval: "2m"', "sync_interval is not always"),
    ],
)
def test_users_and_durability_are_as_the_code_says(
    seed: Break, faults: Faults, file: str, old: str, new: str, fault: str
) -> None:
    seed(f"deploy/nats/{file}", old, new)
    [found] = faults("nats.conf: users and durability")
    assert fault in found


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "otel/collector.yaml",
            "exporters: [otlp/tempo]",
            "exporters: [otlp/temp]",
            "collector: the pipeline traces uses otlp/temp, which is not among the exporters",
        ),
        ("prometheus/prometheus.yml", "scorer:8080", "score:8080", "prometheus: scorer:8080 is not scraped"),
        (
            "grafana/provisioning/datasources/datasources.yaml",
            "http://tempo:3200",
            "http://temp:3200",
            "grafana: Tempo is at http://temp:3200, which is no container",
        ),
    ],
)
def test_names_of_the_telemetry_agree(seed: Break, faults: Faults, file: str, old: str, new: str, fault: str) -> None:
    seed(f"deploy/{file}", old, new)
    assert fault in faults("telemetry: collector, prometheus, grafana")
