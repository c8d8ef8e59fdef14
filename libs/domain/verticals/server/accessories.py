"""Parts that belong to a product without being one: their names, and whether they are the goods or only included."""

import re
from dataclasses import dataclass

from libs.domain.text import Text
from libs.domain.verticals.server.catalogue.system import names

_NOUNS: dict[str, tuple[str, ...]] = {
    "box": (
        r"(?:empty|gpu)\s(?:retail\s|original\s)?box(?:es)?(?:\sonly)?",
        r"box(?:es)?\sonly",
        r"only\s(?:the\s)?box",
        r"packaging\sonly",
        r"leere?r?\s(?:karton|ovp|verpackung)",
        r"nur\s(?:ovp|karton)",
    ),
    "backplane": (r"back\s?-?planes?",),
    "caddy": (
        r"cadd(?:y|ies)",
        r"trays?|sleds?|carriers?",
        r"(?:drive|hdd|disk)\s(?:cages?|blanks?|fillers?)",
        r"hdd\sblanks?",
        r"einbaurahmen|wechselrahmen",
    ),
    "rail": (r"rails?|rail-?kits?|rack(?:mount)?\skit|cable\smanagement\sarm|schienen",),
    "bezel": (r"bezels?|face\s?plates?|front\s(?:panel|cover|blende)|security\scover",),
    "bracket": (
        r"brackets?|baffles?|slotblech\w*|mounting\skits?|i/?o\sshields?",
        r"sag\sholders?|support\s(?:holder|stand)s?|anti-?sag|gpu\s(?:stand|holder|support)s?",
    ),
    "riser": (r"risers?",),
    "heatsink": (
        r"heat\s?-?sinks?|cpu\scoolers?|water\s?-?blocks?|cold\s?plates?|back\s?plates?",
        r"passivkühler|kühlkörper|radiateur",
    ),
    "fan": (r"fans?|shrouds?|blower\sfans?|(?:cooling|fan)\skits?|lüfter|ventilateurs?|ventola",),
    "cable": (r"cables?|cords?|kabel|cavo|câbles?|power\sleads?|pigtails?|dac",),
    "psu": (
        r"power\s?-?suppl(?:y|ies)|psus?|power\s(?:adapter|brick)s?|ac\sadapters?",
        r"netzteile?|alimentation",
    ),
    "motherboard": (
        r"mother\s?-?boards?|main\s?-?boards?|system\s?-?boards?|logic\sboards?|mobo",
        r"carte\sm[eè]re|scheda\smadre|placa\sbase",
    ),
    "controller": (
        r"raid[\s-](?:controller|card|adapter)s?|perc|smart\s?array|mega\s?raid|hbas?(?:\d{3})?|host\sbus\sadapters?",
        r"(?:sas|sata|scsi|storage)\scontrollers?|controller(?:s|\scards?)?|expander",
    ),
    "optics": (r"transceivers?|gbics?|sfp\+?\smodules?|optics",),
    "unknown": (
        r"enclosures?|egpu|external\sgpu|gpd\sg1|dock(?:s|ing)?|docking\sstation",
        r"(?:nvlink|sli)\sbridges?|batter(?:y|ies)|tpm|lids?|covers?|screws|screw\skits?",
        r"keyboards?|micro\s?sd|sd\scards?|usb\s(?:stick|drive|flash)|flash\sdrives?",
        r"stickers?|badges?|thermal\s(?:pads?|paste)|adapter\scards?|m\.2\sadapter",
        r"(?:chassis|case)\sonly|tower\scase|licen[cs]e|capture\scards?|tv\stuner|gpu\strays?",
        r"switch(?:es)?|routers?|monitors?|printers?|tape\sdrives?|manuals?|software",
    ),
}
_NOUN = re.compile(
    "|".join(rf"(?P<{kind}>(?<![\w.])(?:{'|'.join(patterns)})(?![\w]))" for kind, patterns in _NOUNS.items())
)
_HINTS = names(
    "box boxe kart ovp pack back cadd tray sled carr cage blan fill einb wech rail rack mana schi beze "
    "face plat fron secu brac baff slot moun shie sag anti stan hold supp rise heat sink cool wate bloc "
    "cold pass kühl radi fan fans shro blow lüft vent cabl cord kabe cavo câbl lead pigt dac powe psu "
    "psus adap netz alim moth main syst boar logi mobo cart sche plac raid perc smar mega hba hbas hba3 "
    "hba2 host cont expa tran gbic sfp opti encl egpu exte gpd dock brid batt tpm lid lids cove scre "
    "keyb sd micr usb flas stic badg ther chas case lice capt tv swit rout moni prin tape manu soft"
)
"""The first four letters of a word of every noun: most titles without an accessory are told apart by this alone."""

