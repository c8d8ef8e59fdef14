"""Which environment variables each process reads, taken from its code."""

import importlib
import importlib.util
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic_settings import BaseSettings

from libs.devstack.stack import SERVICES
from libs.runtime.settings import ServiceSettings

PREFIX = "DEALSTREAM_"
PIPELINE = tuple(name for name in SERVICES if name != "simulator")
"""The services that run everywhere; the simulator stands in for marketplaces in development."""


@cache
def variables_of_service(service: str) -> frozenset[str]:
    """The variables a service's settings have a field for."""
    if importlib.util.find_spec(f"services.{service}.settings") is None:
        return _fields(ServiceSettings)
    module = importlib.import_module(f"services.{service}.settings")
    own = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, BaseSettings)]
    return frozenset().union(*(_fields(each) for each in own if each.__module__ == module.__name__))


@cache
def variables_of_module(module: str) -> frozenset[str]:
    """The variables a command that has no settings class names in its source."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return frozenset()
    return frozenset(re.findall(rf"{PREFIX}[A-Z_]+", Path(found.origin).read_text(encoding="utf-8")))


def unknown(process: str, names: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """A sentence for each of our variables that a process is given and does not read."""
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in known:
            yield f"{process}: {name} is no setting of it; it reads {', '.join(sorted(known))}"


def _fields(settings: type[BaseSettings]) -> frozenset[str]:
    prefix = str(settings.model_config.get("env_prefix", ""))
    return frozenset(
        str(field.validation_alias or f"{prefix}{name}").upper() for name, field in settings.model_fields.items()
    )
