"""Graphics card names as sellers write them, brought to the maker's own model."""

import re
from dataclasses import dataclass

from libs.domain.verticals.server.catalogue.graphics import (
    ACCELERATORS,
    AMBIGUOUS_ACCELERATORS,
    DATA_CENTRE,
    GEFORCE_NUMBERS,
    SIZES,
)
from libs.domain.verticals.server.catalogue.system import names


@dataclass(frozen=True, slots=True)
class Card:
    """A card by its canonical model, and where a title said it."""

    model: str
    start: int
    end: int
    mobile: bool = False


_SUFFIX = r"(?P<s>[\s_-]{0,2}(?:ti[\s_-]?super|ti[\s_-]?s\b|ti|super|s(?=[-\s]|$)))?"
_GEFORCE = re.compile(
    rf"(?:\b|(?<=[a-z_]))(?P<f>rtx|gtx|gt)[\s_-]{{0,3}}(?P<n>[2-5]0[5-9]0|16[356]0|10[1-8]0|[1-9]\d0|745){_SUFFIX}(?P<d>[\s_-]?d(?![\w+]))?(?P<m>[\s_-]?(?:m\b|mobile|laptop|max-?q|notebook))?(?![0-9])"
)
_GEFORCE_BARE = re.compile(rf"\b(?:geforce|ge\sforce|gefore)\s+(?P<n>[2-5]0[5-9]0|16[356]0|10[1-8]0){_SUFFIX}(?![\w])")
_NUMBER = re.compile(rf"\b(?P<n>[2-5]0[5-9]0|16[356]0|10[1-8]0){_SUFFIX}(?![\w])")
_TITAN = re.compile(r"\btitan\s?(?P<k>xp|x|v|rtx|z|black)?\b")
_RTX_PRO = re.compile(r"\brtx\s?pro\s?-?(?P<n>[2456][05]00)\b")
_RTX_A = re.compile(
    r"(?<![a-z0-9])(?:(?:rtx|quadro)[\s_-]{0,2})?(?:rtx)?a(?P<n>[23456][05]00|1000|400)(?P<m>m)?\b"
    r"(?:\s(?P<l>laptop|mobile|max-?q))?"
)
_RTX_ADA = re.compile(r"\brtx[\s-]?(?P<n>[2456][058][08]0)\s?(?P<sff>sff\s)?[\s(-]*ada\b")
_RTX_QUADRO = re.compile(r"\b(?P<q>quadro[\s-]{0,2})?rtx[\s-]?(?P<n>[34568]000)\b")
_QUADRO = re.compile(r"\bquadro[\s-]{0,2}(?:nvs[\s-]?)?(?P<l>fx\s?|gp|gv|[kmpt])?\s?-?(?P<n>\d{3,4})(?P<s>d|m)?\b")
_QUADRO_BARE = re.compile(
    r"\b(?P<l>[kmp]|gp|gv)(?P<n>6000|5200|5000|4200|4000|2200|2000|1200|1000|620|600|420|400|100)(?P<s>d|m)?\b"
)
_T_SERIES = re.compile(r"\bt(?P<n>400|600|1000)\b")
_NVS = re.compile(r"\bnvs[\s-]?(?P<n>\d{3})\b")
_GRID = re.compile(r"\bgrid[\s-]?(?P<n>k[12])\b")
_ACCELERATOR = re.compile(
    r"(?<![\w/.])(?P<n>[kmptalhb]\d{1,4}[a-z]?|g[hb]200|c20[57][05])(?![\w.]|-\d{1,2}\b)|(?P<long>(?<=-)[pvah]100\b)|\b(?P<v>v100s?)(?=\d\dgb|-|\b)"
)
_SLASHED = re.compile(r"(?<=/)(?P<n>[kmptalhv]\d{1,3}[a-z]?)\b")
_SPACED = re.compile(r"(?<=tesla )(?P<n>[kmptv] \d{1,3})\b")
_CMP = re.compile(r"\bcmp[\s-]?(?P<n>\d{2,3})\s?hx\b|\b(?P<p>p10[246]-(?:100|90))\b")
_RADEON = re.compile(
    r"(?:\b|(?<=radeon)|(?<=[a-z_]))rx[\s_-]{0,2}(?P<n>[4-9]\d{3}|[45]\d0)[\s_-]{0,2}(?P<s>xtx|xt|gre|gme|x(?!\d|\s?fire|fx))?(?P<m>[\s-]?m(?:[\s-]?xt|\b))?(?![0-9])"
)
_RADEON_BARE = re.compile(r"\bradeon\s+(?P<n>[5679][0-9][05]0)\s?(?P<s>xtx|xt|gre)?\b")
_XTX = re.compile(r"\b(?P<n>7[6-9]00|6[4-9][05]0|90[67]0)\s?(?P<s>xtx|xt|gre)\b")
_VEGAS = {"vii": "radeon_vii", "ii": "radeon_pro_vega_ii", "frontier": "radeon_vega_frontier_edition"}
_VEGA = re.compile(r"\bvega[\s-]?(?P<n>56|64|ii|frontier)\b|\bradeon\s(?P<v>vii)\b")
_OLD_RADEON = re.compile(r"\b(?P<l>r[579])[\s-]?(?P<n>fury\s?x?|nano|[2-3][0-9]0x?)\b")
_RADEON_PRO = re.compile(
    r"\bradeon[\s-]?pro[\s-]?(?P<l>wx[\s-]?|w|v)?(?P<n>\d{3,4}x?|vega\sii|vii)\b(?:\s(?P<duo>duo))?|\b(?P<w>w[567][3-9]00x?|wx[\s-]?[2-9][12]00)\b"
)
_FIREPRO = re.compile(r"\bfire\s?pro\s(?P<n>[wsvd]\d{4}(?:\sx2)?)\b")
_INSTINCT = re.compile(r"\bmi[\s-]?(?P<n>6|8|25|50|60|100|210|250x?|300[xa]?|308x|325x|35[05]x)\b")
_ARC = re.compile(
    r"\barc\s(?P<p>pro\s)?(?P<n>[ab]\d{2,3})\b|"
    r"\b(?:data\scenter\sgpu|intel)\s(?P<f>flex\s(?:140|170)|max\s(?:1100|1550))\b"
)

