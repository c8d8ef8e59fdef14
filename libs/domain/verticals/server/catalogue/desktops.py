"""Desktops by vendor, line and model: OptiPlex, Dell Pro, EliteDesk, ProDesk, ThinkCentre, consumer lines."""

import re

from libs.domain.verticals.server.catalogue.system import System, names

_OPTIPLEX = re.compile(
    r"\boptiplex[\s-]{0,2}(?:(?:micro|tower|sff|plus|mini|small|desktop|mt|dt)\s)?(?P<n>(?:gx|fx|xe)?\s?\d{1,4}|xe[234]?)?"
    r"(?:\s(?P<k>plus|aio|all-in-one))?\b"
)
_OPTIPLEX_NUMBERS = names(
    "3000 3010 3020 3040 3046 3050 3060 3070 3080 3090 5000 5040 5050 5055 5060 5070 5080 5090 7000 7010 "
    "7020 7040 7050 7060 7070 7071 7080 7090 9010 9020 9030 380 390 760 780 790 960 980 990"
)
_DELL_NUMBER = re.compile(r"\bdell\s(?:inc\.?\s)?(?P<n>\d{3,4})\b")
_SHAPES = names("tower sff micro mini usff mt mff dt desktop tiny i3 i5 i7 i9 ryzen")
_DELL_PRO = re.compile(r"\bdell\spro\s(?:tower|slim|micro|mini|desktop|sff)\b|\bdell\s(?:tower|slim|micro)\s?pro\b")
_ELITEDESK = re.compile(
    r"\b(?P<l>elite\s?desk|pro\s?desk|elite\s?one|pro\s?one)[\s-]{0,2}(?P<n>\d{3})?"
    r"(?:[\s-]{0,2}(?:mini\s|sff\s|dm\s|twr\s)?(?:g|gen)\s?(?P<g>\d{1,2}))?"
)
_HP_NEW = re.compile(r"\bhp\s(?P<l>elite|pro)\s(?P<k>mini|sff|tower|slim)\s(?P<n>\d{3})\s?(?:g|gen)\s?(?P<g>\d{1,2})\b")
_HP_OLD = re.compile(
    r"\b(?:compaq\s)?(?P<l>elite|pro|compaq)\s(?P<n>[5-8][0-3]00)\b|"
    r"\b(?:compaq|dc)\s?(?P<d>(?:dc)?[5-8][0-9]00)\s?(?P<e>elite|pro)?"
)
_THINKCENTRE = re.compile(
    r"\bthink\s?cent(?:re|er)[\s-]{0,2}(?:(?:tiny|tower|sff|edge|neo)\s)?"
    r"(?P<n>[meax]\d{2,4}[a-z]{0,2}|neo\s?\d{2}[a-z]?|7\dq?)?\b(?:\s?(?:g|gen)\s?(?P<g>\d))?"
)
_LENOVO_M = re.compile(
    r"\b(?P<n>m(?:7[0-3]|8[0-3]|9[0-3]|[679][0-2][05]|600|625|630|710|715|720|725|75|900|910|920)[qstxzpne]?)\b"
    r"(?:[\s-]?(?:g|gen)[\s-]?(?P<g>\d))?"
)
_CONSUMER = re.compile(
    r"\b(?P<l>inspiron|vostro|xps|alienware\saurora|aurora|pavilion|omen|envy|ideacentre|predator|nitro\s50|mac\smini|"
    r"mac\sstudio|imac|mac\spro|esprimo)\b(?:\s(?P<n>r\d{1,2}|[a-z]?\d{3,4}[a-z]?))?"
)
_CONSUMER_MAKERS = {
    "inspiron": "dell", "vostro": "dell", "xps": "dell", "alienware aurora": "dell", "aurora": "dell",
    "pavilion": "hp", "omen": "hp", "envy": "hp", "ideacentre": "lenovo", "predator": "acer",
    "nitro 50": "acer", "mac mini": "apple", "mac studio": "apple", "imac": "apple", "mac pro": "apple",
    "esprimo": "fujitsu",
}  # fmt: skip
_CONSUMER_WORDS = names("inspiron vostro xps aurora pavilion omen envy ideacentre predator nitro mac imac esprimo")


def dell_desktop(low: str, words: frozenset[str]) -> System | None:
    """OptiPlex, also by its bare number beside "Dell", and Dell Pro."""
    if "optiplex" in low and (match := _OPTIPLEX.search(low)):
        number = (match["n"] or "").replace(" ", "") or None
        model = f"{number}_plus" if number and match["k"] == "plus" else number
        return _desktop("dell", "optiplex", model, match)
    if "dell" not in words:
        return None
    if match := _DELL_PRO.search(low):
        return _desktop("dell", "pro", None, match)
    match = _DELL_NUMBER.search(low)
    if match and match["n"] in _OPTIPLEX_NUMBERS and not words.isdisjoint(_SHAPES):
        return _desktop("dell", "optiplex", match["n"], match)
    return None


def hp_desktop(low: str, words: frozenset[str]) -> System | None:
    """EliteDesk and ProDesk with their generation, Elite and Pro before and after them, Compaq."""
    if ("desk" in low or "one" in low) and (match := _ELITEDESK.search(low)):
        generation = f"_g{match['g']}" if match["g"] else ""
        return _desktop("hp", match["l"].replace(" ", ""), f"{match['n']}{generation}" if match["n"] else None, match)
    if words.isdisjoint(("hp", "compaq")):
        return None
    if match := _HP_NEW.search(low):
        return _desktop("hp", match["l"], f"{match['k']}_{match['n']}_g{match['g']}", match)
    if match := _HP_OLD.search(low):
        return _desktop("hp", match["l"] or match["e"] or "compaq", match["n"] or match["d"], match)
    return None


def lenovo_desktop(low: str, words: frozenset[str]) -> System | None:
    """ThinkCentre, also by its bare M number beside "Lenovo" and a shape."""
    match = _THINKCENTRE.search(low) if "think" in low else None
    if not match and "lenovo" in words and not words.isdisjoint(_SHAPES):
        match = _LENOVO_M.search(low)
    if not match:
        return None
    generation = f"_g{match['g']}" if match["g"] else ""
    model = f"{match['n'].replace(' ', '_')}{generation}" if match["n"] else None
    return _desktop("lenovo", "thinkcentre", model, match)


def consumer_desktop(low: str, words: frozenset[str]) -> System | None:
    """Lines that are sold to households; the same names on laptops are none."""
    if words.isdisjoint(_CONSUMER_WORDS) or not words.isdisjoint(("laptop", "notebook")):
        return None
    match = _CONSUMER.search(low)
    if not match:
        return None
    line = match["l"]
    return _desktop(_CONSUMER_MAKERS[line], line.replace("alienware ", "").replace(" ", "_"), match["n"], match)


def _desktop(maker: str, line: str, model: str | None, match: re.Match[str]) -> System:
    return System("desktop", maker, line, model, match.start(), match.end())
