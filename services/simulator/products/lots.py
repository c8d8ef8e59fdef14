"""How sellers write that there is more than one."""

from random import Random

SINGLE = {1: 1.0}
OFTEN_IN_LOTS = {1: 0.70, 2: 0.09, 4: 0.08, 8: 0.05, 10: 0.03, 12: 0.015, 16: 0.02, 24: 0.015}
SOMETIMES_IN_PAIRS = {1: 0.86, 2: 0.11, 4: 0.03}


def lot_of(rng: Random, units: int, one: str) -> str:
    """Write a lot around the spelling of one unit."""
    if units == 1:
        return one
    return rng.choice(
        (
            f"LOT OF {units}x {one}",
            f"Lot of {units} {one}",
            f"{units}x {one}",
            f"({units}) {one}",
            f"{units} x {one}",
            f"LOT {units}x {one}",
            f"{units}pcs {one}",
            f"{one} (Lot of {units})",
            f"{one} - Lot of {units}",
            f"Qty {units} {one}",
        )
    )
