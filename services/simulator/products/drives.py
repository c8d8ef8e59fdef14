"""Storage: SAS and SATA disks, SAS, SATA and NVMe solid state drives."""

# ruff: noqa: E501 - one product a row reads better than one a screen

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from services.simulator.catalogue import Category, Product, Spelling
from services.simulator.products.lots import OFTEN_IN_LOTS, lot_of

DISKS = Category("56083", "Internal Hard Disk Drives", "165", "Drives, Storage & Blank Media")
SOLID_STATE = Category("175669", "Solid State Drives", "165", "Drives, Storage & Blank Media")
SPINDLES = {
    "7k2": ("7.2K", "7200RPM", "7.2K RPM", "7200 RPM"),
    "10k": ("10K", "10K RPM", "10000RPM", "10k"),
    "15k": ("15K", "15K RPM", "15000RPM"),
}
LINKS = {
    "sas": ("12Gb/s SAS", "SAS 12Gbps", "SAS 12G", "SAS"),
    "sata": ("SATA 6Gb/s", "SATA III", "SATA 6Gbps", "SATA"),
    "nvme": ("NVMe U.2", "U.2 NVMe", "NVMe PCIe U.2", "PCIe NVMe"),
}
SIZES = {"2.5": ('2.5"', "2.5in", "2.5-inch", "2.5"), "3.5": ('3.5"', "3.5in", "3.5-inch", "3.5")}
DISK_EXTRAS = (
    "Tested",
    "0 Bad Sectors",
    "Enterprise",
    "Server Drive",
    "Hot Swap",
    "w/ Tray",
    "Dell 14G",
    "512e",
    "Wiped & Tested",
    "Low Hours",
    "64MB Cache",
)
FLASH_EXTRAS = (
    "Enterprise",
    "Tested",
    "100% Health",
    "99% Life",
    "Data Center",
    "Read Intensive",
    "Mixed Use",
    "Low Hours",
    "Server SSD",
    "Wiped",
)


@dataclass(frozen=True, slots=True)
class Drive:
    link: str
    size: str
    capacity: str
    kind: str
    usd: float
    parts: Mapping[str, str]
    hot: bool = False

    @property
    def key(self) -> str:
        return f"drive:{self.link}:{self.size}:{self.capacity.lower()}:{self.kind}"


DRIVES = (
    Drive("sas", "2.5", "300GB", "10k", 9, {"Seagate": "ST300MM0006", "HGST": "HUC101830CSS200"}),
    Drive("sas", "2.5", "600GB", "10k", 14, {"Seagate": "ST600MM0088", "Toshiba": "AL14SEB060N"}, hot=True),
    Drive("sas", "2.5", "600GB", "15k", 24, {"Seagate": "ST600MP0006", "HGST": "HUC156060CSS200"}),
    Drive("sas", "2.5", "900GB", "10k", 19, {"Seagate": "ST900MM0168", "HGST": "HUC101890CSS200"}),
    Drive("sas", "2.5", "1.2TB", "10k", 27, {"Seagate": "ST1200MM0099", "HGST": "HUC101812CSS200", "Toshiba": "AL15SEB120N"}, hot=True),
    Drive("sas", "2.5", "1.8TB", "10k", 42, {"Seagate": "ST1800MM0129", "HGST": "HUC101818CS4200"}, hot=True),
    Drive("sas", "2.5", "2.4TB", "10k", 75, {"Seagate": "ST2400MM0129", "Toshiba": "AL15SEB24EQ"}),
    Drive("sas", "3.5", "4TB", "7k2", 30, {"Seagate": "ST4000NM0023", "HGST": "HUS726040AL5210"}, hot=True),
    Drive("sas", "3.5", "8TB", "7k2", 62, {"Seagate": "ST8000NM0075", "HGST": "HUH728080AL5200"}, hot=True),
    Drive("sas", "3.5", "10TB", "7k2", 85, {"Seagate": "ST10000NM0096", "HGST": "HUH721010AL5200"}),
    Drive("sas", "3.5", "12TB", "7k2", 105, {"Seagate": "ST12000NM0038", "HGST": "HUH721212AL5200"}),
    Drive("sata", "3.5", "4TB", "7k2", 36, {"Seagate": "ST4000NM0035", "WD": "WD4003FRYZ"}),
    Drive("sata", "3.5", "8TB", "7k2", 80, {"Seagate": "ST8000NM0055", "HGST": "HUH728080ALE600"}),
    Drive("sata", "3.5", "14TB", "7k2", 140, {"Seagate": "ST14000NM001G", "WD": "WUH721414ALE6L4"}),
    Drive("sas", "2.5", "400GB", "ssd", 32, {"Toshiba": "PX02SMF040", "HGST": "HUSMM1640ASS204"}),
    Drive("sas", "2.5", "800GB", "ssd", 48, {"Toshiba": "PX05SMB080", "HGST": "HUSMM1680ASS204"}),
    Drive("sas", "2.5", "1.92TB", "ssd", 95, {"Samsung": "MZILS1T9HEJH", "Toshiba": "PX05SRB192"}, hot=True),
    Drive("sas", "2.5", "3.84TB", "ssd", 185, {"Samsung": "MZILT3T8HALS", "Kioxia": "KPM6XRUG3T84"}, hot=True),
    Drive("sata", "2.5", "240GB", "ssd", 16, {"Samsung": "MZ7LM240HMHQ", "Intel": "SSDSC2KB240G8"}),
    Drive("sata", "2.5", "480GB", "ssd", 28, {"Samsung": "MZ7LM480HMHQ", "Intel": "SSDSC2KB480G8"}, hot=True),
    Drive("sata", "2.5", "960GB", "ssd", 52, {"Samsung": "MZ7LH960HAJR", "Intel": "SSDSC2KB960G8"}, hot=True),
    Drive("sata", "2.5", "1.92TB", "ssd", 98, {"Samsung": "MZ7LH1T9HMLT", "Intel": "SSDSC2KB019T8"}, hot=True),
    Drive("sata", "2.5", "3.84TB", "ssd", 190, {"Samsung": "MZ7LH3T8HMLT", "Intel": "SSDSC2KB038T8"}),
    Drive("nvme", "2.5", "1.6TB", "ssd", 120, {"Intel": "SSDPE2KE016T8"}),
    Drive("nvme", "2.5", "1.92TB", "ssd", 110, {"Samsung": "MZQLB1T9HAJR"}),
    Drive("nvme", "2.5", "3.84TB", "ssd", 215, {"Samsung": "MZQLB3T8HALS", "Kioxia": "KCD6XLUL3T84"}, hot=True),
    Drive("nvme", "2.5", "7.68TB", "ssd", 430, {"Samsung": "MZQLB7T6HMLA", "Intel": "SSDPE2KX080T8"}),
)  # fmt: skip


