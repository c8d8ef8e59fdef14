"""Server processors: Intel Xeon and AMD EPYC."""

from dataclasses import dataclass
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling
from services.simulator.products.lots import lot_of

PROCESSORS = Category("56088", "Server CPUs/Processors", "175698", "Enterprise Networking, Servers")
EXTRAS = (
    "CPU",
    "Processor",
    "Server CPU",
    "Server Processor",
    "Tested",
    "No Pins Bent",
    "Grade A",
    "Pulled",
    "OEM",
    "Tray",
    "Fast Ship",
    "w/ Thermal Paste",
)
LOTS = {1: 0.82, 2: 0.15, 4: 0.03}


@dataclass(frozen=True, slots=True)
class Processor:
    model: str
    code: str
    cores: int
    ghz: str
    socket: str
    usd: float
    hot: bool = False

    @property
    def maker(self) -> str:
        return "AMD" if self.model.startswith("EPYC") else "Intel"

    @property
    def key(self) -> str:
        family, _, model = self.model.partition(" ")
        return f"cpu:{self.maker.lower()}:{family.lower()}:{model.lower().replace(' ', '_')}"


MODELS = (
    Processor("Xeon E5-2650 v4", "SR2N3", 12, "2.20", "LGA2011-3", 12),
    Processor("Xeon E5-2667 v4", "SR2P5", 8, "3.20", "LGA2011-3", 30),
    Processor("Xeon E5-2680 v4", "SR2N7", 14, "2.40", "LGA2011-3", 18, hot=True),
    Processor("Xeon E5-2690 v3", "SR1XN", 12, "2.60", "LGA2011-3", 17),
    Processor("Xeon E5-2690 v4", "SR2N2", 14, "2.60", "LGA2011-3", 24, hot=True),
    Processor("Xeon E5-2697 v4", "SR2JV", 18, "2.30", "LGA2011-3", 40),
    Processor("Xeon Silver 4114", "SR3GK", 10, "2.20", "LGA3647", 18),
    Processor("Xeon Silver 4210", "SRFBL", 10, "2.20", "LGA3647", 48),
    Processor("Xeon Gold 5218", "SRF8T", 16, "2.30", "LGA3647", 80),
    Processor("Xeon Gold 6130", "SR3B9", 16, "2.10", "LGA3647", 36, hot=True),
    Processor("Xeon Gold 6138", "SR3B5", 20, "2.00", "LGA3647", 48, hot=True),
    Processor("Xeon Gold 6148", "SR3B6", 20, "2.40", "LGA3647", 62, hot=True),
    Processor("Xeon Gold 6230", "SRF8W", 20, "2.10", "LGA3647", 120),
    Processor("Xeon Gold 6248", "SRF90", 20, "2.50", "LGA3647", 150, hot=True),
    Processor("Xeon Gold 6248R", "SRGZG", 24, "3.00", "LGA3647", 310),
    Processor("Xeon Gold 6254", "SRF92", 18, "3.10", "LGA3647", 240),
    Processor("Xeon Platinum 8168", "SR37J", 24, "2.70", "LGA3647", 95),
    Processor("Xeon Platinum 8180", "SR377", 28, "2.50", "LGA3647", 170),
    Processor("Xeon Platinum 8260", "SRF9H", 24, "2.40", "LGA3647", 210),
    Processor("EPYC 7302P", "100-000000049", 16, "3.00", "SP3", 190),
    Processor("EPYC 7402", "100-000000046", 24, "2.80", "SP3", 260),
    Processor("EPYC 7443", "100-000000340", 24, "2.85", "SP3", 560),
    Processor("EPYC 7543", "100-000000345", 32, "2.80", "SP3", 720, hot=True),
    Processor("EPYC 7551", "PS7551BDVIHAF", 32, "2.00", "SP3", 95),
    Processor("EPYC 7702", "100-000000038", 64, "2.00", "SP3", 620),
    Processor("EPYC 7763", "100-000000312", 64, "2.45", "SP3", 1450),
)


def _one(rng: Random, cpu: Processor) -> str:
    clock = rng.choice((f"{cpu.ghz}GHz", f"{cpu.ghz} GHz", f"{float(cpu.ghz):g}GHz"))
    cores = rng.choice(
        (f"{cpu.cores}-Core", f"{cpu.cores} Core", f"{cpu.cores}C/{cpu.cores * 2}T", f"{cpu.cores} Cores")
    )
    return rng.choice(
        (
            f"{cpu.maker} {cpu.model} {clock} {cores} {cpu.code}",
            f"{cpu.maker} {cpu.model} {cpu.code} {cores} {clock} {cpu.socket}",
            f"{cpu.maker} {cpu.model}",
            f"{cpu.code} {cpu.maker} {cpu.model} {clock}",
            f"{cpu.maker} {cpu.model} {cores} {cpu.socket}",
        )
    )


def _spell(cpu: Processor, rng: Random, units: int) -> Spelling:
    one = _one(rng, cpu)
    if units == 2 and rng.random() < 0.5:
        lead = rng.choice(
            (f"Matched Pair {one} (x2)", f"Pair of {one}", f"Matched Pair 2x {one}", f"2x {one} Matched Pair")
        )
    else:
        lead = lot_of(rng, units, one)
    return Spelling(lead, EXTRAS, cpu.maker, cpu.code)


def processors() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=cpu.key,
            component_type="cpu",
            name=f"{cpu.maker} {cpu.model}",
            category=PROCESSORS,
            usd=cpu.usd,
            spell=partial(_spell, cpu),
            sigma=0.16,
            weight=5.0 if cpu.hot else 1.0,
            lots=LOTS,
            aspects=(
                ("Processor Model", cpu.model.removeprefix("Xeon ")),
                ("Processor Type", cpu.model.split(" ", maxsplit=1)[0]),
                ("Number of Cores", str(cpu.cores)),
                ("Clock Speed", f"{cpu.ghz} GHz"),
                ("Socket Type", cpu.socket),
            ),
            worth_planting=cpu.hot,
        )
        for cpu in MODELS
    )
