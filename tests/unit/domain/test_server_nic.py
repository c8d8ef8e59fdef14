"""Network adapters: speed, ports, connector."""

import pytest

from tests.unit.domain.listings import read

TITLES = [
    ("Intel X520-DA2 10GbE Dual Port SFP+ PCIe Server Adapter E10G42BTDA", "nic:10gbe:2p:sfp+", 1),
    ("Dell Intel X550-T2 10Gb RJ45 Dual Port Network Card", "nic:10gbe:2p:rj45", 1),
    ("Mellanox MCX354A-FCBT ConnectX-3 Pro 40GbE/56Gb Dual QSFP", "nic:56gbe:2p:qsfp+", 1),
    ("Intel I350-T4 Quad Port Gigabit Ethernet NIC", "nic:1gbe:4p:rj45", 1),
    ("HP 560SFP+ 10Gb 2-port Ethernet Adapter 665249-B21", "nic:10gbe:2p:sfp+", 1),
    ("Broadcom 57414 Dual Port 25Gb SFP28 Dell", "nic:25gbe:2p:sfp28", 1),
    ("Mellanox ConnectX-6 MCX653105A-HDAT 200GbE HDR QSFP56 Single Port", "nic:200gbe:1p:qsfp56", 1),
    ("Lot of 5 Intel X710-DA2 10GbE SFP+", "nic:10gbe:2p:sfp+", 5),
    ("Chelsio T520-CR Dual Port 10GbE SFP+", "nic:10gbe:2p:sfp+", 1),
    ("HPE 10/25Gb 2-port 640SFP28 Adapter", "nic:25gbe:2p:sfp28", 1),
    ("Intel E810-CQDA2 100GbE QSFP28", "nic:100gbe:2p:qsfp28", 1),
    ("Realtek 2.5GbE PCIe network card single port RJ45", "nic:2.5gbe:1p:rj45", 1),
    ("Mellanox ConnectX-3 Pro CX312B Dual Port 10GbE SFP+ MCX312B-XCCT", "nic:10gbe:2p:sfp+", 1),
    ("Dell 0C63DV Intel X520/I350 Daughter Card 10Gb", "nic", 1),
    ("HP 331T 1Gb 4-port Ethernet adapter 647594-B21", "nic:1gbe:4p:rj45", 1),
    ("Intel PRO/1000 PT Dual Port Gigabit Server Adapter", "nic:1gbe:2p:rj45", 1),
    ("10Gtek 10Gb SFP+ PCI-E Network Card NIC Intel 82599EN single port", "nic:10gbe:1p:sfp+", 1),
    ("Broadcom 57416 Dual Port 10GBASE-T OCP 3.0", "nic:10gbe:2p:rj45", 1),
    ("NVIDIA ConnectX-7 400GbE OSFP single port MCX75310AAS-NEAT", "nic:400gbe:1p:osfp", 1),
    ("Dell Mellanox ConnectX-4 LX 25GbE Dual Port SFP28 MRT0D", "nic:25gbe:2p:sfp28", 1),
    ("Solarflare SFN8522 10GbE Dual SFP+", "nic:10gbe:2p:sfp+", 1),
    ("QLogic QL41262HLCU 25Gb 2-port", "nic:25gbe:2p:sfp28", 1),
    ("2-Port 10GbE RJ45 PCIe Netzwerkkarte Intel X540", "nic:10gbe:2p:rj45", 1),
    ("Mellanox ConnectX-5 EDR 100Gb InfiniBand MCX556A-ECAT", "nic:100gbe:2p:qsfp28", 1),
    ("Intel X540-T2 10GbE adapter for Dell R720", "nic:10gbe:2p:rj45", 1),
    ("Mellanox ConnectX-4 100GbE QSFP28 with both brackets", "nic:100gbe:unknown:qsfp28", 1),
    ("Dell Broadcom 5720 Quad Port 1GbE NDC", "nic:1gbe:4p:rj45", 1),
    ("Intel I350-AM4 quad port 1GbE rNDC Dell R640", "nic:1gbe:4p:rj45", 1),
]


@pytest.mark.parametrize(("title", "expected", "quantity"), TITLES)
def test_a_title_names_one_product(title, expected, quantity):
    product = read(title)
    understood = product.product_key if ":" in expected else product.component_type
    assert (understood, product.quantity) == (expected, quantity)
