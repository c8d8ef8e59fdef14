"""The verticals that ship with Dealstream."""

from libs.domain.verticals.registry import register
from libs.domain.verticals.server import SERVER


def register_all() -> None:
    """Make every shipped vertical known; repeating it is harmless."""
    for vertical in (SERVER,):
        register(vertical)
