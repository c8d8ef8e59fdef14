"""Server hardware: memory, drives, processors, network and graphics cards, servers, workstations, desktops."""

from libs.domain.verticals.registry import register
from libs.domain.verticals.server.types import COMPONENT_TYPES
from libs.domain.verticals.server.understand import explain, understand
from libs.domain.verticals.vertical import Vertical

__all__ = ["SERVER", "explain", "understand"]

SERVER = register(
    Vertical(
        name="server",
        label="Server hardware",
        version="server-1",
        understand=understand,
        component_types=COMPONENT_TYPES,
    )
)
