"""The standard catalogue, one module a component family."""

from dataclasses import replace
from zlib import crc32

from services.simulator.catalogue import Catalogue
from services.simulator.products.accessories import accessories
from services.simulator.products.cards import cards
from services.simulator.products.drives import drives
from services.simulator.products.memory import memory
from services.simulator.products.processors import processors
from services.simulator.products.systems import systems


def standard_catalogue() -> Catalogue:
    """Answer every product, each with a product id derived from its key."""
    rows = (*memory(), *drives(), *processors(), *cards(), *systems(), *accessories())
    return Catalogue(
        tuple(replace(row, epid=str(1_000_000_000 + crc32(f"{row.key}{row.name}".encode()))) for row in rows)
    )
