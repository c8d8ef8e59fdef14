"""Network adapters by product name: speed of one port, number of ports, connector."""

import re
from dataclasses import dataclass, replace

from libs.domain.text import Text
from libs.domain.verticals.server.catalogue.system import names


@dataclass(frozen=True, slots=True)
class Adapter:
    """What a product name says about a network adapter."""

    manufacturer: str
    model: str
    speed: str | None
    ports: int | None
    port_type: str | None


_TABLE: tuple[tuple[str, str, str, str | None, int | None, str | None], ...] = (
    # pattern, maker, model, speed, ports, connector
    (r"x520[\s-]?(?:da|sr|lr)2", "Intel", "X520-DA2", "10GbE", 2, "SFP+"),
    (r"x520[\s-]?(?:da|sr|lr)1", "Intel", "X520-DA1", "10GbE", 1, "SFP+"),
    (r"x520[\s-]?qda1", "Intel", "X520-QDA1", "40GbE", 1, "QSFP+"),
    (r"x520(?:[\s-]t2)", "Intel", "X520-T2", "10GbE", 2, "RJ45"),
    (r"x520", "Intel", "X520", "10GbE", None, None),
    (r"x540[\s-]?(?:t|at)2", "Intel", "X540-T2", "10GbE", 2, "RJ45"),
    (r"x540[\s-]?t1", "Intel", "X540-T1", "10GbE", 1, "RJ45"),
    (r"x540", "Intel", "X540", "10GbE", None, "RJ45"),
    (r"x550[\s-]?(?:t|at)2", "Intel", "X550-T2", "10GbE", 2, "RJ45"),
    (r"x550[\s-]?t1", "Intel", "X550-T1", "10GbE", 1, "RJ45"),
    (r"x550", "Intel", "X550", "10GbE", None, "RJ45"),
    (r"xxv710[\s-]?da2\w*", "Intel", "XXV710-DA2", "25GbE", 2, "SFP28"),
    (r"xxv710[\s-]?da1\w*", "Intel", "XXV710-DA1", "25GbE", 1, "SFP28"),
    (r"xl710[\s-]?qda2\w*", "Intel", "XL710-QDA2", "40GbE", 2, "QSFP+"),
    (r"xl710[\s-]?qda1\w*", "Intel", "XL710-QDA1", "40GbE", 1, "QSFP+"),
    (r"x710[\s-]?da4\w*", "Intel", "X710-DA4", "10GbE", 4, "SFP+"),
    (r"x710[\s-]?da2\w*", "Intel", "X710-DA2", "10GbE", 2, "SFP+"),
    (r"x710[\s-]?t4l?", "Intel", "X710-T4", "10GbE", 4, "RJ45"),
    (r"x710[\s-]?t2l?", "Intel", "X710-T2L", "10GbE", 2, "RJ45"),
    (r"x710", "Intel", "X710", "10GbE", None, None),
    (r"e810[\s-]?2?cqda2\w*", "Intel", "E810-CQDA2", "100GbE", 2, "QSFP28"),
    (r"e810[\s-]?cqda1\w*", "Intel", "E810-CQDA1", "100GbE", 1, "QSFP28"),
    (r"e810[\s-]?xxvda4\w*", "Intel", "E810-XXVDA4", "25GbE", 4, "SFP28"),
    (r"e810[\s-]?xxvda2\w*", "Intel", "E810-XXVDA2", "25GbE", 2, "SFP28"),
    (r"i3[54]0[\s-]?(?:t4|am4)\w*", "Intel", "I350-T4", "1GbE", 4, "RJ45"),
    (r"i3[54]0[\s-]?(?:t2|am2)\w*", "Intel", "I350-T2", "1GbE", 2, "RJ45"),
    (r"i3[54]0", "Intel", "I350", "1GbE", None, "RJ45"),
    (r"i210[\s-]?t1", "Intel", "I210-T1", "1GbE", 1, "RJ45"),
    (r"i22[56][\s-]?[vt]?\d?", "Intel", "I225", "2.5GbE", None, "RJ45"),
    (r"82599\w*", "Intel", "82599", "10GbE", None, "SFP+"),
    (r"mcx311a\S*", "Mellanox", "ConnectX-3", "10GbE", 1, "SFP+"),
    (r"mcx312[abc]\S*", "Mellanox", "ConnectX-3", "10GbE", 2, "SFP+"),
    (r"mcx313a\S*", "Mellanox", "ConnectX-3", "40GbE", 1, "QSFP+"),
    (r"mcx314a\S*", "Mellanox", "ConnectX-3", "40GbE", 2, "QSFP+"),
    (r"mcx353a\S*", "Mellanox", "ConnectX-3", "56GbE", 1, "QSFP+"),
    (r"mcx354a\S*", "Mellanox", "ConnectX-3", "56GbE", 2, "QSFP+"),
    (r"mcx4121a-xc\S*", "Mellanox", "ConnectX-4 Lx", "10GbE", 2, "SFP28"),
    (r"mcx4121a\S*", "Mellanox", "ConnectX-4 Lx", "25GbE", 2, "SFP28"),
    (r"mcx4111a\S*", "Mellanox", "ConnectX-4 Lx", "25GbE", 1, "SFP28"),
    (r"mcx4131a\S*", "Mellanox", "ConnectX-4 Lx", "50GbE", 1, "QSFP28"),
    (r"mcx413a\S*", "Mellanox", "ConnectX-4", "50GbE", 1, "QSFP28"),
    (r"mcx414a\S*", "Mellanox", "ConnectX-4", "50GbE", 2, "QSFP28"),
    (r"mcx4[15]5a\S*", "Mellanox", "ConnectX-4", "100GbE", 1, "QSFP28"),
    (r"mcx4[15]6a\S*", "Mellanox", "ConnectX-4", "100GbE", 2, "QSFP28"),
    (r"mcx512[af]\S*", "Mellanox", "ConnectX-5", "25GbE", 2, "SFP28"),
    (r"mcx511[af]\S*", "Mellanox", "ConnectX-5", "25GbE", 1, "SFP28"),
    (r"mcx516a-bd\S*", "Mellanox", "ConnectX-5", "40GbE", 2, "QSFP28"),
    (r"mcx5[15]6a\S*", "Mellanox", "ConnectX-5", "100GbE", 2, "QSFP28"),
    (r"mcx5[15]5a\S*", "Mellanox", "ConnectX-5", "100GbE", 1, "QSFP28"),
    (r"mcx653105a-h\S*", "Mellanox", "ConnectX-6", "200GbE", 1, "QSFP56"),
    (r"mcx653106a-h\S*", "Mellanox", "ConnectX-6", "200GbE", 2, "QSFP56"),
    (r"mcx653105a-e\S*", "Mellanox", "ConnectX-6", "100GbE", 1, "QSFP56"),
    (r"mcx653106a-e\S*", "Mellanox", "ConnectX-6", "100GbE", 2, "QSFP56"),
    (r"mcx623106a\S*", "Mellanox", "ConnectX-6 Dx", "100GbE", 2, "QSFP56"),
    (r"mcx62[13]102a\S*|mcx631102a\S*", "Mellanox", "ConnectX-6", "25GbE", 2, "SFP28"),
    (r"mcx75310a\S*", "Mellanox", "ConnectX-7", "400GbE", 1, "OSFP"),
    (r"mcx755106a\S*", "Mellanox", "ConnectX-7", "200GbE", 2, "QSFP112"),
    (r"mnph29[bd]\S*", "Mellanox", "ConnectX-2", "10GbE", 2, "SFP+"),
    (r"mnpa19\S*", "Mellanox", "ConnectX-2", "10GbE", 1, "SFP+"),
    (r"connect\s?x[\s-]?(?P<gen>[2-8])(?P<kind>\s(?:lx|dx|en|vpi|pro))?", "Mellanox", "ConnectX", None, None, None),
    (r"5[36]0\s?(?:sfp\+|flr-?sfp\+?)", "HP", "560SFP+", "10GbE", 2, "SFP+"),
    (
        r"562\s?(?:sfp\+|flr-?sfp\+?)|546\s?(?:sfp\+|flr-?sfp\+?)|557\s?sfp\+|556\s?flr\S*",
        "HP",
        "562SFP+",
        "10GbE",
        2,
        "SFP+",
    ),
    (r"(?:561|562|535|533)\s?(?:flr-?)?t\b", "HP", "561T", "10GbE", 2, "RJ45"),
    (r"6[234]\d\s?(?:sfp28|flr-?sfp28)", "HP", "640SFP28", "25GbE", 2, "SFP28"),
    (r"(?:331|366)\s?(?:i|t|flr|m)\b", "HP", "331T", "1GbE", 4, "RJ45"),
    (r"(?:bcm)?57810s?", "Broadcom", "57810S", "10GbE", 2, None),
    (r"(?:bcm)?57840s?", "Broadcom", "57840S", "10GbE", 4, "SFP+"),
    (r"(?:bcm)?57412", "Broadcom", "57412", "10GbE", 2, "SFP+"),
    (r"(?:bcm)?57414\w?", "Broadcom", "57414", "25GbE", 2, "SFP28"),
    (r"(?:bcm)?57416", "Broadcom", "57416", "10GbE", 2, "RJ45"),
    (r"(?:bcm)?57504", "Broadcom", "57504", "25GbE", 4, "SFP28"),
    (r"(?:bcm)?57508", "Broadcom", "57508", "100GbE", 2, "QSFP28"),
    (r"(?:bcm)?5719", "Broadcom", "5719", "1GbE", 4, "RJ45"),
    (r"(?:bcm)?5720", "Broadcom", "5720", "1GbE", 2, "RJ45"),
    (r"t520-(?:cr|so)", "Chelsio", "T520-CR", "10GbE", 2, "SFP+"),
    (r"t540-cr", "Chelsio", "T540-CR", "10GbE", 4, "SFP+"),
    (r"t580-(?:cr|lp-cr|so-cr)", "Chelsio", "T580-CR", "40GbE", 2, "QSFP+"),
    (r"t6225-(?:cr|so-cr)", "Chelsio", "T6225-CR", "25GbE", 2, "SFP28"),
    (r"t62100-(?:cr|lp-cr|so-cr)", "Chelsio", "T62100-CR", "100GbE", 2, "QSFP28"),
    (r"sfn[5678][15]22[fm]?", "Solarflare", "SFN7122F", "10GbE", 2, "SFP+"),
    (r"sfn8522\S*", "Solarflare", "SFN8522", "10GbE", 2, "SFP+"),
    (r"ql41262\w*", "QLogic", "QL41262", "25GbE", 2, "SFP28"),
    (r"ql41162\w*", "QLogic", "QL41162", "10GbE", 2, "RJ45"),
    (r"oce14102\S*|oce11102\S*", "Emulex", "OCe14102", "10GbE", 2, "SFP+"),
    (r"aqc?113\w*|aqc?107\w*|aqn-107|xg-c100c", "Aquantia", "AQC107", "10GbE", 1, "RJ45"),
)
_COMPILED = tuple(
    (re.compile(rf"\b(?:{pattern})(?![a-z0-9])"), Adapter(maker, model, speed, ports, port_type))
    for pattern, maker, model, speed, ports, port_type in _TABLE
)
_HEADS = names(
    "x52 x54 x55 xxv xl7 x71 e81 i35 i34 i21 i22 825 mcx mnp con 530 560 562 546 557 556 561 535 533 622 "
    "631 640 641 331 366 bcm 578 574 575 571 572 t52 t54 t58 t62 sfn ql4 oce aqc aq1 aqn xg"
)
"""How a word of every pattern starts: most titles name no adapter, and this tells."""


def find_adapter(title: Text) -> tuple[Adapter, int, int] | None:
    """The first adapter of the table a title names, with its place."""
    if _HEADS.isdisjoint({word[:3] for word in title.sequence}):
        return None
    for pattern, adapter in _COMPILED:
        if match := pattern.search(title.low):
            return _exactly(adapter, match), match.start(), match.end()
    return None


def _exactly(adapter: Adapter, match: re.Match[str]) -> Adapter:
    if adapter.model != "ConnectX":
        return adapter
    return replace(adapter, model=f"ConnectX-{match['gen']}{(match['kind'] or '').title()}")