_GRAPHIC_WORDS = names(
    "nvidia nvida nvdia tesla gpu gpus graphics graphic accelerator accelarator cuda ampere volta pascal "
    "hopper ada lovelace tensor sxm sxm2 sxm3 sxm4 sxm5 hbm2 hbm2e hbm3 hgx vgpu grid nvlink turing "
    "kepler maxwell video"
)
_NUMBERS = GEFORCE_NUMBERS | {"1660", "1650", "1630", "1080", "1070", "1060", "1050", "1030"}
_CARD_WORDS = names("rtx gtx geforce zotac evga msi asus gigabyte pny palit gainward inno3d tuf")
_RADEON_WORDS = names("radeon amd sapphire powercolor xfx rx graphics gpu firepro vega instinct")
_GEFORCE_HINTS = ("tx", "gt", "geforce", "gefore", "titan", "20", "30", "40", "50", "60", "70", "80", "90")


def find_all(low: str, words: frozenset[str]) -> list[Card]:
    """Every card a lower-case title names, in order, the more specific of two readings of one place."""
    cards: list[Card] = []
    if any(hint in low for hint in _GEFORCE_HINTS):
        cards += _geforce(low, words)
    if "rtx" in low or "quadro" in low or not words.isdisjoint(_GRAPHIC_WORDS):
        cards += _workstation(low, words)
    cards += _accelerators(low, words)
    if not words.isdisjoint(_RADEON_WORDS) or "rx" in low or "radeon" in low:
        cards += _radeon(low)
        cards += _radeon_pro(low, words)
    if not words.isdisjoint(("arc", "flex", "max")):
        cards += [_arc(match) for match in _ARC.finditer(low)]
    return _settle(cards)