_LINKS = (
    r"\bwith|\bw/|\bw/o|without|\bincl\w*\.?:?|\band|&|(?<!sfp)\+|\bno|\bnot|\bplus|\bhas|\bmissing|\blacks|\bneeds|\bcomplete|"
    r"\bfree|\bbonus|\bin|\bon|/|\bmit|\bohne|\bund|\bsans|\bavec|\bcon|\bsenza"
)
_INCLUDED = re.compile(rf"(?:{_LINKS})[\s-]*(?:\(?[\w.'-]+\)?[\s/]+){{0,3}}$")
_INCLUDED_AFTER = re.compile(r"\s(?:is\s|are\s)?(?:incl\w*|replaced|attached|installed|removed|missing|upgraded)\b")
_FITS = re.compile(r"\b(?:for|fits?|compatible|für|pour|para|passend)\b")
_COUNTED = re.compile(
    r"(?:\(\d{1,2}\)|(?<![\w.])\d{1,2}\s?x?(?!\d)|\bdual|\bboth|\bredundant|\btwo)[\s-]*(?:[\w.'-]+\s)?$"
)
_FOR_NEXT = re.compile(
    r"[\s:,-]*(?:(?:kit|card|assembly|cable|set|adapter|only|module|board)\s)?"
    r"(?:for|fits?|compatible|für|f\.|pour|per|para|passend)\b"
)
_FAN_FEATURE = re.compile(
    r"(?:\b(?:triple|tri|dual|twin|single|three|two|quad|(?<!\w)[1-4](?:x\s?|[\s-]))[\s-]{0,2}(?:x\s)?"
    r"(?:\w+\s)?-?|windforce\s|axial-?tech\s|\brgb\s|\bring\s)$"
)
_TAIL = re.compile(
    r"^(?:\W+|\w*\d\w*|assembly|assy|kit|set|only|board|card|module|new|used|oem|genuine|front|rear|left|right|tested|"
    r"unit|part|dell|hpe?|p/n|pn|usa|adapter|replacement|black)*$"
)
_LOOK_BACK, _LOOK_AHEAD = 40, 48
_DECISIVE = {"box": 6.0, "optics": 3.0}


@dataclass(frozen=True, slots=True)
class Part:
    """An accessory noun and how much it looks like the goods themselves."""

    kind: str
    words: str
    start: int
    weight: float


def find_parts(title: Text, goods_start: int, *, is_card: bool, is_system: bool) -> list[Part]:
    """The accessory nouns that are offered rather than included, heaviest first.

    ``goods_start`` is where the first primary product is named (the title's length when none is).
    """
    low = title.low
    if _HINTS.isdisjoint({word[:4] for word in title.sequence}):
        return []
    parts = []
    included_to = -2
    for match in _NOUN.finditer(low):
        kind, start = match.lastgroup or "unknown", match.start()
        before = low[max(0, start - _LOOK_BACK) : start]
        after = low[match.end() : match.end() + _LOOK_AHEAD]
        if kind != "box":
            if start == included_to + 1 or _is_included(before, after, match.group(), is_card=is_card):
                included_to = match.end()
                continue
            if is_system and goods_start < start and _COUNTED.search(before):
                continue
        weight = _weight(kind, after, ahead=start < goods_start)
        parts.append(Part("unknown" if kind == "optics" else kind, title.said(match), start, weight))
    parts.sort(key=lambda part: -part.weight)
    return parts


def _is_included(before: str, after: str, noun: str, *, is_card: bool) -> bool:
    """Whether the words around a noun make it an extra: "with rails", "no heatsink", "triple fan"."""
    match = _INCLUDED.search(before)
    if match and not _FITS.search(match.group()) and before[: match.start()].strip(" -([,"):
        return True
    if before and _INCLUDED_AFTER.match(after):
        return True
    return is_card and noun.startswith("fan") and not _FOR_NEXT.match(after) and bool(_FAN_FEATURE.search(before))


def _weight(kind: str, after: str, *, ahead: bool) -> float:
    weight = 2.0 + _DECISIVE.get(kind, 0.0)
    if ahead:
        weight += 2.0
    if _FOR_NEXT.match(after):
        weight += 3.0
    return weight + 1.0 if not after or _TAIL.match(after) else weight
