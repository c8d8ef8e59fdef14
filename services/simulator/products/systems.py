"""Whole machines: rack servers, workstations and business desktops."""

# ruff: noqa: E501 - one product a row reads better than one a screen

from dataclasses import dataclass
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling

SERVERS = Category("11211", "Computer Servers", "175698", "Enterprise Networking, Servers")
DESKTOPS = Category("179", "PC Desktops & All-In-Ones", "171957", "Desktops & All-In-Ones")
SERVER_EXTRAS = (
    "H730P",
    "iDRAC Enterprise",
    "Rails Included",
    "2x 750W PSU",
    "Tested",
    "Rack Server",
    "w/ Bezel",
    "No OS",
    "10GbE",
    "Virtualization",
)
DESKTOP_EXTRAS = ("Win11 Pro", "Windows 10 Pro", "Tested", "WiFi", "w/ Power Cord", "Refurbished", "Fast")


@dataclass(frozen=True, slots=True)
class Chassis:
    names: tuple[str, ...]
    key_model: str
    maker: str
    bays: str
    height: str
    cpu: tuple[str, ...]
    barebone_usd: float
    configured_usd: float

    @property
    def bay_words(self) -> tuple[str, ...]:
        if self.bays == "sff":
            return ('8x 2.5" SFF', "8-Bay SFF", "8SFF", '8 Bay 2.5"')
        return ('12x 3.5" LFF', "12-Bay LFF", "12LFF", '12 Bay 3.5"')


@dataclass(frozen=True, slots=True)
class Machine:
    component_type: str
    key: str
    names: tuple[str, ...]
    cpu: tuple[str, ...]
    usd: float


CHASSIS = (
    Chassis(("Dell PowerEdge R630", "Dell R630"), "r630", "dell", "sff", "1U", ("E5-2680 v4", "E5-2650 v4"), 120, 230),
    Chassis(("Dell PowerEdge R640", "Dell EMC PowerEdge R640", "Dell R640"), "r640", "dell", "sff", "1U", ("Xeon Gold 6130", "Xeon Gold 6148"), 260, 520),
    Chassis(("Dell PowerEdge R730xd", "Dell R730XD"), "r730xd", "dell", "lff", "2U", ("E5-2690 v4", "E5-2680 v4"), 190, 340),
    Chassis(("Dell PowerEdge R740", "Dell R740"), "r740", "dell", "sff", "2U", ("Xeon Gold 6138", "Xeon Gold 6130"), 340, 680),
    Chassis(("Dell PowerEdge R740xd", "Dell R740XD"), "r740xd", "dell", "lff", "2U", ("Xeon Gold 6148", "Xeon Gold 6248"), 420, 820),
    Chassis(("HPE ProLiant DL380 Gen10", "HP DL380 G10"), "dl380_g10", "hp", "sff", "2U", ("Xeon Gold 6130", "Xeon Gold 6138"), 310, 640),
)  # fmt: skip

MACHINES = (
    Machine("workstation", "workstation:dell:precision:t5820", ("Dell Precision T5820", "Dell Precision 5820 Tower"), ("Xeon W-2145", "Xeon W-2133"), 380),
    Machine("workstation", "workstation:dell:precision:t7820", ("Dell Precision T7820",), ("Xeon Gold 6130", "Xeon Gold 6138"), 620),
    Machine("workstation", "workstation:dell:precision:t7920", ("Dell Precision T7920",), ("2x Xeon Gold 6148", "Xeon Gold 6248R"), 1100),
    Machine("workstation", "workstation:hp:z:z8_g4", ("HP Z8 G4 Workstation",), ("2x Xeon Gold 6138", "Xeon Gold 6148"), 1150),
    Machine("workstation", "workstation:hp:z:z4_g4", ("HP Z4 G4 Workstation",), ("Xeon W-2123", "Xeon W-2145"), 360),
    Machine("workstation", "workstation:lenovo:thinkstation:p620", ("Lenovo ThinkStation P620",), ("Threadripper Pro 3945WX",), 1300),
    Machine("desktop", "desktop:dell:optiplex:7080", ("Dell OptiPlex 7080 Micro", "Dell OptiPlex 7080 SFF"), ("i7-10700", "i5-10500"), 240),
    Machine("desktop", "desktop:hp:elitedesk:800_g4", ("HP EliteDesk 800 G4 SFF", "HP EliteDesk 800 G4 Mini"), ("i5-8500", "i7-8700"), 150),
    Machine("desktop", "desktop:lenovo:thinkcentre:m920q", ("Lenovo ThinkCentre M920q Tiny",), ("i5-8500T", "i7-8700T"), 170),
)  # fmt: skip