def _arc(match: re.Match[str]) -> Card:
    name = f"arc {'pro ' if match['p'] else ''}{match['n']}" if match["n"] else match["f"]
    return Card(name.replace(" ", "_"), match.start(), match.end())


def _settle(cards: list[Card]) -> list[Card]:
    """Readings in order of place; of overlapping ones the longest stays."""
    cards.sort(key=lambda card: (card.start, -card.end))
    kept: list[Card] = []
    for card in cards:
        if kept and card.start < kept[-1].end:
            if card.end - card.start > kept[-1].end - kept[-1].start:
                kept[-1] = card
            continue
        kept.append(card)
    return kept


def _suffixed(match: re.Match[str]) -> str:
    suffix = (match["s"] or "").strip(" _-").replace("-", " ").replace("_", " ")
    if suffix in {"ti super", "tisuper", "ti s", "tis"}:
        return "_ti_super"
    return {"ti": "_ti", "super": "_super", "s": "_super"}.get(suffix, "")


def _geforce(low: str, words: frozenset[str]) -> list[Card]:
    """GeForce by "RTX 4070 Ti", by "GeForce 4080 Super", or by a bare number where the title speaks of cards."""
    found = [_geforce_card(match) for match in _GEFORCE.finditer(low) if match["f"] != "rtx" or len(match["n"]) > 3]
    if not found:
        found = [_numbered(match) for match in _GEFORCE_BARE.finditer(low)]
    if not found and not words.isdisjoint(_CARD_WORDS):
        found = [_numbered(match) for match in _NUMBER.finditer(low) if match["n"] in _NUMBERS]
    if not found and "titan" in words:
        found = [
            Card(f"titan_{match['k']}" if match["k"] else "titan", match.start(), match.end())
            for match in _TITAN.finditer(low)
        ]
    return found


def _geforce_card(match: re.Match[str]) -> Card:
    model = f"{match['f']}_{match['n']}{_suffixed(match)}"
    if (match["s"] or "").strip(" -_") == "s" and model not in SIZES:
        model = f"{match['f']}_{match['n']}"
    if match["d"] and f"{model}_d" in SIZES:
        model += "_d"
    return Card(model, match.start(), match.end(), bool(match["m"]))


def _numbered(match: re.Match[str]) -> Card:
    family = "gtx" if match["n"][0] == "1" else "rtx"
    return Card(f"{family}_{match['n']}{_suffixed(match)}", match.start(), match.end())


def _workstation(low: str, words: frozenset[str]) -> list[Card]:
    found = [Card(f"rtx_pro_{match['n']}", match.start(), match.end()) for match in _RTX_PRO.finditer(low)]
    found += [
        Card(f"rtx_a{match['n']}", match.start(), match.end(), bool(match["m"] or match["l"]))
        for match in _RTX_A.finditer(low)
    ]
    if "rtx" in low:
        found += [
            Card(f"rtx_{match['n']}_{'sff_' if match['sff'] else ''}ada", match.start(), match.end())
            for match in _RTX_ADA.finditer(low)
        ]
        found += [_turing_or_ada(low, match) for match in _RTX_QUADRO.finditer(low)]
    found += [
        Card(f"quadro_{match['l']}{match['n']}{match['s'] or ''}", match.start(), match.end(), match["s"] == "m")
        for match in _QUADRO_BARE.finditer(low)
        if f"quadro_{match['l']}{match['n']}" in SIZES and not (match["l"] == "p" and "thinkstation" in words)
    ]
    found += [Card(f"t{match['n']}", match.start(), match.end()) for match in _T_SERIES.finditer(low)]
    if "nvs" in words:
        found += [Card(f"nvs_{match['n']}", match.start(), match.end()) for match in _NVS.finditer(low)]
    elif "quadro" in low:
        found += [_quadro(match) for match in _QUADRO.finditer(low)]
    return found


def _quadro(match: re.Match[str]) -> Card:
    letter = (match["l"] or "").strip()
    family = "t" if letter == "t" else f"quadro_{'fx_' if letter == 'fx' else letter}"
    return Card(f"{family}{match['n']}{match['s'] or ''}", match.start(), match.end(), match["s"] == "m")


