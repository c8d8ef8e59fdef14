"""The events themselves: what they promise to readers of any age."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import AwareDatetime, BaseModel, ValidationError

from libs.contracts.envelope import Event
from libs.contracts.listing import ListingExtracted, ListingScored, ListingSeen, PreviousPrice
from libs.contracts.registry import EVENTS
from libs.messaging.publisher import Outgoing
from libs.messaging.topology import CONSUMERS, STREAMS, TOPOLOGY, covers
from scripts.contracts import FOLDER
from scripts.schemas import all_contracts
from tests.contracts.made import instances

EXAMPLES = sorted((FOLDER / "examples").glob("*/*.json"))
EVENT_EXAMPLES = [path for path in EXAMPLES if not path.parent.name.startswith("rpc.")]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read(path: Path) -> Event:
    event = all_contracts()[path.parent.name].model.model_validate_json(path.read_bytes())
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_example_is_valid_by_its_schema(path: Path) -> None:
    schema = json.loads((FOLDER / "schemas" / f"{path.parent.name}.json").read_text())
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(json.loads(path.read_text()))


@pytest.mark.parametrize("path", EVENT_EXAMPLES, ids=named)
def test_an_example_is_published_as_it_was_read(path: Path) -> None:
    assert json.loads(Outgoing(read(path)).request()[1]) == json.loads(path.read_text())


def with_unknown_fields(node: Any) -> Any:
    if isinstance(node, list):
        return [with_unknown_fields(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: with_unknown_fields(value) for key, value in node.items()} | {"field_of_2031": "new"}


@pytest.mark.parametrize("path", EVENT_EXAMPLES, ids=named)
def test_fields_of_a_newer_writer_are_tolerated_everywhere(path: Path) -> None:
    known = json.loads(path.read_text())
    newer = with_unknown_fields(known)
    for free in ("aspects", "headers"):
        for holder in (newer, newer.get("listing", {})):
            if isinstance(holder, dict) and free in holder:
                del holder[free]["field_of_2031"]
    assert EVENTS[read(path).subject].model_validate_json(json.dumps(newer)) == read(path)


def test_a_message_of_another_version_is_refused_by_the_fields_it_lacks() -> None:
    second = {"event_id": "2b9f02f5-2bed-5592-97b9-3e871249089b", "occurred_at": "2026-11-02T08:15:31Z", "offer": {}}
    with pytest.raises(ValidationError, match=r"(?s)3 validation errors.*listing\n.*fingerprint\n.*observed_at\n"):
        ListingSeen.model_validate(second)


def test_a_subject_nobody_stores_is_a_clear_error() -> None:
    with pytest.raises(KeyError, match=r"no stream stores 'listing\.seen\.v2'; add it to libs/messaging"):
        TOPOLOGY.stream_of("listing.seen.v2")


def an_example(name: str) -> Event:
    return read(FOLDER / "examples" / name)


def test_what_follows_from_a_cause_has_the_same_id_every_time() -> None:
    extracted = an_example("listing.extracted.v1/ordinary.json")
    scored = an_example("listing.scored.v1/ordinary.json")
    assert isinstance(extracted, ListingExtracted)
    assert isinstance(scored, ListingScored)
    again = ListingScored.caused_by(
        extracted, occurred_at=datetime.fromisoformat("2027-01-01T00:00:00Z"), **_facts(scored)
    )
    assert again.event_id == scored.event_id
    assert again.cause_id == extracted.event_id
    assert again.event_id != extracted.event_id


def _facts(scored: ListingScored) -> dict[str, Any]:
    envelope = set(Event.model_fields)
    return {name: getattr(scored, name) for name in ListingScored.model_fields if name not in envelope}


def test_a_replay_marks_everything_it_causes() -> None:
    replayed = an_example("listing.seen.v1/replayed.json")
    ended = EVENTS["poll.requested"].caused_by(replayed, occurred_at=replayed.occurred_at, search_id="s")
    assert ended.replay_id == UUID("7f1cbb53-8e0c-4d0e-9d55-0f6f5d3a1c11")


def test_an_id_does_not_depend_on_the_machine() -> None:
    assert an_example("listing.seen.v1/ordinary.json").event_id == UUID("133136d5-8bd0-5cbb-b3df-e25b445a70d8")


def fields_of(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> list[tuple[str, Any]]:
    """Every field of a model and of the models within it, with its annotation."""
    seen = set() if seen is None else seen
    if model in seen:
        return []
    seen.add(model)
    found: list[tuple[str, Any]] = []
    for name, field in model.model_fields.items():
        found.append((f"{model.__name__}.{name}", field.annotation))
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found += fields_of(part, seen)
    return found


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_money_is_a_whole_number_of_minor_units(event: type[Event]) -> None:
    money = {name: kind for name, kind in fields_of(event) if name.endswith("_minor")}
    assert {name for name, kind in money.items() if kind not in (int, int | None)} == set()
    assert [name for name, _ in fields_of(event) if re.search(r"\.(price|shipping|amount|total)$", name)] in (
        [],
        [f"{event.__name__}.price"],
    ), "a price without a unit in its name is a UnitPrice"


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_times_know_their_zone(event: type[Event]) -> None:
    times = [(name, kind) for name, kind in fields_of(event) if name.endswith(("_at", ".since"))]
    assert ("Event.occurred_at" in dict(times)) or times
    assert [name for name, kind in times if kind not in (AwareDatetime, AwareDatetime | None)] == []


def test_a_time_without_a_zone_is_refused() -> None:
    data = json.loads((FOLDER / "examples/listing.ended.v1/gone.json").read_text())
    with pytest.raises(ValidationError, match="Input should have timezone info"):
        EVENTS["listing.ended"].model_validate(data | {"ended_at": "2026-11-02T08:15:30"})


def test_a_fraction_of_a_cent_is_refused() -> None:
    data = json.loads((FOLDER / "examples/listing.seen.v1/ordinary.json").read_text())
    data["listing"]["price_minor"] = 38.99
    with pytest.raises(ValidationError, match="got a number with a fractional part"):
        ListingSeen.model_validate(data)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_a_subject_follows_the_name_of_its_class(event: type[Event]) -> None:
    words = re.findall(r"[A-Z][a-z]+", event.__name__)
    assert event.subject in (".".join(words).lower(), words[0].lower())


def test_only_dead_letters_have_a_subject_of_one_word() -> None:
    assert [subject for subject in EVENTS if "." not in subject] == ["dead"]


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_a_subject_is_stored_by_exactly_one_stream(event: type[Event]) -> None:
    full = event.subject if event.subject_key is Event.subject_key else f"{event.subject}.key"
    assert len([stream for stream in STREAMS if any(covers(pattern, full) for pattern in stream.subjects)]) == 1


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.durable)
def test_a_durable_names_its_service_and_subject(consumer: Any) -> None:
    assert consumer.durable == f"{consumer.service}-{consumer.subject.replace('.', '-')}"
    assert consumer.subject in EVENTS
    assert TOPOLOGY.stream_of(consumer.subject) == consumer.stream


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_any_event_is_read_as_it_was_published(event: type[Event]) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(instances(event))
    def law(made: Event) -> None:
        assert event.model_validate_json(Outgoing(made).request()[1]) == made

    law()


@pytest.mark.parametrize(("asking_minor", "shipping_minor"), [(3899, None), (None, 0), (None, None)])
def test_a_previous_price_that_was_not_said_survives(asking_minor: int | None, shipping_minor: int | None) -> None:
    seen = an_example("listing.seen.v1/ordinary.json")
    previous = PreviousPrice(asking_minor=asking_minor, shipping_minor=shipping_minor, seen_at=seen.occurred_at)
    changed = seen.model_copy(update={"previous": previous})
    assert ListingSeen.model_validate_json(Outgoing(changed).request()[1]) == changed
