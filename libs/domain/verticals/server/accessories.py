"""Parts that belong to a product without being one: their names, and whether they are the goods or only included."""

import re
from dataclasses import dataclass

from libs.domain.text import Text

_NOUNS: dict[str, str] = {
    "box": r"(?:empty|original|retail|gpu)\s(?:retail\s)?box(?:es)?\s(?:only|empty)|empty\s(?:retail\s|original\s)?box(?:es)?|box(?:es)?\sonly|only\s(?:the\s)?box|leere?r?\s(?:karton|ovp|verpackung)|nur\s(?:ovp|karton)|packaging\sonly",
    "backplane": r"back\s?-?planes?",
    "caddy": r"cadd(?:y|ies)|trays?|sleds?|carriers?|(?:drive|hdd|disk)\scages?|einbaurahmen|wechselrahmen|hdd\sblanks?|drive\s(?:blanks?|fillers?)",
    "rail": r"rails?|rail-?kits?|rackmount\skit|rack\skit|cable\smanagement\sarm|schienen",
    "bezel": r"bezels?|face\s?plates?|front\s(?:panel|cover|blende)|security\scover",
    "bracket": r"brackets?|baffles?|sag\sholders?|support\s(?:holder|stand)s?|mounting\skits?|slotblech\w*|i/?o\sshields?|anti-?sag|gpu\s(?:stand|holder|support)s?",
    "riser": r"risers?",
    "heatsink": r"heat\s?-?sinks?|cpu\scoolers?|water\s?-?blocks?|(?:kühl|passiv)kühler|kühlkörper|cold\s?plates?|radiateur|back\s?plates?",
    "fan": r"fans?|shrouds?|blower\sfans?|cooling\skits?|fan\skits?|lüfter|ventilateurs?|ventola",
    "cable": r"cables?|cords?|kabel|cavo|câbles?|power\sleads?|pigtails?|extension\scord|dac",
    "psu": r"power\s?-?suppl(?:y|ies)|psus?|netzteile?|alimentation|power\s(?:adapter|brick)s?|ac\sadapters?",
    "motherboard": r"mother\s?-?boards?|main\s?-?boards?|system\s?-?boards?|logic\sboards?|mobo|carte\sm[eè]re|scheda\smadre|placa\sbase",
    "controller": r"raid\s(?:controller|card|adapter)s?|raid-?controller|hbas?(?:\d{3})?|host\sbus\sadapters?|perc|smart\s?array|mega\s?raid|(?:sas|sata|scsi|storage)\scontrollers?|controller\scards?|controllers?|expander",
    "unknown": (
        r"enclosures?|egpu|external\sgpu|gpd\sg1|docks?|docking|nvlink\sbridges?|sli\sbridges?|bridges?|batter(?:y|ies)|transceivers?|gbics?|sfp\+?\smodules?|optics?|"
        r"tpm|lids?|covers?|top\scover|screws|screw\skits?|keyboards?|memory\scards?|micro\s?sd|sd\scards?|usb\s(?:stick|drive|flash)|flash\sdrives?|stickers?|badges?|thermal\s(?:pads?|paste)|adapter\scards?|"
        r"m\.2\s(?:to|adapter)|chassis\sonly|case\sonly|tower\scase|license|licen[cs]e\skey|docking\sstation|capture\scards?|tv\stuner|switch(?:es)?|routers?|monitors?|printers?|tape\sdrives?|"
        r"gpu\strays?|manuals?|software"
    ),
}
_NOUN = re.compile("|".join(rf"(?P<{kind}>(?<![\w.])(?:{pattern})(?![\w]))" for kind, pattern in _NOUNS.items()))
_LONG_KINDS = ("box",)

_INCLUDED = re.compile(
    r"(?:\bwith|\bw/|\bw/o|without|\bincl\w*\.?:?|\bincludes|\binclude|\band|&|\+|\bno|\bnot|\bplus|\bhas|\bmissing|\blacks|\bneeds|\bmit|\bohne|\bund|\bsans|\bavec|"
    r"\bcon|\bsenza|\bcomplete|\bfree|\bbonus|\bin|\bon|/)[\s-]*(?:\(?[\w.'-]+\)?[\s/]+){0,3}$"
)
_COUNTED = re.compile(
    r"(?:\(\d{1,2}\)|(?<![\w.])\d{1,2}\s?x?(?!\d)|\bdual|\bboth|\bredundant|\btwo|\d{3,4}\s?w)[\s-]*(?:[\w.'-]+\s){0,1}$"
)
_FOR_NEXT = re.compile(
    r"[\s:,-]*(?:kit\s|card\s|assembly\s|cable\s|set\s|adapter\s|only\s|module\s|board\s)?(?:for|fits?|fit|compatible|für|f\.|pour|per|para|passend)\b"
)
_FAN_FEATURE = re.compile(
    r"(?:\b(?:triple|tri|dual|twin|single|three|two|quad|(?<!\w)[1-4](?:x\s?|[\s-]))[\s-]{0,2}(?:x\s)?(?:windforce\s|ball\s|slot\s|rgb\s|ring\s|cooling\s|[\w]+\s)?-?|windforce\s|\d\sx\s|axial-?tech\s|\brgb\s|\bring\s)$"
)
_COOLER_FEATURE = re.compile(r"(?:passive|full|with|large|dual\sslot|aluminum\s?)\s$")
_TAIL = re.compile(
    r"^(?:\W*(?:\b\w*\d\w*\b|assembly|assy|kit|set|only|board|card|module|new|used|oem|genuine|front|rear|left|right|tested|unit|part|dell|hp|hpe|p/n|pn|usa|adapter|replacement|black|for\s?parts))*\W*$"
)


@dataclass(frozen=True, slots=True)
class Part:
    """An accessory noun and how much it looks like the goods themselves."""

    kind: str
    words: str
    start: int
    weight: float


def find_parts(title: Text, goods_start: int, *, is_card: bool, system: bool) -> list[Part]:
    """The accessory nouns that are offered rather than included, heaviest first.

    ``goods_start`` is where the first primary product is named (the title's length when none is).
    """
    low = title.low
    parts = []
    previous_included_end = -2
    for match in _NOUN.finditer(low):
        kind, start = match.lastgroup or "unknown", match.start()
        before = low[max(0, start - 40) : start]
        if kind != "box" and _is_included(before, start, previous_included_end, match.group(), is_card=is_card):
            previous_included_end = match.end()
            continue
        if system and kind != "box" and goods_start < start and _COUNTED.search(before):
            continue
        parts.append(Part(kind, title.said(match), start, _weight(kind, low, match, goods_start)))
    parts.sort(key=lambda part: -part.weight)
    return parts


def _is_included(before: str, start: int, previous_end: int, noun: str, *, is_card: bool) -> bool:
    if start == previous_end + 1:
        return True
    match = _INCLUDED.search(before)
    if match and not re.search(r"\bfor\b", match.group()) and start > 0:
        return bool(before[: match.start()].strip(" -([,"))
    if is_card and noun.startswith("fan"):
        return bool(_FAN_FEATURE.search(before))
    return False


def _weight(kind: str, low: str, match: re.Match[str], goods_start: int) -> float:
    after = low[match.end() : match.end() + 60]
    weight = 2.0
    if match.start() < goods_start:
        weight += 2.0
    if _FOR_NEXT.match(after):
        weight += 3.0
    if kind == "box":
        weight += 6.0
    if not after or _TAIL.match(after):
        weight += 1.0
    return weight
