"""What a system has inside: processors, memory, storage, and whether anything is missing."""

import re

from libs.domain.text import Text
from libs.domain.verticals.server import capacity
from libs.domain.verticals.server.catalogue.processors import Processor
from libs.domain.verticals.server.facts import Facts

BAREBONE = re.compile(
    r"\bbare-?\s?bones?\b|\bbarbone\b|\bcto\b|\bempty\b|\bchassis\b(?=.*\b(?:no|empty|only)\b)|"
    r"\b(?:no|without|w/o|ohne|sans)[\s/]{1,2}(?:any\s)?(?:cpus?|processors?|ram|memory|hdds?|hds?|hard\sdrives?|drives?|os|"
    r"ssds?|disks?|storage|festplatten?)\b"
)
RAM_TOKEN = re.compile(
    r"\bddr[2345]\b|\b(?:l?r|u)dimms?\b|\bram:?\s?\d{1,4}\s?gb\b|"
    r"\b\d{1,4}\s?gb\s?(?:of\s)?(?:\w+\s)?(?:ram|memory|ecc|reg|rdimm|pc[345]|ddr)\b"
)
_RAM_SIZE = re.compile(
    r"\b(?P<n>\d{1,4})\s?(?P<u>gb|tb)\s?(?:of\s)?(?:total\s)?(?:ddr[345]l?[\s-]?(?:\d{4}\w?\s)?|pc[345]\w*\s|ecc\s)?"
    r"(?:ram|memory|l?rdimm|ddr[345]|ecc|reg)\b|\bram:?\s?(?P<m>\d{1,4})\s?gb\b"
)
_CPU_COUNT = re.compile(
    r"\b(?:(?P<n>[1248])\s?x\s?(?:intel\s|amd\s)?(?:xeon\s|epyc\s)?|(?P<w>dual|quad)\s(?:intel\s|amd\s)?)"
    r"(?=xeon|gold|silver|platinum|bronze|epyc|e[357]|x5|\d{4}[a-z]?\b)"
)
_STORAGE = re.compile(r"\b(?:ssd|nvme|hdd|m\.2|hard|sata|sas|emmc|pcie)\b")
_MEMORY = re.compile(r"\s?(?:ram|ddr|memory)")
_LARGEST_MEMORY_GB = 8192
_SMALLEST_DISK_GB = 100


def read_processors(title: Text, facts: Facts, cpu: Processor | None) -> None:
    """Note the processor model and how many there are."""
    if cpu is None:
        return
    facts.claim("cpu_model", cpu.model, "title", title.shown[cpu.start : cpu.end])
    if match := _CPU_COUNT.search(title.low):
        count = int(match["n"]) if match["n"] else {"dual": 2, "quad": 4}[match["w"]]
        facts.claim("cpu_count", count, "title", title.said(match))


def read_memory(title: Text, facts: Facts, name: str) -> None:
    """Note the memory a title calls memory, under the attribute ``name``."""
    if match := _RAM_SIZE.search(title.low):
        gb = int(match["n"] or match["m"]) * (1024 if match["u"] == "tb" else 1)
        facts.claim(name, gb, "title", title.said(match))


def read_memory_and_storage(title: Text, facts: Facts) -> None:
    """Tell memory from storage in "16GB 512GB SSD" by what follows each size."""
    read_memory(title, facts, "ram_gb")
    total, said = 0.0, []
    for size in capacity.sizes(title, tera=1024, smallest=1):
        end = size.start + len(size.words)
        after = title.low[end : end + 20]
        if size.gb >= _SMALLEST_DISK_GB and _STORAGE.search(after) and not _MEMORY.match(after):
            total += size.gb
            said.append(size.words)
        elif facts.value("ram_gb") is None and size.gb <= _LARGEST_MEMORY_GB and not _STORAGE.search(after):
            facts.claim("ram_gb", int(size.gb), "title", size.words)
    if total:
        facts.claim("storage_gb", int(total), "title", " + ".join(said))


def tier_of(title: Text, cpu: Processor | None) -> tuple[str, str]:
    """barebone, configured or partial, with the words that decided; a barebone marker wins over everything."""
    if match := BAREBONE.search(title.low):
        return "barebone", title.said(match)
    memory = RAM_TOKEN.search(title.low)
    return ("configured", title.said(memory)) if cpu and memory else ("partial", "")
