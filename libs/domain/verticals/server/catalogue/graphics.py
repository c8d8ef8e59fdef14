"""Graphics cards: official models and the memory sizes each was sold with."""

GEFORCE: dict[str, tuple[int, ...]] = {
    "rtx_5090": (32,), "rtx_5090_d": (32,), "rtx_5080": (16,), "rtx_5070_ti": (16,), "rtx_5070": (12,),
    "rtx_5060_ti": (8, 16), "rtx_5060": (8,), "rtx_5050": (8,), "rtx_4090": (24,), "rtx_4090_d": (24,),
    "rtx_4080_super": (16,), "rtx_4080": (16,), "rtx_4070_ti_super": (16,), "rtx_4070_ti": (12,),
    "rtx_4070_super": (12,), "rtx_4070": (12,), "rtx_4060_ti": (8, 16), "rtx_4060": (8,), "rtx_4050": (6,),
    "rtx_3090_ti": (24,), "rtx_3090": (24,), "rtx_3080_ti": (12,), "rtx_3080": (10, 12), "rtx_3070_ti": (8,),
    "rtx_3070": (8,), "rtx_3060_ti": (8,), "rtx_3060": (8, 12), "rtx_3050": (6, 8), "rtx_2080_ti": (11,),
    "rtx_2080_super": (8,), "rtx_2080": (8,), "rtx_2070_super": (8,), "rtx_2070": (8,), "rtx_2060_super": (8,),
    "rtx_2060": (6, 12), "gtx_1660_ti": (6,), "gtx_1660_super": (6,), "gtx_1660": (6,), "gtx_1650_super": (4,),
    "gtx_1650": (4,), "gtx_1630": (4,), "gtx_1080_ti": (11,), "gtx_1080": (8,), "gtx_1070_ti": (8,),
    "gtx_1070": (8,), "gtx_1060": (3, 5, 6), "gtx_1050_ti": (4,), "gtx_1050": (2, 3), "gt_1030": (2,),
    "gt_1010": (2,), "gtx_980_ti": (6,), "gtx_980": (4,), "gtx_970": (4,), "gtx_960": (2, 4), "gtx_950": (2,),
    "gtx_780_ti": (3,), "gtx_780": (3, 6), "gtx_770": (2, 4), "gtx_760": (2, 4), "gtx_760_ti": (2,),
    "gtx_750_ti": (2, 4), "gtx_750": (1, 2), "gtx_745": (4,), "gtx_690": (4,), "gtx_680": (2, 4),
    "gtx_670": (2, 4), "gtx_660_ti": (2, 3), "gtx_660": (2, 3), "gtx_650_ti": (1, 2), "gtx_650": (1, 2),
    "gtx_590": (3,), "gtx_580": (1, 3), "gtx_570": (1, 2), "gtx_560_ti": (1, 2), "gtx_560": (1, 2),
    "gtx_550_ti": (1,), "gtx_480": (1,), "gtx_470": (1,), "gtx_460": (1,), "gt_740": (1, 2, 4),
    "gt_730": (1, 2, 4), "gt_720": (1, 2), "gt_710": (1, 2), "gt_640": (1, 2, 4), "gt_630": (1, 2, 4),
    "gt_610": (1, 2), "titan_rtx": (24,), "titan_v": (12,), "titan_xp": (12,), "titan_x": (12,),
    "titan_black": (6,), "titan_z": (12,), "titan": (6,),
}  # fmt: skip

WORKSTATION: dict[str, tuple[int, ...]] = {
    "rtx_a400": (4,), "rtx_a1000": (8,), "rtx_a2000": (6, 12), "rtx_a4000": (16,), "rtx_a4500": (20,),
    "rtx_a5000": (24,), "rtx_a5500": (24,), "rtx_a6000": (48,), "rtx_a3000": (6, 12), "rtx_2000_ada": (16,),
    "rtx_4000_ada": (20,), "rtx_4000_sff_ada": (20,), "rtx_4500_ada": (24,), "rtx_5000_ada": (32,),
    "rtx_5880_ada": (48,), "rtx_6000_ada": (48,), "rtx_pro_2000": (16,), "rtx_pro_4000": (24,),
    "rtx_pro_4500": (32,), "rtx_pro_5000": (48,), "rtx_pro_6000": (96,), "quadro_rtx_3000": (6,),
    "quadro_rtx_4000": (8,), "quadro_rtx_5000": (16,), "quadro_rtx_6000": (24,), "quadro_rtx_8000": (48,),
    "quadro_gv100": (32,), "quadro_gp100": (16,), "quadro_p6000": (24,), "quadro_p5200": (16,),
    "quadro_p5000": (16,), "quadro_p4000": (8,), "quadro_p2200": (5,), "quadro_p2000": (5,),
    "quadro_p1000": (4,), "quadro_p620": (2,), "quadro_p600": (2,), "quadro_p400": (2,),
    "quadro_m6000": (12, 24), "quadro_m5000": (8,), "quadro_m4000": (8,), "quadro_m2000": (4,),
    "quadro_k6000": (12,), "quadro_k5200": (8,), "quadro_k5000": (4,), "quadro_k4200": (4,),
    "quadro_k4000": (3,), "quadro_k2200": (4,), "quadro_k2000": (2,), "quadro_k2000d": (2,),
    "quadro_k1200": (4,), "quadro_k620": (2,), "quadro_k600": (1,), "quadro_k420": (1, 2), "quadro_6000": (6,),
    "quadro_5000": (2,), "quadro_4000": (2,), "quadro_2000": (1,), "quadro_600": (1,), "t400": (2, 4),
    "t600": (4,), "t1000": (4, 8), "nvs_310": (1,), "nvs_315": (1,), "nvs_510": (2,), "nvs_810": (4,),
}  # fmt: skip

