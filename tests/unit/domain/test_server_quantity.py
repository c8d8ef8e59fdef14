"""How many units a title sells."""

import pytest

from libs.domain.text import Text
from libs.domain.verticals.server.quantity import lot_of
from tests.unit.domain.listings import read


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("LOT OF 8 memory modules", 8),
        ("Lot of (12) caddies", 12),
        ("LOT 4x adapters", 4),
        ("Lot of four Xeon processors", 4),
        ("Qty 10 RAM", 10),
        ("(Qty: 6) drives", 6),
        ("Quantity of 5 cards", 5),
        ("5 pcs bracket", 5),
        ("10PCS screws", 10),
        ("2-pack SSD", 2),
        ("Pack of 3 fans", 3),
        ("Set of 2 Tesla P100", 2),
        ("2er Set Festplatten", 2),
        ("4 Stück Festplatten", 4),
        ("lotto di 6 RAM", 6),
        ("matched pair of CPUs", 2),
        ("3 matched pairs of CPUs", 6),
        ("x10 Tesla cards", 10),
        ("(8) 16GB modules", 8),
        ("50x bracket", 50),
        ("RTX 3090 x2", 2),
        ("RDIMM modules x 4", 4),
    ],
)
def test_a_lot_is_counted(title, number):
    found = lot_of(Text(title))
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "title",
    [
        "Lot of 16GB DDR4 memory",
        "lot 2.5 inch drives",
        "NVMe SSD PCIe 4.0 x4",
        "Graphics card PCIe x16",
        "SSD Gen4 x4",
        "40 available, qty in stock",
        "qty 40 available",
        "Network card Intel X540",
        "twisted pair cable",
        "8x",
    ],
)
def test_what_only_looks_like_a_lot_is_not_counted(title):
    assert lot_of(Text(title)) is None


@pytest.mark.parametrize(
    ("title", "gb", "quantity"),
    [
        ("128GB (4x32GB) DDR4 RDIMM", 32, 4),
        ("128GB Kit (64GB x 2) DDR4 ECC REG", 64, 2),
        ("32GB (1x32GB) DDR4 RDIMM", 32, 1),
        ("Lot of 4x Samsung 32GB DDR4 RDIMM 128GB", 32, 4),
        ("Lot of 4 128GB (4x32GB) DDR4 RDIMM", 32, 4),
        ("Lot of 2 64GB (2x32GB) kits DDR4 RDIMM", 32, 2),
        ("Lot of 3 64GB (2x32GB) kits DDR4 RDIMM", 32, 6),
        ("8x16GB DDR4 RDIMM", 16, 8),
        ("64GB DDR4 RDIMM kit 16GB modules", 16, 4),
        ("512MB PC2-5300 DDR2", 0.5, 1),
        ("32768MB DDR4 RDIMM", 32, 1),
    ],
)
def test_capacity_is_that_of_one_module(title, gb, quantity):
    product = read(title)
    assert (product.attribute("capacity_gb"), product.quantity) == (gb, quantity)


def test_what_is_inside_a_server_is_not_its_quantity():
    assert read("Dell PowerEdge R730 2x E5-2680 v4 8x 16GB DDR4 4x 1.2TB SAS server").quantity == 1
