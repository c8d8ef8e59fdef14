"""Memory speeds as JEDEC and sellers write them."""

import re

SPEEDS: dict[str, tuple[int, ...]] = {
    "DDR": (266, 333, 400),
    "DDR2": (400, 533, 667, 800, 1066),
    "DDR3": (800, 1066, 1333, 1600, 1866, 2133, 2400),
    "DDR4": (
        1600,
        1866,
        2133,
        2400,
        2666,
        2800,
        2933,
        3000,
        3200,
        3333,
        3400,
        3466,
        3600,
        3733,
        3866,
        4000,
        4133,
        4266,
        4400,
    ),
    "DDR5": (4000, 4400, 4800, 5200, 5600, 6000, 6200, 6400, 6600, 6800, 7200, 7600, 8000, 8200, 8400, 8800),
}
"""Transfer rates in MT/s that were sold, by generation."""

ALL_SPEEDS = tuple(sorted({speed for speeds in SPEEDS.values() for speed in speeds}))

_LABEL = re.compile(r"(?:pc(?P<generation>[2-5])l?-?)?(?P<digits>\d{4,5})[a-z]{0,2}")
_NEAR = 0.011
"""Bandwidths are rounded by up to one percent: PC3-10600 is 10667 MB/s, PC4-23400 is 23467."""


def snap(mhz: float, generation: str | None = None) -> int | None:
    """The sold speed a written one stands for: 2667 is 2666, 1867 is 1866; ``None`` when no such speed exists."""
    speeds = SPEEDS.get(generation or "", ALL_SPEEDS)
    nearest = min(speeds, key=lambda each: abs(each - mhz))
    return nearest if abs(nearest - mhz) <= mhz * _NEAR else None


def speed_of_bandwidth(megabytes_per_second: int, generation: str | None = None) -> int | None:
    """PC4-21300 moves 21300 MB/s over eight bytes: 2666 MT/s."""
    return snap(megabytes_per_second / 8, generation)


def speed_of_code(digits: int, generation: str | None = None) -> int | None:
    """What follows "PC4-" or "DDR4-": a bandwidth (19200) or a transfer rate (2400)."""
    if digits >= 10_000 or (generation in {"DDR", "DDR2", "DDR3"} and digits >= 3_200):
        return speed_of_bandwidth(digits, generation)
    return snap(digits, generation)


def speed_of_label(label: str) -> int | None:
    """What a module label alone says: "PC4-21300V", "pc3-12800", "19200"."""
    match = _LABEL.fullmatch(label.strip().lower())
    if match is None:
        return None
    return speed_of_code(int(match["digits"]), f"DDR{match['generation']}" if match["generation"] else None)
