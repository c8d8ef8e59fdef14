"""Memory modules: speeds in every spelling, kinds, lots and kits."""

import pytest

from tests.unit.domain.listings import read

TITLES = [
    ("Samsung 16GB 2Rx8 PC4-3200AA-RE1-12 M393A2K43DB3-CWE", "ram:ddr4:ecc_reg:16gb:3200", 1),
    ("LOT OF 8x 16GB DDR4 PC4-2400T-R ECC Registered Server Memory", "ram:ddr4:ecc_reg:16gb:2400", 8),
    ("(8) 16GB PC4-2133P Server RAM ECC REG", "ram:ddr4:ecc_reg:16gb:2133", 8),
    ("Micron 64GB DDR4 LRDIMM PC4-2400T-LD1 4DRx4", "ram:ddr4:ecc_reg:64gb:2400", 1),
    ("Hynix 8GB PC3L-12800R 1Rx4 HMT41GR7AFR4A-PB", "ram:ddr3:ecc_reg:8gb:1600", 1),
    ("Lot of 10 Samsung 4GB 1Rx4 PC3L-10600R M393B5270DH0-YH9", "ram:ddr3:ecc_reg:4gb:1333", 10),
    ("Kingston KVR16R11D4/16 16GB DDR3 1600MHz ECC Reg", "ram:ddr3:ecc_reg:16gb:1600", 1),
    ("16GB DDR3 PC3-14900E ECC Unbuffered", "ram:ddr3:ecc_unbuf:16gb:1866", 1),
    ("Crucial 16GB DDR5-4800 SODIMM Laptop Memory CT16G48C40S5", "ram:ddr5:non_ecc:16gb:4800", 1),
    ("Corsair Vengeance LPX 32GB (2x16GB) DDR4 3200MHz C16 Desktop Memory", "ram:ddr4:non_ecc:16gb:3200", 2),
    ("G.Skill Trident Z5 32GB (2 x 16GB) DDR5 6000", "ram:ddr5:unknown:16gb:6000", 2),
    (
        "256GB (8x32GB) DDR4 PC4-2666V ECC Registered Memory for Dell PowerEdge R740 R640 R740xd",
        "ram:ddr4:ecc_reg:32gb:2666",
        8,
    ),
    ("HP 32GB 2Rx4 PC4-2666V-R Smart Memory Kit 815100-B21 840758-091", "ram:ddr4:ecc_reg:32gb:2666", 1),
    ("Dell 16GB 2RX8 PC4-2666V SNPPWR5TC/16G AA138422 RDIMM", "ram:ddr4:ecc_reg:16gb:2666", 1),
    ("64GB DDR5 4800MHz RDIMM M321R8GA0BB0-CQK Samsung ECC", "ram:ddr5:ecc_reg:64gb:4800", 1),
    ("SK Hynix HMCG94MEBRA123N 64GB DDR5 PC5-4800B-R 2Rx4", "ram:ddr5:ecc_reg:64gb:4800", 1),
    ("Qty 12 - 32GB DDR4 2933Y ECC RDIMM", "ram:ddr4:ecc_reg:32gb:2933", 12),
    ("16GB DDR4-2133 ECC RDIMM x 4", "ram:ddr4:ecc_reg:16gb:2133", 4),
    ("4 x 16GB Samsung DDR4 2400T server ram", "ram:ddr4:unknown:16gb:2400", 4),
    ("2 Stück Samsung 32GB DDR4 ECC REG PC4-2400T Arbeitsspeicher", "ram:ddr4:ecc_reg:32gb:2400", 2),
    ("Samsung 8GB DDR4 2Rx8 PC4-2133P-UA0-10 Desktop RAM", "ram:ddr4:non_ecc:8gb:2133", 1),
    ("Lot of 5 Hynix 8GB PC4-2666V-SA2-11 laptop ram", "ram:ddr4:non_ecc:8gb:2666", 5),
    ("128GB LRDIMM DDR4 3200 M386AAK40CM2-CWE", "ram:ddr4:ecc_reg:128gb:3200", 1),
    ("A-Tech 64GB 4x16GB PC4-19200 ECC REG RDIMM Memory RAM for HP ProLiant DL360 G9", "ram:ddr4:ecc_reg:16gb:2400", 4),
    ("Dell Poweredge R720 R620 Server Memory 16GB PC3L-12800R", "ram:ddr3:ecc_reg:16gb:1600", 1),
    ("SAMSUNG 32GB 4DRX4 PC3L-10600L LRDIMM M386B4G70DM0-YH9", "ram:ddr3:ecc_reg:32gb:1333", 1),
    ("PAIR of Micron 8GB PC4-2400T-RC1 ECC RDIMM", "ram:ddr4:ecc_reg:8gb:2400", 2),
    ("Dell 32GB RAM upgrade for PowerEdge T30", "ram", 1),
    (
        "Samsung M393A4K40BB1-CRC0Q 32GB PC4-2400T DDR4 ECC REG Lot of 16 (512GB Total)",
        "ram:ddr4:ecc_reg:32gb:2400",
        16,
    ),
    ("512GB (16x32GB) DDR4 PC4-2400T-R Memory Kit for Dell R730xd", "ram:ddr4:ecc_reg:32gb:2400", 16),
    ("HPE 16GB (1x16GB) Single Rank x4 DDR4-2400 Registered Memory Kit 805349-B21", "ram:ddr4:ecc_reg:16gb:2400", 1),
    ("Lenovo 32GB TruDDR4 2666MHz RDIMM 7X77A01304", "ram:ddr4:ecc_reg:32gb:2666", 1),
    ("Server RAM 8GB DDR3 1333 MHz ECC REG 2Rx4 PC3-10600R HP 500205-071", "ram:ddr3:ecc_reg:8gb:1333", 1),
    ("Crucial 32GB Kit (16GBx2) DDR4-3200 UDIMM CT2K16G4DFRA32A", "ram:ddr4:non_ecc:16gb:3200", 2),
    ("Kingston 16GB DDR4 2666 ECC CL19 DIMM 2Rx8 KSM26ED8/16ME", "ram:ddr4:ecc_unbuf:16gb:2666", 1),
    ("Kingston FURY Beast 32GB 2x16GB DDR5 5600MHz", "ram:ddr5:unknown:16gb:5600", 2),
    ("SK hynix 16GB 1Rx8 PC5-4800B-SA0-1010-XT SODIMM", "ram:ddr5:non_ecc:16gb:4800", 1),
    ("96GB DDR5 5600 ECC RDIMM", "ram:ddr5:ecc_reg:96gb:5600", 1),
    ("2GB PC2-5300F FBDIMM DDR2 ECC", "ram:ddr2:ecc_reg:2gb:667", 1),
    ("DDR4 RAM 16GB ECC Registered 2400MHz 1Rx4 Server Speicher HP Dell", "ram:ddr4:ecc_reg:16gb:2400", 1),
    ("Arbeitsspeicher 8GB DDR3 ECC 1600MHz UDIMM PC3L-12800E", "ram:ddr3:ecc_unbuf:8gb:1600", 1),
    ("4x16GB=64GB DDR4-2666 ECC RDIMM Samsung", "ram:ddr4:ecc_reg:16gb:2666", 4),
    ("DELL 370-ADOR 32GB 2666 RDIMM", "ram:ddr4:ecc_reg:32gb:2666", 1),
    ("Mixed lot of 20 16GB DDR4 ECC server memory", "ram:ddr4:unknown:16gb:unknown", 20),
    ("Samsung 16GB 2RX4 PC4-17000P-R DDR4", "ram:ddr4:ecc_reg:16gb:2133", 1),
    ("Hynix 32GB 2S2RX4 PC4-2400U-RB0", "ram:ddr4:ecc_reg:32gb:2400", 1),
    ("100x 8GB DDR3 PC3-12800R ECC server RAM bulk lot", "ram:ddr3:ecc_reg:8gb:1600", 100),
    ("Micron MTA36ASF8G72PZ-2G9 64GB", "ram:ddr4:ecc_reg:64gb:2933", 1),
    ("Dell Memory Upgrade 32GB 2RX8 DDR4 UDIMM 3200MHz ECC AC140423", "ram:ddr4:ecc_unbuf:32gb:3200", 1),
    ("NEMIX RAM 256GB (4X64GB) DDR5 4800MHZ PC5-38400 2Rx4 ECC RDIMM", "ram:ddr5:ecc_reg:64gb:4800", 4),
    ("16GB RAM DDR4", "ram:ddr4:unknown:16gb:unknown", 1),
    ("Apple Mac Pro 2013 64GB 4x16GB DDR3 ECC 1866MHz PC3-14900 memory", "ram:ddr3:unknown:16gb:1866", 4),
    ("32GB DDR4 ECC RDIMM with heatsink", "ram:ddr4:ecc_reg:32gb:unknown", 1),
    ("HPE 16GB 1Rx4 PC4-2933Y-R Smart Kit P00920-B21 new sealed", "ram:ddr4:ecc_reg:16gb:2933", 1),
    ("12x 16GB PC4-2400T 192GB total server memory ECC REG", "ram:ddr4:ecc_reg:16gb:2400", 12),
    ("Hynix HMA84GR7CJR4N-WM 32GB (lot of 6)", "ram:ddr4:ecc_reg:32gb:2933", 6),
    ("4GB 1Rx8 PC3-12800U desktop", "ram:ddr3:non_ecc:4gb:1600", 1),
    ("16GB PC4-2400T ECC UDIMM server RAM Dell T30 T130 R230", "ram:ddr4:ecc_unbuf:16gb:2400", 1),
    ("Samsung 64GB 4DRx4 PC4-2666V-LD2", "ram:ddr4:ecc_reg:64gb:2666", 1),
]


