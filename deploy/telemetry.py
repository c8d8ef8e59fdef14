"""The collector's pipelines, what Prometheus scrapes, and where Grafana looks: names that must agree."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from deploy import compose
from deploy.report import read_yaml
from libs.devstack.stack import SERVICES

HEALTH_PORT = 8080


def faults(root: Path) -> Iterator[str]:
    yield from collector_faults(root)
    yield from prometheus_faults(root)
    yield from grafana_faults(root)


def collector_faults(root: Path) -> Iterator[str]:
    document = read_yaml(root / "deploy/otel/collector.yaml")
    for name, pipeline in document["service"]["pipelines"].items():
        for kind, used in pipeline.items():
            for each in used:
                if each not in document.get(kind, {}):
                    yield f"collector: the pipeline {name} uses {each}, which is not among the {kind}"
    if document["receivers"]["otlp"]["protocols"]["http"]["endpoint"] != "0.0.0.0:4318":
        yield "collector: the services send to port 4318 of any of its addresses"


def prometheus_faults(root: Path) -> Iterator[str]:
    document = read_yaml(root / "deploy/prometheus/prometheus.yml")
    targets = {
        target
        for job in document["scrape_configs"]
        for group in job.get("static_configs", ())
        for target in group["targets"]
    }
    wanted = {f"{name}:{HEALTH_PORT}" for name in SERVICES}
    yield from (f"prometheus: {each} is not scraped" for each in sorted(wanted - targets))
    yield from (f"prometheus: {each} is scraped and is no service" for each in sorted(targets - wanted))


def grafana_faults(root: Path) -> Iterator[str]:
    containers = read_yaml(root / compose.FILE)["services"]
    document = read_yaml(root / "deploy/grafana/provisioning/datasources/datasources.yaml")
    for source in document["datasources"]:
        missing = {"name", "type", "access", "url"} - source.keys()
        if missing:
            yield f"grafana: a data source lacks {', '.join(sorted(missing))}"
        elif urlsplit(source["url"]).hostname not in containers:
            yield f"grafana: {source['name']} is at {source['url']}, which is no container"
