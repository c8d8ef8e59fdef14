"""The AsyncAPI 3.0.0 document: which service sends what to whom, and what can be asked of it."""

from typing import Any

from pydantic import BaseModel

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import Event
from libs.contracts.registry import EVENTS
from libs.messaging.rights import ROLES
from libs.messaging.rpc import Procedure
from libs.messaging.topology import CONSUMERS, TOPOLOGY, covers
from scripts.schemas import Contract, all_contracts, all_procedures


def senders(subject: str) -> tuple[str, ...]:
    """The services that publish an event; every service with a durable may set a message aside."""
    says = {name for name, role in ROLES.items() if any(_is_of(subject, each) for each in role.publishes)}
    return tuple(sorted(says | ({each.service for each in CONSUMERS} if subject == DeadLetter.subject else set())))


def receivers(subject: str) -> tuple[str, ...]:
    """The services that read an event: by a durable, as a table, or as it happens."""
    stream = TOPOLOGY.stream_of(subject)
    durables = {each.service for each in CONSUMERS if each.subject == subject}
    return tuple(sorted(durables | {name for name, role in ROLES.items() if stream in role.follows}))


def callers(procedure: Procedure[Any, Any]) -> tuple[str, ...]:
    return tuple(name for name, role in ROLES.items() if any(covers(each, procedure.subject) for each in role.calls))


def _is_of(subject: str, published: str) -> bool:
    """Whether a service that may publish there publishes this event, with or without a row key."""
    return published == subject or published.startswith(f"{subject}.")


def readers(subject: str) -> tuple[str, ...]:
    """Who reads a contract's messages: the receivers of an event, the one side or the other of a call."""
    for procedure in all_procedures():
        if subject == f"{procedure.subject}.request":
            return (procedure.service,)
        if subject == f"{procedure.subject}.answer":
            return callers(procedure)
    return receivers(subject)


def document() -> dict[str, Any]:
    contracts = all_contracts()
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for subject in EVENTS:
        channels[subject] = _event_channel(subject)
        operations |= _event_operations(subject)
    for procedure in all_procedures():
        channels |= _call_channels(procedure)
        operations |= _call_operations(procedure)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Dealstream",
            "version": "1",
            "description": "Every event and procedure on the bus. Generated; change libs/contracts and run "
            "`make contracts`.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "nats": {"host": "nats", "protocol": "nats", "description": "NATS with JetStream; one user a service."}
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": {name: _message(each) for name, each in contracts.items()}},
    }


def _event_channel(subject: str) -> dict[str, Any]:
    event = EVENTS[subject]
    channel: dict[str, Any] = {
        "address": subject,
        "description": _summary(event),
        "messages": _messages(Contract(subject, event).name),
        "x-stream": TOPOLOGY.stream_of(subject),
    }
    if event.subject_key is not Event.subject_key:
        channel["address"] = f"{subject}.{{key}}"
        channel["parameters"] = {"key": {"description": "The row key as one subject token, percent-encoded."}}
    return channel


def _event_operations(subject: str) -> dict[str, Any]:
    contract = Contract(subject, EVENTS[subject]).name
    sends = {
        f"{service}-sends-{_slug(subject)}": _operation("send", service, subject, contract)
        for service in senders(subject)
    }
    receives = {
        f"{service}-receives-{_slug(subject)}": _operation("receive", service, subject, contract)
        | _durable(service, subject)
        for service in receivers(subject)
    }
    return sends | receives


def _durable(service: str, subject: str) -> dict[str, str]:
    found = [each.durable for each in CONSUMERS if (each.service, each.subject) == (service, subject)]
    return {"x-durable": found[0]} if found else {}


def _call_channels(procedure: Procedure[Any, Any]) -> dict[str, Any]:
    subject = procedure.subject
    request = {"address": subject, "messages": _messages(f"{subject}.request.v1")}
    answer = {
        "address": None,
        "description": "The inbox that the request names.",
        "messages": _messages(f"{subject}.answer.v1"),
    }
    return {subject: request, f"{subject}.answer": answer}


def _call_operations(procedure: Procedure[Any, Any]) -> dict[str, Any]:
    subject = procedure.subject
    reply = {
        "address": {"location": "$message.header#/reply", "description": "NATS carries it beside the headers."},
        "channel": {"$ref": f"#/channels/{_pointer(f'{subject}.answer')}"},
    }
    contract = f"{subject}.request.v1"
    asks = {
        f"{caller}-asks-{_slug(subject)}": _operation("send", caller, subject, contract) | {"reply": reply}
        for caller in callers(procedure)
    }
    answers = _operation("receive", procedure.service, subject, contract) | {"reply": reply}
    return asks | {f"{procedure.service}-answers-{_slug(subject)}": answers}


def _operation(action: str, service: str, channel: str, contract: str) -> dict[str, Any]:
    at = f"#/channels/{_pointer(channel)}"
    return {
        "action": action,
        "channel": {"$ref": at},
        "messages": [{"$ref": f"{at}/messages/{_pointer(contract)}"}],
        "tags": [{"name": service}],
    }


def _messages(name: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{_pointer(name)}"}}


def _message(contract: Contract) -> dict[str, Any]:
    return {
        "name": contract.model.__name__,
        "summary": _summary(contract.model),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{contract.name}.json"},
        },
    }


def _summary(model: type[BaseModel]) -> str:
    return (model.__doc__ or model.__name__).strip().partition("\n")[0]


def _pointer(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")


def _slug(subject: str) -> str:
    return subject.replace(".", "-")
