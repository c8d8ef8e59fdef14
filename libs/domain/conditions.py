"""Condition classes: the marketplace's id decides, words only where it is silent, the title may only lower."""

import re

from libs.contracts.listing import ConditionClass
from libs.domain.text import Text

BY_ID: dict[str, ConditionClass] = {
    "1000": "new",
    "1500": "like_new",  # new other, open box
    "1750": "used_working",  # new with defects
    "2000": "like_new",  # certified refurbished
    "2010": "like_new",  # refurbished, excellent
    "2020": "used_working",  # refurbished, very good
    "2030": "used_working",  # refurbished, good
    "2500": "used_working",  # seller refurbished
    "2750": "like_new",
    "3000": "used_working",
    "4000": "used_working",
    "5000": "used_working",
    "6000": "used_working",
    "7000": "for_parts",
}
"""eBay's condition ids (Browse API); trading cards read 2750 and 4000 differently and have rules of their own."""

RANK: dict[ConditionClass, int] = {"new": 3, "like_new": 2, "used_working": 1, "for_parts": 0}

_PHRASES: dict[ConditionClass, tuple[str, ...]] = {
    "for_parts": (
        "for parts",
        "for_parts",
        "not working",
        "parts only",
        "as is",
        "for parts or not working",
        "defekt",
        "als ersatzteil",
        "als ersatzteil defekt",
        "pour pièces",
        "pour pièces détachées ne fonctionne pas",
        "per parti di ricambio",
        "para piezas",
        "para desguace",
    ),
    "like_new": (
        "like_new",
        "like new",
        "open box",
        "opened never used",
        "manufacturer refurbished",
        "certified refurbished",
        "certified - refurbished",
        "excellent - refurbished",
        "new other",
        "new other (see details)",
        "new - open box",
        "neu sonstige",
        "neuwertig",
        "neuf autre",
        "comme neuf",
        "nuovo altro",
        "come nuovo",
        "como nuevo",
    ),
    "used_working": (
        "used_working",
        "used",
        "pre-owned",
        "preowned",
        "seller refurbished",
        "refurbished",
        "very good - refurbished",
        "good - refurbished",
        "pulled from working",
        "tested working",
        "gebraucht",
        "generalüberholt",
        "occasion",
        "d'occasion",
        "reconditionné",
        "usato",
        "ricondizionato",
        "usado",
        "de segunda mano",
    ),
    "new": ("new", "brand new", "factory sealed", "new sealed", "neu", "neuf", "nuovo", "nuevo", "nieuw"),
}
_BY_PHRASE = {phrase: name for name, phrases in _PHRASES.items() for phrase in phrases}

_LOWERING: tuple[tuple[ConditionClass, re.Pattern[str]], ...] = (
    (
        "for_parts",
        re.compile(
            r"(?<!not )(?<!no )\b(?:for\s?parts|parts\s?only|parts[ /&]+(?:or\s)?(?:repair|not\b)|"
            r"for\s(?:spares?|repairs?\b)|spares[ /&]+(?:or\s)?repairs?|as[\s-]is|defective|defect|faulty|broken|"
            r"untested|not\sworking|non[\s-]working|doesn'?t\swork|no\spost|no\sdisplay|no\sboot|dead|bad\b|"
            r"defekt\w*|bastler|ungetestet|ungeprüft|ersatzteil\w*|pour\spi[eè]ces|hors\sservice|en\spanne|"
            r"per\sricambi|non\sfunzionante|guasto|para\spiezas|no\sfunciona|averiad[oa])\b"
        ),
    ),
    (
        "used_working",
        re.compile(
            r"(?<!never )(?<!not )(?<!un)\b(?:used|pre-?owned|refurbished|refurb|pulled|seller\srefurb\w*|"
            r"gebraucht|usato|usado|d'occasion)\b(?!\s(?:for|in|by|as)\b)"
        ),
    ),
)
_NEW = re.compile(
    r"\b(?:brand\s?new|new\s(?:and\s|&\s|factory\s)?sealed|factory\s(?:new|sealed)|sealed|nib|bnib|new\sin\sbox|neuware)\b"
)
_LIKE_NEW = re.compile(r"\b(?:open\s?box|like\snew|new\s(?:open\sbox|other|pull|bulk)|neuwertig|recertified)\b")


def condition_of_words(words: str) -> ConditionClass:
    """The class a marketplace's condition label names; ``unknown`` for anything else."""
    folded = " ".join(words.lower().replace(",", " ").replace("/", " ").split())
    return _BY_PHRASE.get(folded) or _BY_PHRASE.get(folded.replace("-", " "), "unknown")


def condition_of(condition_id: str | None, words: str | None, title: Text) -> tuple[ConditionClass, str | None]:
    """The class of a listing and, where the title lowered it, the words that did."""
    stated = BY_ID.get((condition_id or "").strip(), "unknown")
    if stated == "unknown" and words:
        stated = condition_of_words(words)
    if stated == "unknown":
        return _condition_of_title(title), None
    for lowered, pattern in _LOWERING:
        if RANK[lowered] < RANK[stated] and (match := pattern.search(title.low)):
            return lowered, title.said(match)
    return stated, None


def _condition_of_title(title: Text) -> ConditionClass:
    for name, pattern in _LOWERING[:1]:
        if pattern.search(title.low):
            return name
    if _LIKE_NEW.search(title.low):
        return "like_new"
    if _NEW.search(title.low):
        return "new"
    return "used_working" if _LOWERING[1][1].search(title.low) else "unknown"