def _turing_or_ada(low: str, match: re.Match[str]) -> Card:
    """An "RTX 6000" alone is the Turing Quadro, unless Ada is said or only the Ada card had the stated memory."""
    ada = not match["q"] and (" ada" in low or _told_ada(low, match["n"]))
    return Card(f"rtx_{match['n']}_ada" if ada else f"quadro_rtx_{match['n']}", match.start(), match.end())


def _told_ada(low: str, number: str) -> bool:
    """An RTX 6000 with 48 GB is the Ada card, one with 24 GB the Quadro."""
    sizes = SIZES.get(f"rtx_{number}_ada", ())
    return any(f"{size}gb" in low or f"{size} gb" in low for size in sizes)


def _accelerators(low: str, words: frozenset[str]) -> list[Card]:
    graphic = not words.isdisjoint(_GRAPHIC_WORDS)
    matches = list(_ACCELERATOR.finditer(low))
    if graphic:
        matches += [*_SLASHED.finditer(low), *_SPACED.finditer(low)]
    found = []
    for match in matches:
        name = match.group(match.lastgroup or "n").replace(" ", "")
        if name in ACCELERATORS and (graphic or name not in AMBIGUOUS_ACCELERATORS):
            model = f"tesla_{name}" if f"tesla_{name}" in DATA_CENTRE else name
            found.append(Card(model, match.start(), match.end()))
    if "hx" in low or "p10" in low:
        found += [Card(match["p"] or f"cmp_{match['n']}hx", match.start(), match.end()) for match in _CMP.finditer(low)]
    if "grid" in words:
        found += [Card(f"grid_{match['n']}", match.start(), match.end()) for match in _GRID.finditer(low)]
    return found


def _radeon(low: str) -> list[Card]:
    """RX, by its name or by a bare "7900 XTX", Vega, and the R9 generation."""
    found = [_radeon_card(match) for match in _RADEON.finditer(low)]
    if not found:
        bare = [_radeon_card(match) for pattern in (_RADEON_BARE, _XTX) for match in pattern.finditer(low)]
        found = [card for card in bare if card.model in SIZES]
    for match in _VEGA.finditer(low):
        code = match["n"] or match["v"]
        found.append(Card(_VEGAS.get(code, f"radeon_rx_vega_{code}"), match.start(), match.end()))
    return found + [
        Card(f"radeon_{match['l']}_{match['n'].replace(' ', '_')}", match.start(), match.end())
        for match in _OLD_RADEON.finditer(low)
    ]


def _radeon_card(match: re.Match[str]) -> Card:
    groups = match.groupdict()
    suffix, mobile = groups["s"] or "", groups.get("m") or ""
    if "xt" in mobile:
        suffix = "m_xt"
    elif suffix and suffix != "x":
        suffix = f"_{suffix}"
    return Card(f"radeon_rx_{match['n']}{suffix}", match.start(), match.end(), bool(mobile))


def _radeon_pro(low: str, words: frozenset[str]) -> list[Card]:
    """Radeon Pro, FirePro, Instinct."""
    found = []
    for match in _RADEON_PRO.finditer(low):
        if match["w"]:
            model = f"radeon_pro_{match['w'].replace(' ', '_').replace('-', '_')}"
        else:
            letter = (match["l"] or "").strip(" -")
            model = f"radeon_pro_{letter}{'_' if letter == 'wx' else ''}{match['n'].replace(' ', '_')}"
        found.append(Card(model + ("_duo" if match["duo"] else ""), match.start(), match.end()))
    if "pro" in low:
        found += [
            Card(f"firepro_{match['n'].replace(' ', '_')}", match.start(), match.end())
            for match in _FIREPRO.finditer(low)
        ]
    if not words.isdisjoint(("amd", "instinct", "radeon")):
        found += [Card(f"instinct_mi{match['n']}", match.start(), match.end()) for match in _INSTINCT.finditer(low)]
    return found