@pytest.mark.parametrize(("title", "expected", "quantity"), TITLES)
def test_a_title_names_one_product(title, expected, quantity):
    product = read(title)
    understood = product.product_key if ":" in expected else product.component_type
    assert (understood, product.quantity) == (expected, quantity)


@pytest.mark.parametrize(
    ("spelling", "mhz"),
    [
        ("PC3-8500R", 1066),
        ("PC3-10600R", 1333),
        ("PC3L-10600R", 1333),
        ("PC3-12800E", 1600),
        ("PC3-14900L", 1866),
        ("PC4-2133P", 2133),
        ("PC4-17000", 2133),
        ("PC4-2400T", 2400),
        ("PC4-19200R", 2400),
        ("PC4-2666V", 2666),
        ("PC4-21300", 2666),
        ("DDR4-2667", 2666),
        ("PC4-2933Y", 2933),
        ("PC4-23400", 2933),
        ("PC4-23466", 2933),
        ("PC4-3200AA", 3200),
        ("PC4-25600", 3200),
        ("DDR4 3200MHz", 3200),
        ("DDR4 2.4GHz", 2400),
        ("2400 MT/s DDR4", 2400),
        ("DDR4 2666V", 2666),
        ("PC5-4800B", 4800),
        ("PC5-38400", 4800),
        ("PC5-44800", 5600),
        ("DDR5-6400", 6400),
    ],
)
def test_a_speed_is_read_in_every_spelling(spelling, mhz):
    assert read(f"Samsung 16GB {spelling} server memory").attribute("speed_mhz") == mhz


