"""Server memory: DDR3, DDR4 and DDR5 modules in every spelling sellers use."""

# ruff: noqa: E501 - one product a row reads better than one a screen

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling
from services.simulator.products.lots import OFTEN_IN_LOTS, lot_of

SERVER_MEMORY = Category("11210", "Server Memory (RAM)", "175698", "Enterprise Networking, Servers")
DESKTOP_MEMORY = Category("170083", "Memory (RAM)", "175673", "Computer Components & Parts")

KEY_KINDS = {"RDIMM": "ecc_reg", "LRDIMM": "ecc_reg", "ECC UDIMM": "ecc_unbuf", "UDIMM": "non_ecc"}
KIND_WORDS = {
    "RDIMM": ("ECC REG", "ECC Registered", "ECC RDIMM", "RDIMM", "REG ECC", "Registered ECC"),
    "LRDIMM": ("ECC LRDIMM", "LRDIMM", "LRDIMM Load Reduced", "LRDIMM ECC"),
    "ECC UDIMM": ("ECC UDIMM", "ECC Unbuffered", "UDIMM ECC"),
    "UDIMM": ("Non-ECC UDIMM", "Non-ECC Unbuffered", "UDIMM Non ECC"),
}
BANDWIDTH = {
    1333: 10600, 1600: 12800, 1866: 14900,
    2133: 17000, 2400: 19200, 2666: 21300, 2933: 23400, 3200: 25600,
    4800: 38400, 5600: 44800,
}  # fmt: skip
SPEED_LETTERS = {2133: "P", 2400: "T", 2666: "V", 2933: "Y", 3200: "AA", 4800: "B", 5600: "B"}
MODULE_LETTERS = {"RDIMM": "R", "LRDIMM": "L", "ECC UDIMM": "E", "UDIMM": "U"}
EXTRAS = (
    "Server Memory", "Server RAM", "Memory Module", "for Dell PowerEdge R640 R740", "for HPE DL380 G10", "Tested",
    "TESTED GOOD", "Fast Ship", "Free Shipping", "Server Pull", "1.2V", "288-Pin", "DIMM", "Enterprise", "Bulk",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    generation: int
    kind: str
    capacity_gb: int
    speed_mhz: int
    usd: float
    rank: str
    parts: Mapping[str, str]
    hot: bool = False

    @property
    def key(self) -> str:
        return f"ram:ddr{self.generation}:{KEY_KINDS[self.kind]}:{self.capacity_gb}gb:{self.speed_mhz}"


MODULES = (
    Module(3, "RDIMM", 8, 1333, 6, "2Rx4", {"Samsung": "M393B1K70CH0-YH9", "Hynix": "HMT31GR7BFR4A-H9"}),
    Module(3, "RDIMM", 8, 1600, 7, "2Rx4", {"Samsung": "M393B1G70QH0-YK0", "Hynix": "HMT31GR7CFR4A-PB"}),
    Module(3, "RDIMM", 16, 1333, 10, "2Rx4", {"Samsung": "M393B2G70BH0-YH9", "Hynix": "HMT42GR7BFR4A-H9"}),
    Module(3, "RDIMM", 16, 1600, 13, "2Rx4", {"Samsung": "M393B2G70BH0-YK0", "Hynix": "HMT42GR7AFR4A-PB", "Micron": "MT36KSF2G72PZ-1G6"}, hot=True),
    Module(3, "RDIMM", 16, 1866, 15, "2Rx4", {"Samsung": "M393B2G70QH0-CMA", "Hynix": "HMT42GR7AFR4C-RD"}),
    Module(3, "LRDIMM", 32, 1600, 28, "4Rx4", {"Samsung": "M386B4G70DM0-YK0"}),
    Module(4, "RDIMM", 8, 2133, 9, "1Rx4", {"Samsung": "M393A1G40DB0-CPB", "Hynix": "HMA41GR7MFR4N-TF"}),
    Module(4, "RDIMM", 16, 2133, 20, "2Rx4", {"Samsung": "M393A2G40DB0-CPB", "Hynix": "HMA42GR7MFR4N-TF", "Micron": "MTA36ASF2G72PZ-2G1"}, hot=True),
    Module(4, "RDIMM", 16, 2400, 25, "2Rx4", {"Samsung": "M393A2G40EB1-CRC", "Hynix": "HMA42GR7AFR4N-UH", "Micron": "MTA36ASF2G72PZ-2G3"}, hot=True),
    Module(4, "RDIMM", 16, 2666, 30, "2Rx8", {"Samsung": "M393A2K43CB2-CTD", "Hynix": "HMA82GR7CJR8N-VK"}, hot=True),
    Module(4, "RDIMM", 16, 3200, 38, "2Rx8", {"Samsung": "M393A2K43DB3-CWE", "Hynix": "HMA82GR7DJR8N-XN"}),
    Module(4, "RDIMM", 32, 2133, 40, "2Rx4", {"Samsung": "M393A4K40BB0-CPB", "Hynix": "HMA84GR7MFR4N-TF"}, hot=True),
    Module(4, "RDIMM", 32, 2400, 48, "2Rx4", {"Samsung": "M393A4K40BB1-CRC", "Hynix": "HMA84GR7AFR4N-UH", "Micron": "MTA36ASF4G72PZ-2G3"}, hot=True),
    Module(4, "RDIMM", 32, 2666, 58, "2Rx4", {"Samsung": "M393A4K40CB2-CTD", "Hynix": "HMA84GR7CJR4N-VK", "Micron": "MTA36ASF4G72PZ-2G6"}, hot=True),
    Module(4, "RDIMM", 32, 2933, 68, "2Rx4", {"Samsung": "M393A4K40CB2-CVF", "Hynix": "HMA84GR7CJR4N-WM", "Micron": "MTA36ASF4G72PZ-2G9"}, hot=True),
    Module(4, "RDIMM", 32, 3200, 80, "2Rx4", {"Samsung": "M393A4K40DB3-CWE", "Hynix": "HMA84GR7DJR4N-XN"}, hot=True),
    Module(4, "RDIMM", 64, 2933, 145, "2Rx4", {"Samsung": "M393A8G40MB2-CVF", "Hynix": "HMAA8GR7MJR4N-WM"}, hot=True),
    Module(4, "RDIMM", 64, 3200, 165, "2Rx4", {"Samsung": "M393A8G40AB2-CWE", "Hynix": "HMAA8GR7AJR4N-XN"}, hot=True),
    Module(4, "LRDIMM", 32, 2133, 34, "4Rx4", {"Samsung": "M386A4G40DM0-CPB"}),
    Module(4, "LRDIMM", 64, 2400, 88, "4Rx4", {"Samsung": "M386A8K40BM1-CRC"}),
    Module(4, "LRDIMM", 64, 2666, 105, "4Rx4", {"Samsung": "M386A8K40CM2-CTD"}, hot=True),
    Module(4, "LRDIMM", 128, 2666, 290, "8Rx4", {"Samsung": "M386AAK40B40-CWD"}),
    Module(4, "ECC UDIMM", 16, 2400, 32, "2Rx8", {"Samsung": "M391A2K43BB1-CRC"}),
    Module(4, "ECC UDIMM", 16, 2666, 36, "2Rx8", {"Samsung": "M391A2K43BB1-CTD", "Micron": "MTA18ASF2G72AZ-2G6"}),
    Module(4, "UDIMM", 16, 3200, 27, "2Rx8", {"Crucial": "CT16G4DFD832A", "Kingston": "KVR32N22D8/16"}),
    Module(5, "RDIMM", 16, 4800, 75, "1Rx8", {"Samsung": "M321R2GA3BB6-CQK"}),
    Module(5, "RDIMM", 32, 4800, 130, "2Rx8", {"Samsung": "M321R4GA3BB6-CQK", "Hynix": "HMCG88AEBRA107N"}, hot=True),
    Module(5, "RDIMM", 64, 4800, 240, "2Rx4", {"Samsung": "M321R8GA0BB0-CQK", "Hynix": "HMCG94AEBRA109N"}, hot=True),
    Module(5, "RDIMM", 64, 5600, 290, "2Rx4", {"Samsung": "M321R8GA0PB0-CWM"}),
    Module(5, "UDIMM", 16, 4800, 42, "1Rx8", {"Crucial": "CT16G48C40U5"}),
)  # fmt: skip


def _speed(rng: Random, module: Module) -> str:
    speed, generation = module.speed_mhz, module.generation
    letter = MODULE_LETTERS[module.kind]
    plain = (
        f"DDR{generation}-{speed}",
        f"DDR{generation} {speed}MHz",
        f"{speed}MHz DDR{generation}",
        f"DDR{generation} {speed}",
    )
    if generation == 3:
        return rng.choice(
            (
                *plain,
                f"PC3L-{BANDWIDTH[speed]}{letter} DDR3",
                f"DDR3 PC3-{BANDWIDTH[speed]}{letter}",
                f"PC3L-{BANDWIDTH[speed]}{letter}",
            )
        )
    code = f"PC{generation}-{speed}{SPEED_LETTERS[speed]}"
    spellings = [
        *plain,
        f"PC{generation}-{BANDWIDTH[speed]}",
        f"{code} DDR{generation}",
        f"DDR{generation} {code}",
        code,
    ]
    if generation == 4 and module.kind in {"RDIMM", "LRDIMM"}:
        spellings += [
            f"{code}-{letter}",
            f"{code}-{letter}{rng.choice('AB')}{rng.choice((1, 2))}-1{rng.choice((1, 2))}",
        ]
    return rng.choice(spellings)


def _capacity(rng: Random, capacity_gb: int) -> str:
    return rng.choices((f"{capacity_gb}GB", f"{capacity_gb} GB", f"{capacity_gb}gb"), (0.86, 0.1, 0.04))[0]


def _one(rng: Random, module: Module, maker: str) -> str:
    capacity, speed, kind = _capacity(rng, module.capacity_gb), _speed(rng, module), rng.choice(KIND_WORDS[module.kind])
    part = module.parts[maker]
    return rng.choice(
        (
            f"{maker} {capacity} {module.rank} {speed} {kind}",
            f"{maker} {capacity} {speed} {kind}",
            f"{capacity} {speed} {kind} {maker}",
            f"{maker} {part} {capacity} {speed} {kind}",
            f"{capacity} {module.rank} {speed} {kind} {part}",
            f"{part} {maker} {capacity} {speed} {kind}",
            f"{capacity} {kind} {speed} {maker} {part}",
        )
    )


def _kit(rng: Random, module: Module, units: int, maker: str) -> str:
    total, each = module.capacity_gb * units, f"{module.capacity_gb}GB"
    head = rng.choice(
        (
            f"{total}GB ({units}x{each})",
            f"{total}GB Kit ({units} x {each})",
            f"{total}GB {units}x{each}",
            f"{total}GB ({units}x {each}) Kit",
        )
    )
    body = f"{_speed(rng, module)} {rng.choice(KIND_WORDS[module.kind])}"
    return rng.choice((f"{maker} {head} {body}", f"{head} {body} {maker}", f"{head} {maker} {body}"))


def _spell(module: Module, rng: Random, units: int) -> Spelling:
    maker = rng.choice(list(module.parts))
    in_kit = 1 < units <= 16 and rng.random() < 0.4
    lead = _kit(rng, module, units, maker) if in_kit else lot_of(rng, units, _one(rng, module, maker))
    part = module.parts[maker]
    extras = EXTRAS if part in lead else (*EXTRAS, part, part)
    return Spelling(lead, extras, "SK Hynix" if maker == "Hynix" else maker, part)


def memory() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=module.key,
            component_type="ram",
            name=f"{module.capacity_gb}GB DDR{module.generation}-{module.speed_mhz} {module.kind}",
            category=DESKTOP_MEMORY if module.kind == "UDIMM" else SERVER_MEMORY,
            usd=module.usd,
            spell=partial(_spell, module),
            weight=7.0 if module.hot else 1.2,
            lots=OFTEN_IN_LOTS,
            aspects=(
                ("Type", f"DDR{module.generation} SDRAM"),
                ("Capacity per Module", f"{module.capacity_gb} GB"),
                (
                    "Bus Speed",
                    f"PC{module.generation}-{BANDWIDTH[module.speed_mhz]} (DDR{module.generation}-{module.speed_mhz})",
                ),
                ("Form Factor", module.kind.removeprefix("ECC ")),
                ("Features", "Non-ECC" if module.kind == "UDIMM" else "ECC"),
            ),
            worth_planting=module.hot,
        )
        for module in MODULES
    )