def _capacity(rng: Random, capacity: str) -> str:
    return capacity if rng.random() < 0.9 else f"{capacity[:-2]} {capacity[-2:]}"


def _one(rng: Random, drive: Drive, maker: str) -> str:
    capacity, link, size = _capacity(rng, drive.capacity), rng.choice(LINKS[drive.link]), rng.choice(SIZES[drive.size])
    part = drive.parts[maker]
    if drive.kind == "ssd":
        noun = rng.choice(("SSD", "SSD", "Solid State Drive"))
        layouts = (
            f"{maker} {capacity} {link} {size} {noun}",
            f"{maker} {part} {capacity} {link} {size} SSD",
            f"{capacity} {size} {link} SSD {maker} {part}",
            f"{maker} {capacity} {noun} {link} {size} {part}",
        )
    else:
        spindle = rng.choice(SPINDLES[drive.kind])
        noun = rng.choice(("HDD", "Hard Drive", "HDD", "Enterprise HDD"))
        layouts = (
            f"{maker} {capacity} {spindle} {link} {size} {noun}",
            f"{maker} {part} {capacity} {spindle} {link} {size} {noun}",
            f"{capacity} {spindle} {link} {size} {noun} {maker}",
            f"{capacity} {link} {spindle} {size} HDD {part} {maker}",
        )
    return rng.choice(layouts)


def _spell(drive: Drive, rng: Random, units: int) -> Spelling:
    maker = rng.choice(list(drive.parts))
    lead = lot_of(rng, units, _one(rng, drive, maker))
    extras = FLASH_EXTRAS if drive.kind == "ssd" else DISK_EXTRAS
    part = drive.parts[maker]
    return Spelling(lead, extras if part in lead else (*extras, part), maker, part)


def drives() -> tuple[Product, ...]:
    return tuple(
        Product(
            key=drive.key,
            component_type="drive",
            name=f"{drive.capacity} {drive.link.upper()} {drive.size} {drive.kind.upper()}",
            category=SOLID_STATE if drive.kind == "ssd" else DISKS,
            usd=drive.usd,
            spell=partial(_spell, drive),
            sigma=0.2,
            weight=6.0 if drive.hot else 1.2,
            lots=OFTEN_IN_LOTS,
            aspects=(
                ("Storage Capacity", f"{drive.capacity[:-2]} {drive.capacity[-2:]}"),
                ("Interface", {"sas": "SAS", "sata": "SATA III", "nvme": "PCI Express NVMe"}[drive.link]),
                ("Form Factor", f"{drive.size} in"),
                ("Storage Type", "SSD" if drive.kind == "ssd" else "HDD"),
                *(
                    (("Rotation Speed", {"7k2": "7200 RPM", "10k": "10000 RPM", "15k": "15000 RPM"}[drive.kind]),)
                    if drive.kind != "ssd"
                    else ()
                ),
            ),
            worth_planting=drive.hot,
        )
        for drive in DRIVES
    )