DATA_CENTRE: dict[str, tuple[int, ...]] = {
    "tesla_k10": (8,), "tesla_k20": (5,), "tesla_k20m": (5,), "tesla_k20c": (5,), "tesla_k20x": (6,),
    "tesla_k40": (12,), "tesla_k40m": (12,), "tesla_k40c": (12,), "tesla_k80": (24,), "tesla_m4": (4,),
    "tesla_m6": (8,), "tesla_m10": (32,), "tesla_m40": (12, 24), "tesla_m60": (16,), "tesla_p4": (8,),
    "tesla_p6": (16,), "tesla_p40": (24,), "tesla_p100": (12, 16), "tesla_v100": (16, 32), "tesla_v100s": (32,),
    "tesla_t4": (16,), "tesla_t4g": (16,), "tesla_t10": (16,), "tesla_t40": (24,), "tesla_m2050": (3,),
    "tesla_m2070": (6,), "tesla_m2075": (6,), "tesla_m2090": (6,), "tesla_c2050": (3,), "tesla_c2070": (6,),
    "tesla_c2075": (6,), "grid_k1": (16,), "grid_k2": (8,), "a2": (16,), "a10": (24,), "a10g": (24,),
    "a10m": (20,), "a16": (64,), "a30": (24,), "a30x": (24,), "a40": (48,), "a100": (40, 80), "a100x": (80,),
    "a800": (40, 80), "l2": (24,), "l4": (24,), "l20": (48,), "l40": (48,), "l40s": (48,), "l40g": (24,),
    "h20": (96, 141), "h100": (80, 94), "h200": (141,), "h800": (80,), "b100": (192,), "b200": (180, 192),
    "b300": (288,), "gh200": (96, 144), "gb200": (192, 384), "cmp_30hx": (6,), "cmp_40hx": (8,),
    "cmp_50hx": (10,), "cmp_70hx": (8,), "cmp_90hx": (10,), "cmp_170hx": (8,), "p106-100": (6,),
    "p104-100": (4, 8), "p102-100": (5, 10),
}  # fmt: skip
"""Cards before Ampere carry ``tesla_``, later ones never do, whatever a title says."""

RADEON: dict[str, tuple[int, ...]] = {
    "radeon_rx_9070_xt": (16,), "radeon_rx_9070": (16,), "radeon_rx_9070_gre": (12,),
    "radeon_rx_9060_xt": (8, 16), "radeon_rx_9060": (8,), "radeon_rx_7900_xtx": (24,),
    "radeon_rx_7900_xt": (20,), "radeon_rx_7900_gre": (16,), "radeon_rx_7800_xt": (16,),
    "radeon_rx_7700_xt": (12,), "radeon_rx_7700": (16,), "radeon_rx_7650_gre": (8,), "radeon_rx_7600_xt": (16,),
    "radeon_rx_7600": (8,), "radeon_rx_7400": (8,), "radeon_rx_6950_xt": (16,), "radeon_rx_6900_xt": (16,),
    "radeon_rx_6800_xt": (16,), "radeon_rx_6800": (16,), "radeon_rx_6750_xt": (12,),
    "radeon_rx_6750_gre": (10, 12), "radeon_rx_6700_xt": (12,), "radeon_rx_6700": (10,),
    "radeon_rx_6650_xt": (8,), "radeon_rx_6600_xt": (8,), "radeon_rx_6600": (8,), "radeon_rx_6500_xt": (4, 8),
    "radeon_rx_6400": (4,), "radeon_rx_5700_xt": (8,), "radeon_rx_5700": (8,), "radeon_rx_5600_xt": (6,),
    "radeon_rx_5500_xt": (4, 8), "radeon_rx_5500": (4, 8), "radeon_rx_590": (8,), "radeon_rx_590_gme": (8,),
    "radeon_rx_580": (4, 8), "radeon_rx_580x": (4, 8), "radeon_rx_570": (4, 8), "radeon_rx_560": (2, 4),
    "radeon_rx_550": (2, 4), "radeon_rx_540": (2,), "radeon_rx_480": (4, 8), "radeon_rx_470": (4, 8),
    "radeon_rx_460": (2, 4), "radeon_rx_vega_64": (8,), "radeon_rx_vega_56": (8,), "radeon_vii": (16,),
    "radeon_vega_frontier_edition": (16,), "radeon_r9_fury_x": (4,), "radeon_r9_fury": (4,),
    "radeon_r9_nano": (4,), "radeon_r9_390x": (8,), "radeon_r9_390": (8,), "radeon_r9_380x": (4,),
    "radeon_r9_380": (2, 4), "radeon_r9_290x": (4, 8), "radeon_r9_290": (4,), "radeon_r9_280x": (3,),
    "radeon_r9_280": (3,), "radeon_r9_270x": (2, 4), "radeon_r9_270": (2,), "radeon_r7_250": (1, 2),
    "radeon_r7_240": (1, 2, 4), "radeon_r5_240": (1,),
}  # fmt: skip

