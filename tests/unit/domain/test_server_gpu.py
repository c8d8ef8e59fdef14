"""Graphics cards: canonical model and memory."""

import pytest

from tests.unit.domain.listings import read

TITLES = [
    ("NVIDIA RTX A6000 48GB GDDR6", "gpu:nvidia:rtx_a6000:48gb", 1),
    ("PNY NVIDIA RTX 6000 Ada Generation 48GB", "gpu:nvidia:rtx_6000_ada:48gb", 1),
    ("NVIDIA Quadro RTX 6000 24GB GDDR6", "gpu:nvidia:quadro_rtx_6000:24gb", 1),
    ("NVIDIA RTX PRO 6000 Blackwell 96GB", "gpu:nvidia:rtx_pro_6000:96gb", 1),
    ("2x NVIDIA Tesla K80 24GB", "gpu:nvidia:tesla_k80:24gb", 2),
    ("Nvidia Quadro P4000 8GB", "gpu:nvidia:quadro_p4000:8gb", 1),
    ("AMD Instinct MI50 32GB HBM2", "gpu:amd:instinct_mi50:32gb", 1),
    ("EVGA RTX 3080 FTW3 Ultra 10GB", "gpu:nvidia:rtx_3080:10gb", 1),
    ("MSI GeForce RTX 2080 Ti Gaming X Trio", "gpu:nvidia:rtx_2080_ti:11gb", 1),
    ("GIGABYTE RTX 3060 12GB Gaming OC", "gpu:nvidia:rtx_3060:12gb", 1),
    ("Intel Arc A770 16GB Limited Edition", "gpu:intel:arc_a770:16gb", 1),
    ("NVIDIA GeForce RTX 5090 D 32GB", "gpu:nvidia:rtx_5090_d:32gb", 1),
    ("XFX RX 6700 XT 12GB Speedster", "gpu:amd:radeon_rx_6700_xt:12gb", 1),
    ("RTX 4090 48GB modded turbo blower", "gpu:nvidia:rtx_4090:48gb", 1),
    ("NVIDIA T1000 8GB low profile graphics card", "gpu:nvidia:t1000:8gb", 1),
    ("Nvidia A2 16GB GPU low profile", "gpu:nvidia:a2:16gb", 1),
    ("NVIDIA H200 141GB NVL PCIe", "gpu:nvidia:h200:141gb", 1),
    ("Radeon Pro WX 7100 8GB", "gpu:amd:radeon_pro_wx_7100:8gb", 1),
    ("Sapphire Nitro+ RX 580 8GB", "gpu:amd:radeon_rx_580:8gb", 1),
    ("NVIDIA Titan V 12GB HBM2", "gpu:nvidia:titan_v:12gb", 1),
    ("Nvidia Tesla M10 32GB GPU", "gpu:nvidia:tesla_m10:32gb", 1),
    ("Dell NVIDIA Quadro RTX 5000 16GB GDDR6", "gpu:nvidia:quadro_rtx_5000:16gb", 1),
    ("NVIDIA RTX 4000 SFF Ada 20GB", "gpu:nvidia:rtx_4000_sff_ada:20gb", 1),
    ("HP Quadro K620 2GB DDR3", "gpu:nvidia:quadro_k620:2gb", 1),
    ("NVIDIA L40S 48GB PCIe", "gpu:nvidia:l40s:48gb", 1),
    ("NVIDIA A16 64GB", "gpu:nvidia:a16:64gb", 1),
    ("AMD Instinct MI210 64GB HBM2e", "gpu:amd:instinct_mi210:64gb", 1),
    ("AMD Radeon VII 16GB HBM2", "gpu:amd:radeon_vii:16gb", 1),
    ("Sapphire Radeon RX Vega 64 8GB", "gpu:amd:radeon_rx_vega_64:8gb", 1),
    ("EVGA GeForce GTX 1080 Ti SC2 11GB", "gpu:nvidia:gtx_1080_ti:11gb", 1),
    ("ASUS ROG Strix RTX 4060Ti 16GB", "gpu:nvidia:rtx_4060_ti:16gb", 1),
    ("Lot of 3 Nvidia Tesla P4 8GB", "gpu:nvidia:tesla_p4:8gb", 3),
    ("NVIDIA Tesla V100-SXM2-32GB 900-2G503-0000-000", "gpu:nvidia:tesla_v100:32gb", 1),
    ("Gigabyte GV-N3090GAMING OC-24GD RTX 3090", "gpu:nvidia:rtx_3090:24gb", 1),
    ("NVIDIA GeForce RTX 3080 Founders Edition 10GB w/ original box and 12-pin cable", "gpu:nvidia:rtx_3080:10gb", 1),
    ("EVGA GTX 970 4GB SSC ACX 2.0 graphics card fans replaced", "gpu:nvidia:gtx_970:4gb", 1),
    ("RTX 3070 8GB FOR PARTS no display", "gpu:nvidia:rtx_3070:8gb", 1),
    ("NVIDIA RTX 2000 Ada 16GB", "gpu:nvidia:rtx_2000_ada:16gb", 1),
    ("PowerColor Red Devil RX 6900XT 16GB", "gpu:amd:radeon_rx_6900_xt:16gb", 1),
    ("RX 9070 XT Sapphire Pulse", "gpu:amd:radeon_rx_9070_xt:16gb", 1),
    ("Grafikkarte MSI RTX 3060 Ventus 12GB OVP", "gpu:nvidia:rtx_3060:12gb", 1),
    ("Quadro RTX 8000 48GB passive", "gpu:nvidia:quadro_rtx_8000:48gb", 1),
    ("Nvidia GeForce RTX 4070 Ti SUPER Founders", "gpu:nvidia:rtx_4070_ti_super:16gb", 1),
    ("RTX 3090 24GB GPU with riser cable", "gpu:nvidia:rtx_3090:24gb", 1),
    ("NVIDIA Quadro K2200 4GB for HP Z440", "gpu:nvidia:quadro_k2200:4gb", 1),
    ("NVIDIA GeForce RTX 4070 SUPER 12GB FE", "gpu:nvidia:rtx_4070_super:12gb", 1),
    ("RTX 4080 16GB Suprim X", "gpu:nvidia:rtx_4080:16gb", 1),
    ("AMD Radeon RX 6800 16GB reference", "gpu:amd:radeon_rx_6800:16gb", 1),
    ("AMD Radeon Pro W7900 48GB", "gpu:amd:radeon_pro_w7900:48gb", 1),
    ("NVIDIA Tesla M40 24GB", "gpu:nvidia:tesla_m40:24gb", 1),
    ("NVIDIA L4 24GB low profile 72W", "gpu:nvidia:l4:24gb", 1),
    ("NVIDIA A30 24GB HBM2 PCIe", "gpu:nvidia:a30:24gb", 1),
    ("Nvidia RTX A2000 12GB", "gpu:nvidia:rtx_a2000:12gb", 1),
    ("Quadro M4000 8GB GDDR5", "gpu:nvidia:quadro_m4000:8gb", 1),
    ("Nvidia Quadro P620 2GB mini DP low profile", "gpu:nvidia:quadro_p620:2gb", 1),
    ("Zotac RTX 3060 Ti Twin Edge 8GB", "gpu:nvidia:rtx_3060_ti:8gb", 1),
    ("GTX 1660 Super 6GB Gigabyte", "gpu:nvidia:gtx_1660_super:6gb", 1),
    ("ASUS Dual RX 6600 XT 8GB", "gpu:amd:radeon_rx_6600_xt:8gb", 1),
    ("Lot of 2 - RTX 3080 10GB and RTX 3070 8GB", "gpu:nvidia:rtx_3080:10gb", 2),
    ("A2-7 Nvidia Tesla P100 PCIe 16GB GPU", "gpu:nvidia:tesla_p100:16gb", 1),
]


@pytest.mark.parametrize(("title", "expected", "quantity"), TITLES)
def test_a_title_names_one_product(title, expected, quantity):
    product = read(title)
    understood = product.product_key if ":" in expected else product.component_type
    assert (understood, product.quantity) == (expected, quantity)
