"""Expansion cards: graphics and network adapters."""

from dataclasses import dataclass
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling
from services.simulator.products.lots import SOMETIMES_IN_PAIRS, lot_of

GRAPHICS = Category("27386", "Graphics/Video Cards", "175673", "Computer Components & Parts")
NETWORK = Category("20318", "Network Cards", "175698", "Enterprise Networking, Servers")
GRAPHICS_EXTRAS = (
    "GPU",
    "Graphics Card",
    "AI Accelerator",
    "Tested",
    "PCIe",
    "Passive Cooling",
    "Deep Learning",
    "CUDA",
    "Fast Ship",
    "Full Height",
    "Low Hours",
)
NETWORK_EXTRAS = (
    "Network Adapter",
    "NIC",
    "PCIe",
    "Low Profile",
    "Full Height",
    "Server Adapter",
    "Tested",
    "w/ Both Brackets",
    "Dell OEM",
    "Ethernet",
)


@dataclass(frozen=True, slots=True)
class Graphics:
    model: str
    key_model: str
    vram_gb: int
    memory: str
    usd: float
    boards: tuple[str, ...] = ("NVIDIA",)
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Adapter:
    maker: str
    model: str
    part: str
    speed_gbe: int
    ports: int
    port: str
    usd: float
    hot: bool = False


GRAPHICS_CARDS = (
    Graphics("Tesla P40", "tesla_p40", 24, "GDDR5", 210, ("NVIDIA", "Dell", "HPE"), hot=True),
    Graphics("Tesla P4", "tesla_p4", 8, "GDDR5", 75),
    Graphics("Tesla T4", "tesla_t4", 16, "GDDR6", 560, ("NVIDIA", "Dell", "Lenovo"), hot=True),
    Graphics("Tesla P100", "tesla_p100", 16, "HBM2", 150, ("NVIDIA", "HPE")),
    Graphics("Tesla V100", "tesla_v100", 32, "HBM2", 780, ("NVIDIA", "Dell")),
    Graphics("A40", "a40", 48, "GDDR6", 3900),
    Graphics("L4", "l4", 24, "GDDR6", 2200),
    Graphics("RTX A4000", "rtx_a4000", 16, "GDDR6", 480, ("NVIDIA", "PNY", "Dell"), hot=True),
    Graphics("RTX A5000", "rtx_a5000", 24, "GDDR6", 1250, ("NVIDIA", "PNY", "HP")),
    Graphics("GeForce RTX 3090", "rtx_3090", 24, "GDDR6X", 780, ("ASUS", "EVGA", "MSI", "Gigabyte"), hot=True),
    Graphics("GeForce RTX 4090", "rtx_4090", 24, "GDDR6X", 1950, ("ASUS", "MSI", "Gigabyte")),
)

ADAPTERS = (
    Adapter("Intel", "X520-DA2", "E10G42BTDA", 10, 2, "SFP+", 24, hot=True),
    Adapter("Intel", "X710-DA2", "X710DA2BLK", 10, 2, "SFP+", 62),
    Adapter("Intel", "X710-DA4", "X710DA4FH", 10, 4, "SFP+", 110),
    Adapter("Intel", "X540-T2", "X540T2BLK", 10, 2, "RJ45", 45, hot=True),
    Adapter("Intel", "I350-T4", "I350T4V2BLK", 1, 4, "RJ45", 38),
    Adapter("Mellanox", "ConnectX-3 Pro", "MCX312B-XCCT", 10, 2, "SFP+", 30),
    Adapter("Mellanox", "ConnectX-4 Lx", "MCX4121A-ACAT", 25, 2, "SFP28", 58, hot=True),
    Adapter("Intel", "XXV710-DA2", "XXV710DA2BLK", 25, 2, "SFP28", 95),
    Adapter("Mellanox", "ConnectX-4", "MCX416A-CCAT", 100, 2, "QSFP28", 160),
)


def _spell_graphics(card: Graphics, rng: Random, units: int) -> Spelling:
    board = rng.choice(card.boards)
    maker = "NVIDIA" if board == "NVIDIA" else rng.choice((board, f"{board} NVIDIA"))
    vram = rng.choice((f"{card.vram_gb}GB", f"{card.vram_gb}GB", f"{card.vram_gb} GB"))
    one = rng.choice(
        (
            f"{maker} {card.model} {vram} {card.memory}",
            f"{maker} {card.model} {vram}",
            f"{maker} {card.model} {vram} {card.memory} PCIe x16 Graphics Card",
            f"{maker} {card.model} GPU {vram} {card.memory} Accelerator",
        )
    )
    return Spelling(lot_of(rng, units, one), GRAPHICS_EXTRAS, board)


def _spell_adapter(card: Adapter, rng: Random, units: int) -> Spelling:
    ports = rng.choice(
        ({1: "Single", 2: "Dual", 4: "Quad"}[card.ports] + " Port", f"{card.ports}-Port", f"{card.ports} Port")
    )
    speed = rng.choice((f"{card.speed_gbe}GbE", f"{card.speed_gbe}GbE", f"{card.speed_gbe}Gb"))
    one = rng.choice(
        (
            f"{card.maker} {card.model} {speed} {ports} {card.port}",
            f"{card.maker} {card.part} {card.model} {ports} {speed} {card.port}",
            f"{card.maker} {card.model} {ports} {speed} {card.port} {card.part}",
        )
    )
    return Spelling(lot_of(rng, units, one), NETWORK_EXTRAS, card.maker, card.part)


def _graphics() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=f"gpu:nvidia:{card.key_model}:{card.vram_gb}gb",
            component_type="gpu",
            name=f"NVIDIA {card.model} {card.vram_gb}GB",
            category=GRAPHICS,
            usd=card.usd,
            spell=partial(_spell_graphics, card),
            sigma=0.14,
            weight=3.5 if card.hot else 1.0,
            lots={1: 0.97, 2: 0.02, 4: 0.01},
            aspects=(
                ("Chipset Manufacturer", "NVIDIA"),
                ("Chipset/GPU Model", f"NVIDIA {card.model}"),
                ("Memory Size", f"{card.vram_gb} GB"),
                ("Memory Type", card.memory),
            ),
            worth_planting=card.hot,
        )
        for card in GRAPHICS_CARDS
    )


def _adapters() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=f"nic:{card.speed_gbe}gbe:{card.ports}p:{card.port.lower()}",
            component_type="nic",
            name=f"{card.maker} {card.model}",
            category=NETWORK,
            usd=card.usd,
            spell=partial(_spell_adapter, card),
            sigma=0.17,
            weight=3.0 if card.hot else 1.0,
            lots=SOMETIMES_IN_PAIRS,
            aspects=(
                ("Maximum Data Rate", f"{card.speed_gbe} Gbps"),
                ("Number of LAN Ports", str(card.ports)),
                ("Network Ports", card.port),
                ("Interface Type", "PCI Express"),
            ),
        )
        for card in ADAPTERS
    )


def cards() -> tuple[Product, ...]:
    return (*_graphics(), *_adapters())
