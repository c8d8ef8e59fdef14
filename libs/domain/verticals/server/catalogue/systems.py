"""The system a title names, whatever its type."""

from libs.domain.verticals.server.catalogue import desktops, servers, workstations
from libs.domain.verticals.server.catalogue.system import System

_FINDERS = (
    workstations.dell_workstation,
    workstations.lenovo_workstation,
    desktops.dell_desktop,
    desktops.hp_desktop,
    desktops.lenovo_desktop,
    workstations.hp_workstation,
    servers.hp_server,
    servers.dell_server,
    servers.lenovo_server,
    servers.other_server,
    desktops.consumer_desktop,
)


def find_system(low: str, words: frozenset[str]) -> System | None:
    """The first system a lower-case title names: one with a model before one without, then by place."""
    best: System | None = None
    for find in _FINDERS:
        found = find(low, words)
        if found and (best is None or (found.model is not None, -found.start) > (best.model is not None, -best.start)):
            best = found
    return best


def count_systems(low: str, words: frozenset[str]) -> int:
    """How many different systems a title names; more than one is a list of what the goods fit."""
    models = {f"{match['l']}{match['n']}" for match in servers.poweredge_models(low)}
    models |= {f"{match['l']}{match['n']}" for match in servers.proliant_models(low)}
    models |= {match["n"] for match in workstations.precision_models(low)}
    if "hp" in words:
        models |= {match["n"] for match in workstations.z_models(low)}
    return len(models)
