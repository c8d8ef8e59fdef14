"""What crosses a process boundary, and its JSON Schema: every event, and every request and answer of a procedure."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from libs.contracts.registry import EVENTS
from libs.messaging import procedures
from libs.messaging.rpc import Procedure

DIALECT = "https://json-schema.org/draft/2020-12/schema"
READ_TOLERANTLY = (
    "Read tolerantly: ignore fields you do not know, since newer writers add some, and take a field that is "
    "absent as its default, since older writers lack it and nulls are not written."
)
PROSE = frozenset({"title", "description"})
NAMED = frozenset({"properties", "$defs"})
"""Below these stand names of fields and types, not keywords."""

type Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contract:
    """One message others may rely on."""

    subject: str
    model: type[BaseModel]

    @property
    def name(self) -> str:
        """``listing.seen.v1``; a second version is a subject of its own that ends in ``.v2``."""
        return self.subject if re.search(r"\.v\d+$", self.subject) else f"{self.subject}.v1"

    def schema(self) -> Schema:
        """What is written, for people and generators."""
        body = self.model.model_json_schema(mode="serialization")
        return {"$schema": DIALECT, "$id": f"urn:dealstream:{self.name}", "$comment": READ_TOLERANTLY, **body}

    def shape(self) -> Schema:
        """The schema without its prose, so that a better sentence is no new publication."""
        found: Schema = _without_prose(self.model.model_json_schema(mode="serialization"))
        return found


def _without_prose(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_prose(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        keyword: {name: _without_prose(each) for name, each in value.items()}
        if keyword in NAMED
        else (value if keyword == "default" else _without_prose(value))
        for keyword, value in node.items()
        if keyword not in PROSE
    }


def all_procedures() -> list[Procedure[Any, Any]]:
    """Every procedure one service may ask of another, by subject."""
    found = [each for each in vars(procedures).values() if isinstance(each, Procedure)]
    return sorted(found, key=lambda each: each.subject)


def all_contracts() -> dict[str, Contract]:
    """Every contract by its name, events first."""
    events = [Contract(subject, event) for subject, event in EVENTS.items()]
    calls = [
        Contract(f"{each.subject}.{part}", model)
        for each in all_procedures()
        for part, model in (("request", each.request), ("answer", each.answer))
    ]
    return {each.name: each for each in (*events, *calls)}
