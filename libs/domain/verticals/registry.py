"""The verticals this installation knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from libs.domain.errors import PermanentError
from libs.domain.verticals.vertical import Vertical

_verticals: dict[str, Vertical] = {}


class UnknownVerticalError(PermanentError):
    """A listing or a watch names a vertical nobody registered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no vertical is called {name!r}; known are: {', '.join(sorted(_verticals)) or 'none'}")


def register(vertical: Vertical) -> Vertical:
    """Make a vertical known; the last one of a name wins."""
    _verticals[vertical.name] = vertical
    return vertical


def vertical(name: str) -> Vertical:
    """Find a vertical by name; raises ``UnknownVerticalError`` with the names that exist."""
    try:
        return _verticals[name]
    except KeyError:
        raise UnknownVerticalError(name) from None


def verticals() -> tuple[Vertical, ...]:
    return tuple(_verticals.values())


@contextmanager
def registered(vertical: Vertical) -> Iterator[Vertical]:
    """Know a vertical for the length of a block."""
    before = _verticals.get(vertical.name)
    register(vertical)
    try:
        yield vertical
    finally:
        if before is None:
            del _verticals[vertical.name]
        else:
            _verticals[vertical.name] = before
