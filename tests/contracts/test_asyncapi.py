"""The AsyncAPI document: valid by the official schema, and true to what the services declare."""

import ast
import importlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from libs.contracts.registry import EVENTS
from libs.messaging.stage import Stages
from libs.messaging.topology import CONSUMERS
from scripts.asyncapi import callers, receivers, senders
from scripts.contracts import FOLDER
from scripts.schemas import all_procedures

SPECIFICATION = Path(__file__).parent / "vendored" / "asyncapi-3.0.0.json"
SERVICES = FOLDER.parent / "services"
CLASSES = {event.__name__: subject for subject, event in EVENTS.items()}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads((FOLDER / "asyncapi.json").read_text())


@pytest.fixture(scope="module")
def specification() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(SPECIFICATION.read_text()))


def test_it_is_valid(document: dict[str, Any], specification: jsonschema.Draft7Validator) -> None:
    assert [error.message for error in specification.iter_errors(document)] == []


def test_the_validation_notices_a_typo(document: dict[str, Any], specification: jsonschema.Draft7Validator) -> None:
    operation = document["operations"]["scorer-sends-listing-scored"] | {"action": "sends"}
    broken = document | {"operations": {"scorer-sends-listing-scored": operation}}
    assert not specification.is_valid(broken)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [each for value in node.values() for each in references(value)]
        return [each for value in node for each in references(value)] if isinstance(node, list) else []

    found = references(document)
    assert len(found) > 100
    for reference in found:
        if reference.startswith("#/"):
            node: Any = document
            for part in reference.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        else:
            assert (FOLDER / reference).is_file(), reference


def test_no_server_has_a_port(document: dict[str, Any]) -> None:
    assert document["servers"] == {
        "nats": {"host": "nats", "protocol": "nats", "description": "NATS with JetStream; one user a service."}
    }


def test_a_table_row_has_its_key_in_the_address(document: dict[str, Any]) -> None:
    addresses = {name: channel["address"] for name, channel in document["channels"].items()}
    assert addresses["listing.seen"] == "listing.seen"
    assert addresses["baseline.updated"] == "baseline.updated.{key}"
    assert addresses["rpc.extractor.extract"] == "rpc.extractor.extract"


def test_the_operations_of_a_service_say_what_it_hears_and_says(document: dict[str, Any]) -> None:
    assert sorted(name for name in document["operations"] if name.startswith("scorer-")) == [
        "scorer-receives-baseline-updated",
        "scorer-receives-listing-extracted",
        "scorer-sends-dead",
        "scorer-sends-listing-scored",
    ]


def test_every_event_has_a_sender_and_a_reader() -> None:
    assert [subject for subject in EVENTS if not senders(subject)] == []
    assert [subject for subject in EVENTS if not receivers(subject)] == []


def test_every_procedure_has_a_caller() -> None:
    assert [each.subject for each in all_procedures() if not callers(each)] == []


def services_with_handlers() -> list[str]:
    return sorted(path.parent.name for path in SERVICES.glob("*/handlers.py"))


@pytest.mark.parametrize("service", services_with_handlers())
def test_a_service_declares_a_stage_for_each_of_its_durables(service: str) -> None:
    stages: Stages = importlib.import_module(f"services.{service}.handlers").stages
    assert {stage.durable for stage in stages.declared} == {
        each.durable for each in CONSUMERS if each.service == service
    }


def constructed(service: str) -> set[str]:
    """Subjects of the events a service's code builds."""
    names = set()
    for path in (SERVICES / service).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(call, ast.Call):
                continue
            function = call.func
            if isinstance(function, ast.Attribute) and function.attr == "caused_by":
                function = function.value
            if isinstance(function, ast.Name) and function.id in CLASSES:
                names.add(CLASSES[function.id])
    return names


@pytest.mark.parametrize("service", services_with_handlers())
def test_who_builds_an_event_is_listed_as_its_sender(service: str) -> None:
    built = constructed(service)
    assert built <= {subject for subject in EVENTS if service in senders(subject)}


def test_who_follows_a_table_is_listed_as_its_reader() -> None:
    followed = {
        (call.args[0].id, path.parent.name)
        for path in SERVICES.glob("*/app.py")
        for call in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "table"
        and isinstance(call.args[0], ast.Name)
    }
    assert followed
    assert [(event, service) for event, service in followed if service not in receivers(CLASSES[event])] == []