def test_an_impossible_bandwidth_gives_no_speed():
    assert read("Samsung 16GB PC4-99999 DDR4 memory").attribute("speed_mhz") is None


def test_the_module_form_refines_the_stratum_without_splitting_the_key():
    lrdimm = read("64GB 4DRx4 PC4-2400T-L LRDIMM Load Reduced", "3000")
    rdimm = read("64GB 2Rx4 PC4-2400T-R RDIMM", "3000")
    assert lrdimm.product_key == rdimm.product_key == "ram:ddr4:ecc_reg:64gb:2400"
    assert (lrdimm.stratum, rdimm.stratum) == ("used_working/lrdimm", "used_working/rdimm")


def test_every_fact_keeps_its_origin_and_words():
    facts = {each.name: each for each in read("Samsung 32GB PC4-2666V ECC REG M393A4K40CB2-CTD").attributes}
    assert (facts["speed_mhz"].origin, facts["speed_mhz"].evidence) == ("title", "PC4-2666V")
    assert (facts["module_type"].origin, facts["module_type"].evidence) == ("catalogue", "M393A4K40CB2-CTD")


def test_item_specifics_fill_what_the_title_leaves_open():
    product = read(
        "Server memory Samsung",
        aspects={
            "Total Capacity": "128 GB",
            "Number of Modules": "4",
            "Capacity per Module": "32 GB",
            "Type": "DDR4 SDRAM",
            "Bus Speed": "PC4-19200 (DDR4-2400)",
            "Form Factor": "RDIMM",
        },
    )
    assert (product.product_key, product.quantity) == ("ram:ddr4:ecc_reg:32gb:2400", 4)


