"""Drives: capacity, interface, size and speed from words and model numbers."""

import pytest

from tests.unit.domain.listings import read

TITLES = [
    ('Seagate Exos X16 16TB 7200RPM SATA 6Gb/s 3.5" ST16000NM001G', "drive:sata:3.5:16tb:7k2", 1),
    ("Lot of 10 HGST 600GB 10K SAS 2.5 HUC109060CSS600", "drive:sas:2.5:600gb:10k", 10),
    ('Intel DC P4510 4TB NVMe U.2 2.5" SSDPE2KX040T8', "drive:nvme:2.5:4tb:ssd", 1),
    ('HP 900GB 10K SAS 2.5" 6G Hard Drive 653971-001 EG0900FBVFQ with Caddy', "drive:sas:2.5:900gb:10k", 1),
    ("Dell 300GB 15K RPM SAS 2.5 HDD w/ tray R710 R610", "drive:sas:2.5:300gb:15k", 1),
    ("WD Red 4TB NAS SATA WD40EFRX 3.5 5400RPM", "drive:sata:3.5:4tb:hdd", 1),
    ("Micron 5300 PRO 1.92TB SATA 2.5 SSD MTFDDAK1T9TDS", "drive:sata:2.5:1.92tb:ssd", 1),
    ("Samsung PM1643a 3.84TB SAS 12Gb/s SSD MZILT3T8HBLS", "drive:sas:2.5:3.84tb:ssd", 1),
    ('4x 4TB SAS 7.2K 3.5" Seagate ST4000NM0023 Enterprise', "drive:sas:3.5:4tb:7k2", 4),
    ("Samsung 970 EVO Plus 1TB M.2 NVMe SSD", "drive:nvme:m.2:1tb:ssd", 1),
    ('(5) Dell 1.8TB 10K 12Gbps SAS 2.5" 512e Hard Drives', "drive:sas:2.5:1.8tb:10k", 5),
    ('Seagate 1,2TB SAS 10K 2,5" Festplatte', "drive:sas:2.5:1.2tb:10k", 1),
    ("Toshiba 2.4TB 10K SAS 12Gb/s AL15SEB24EQ Dell 0F9W8", "drive:sas:2.5:2.4tb:10k", 1),
    ("Kioxia CD6 7.68TB U.3 NVMe KCD61LUL7T68", "drive:nvme:2.5:7.68tb:ssd", 1),
    ("NetApp X447A-R6 800GB SSD SAS 2.5", "drive:sas:2.5:800gb:ssd", 1),
    ("HPE 480GB SATA 6G Read Intensive SFF SSD P18422-B21", "drive:sata:2.5:480gb:ssd", 1),
    ("Intel Optane P4800X 375GB U.2 NVMe", "drive:nvme:2.5:375gb:ssd", 1),
    ('Lot 20 1TB 2.5" SATA HDD 7200 laptop hard drive', "drive:sata:2.5:1tb:7k2", 20),
    ("HGST Ultrastar He10 10TB 7200RPM 3.5 SAS HUH721010AL5200", "drive:sas:3.5:10tb:7k2", 1),
    ("Western Digital WD Gold 8TB Enterprise 3.5 SATA 7200 RPM", "drive:sata:3.5:8tb:7k2", 1),
    ('Dell 600GB 15K SAS 3.5" ST3600057SS Hard Drive', "drive:sas:3.5:600gb:15k", 1),
    ("NEW Dell 1.92TB SSD SATA 2.5 in 3.5 hybrid caddy for R730", "drive:sata:2.5:1.92tb:ssd", 1),
    ('Seagate 600GB 10K SAS 2.5" ST600MM0006 HP caddy included', "drive:sas:2.5:600gb:10k", 1),
    ('Seagate ST8000NM0075 8TB SAS 7.2K 3.5" 12Gb/s Enterprise HDD', "drive:sas:3.5:8tb:7k2", 1),
    ('Lot of 12 4TB SATA 3.5" Enterprise Hard Drives 7200RPM', "drive:sata:3.5:4tb:7k2", 12),
    ('Intel D3-S4510 960GB SSD SATA 2.5" SSDSC2KB960G8', "drive:sata:2.5:960gb:ssd", 1),
    ("DELL 01KTJ0 3.84TB SAS SSD 2.5 12Gbps Read Intensive w/ Caddy", "drive:sas:2.5:3.84tb:ssd", 1),
    ("HP 870759-B21 900GB SAS 12G 15K SFF SC HDD", "drive:sas:2.5:900gb:15k", 1),
    ("HPE 1.2TB SAS 12G Enterprise 10K SFF (2.5in) SC 3yr Wty HDD 872479-B21", "drive:sas:2.5:1.2tb:10k", 1),
    ("146GB 10K SAS 2.5 HP 507125-B21", "drive:sas:2.5:146gb:10k", 1),
    ('Samsung 860 EVO 500GB 2.5" SATA III SSD', "drive:sata:2.5:500gb:ssd", 1),
    ("WD Ultrastar DC HC550 18TB SAS 3.5 7200RPM WUH721818AL5204", "drive:sas:3.5:18tb:7k2", 1),
    ('Seagate IronWolf Pro 12TB NAS 3.5" SATA 7200rpm ST12000NE0008', "drive:sata:3.5:12tb:7k2", 1),
    ("2 x Samsung PM983 1.92TB NVMe M.2 22110 MZ1LB1T9HALS", "drive:nvme:m.2:1.92tb:ssd", 2),
    ("Micron 9300 MAX 6.4TB U.2 NVMe SSD MTFDHAL6T4TDR", "drive:nvme:2.5:6.4tb:ssd", 1),
    ('Fujitsu 600GB 10K SAS 6G 2.5" Festplatte Gebraucht', "drive:sas:2.5:600gb:10k", 1),
    ('1TB 7.2K SATA 3.5" HDD Dell', "drive:sata:3.5:1tb:7k2", 1),
    ("Dell EqualLogic 2TB 7.2K SAS 3.5 with tray lot of 16", "drive:sas:3.5:2tb:7k2", 16),
    ("IBM 00Y5810 3TB NL SAS 7.2K 3.5", "drive:sas:3.5:3tb:7k2", 1),
    ('Seagate Cheetah 15K.7 300GB SAS 3.5"', "drive:sas:3.5:300gb:15k", 1),
    ("PNY CS900 240GB SSD 2.5 SATA", "drive:sata:2.5:240gb:ssd", 1),
    ('EMC 005051468 1.6TB SSD SAS 2.5"', "drive:sas:2.5:1.6tb:ssd", 1),
    ("Solidigm D7-P5520 15.36TB U.2 NVMe Gen4", "drive:nvme:2.5:15.36tb:ssd", 1),
    ("Sun Oracle 7066824 1.2TB 10K SAS drive", "drive:sas:2.5:1.2tb:10k", 1),
    ("Samsung 980 Pro 2TB NVMe with heatsink", "drive", 1),
    ("Seagate Exos 10TB SAS 3.5 with R740 tray", "drive:sas:3.5:10tb:unknown", 1),
    ('1.92TB 2.5" SAS SSD 12Gb/s lot of 4', "drive:sas:2.5:1.92tb:ssd", 4),
    ('HP 2TB 6G SAS 7.2K 3.5" 507616-B21', "drive:sas:3.5:2tb:7k2", 1),
    ("Seagate Savvio 10K.6 900GB 2.5 SAS ST900MM0006", "drive:sas:2.5:900gb:10k", 1),
    ("Hitachi 2TB SATA 7200RPM 3.5 HUA722020ALA330", "drive:sata:3.5:2tb:7k2", 1),
    ("Intel S3700 800GB SSDSC2BA800G3", "drive:sata:2.5:800gb:ssd", 1),
    ("Crucial MX500 1TB SSD SATA 2.5 inch", "drive:sata:2.5:1tb:ssd", 1),
    ("Samsung PM9A3 3.84TB U.2 MZQL23T8HCLS", "drive:nvme:2.5:3.84tb:ssd", 1),
    ("WD Black SN850X 2TB NVMe M.2 2280", "drive:nvme:m.2:2tb:ssd", 1),
    ("500GB SATA 3.5 hard drive", "drive:sata:3.5:500gb:hdd", 1),
]


@pytest.mark.parametrize(("title", "expected", "quantity"), TITLES)
def test_a_title_names_one_product(title, expected, quantity):
    product = read(title)
    understood = product.product_key if ":" in expected else product.component_type
    assert (understood, product.quantity) == (expected, quantity)