RADEON_PRO: dict[str, tuple[int, ...]] = {
    "radeon_pro_w7900": (48,), "radeon_pro_w7800": (32, 48), "radeon_pro_w7700": (16,),
    "radeon_pro_w7600": (8,), "radeon_pro_w7500": (8,), "radeon_pro_w6900x": (32,), "radeon_pro_w6800x": (32,),
    "radeon_pro_w6800": (32,), "radeon_pro_w6600": (8,), "radeon_pro_w6600x": (8,), "radeon_pro_w6400": (4,),
    "radeon_pro_w6300": (2,), "radeon_pro_w5700": (8,), "radeon_pro_w5700x": (16,), "radeon_pro_w5500": (8,),
    "radeon_pro_w5500x": (8,), "radeon_pro_580x": (8,), "radeon_pro_580": (8,), "radeon_pro_vega_ii": (32,),
    "radeon_pro_vii": (16,), "radeon_pro_v620": (32,), "radeon_pro_v520": (8,), "radeon_pro_v340": (32,),
    "radeon_pro_wx_9100": (16,), "radeon_pro_wx_8200": (8,), "radeon_pro_wx_7100": (8,),
    "radeon_pro_wx_5100": (8,), "radeon_pro_wx_4100": (4,), "radeon_pro_wx_3200": (4,),
    "radeon_pro_wx_3100": (4,), "radeon_pro_wx_2100": (2,), "radeon_ai_pro_r9700": (32,),
    "firepro_w9100": (16, 32), "firepro_w8100": (8,), "firepro_w7100": (8,), "firepro_w5100": (4,),
    "firepro_w4100": (2,), "firepro_w2100": (2,), "firepro_s9300_x2": (8,), "firepro_s9150": (16,),
    "firepro_s7150": (8,), "firepro_s7150_x2": (16,), "instinct_mi6": (16,), "instinct_mi8": (4,),
    "instinct_mi25": (16,), "instinct_mi50": (16, 32), "instinct_mi60": (32,), "instinct_mi100": (32,),
    "instinct_mi210": (64,), "instinct_mi250": (128,), "instinct_mi250x": (128,), "instinct_mi300x": (192,),
    "instinct_mi300a": (128,), "instinct_mi308x": (192,), "instinct_mi325x": (256,), "instinct_mi350x": (288,),
    "instinct_mi355x": (288,),
}  # fmt: skip

ARC: dict[str, tuple[int, ...]] = {
    "arc_a310": (4,), "arc_a380": (6,), "arc_a580": (8,), "arc_a750": (8,), "arc_a770": (8, 16),
    "arc_b570": (10,), "arc_b580": (12,), "arc_pro_a40": (6,), "arc_pro_a50": (6,), "arc_pro_a60": (12,),
    "arc_pro_b50": (16,), "arc_pro_b60": (24, 48), "flex_140": (12,), "flex_170": (16,), "max_1100": (48,),
    "max_1550": (128,),
}  # fmt: skip

MAKER: dict[str, str] = {
    **dict.fromkeys((*GEFORCE, *WORKSTATION, *DATA_CENTRE), "NVIDIA"),
    **dict.fromkeys((*RADEON, *RADEON_PRO), "AMD"),
    **dict.fromkeys(ARC, "Intel"),
}
SIZES: dict[str, tuple[int, ...]] = {**GEFORCE, **WORKSTATION, **DATA_CENTRE, **RADEON, **RADEON_PRO, **ARC}
"""Gigabytes by canonical model; one entry means the size is known without being told."""

GEFORCE_NUMBERS = frozenset(name.split("_")[1] for name in GEFORCE if name.startswith("rtx_"))
ACCELERATORS = frozenset(name.removeprefix("tesla_") for name in DATA_CENTRE)
AMBIGUOUS_ACCELERATORS = frozenset(
    [
        "k10",
        "k20",
        "k40",
        "m4",
        "m6",
        "m10",
        "m40",
        "m60",
        "p4",
        "p6",
        "p40",
        "t4",
        "t10",
        "t40",
        "a2",
        "a10",
        "a16",
        "a30",
        "a40",
        "l2",
        "l4",
        "l20",
        "l40",
        "h20",
        "b100",
        "b200",
        "a800",
    ]
)
"""Names short enough to mean something else unless a word nearby speaks of graphics."""