def test_german_item_specifics_are_understood():
    product = read(
        "Arbeitsspeicher Samsung Server",
        aspects={"Kapazität pro Modul": "16 GB", "Typ": "DDR4", "Bustakt": "2666 MHz", "Formfaktor": "LRDIMM"},
    )
    assert product.product_key == "ram:ddr4:ecc_reg:16gb:2666"


def test_an_aspect_outranks_the_title_and_the_disagreement_is_kept():
    agreed = read("Samsung 16GB DDR4 2400MHz ECC REG", aspects={"Bus Speed": "2400 MHz"})
    disagreed = read("Samsung 16GB DDR4 2400MHz ECC REG", aspects={"Bus Speed": "2666 MHz"})
    assert disagreed.product_key == "ram:ddr4:ecc_reg:16gb:2666"
    assert disagreed.conflicts == (
        "The item specifics say 2666 for speed_mhz, the title 2400 (DDR4 2400MHz); 2666 was taken.",
    )
    assert disagreed.confidence < agreed.confidence


def test_title_and_part_number_together_outrank_an_aspect():
    product = read("Samsung 32GB PC4-2666V ECC REG M393A4K40CB2-CTD", aspects={"Bus Speed": "2400 MHz"})
    assert product.attribute("speed_mhz") == 2666


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("M393A2K40DB3-CWE", "ram:ddr4:ecc_reg:16gb:3200"),
        ("M386A8K40BM1-CRC", "ram:ddr4:ecc_reg:64gb:2400"),
        ("M391A2K43BB1-CTD", "ram:ddr4:ecc_unbuf:16gb:2666"),
        ("M471A2K43CB1-CTD", "ram:ddr4:non_ecc:16gb:2666"),
        ("M393B2G70BH0-YK0", "ram:ddr3:ecc_reg:16gb:1600"),
        ("M321R4GA0BB0-CQK", "ram:ddr5:ecc_reg:32gb:4800"),
        ("HMA82GR7CJR8N-VK", "ram:ddr4:ecc_reg:16gb:2666"),
        ("HMAA8GL7AMR4N-VK", "ram:ddr4:ecc_reg:64gb:2666"),
        ("HMT42GR7AFR4C-RD", "ram:ddr3:ecc_reg:16gb:1866"),
        ("MTA36ASF4G72PZ-2G9E2", "ram:ddr4:ecc_reg:32gb:2933"),
        ("MT36KSF2G72PZ-1G6E1", "ram:ddr3:ecc_reg:16gb:1600"),
        ("KSM32RD4/32MER", "ram:ddr4:ecc_reg:32gb:3200"),
        ("KTH-PL426/16G", "ram:ddr4:ecc_reg:16gb:2666"),
        ("CT32G4RFD4266", "ram:ddr4:ecc_reg:32gb:2666"),
        ("805351-B21", "ram:ddr4:ecc_reg:32gb:2400"),
        ("P00924-B21", "ram:ddr4:ecc_reg:32gb:2933"),
    ],
)
def test_a_part_number_alone_is_an_identity(part, key):
    assert read(f"{part} memory").product_key == key
