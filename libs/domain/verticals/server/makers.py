"""Makers by the words that name them."""

from libs.domain.text import Text

MEMORY = {
    "samsung": "Samsung", "hynix": "SK Hynix", "skhynix": "SK Hynix", "micron": "Micron", "crucial": "Crucial",
    "kingston": "Kingston", "hyperx": "Kingston", "nanya": "Nanya", "elpida": "Elpida", "corsair": "Corsair",
    "gskill": "G.Skill", "skill": "G.Skill", "nemix": "NEMIX", "tech": "A-Tech", "ramaxel": "Ramaxel",
    "smart": "SMART", "transcend": "Transcend", "adata": "ADATA", "qimonda": "Qimonda", "infineon": "Infineon",
    "supermicro": "Supermicro", "patriot": "Patriot", "teamgroup": "Team Group", "owc": "OWC",
    "timetec": "Timetec", "cisco": "Cisco", "hpe": "HP", "hp": "HP", "dell": "Dell", "lenovo": "Lenovo",
    "ibm": "IBM", "netlist": "Netlist", "innodisk": "Innodisk",
}  # fmt: skip
DRIVES = {
    "seagate": "Seagate", "hgst": "HGST", "hitachi": "HGST", "western": "Western Digital",
    "wd": "Western Digital", "wdc": "Western Digital", "toshiba": "Toshiba", "kioxia": "Kioxia",
    "samsung": "Samsung", "intel": "Intel", "solidigm": "Solidigm", "micron": "Micron", "crucial": "Crucial",
    "sandisk": "SanDisk", "hynix": "SK Hynix", "fujitsu": "Fujitsu", "kingston": "Kingston",
    "memblaze": "Memblaze", "hpe": "HP", "hp": "HP", "dell": "Dell", "ibm": "IBM", "lenovo": "Lenovo",
    "netapp": "NetApp", "emc": "EMC", "cisco": "Cisco", "liteon": "Lite-On", "sk": "SK Hynix",
}  # fmt: skip
SYSTEMS = {
    "dell": "dell", "poweredge": "dell", "hp": "hp", "hpe": "hp", "hewlett": "hp", "proliant": "hp",
    "lenovo": "lenovo", "ibm": "lenovo", "thinkstation": "lenovo", "thinkcentre": "lenovo",
    "thinksystem": "lenovo", "apple": "apple", "supermicro": "supermicro", "cisco": "cisco",
    "fujitsu": "fujitsu", "acer": "acer", "asus": "asus", "intel": "intel", "gigabyte": "gigabyte",
    "tyan": "tyan", "quanta": "quanta", "inspur": "inspur", "huawei": "huawei", "oracle": "oracle",
    "sun": "oracle", "alienware": "dell", "msi": "msi", "nvidia": "nvidia", "bull": "bull", "nec": "nec",
}  # fmt: skip
NICS = {
    "mellanox": "Mellanox", "nvidia": "NVIDIA", "intel": "Intel", "broadcom": "Broadcom", "qlogic": "QLogic",
    "chelsio": "Chelsio", "solarflare": "Solarflare", "emulex": "Emulex", "cisco": "Cisco", "xilinx": "Xilinx",
    "silicom": "Silicom", "realtek": "Realtek", "marvell": "Marvell", "aquantia": "Aquantia", "asus": "ASUS",
    "brocade": "Brocade", "hpe": "HP", "hp": "HP", "dell": "Dell", "lenovo": "Lenovo", "ibm": "IBM",
    "supermicro": "Supermicro",
}  # fmt: skip


def maker(title: Text, names: dict[str, str]) -> tuple[str, str] | None:
    """The maker a title names, with the word that did: the table's order decides between several."""
    if title.words.isdisjoint(names):
        return None
    word = next(each for each in names if each in title.words)
    return names[word], word
