"""Accessories that name what they fit, and must not be taken for it."""

# ruff: noqa: E501 - one product a row reads better than one a screen

from collections.abc import Mapping
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling
from services.simulator.products.lots import lot_of

SERVER_PARTS = Category("56094", "Other Server Components", "175698", "Enterprise Networking, Servers")
LOTS: Mapping[int, float] = {1: 0.72, 4: 0.1, 8: 0.08, 10: 0.06, 24: 0.04}
EXTRAS = ("Tested", "OEM", "Genuine", "Fast Ship", "Server Part", "w/ Screws", "Pulled")

KINDS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("caddy", 7, ('Dell 2.5" SFF SAS/SATA Drive Caddy 8FKXC R640 R740', 'HP Gen9 Gen10 3.5" LFF Hard Drive Tray Caddy', 'Dell 14G 3.5" Drive Tray Sled X7K8W')),
    ("rail", 32, ("Dell PowerEdge R640 R650 Sliding Rail Kit A7", "Dell R740 R740xd Ready Rails 2U Sliding Rail Kit", "HP DL380 G10 2U SFF Rail Kit")),
    ("heatsink", 18, ("Dell PowerEdge R740 Heatsink High Performance", "Dell R640 CPU Heatsink Standard", "HP DL380 Gen10 CPU Heatsink")),
    ("cable", 14, ("Mini SAS HD to Mini SAS HD SFF-8643 Cable 0.8m", "Dell R740 GPU Power Cable 8-Pin", "QSFP+ to 4x SFP+ Breakout Cable 3m")),
    ("bracket", 6, ("Low Profile Bracket for Mellanox ConnectX-4", "Full Height Bracket for Intel X520-DA2", "Low Profile Bracket for NVIDIA Tesla P4")),
    ("riser", 26, ("Dell PowerEdge R740 Riser Card PCIe x16", "HP DL380 Gen10 Secondary Riser Card", "Dell R640 PCIe Riser 2A")),
    ("bezel", 28, ("Dell PowerEdge R640 Front Bezel w/ Key", "Dell R740xd 2U Security Bezel Faceplate", "HP DL380 G10 2U Bezel Kit")),
    ("backplane", 45, ('Dell R740xd 12x 3.5" SAS SATA Backplane', 'Dell R640 8x 2.5" Backplane Board', "HP DL380 Gen10 8SFF Drive Backplane")),
    ("fan", 15, ("Dell PowerEdge R740 Fan Module High Performance", "HP DL380 Gen10 Hot Plug Fan Module", "Dell R640 Fan Assembly")),
)  # fmt: skip


def _spell(spellings: tuple[str, ...], rng: Random, units: int) -> Spelling:
    one = rng.choice(spellings)
    return Spelling(lot_of(rng, units, one), EXTRAS, one.split(" ", maxsplit=1)[0])


def accessories() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=f"other:{kind}",
            component_type="other",
            name=f"Server {kind}",
            category=SERVER_PARTS,
            usd=usd,
            spell=partial(_spell, spellings),
            sigma=0.3,
            weight=2.0,
            lots=LOTS,
            aspects=(("Type", kind.capitalize()),),
        )
        for kind, usd, spellings in KINDS
    )