def _spell_barebone(chassis: Chassis, rng: Random, _units: int) -> Spelling:
    name, bays = rng.choice(chassis.names), rng.choice(chassis.bay_words)
    bare = rng.choice(
        ("Barebone No CPU/RAM/HDD", "CTO Server No CPU No RAM", "Barebones - No CPU, No RAM, No HDD", "Server Barebone")
    )
    return Spelling(f"{name} {bays} {bare}", SERVER_EXTRAS, name.split(" ", maxsplit=1)[0])


def _spell_configured(chassis: Chassis, rng: Random, _units: int) -> Spelling:
    name, bays, cpu = rng.choice(chassis.names), rng.choice(chassis.bay_words), rng.choice(chassis.cpu)
    ram = rng.choice(("64GB DDR4", "128GB RAM", "128GB DDR4 ECC", "256GB RAM", "192GB DDR4"))
    lead = rng.choice((f"{name} {bays} 2x {cpu} {ram}", f"{name} {chassis.height} {bays} Server 2x {cpu} {ram}"))
    return Spelling(lead, SERVER_EXTRAS, name.split(" ", maxsplit=1)[0])


def _spell_machine(machine: Machine, rng: Random, _units: int) -> Spelling:
    name, cpu = rng.choice(machine.names), rng.choice(machine.cpu)
    if machine.component_type == "desktop":
        tail = rng.choice(("16GB RAM 256GB SSD", "8GB 256GB SSD", "16GB DDR4 512GB NVMe"))
    else:
        tail = rng.choice(("64GB RAM 512GB SSD", "128GB DDR4 1TB NVMe", "32GB 512GB SSD", "64GB RAM RTX A4000 1TB SSD"))
    return Spelling(f"{name} {cpu} {tail}", DESKTOP_EXTRAS, name.split(" ", maxsplit=1)[0])


def _servers() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=f"server:{chassis.maker}:{chassis.key_model}:{chassis.bays}",
            component_type="server",
            name=f"{chassis.names[0]} {tier}",
            category=SERVERS,
            usd=usd,
            spell=partial(spell, chassis),
            sigma=0.22,
            weight=1.4,
            aspects=(
                ("Model", chassis.names[0].split(" ", maxsplit=1)[1]),
                ("Form Factor", chassis.height),
                ("Product Type", "Server"),
            ),
        )
        for chassis in CHASSIS
        for tier, usd, spell in (
            ("barebone", chassis.barebone_usd, _spell_barebone),
            ("configured", chassis.configured_usd, _spell_configured),
        )
    )


def systems() -> tuple[Product, ...]:
    machines = tuple(
        Product(
            key=machine.key,
            component_type=machine.component_type,
            name=machine.names[0],
            category=DESKTOPS,
            usd=machine.usd,
            spell=partial(_spell_machine, machine),
            sigma=0.24,
            weight=1.2,
            aspects=(
                ("Processor", machine.cpu[0]),
                ("Most Suitable For", "Workstation" if machine.component_type == "workstation" else "Casual Computing"),
            ),
        )
        for machine in MACHINES
    )
    return (*_servers(), *machines)
