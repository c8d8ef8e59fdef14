"""Processors by official name."""

import pytest

from tests.unit.domain.listings import read

TITLES = [
    ("Intel Xeon E5-2680 v4 2.4GHz 14 Core SR2N7", "cpu:intel:xeon:e5-2680_v4", 1),
    ("LOT OF 2 Intel Xeon E5-2697V3 2.6GHz", "cpu:intel:xeon:e5-2697_v3", 2),
    ("2x Intel Xeon Platinum 8280 28-core SRF9P", "cpu:intel:xeon:platinum_8280", 2),
    ("Intel Xeon 6248R SRGZG", "cpu:intel:xeon:gold_6248r", 1),
    ("Intel Xeon W-2295 18 core 3.0GHz LGA2066 CPU", "cpu:intel:xeon:w-2295", 1),
    ("AMD EPYC 7402P 24-Core", "cpu:amd:epyc:7402p", 1),
    ("AMD EPYC 7H12 64C 2.6GHz CPU", "cpu:amd:epyc:7h12", 1),
    ("AMD Ryzen Threadripper PRO 3995WX 64-Core CPU", "cpu:amd:threadripper:pro_3995wx", 1),
    ("Intel Core i7-8700K 3.7GHz CPU Processor LGA1151", "cpu:intel:core:i7-8700k", 1),
    ("Intel Xeon X5690 3.46GHz SLBVX Six Core", "cpu:intel:xeon:x5690", 1),
    ("Pair of Intel Xeon Gold 6154 SR3J5 3.0GHz 18-Core CPU for Dell R740", "cpu:intel:xeon:gold_6154", 2),
    ("Intel Xeon Silver 4210 SRFBL w/ heatsink Dell R640", "cpu:intel:xeon:silver_4210", 1),
    ("Intel Xeon E3-1270 v5 SR2LF CPU", "cpu:intel:xeon:e3-1270_v5", 1),
    ("Intel Xeon E-2288G SRFB3", "cpu:intel:xeon:e-2288g", 1),
    ("HPE DL380 Gen10 Xeon Gold 6130 CPU Kit 826866-B21", "cpu:intel:xeon:gold_6130", 1),
    ("Lot of 4 Intel Xeon Gold 5118 12-Core 2.30GHz SR3GF LGA3647", "cpu:intel:xeon:gold_5118", 4),
    ("AMD Opteron 6380 16-core 2.5GHz", "cpu:amd:opteron:6380", 1),
    ("Intel Xeon E5-2690 v4 x2 matched pair", "cpu:intel:xeon:e5-2690_v4", 2),
    ("AMD Ryzen 9 5950X 16-core AM4 processor", "cpu:amd:ryzen:9_5950x", 1),
    ("Intel Xeon Gold 6138 20-Core 2.00GHz 27.5MB Cache CPU Processor SR3B5", "cpu:intel:xeon:gold_6138", 1),
    ("INTEL XEON E5 2690 V3 SR1XN 12 CORE 2.6GHZ PROCESSOR", "cpu:intel:xeon:e5-2690_v3", 1),
    ("Matched pair Intel Xeon E5-2667 v2 SR19W 3.3GHz 8-Core", "cpu:intel:xeon:e5-2667_v2", 2),
    ("Lot of (2) Intel Xeon Gold 6252 SRF91 24 Core 2.1GHz", "cpu:intel:xeon:gold_6252", 2),
    ("Intel Xeon Platinum 8175M QS 24-Core AWS", "cpu:intel:xeon:platinum_8175m", 1),
    ("AMD EPYC 9654 96-core SP5 Genoa CPU 100-000000789", "cpu:amd:epyc:9654", 1),
    ("EPYC 7551P 32 core 2.0GHz PS7551BDVIHAF", "cpu:amd:epyc:7551p", 1),
    ("AMD EPYC Milan 7443P 24C/48T", "cpu:amd:epyc:7443p", 1),
    ("Intel Xeon Silver 4314 SRKXL 16-Core 2.4GHz", "cpu:intel:xeon:silver_4314", 1),
    ("Xeon Gold 6330N", "cpu:intel:xeon:gold_6330n", 1),
    ("Intel Xeon w9-3495X 56-Core LGA4677", "cpu:intel:xeon:w9-3495x", 1),
    ("Intel Core i9-13900K LGA1700 Processor 24 Core", "cpu:intel:core:i9-13900k", 1),
    ("AMD Threadripper 3970X 32-Core sTRX4 CPU", "cpu:amd:threadripper:3970x", 1),
    ("Intel Xeon E7-8890 v4 24-core", "cpu:intel:xeon:e7-8890_v4", 1),
    ("Intel Xeon L5640 Hex core LGA1366", "cpu:intel:xeon:l5640", 1),
    ("Xeon E3-1230V2 SR0P4 3.3GHz Quad Core", "cpu:intel:xeon:e3-1230_v2", 1),
    ("Intel Xeon D-1541", "cpu:intel:xeon:d-1541", 1),
    ("Dell Xeon E5-2620 v4 CPU 338-BJDG", "cpu:intel:xeon:e5-2620_v4", 1),
    ("AMD EPYC 7763 64-Core CPU with heatsink", "cpu:amd:epyc:7763", 1),
    ("Dell R640 R740 Intel Xeon Gold 6130 CPU 2.1GHz SR3B0", "cpu:intel:xeon:gold_6130", 1),
    ("CPU Intel Xeon E5-2640 v3 2.6GHz 8 Core HP DL380 Gen9", "cpu:intel:xeon:e5-2640_v3", 1),
]


@pytest.mark.parametrize(("title", "expected", "quantity"), TITLES)
def test_a_title_names_one_product(title, expected, quantity):
    product = read(title)
    understood = product.product_key if ":" in expected else product.component_type
    assert (understood, product.quantity) == (expected, quantity)
