"""Item specifics: seller-typed name and value pairs under the names sellers and marketplaces use for them."""

from collections.abc import Mapping

from libs.domain.text import clean, fold

_NAMES: dict[str, tuple[str, ...]] = {
    "type": ("type", "product type", "produktart", "typ", "type de produit", "tipo"),
    "brand": ("brand", "manufacturer", "marke", "hersteller", "marque", "marca"),
    "mpn": (
        "mpn",
        "manufacturer part number",
        "part number",
        "herstellernummer",
        "numéro de pièce fabricant",
        "mfg part #",
    ),
    "model": ("model", "modell", "modèle", "modello", "modelo"),
    "series": ("series", "serie", "série"),
    "product_line": ("product line", "produktlinie", "gamme de produits"),
    "suited_for": ("most suitable for", "geeignet für", "empfohlen für"),
    "total_capacity": ("total capacity", "gesamtkapazität", "capacité totale", "capacità totale", "capacidad total"),
    "module_capacity": (
        "capacity per module",
        "kapazität pro modul",
        "capacité par module",
        "capacità per modulo",
        "capacidad por módulo",
    ),
    "modules": (
        "number of modules",
        "anzahl der module",
        "anzahl module",
        "nombre de modules",
        "numero di moduli",
        "número de módulos",
    ),
    "memory_type": (
        "memory type",
        "ram type",
        "arbeitsspeichertyp",
        "speichertyp",
        "type de mémoire",
        "tipo di memoria",
        "type",
        "typ",
        "tipo",
    ),
    "bus_speed": (
        "bus speed",
        "memory speed",
        "speed",
        "bustakt",
        "geschwindigkeit",
        "taktfrequenz",
        "vitesse du bus",
        "velocità bus",
    ),
    "form_factor": ("form factor", "formfaktor", "facteur de forme", "fattore di forma", "factor de forma", "bauform"),
    "memory_features": ("memory features", "features", "speicherfunktionen", "merkmale", "besonderheiten"),
    "ecc": ("error correction code", "ecc", "error checking", "fehlerkorrektur"),
    "storage_capacity": (
        "storage capacity",
        "capacity",
        "hard drive capacity",
        "ssd capacity",
        "speicherkapazität",
        "kapazität",
        "festplattenkapazität",
        "ssd-kapazität",
        "capacité de stockage",
        "capacité",
        "capacità",
        "capacidad",
    ),
    "interface": ("interface", "schnittstelle", "interfaccia", "interfaz", "drive interface"),
    "rotation_speed": (
        "rotation speed",
        "rpm",
        "drehgeschwindigkeit",
        "umdrehungsgeschwindigkeit",
        "vitesse de rotation",
    ),
    "storage_type": ("storage type", "drive type(s) supported", "speichertyp", "type de stockage", "drive type"),
    "processor_model": (
        "processor model",
        "processor type",
        "cpu model",
        "prozessormodell",
        "prozessor",
        "processormodel",
        "modèle de processeur",
        "modello processore",
    ),
    "gpu_model": (
        "chipset/gpu model",
        "gpu model",
        "chipsatz/gpu-modell",
        "gpu",
        "grafikprozessor",
        "modèle de chipset/gpu",
    ),
    "gpu_memory": (
        "memory size",
        "video memory",
        "speichergröße",
        "speicherkapazität",
        "taille de mémoire",
        "dimensioni memoria",
    ),
    "ports": ("number of lan ports", "number of ports", "anzahl der anschlüsse", "anzahl der ports", "nombre de ports"),
    "data_rate": (
        "max. lan data rate",
        "maximum lan data rate",
        "data transfer rate",
        "datenübertragungsrate",
        "max. data rate",
    ),
}

_PLACEHOLDERS = frozenset(
    [
        "n/a",
        "na",
        "none",
        "null",
        "unknown",
        "not specified",
        "not applicable",
        "does not apply",
        "nicht zutreffend",
        "unbekannt",
        "ne s'applique pas",
        "non applicabile",
        "no aplica",
        "see description",
        "-",
    ]
)


def is_placeholder(value: str) -> bool:
    """Whether a value only fills the field: "N/A", "Does not apply"."""
    return value.strip().lower() in _PLACEHOLDERS


class Aspects:
    """The item specifics of one listing, asked by meaning instead of by the seller's wording."""

    __slots__ = ("_values",)

    def __init__(self, raw: Mapping[str, str]) -> None:
        self._values: dict[str, str] = {}
        for name, value in raw.items():
            shown = clean(value, 200)
            if shown and not is_placeholder(shown):
                self._values.setdefault(fold(clean(name, 80)), shown)

    def __bool__(self) -> bool:
        return bool(self._values)

    def get(self, meaning: str) -> str | None:
        """The first value under any of the names of a meaning."""
        if not self._values:
            return None
        return next((self._values[name] for name in _NAMES[meaning] if name in self._values), None)

    def joined(self, meaning: str) -> str:
        """Every value under the names of a meaning, in lower case."""
        return " ".join(fold(self._values[name]) for name in _NAMES[meaning] if name in self._values)

    def low(self, meaning: str) -> str:
        """The value in lower case, empty when absent."""
        value = self.get(meaning)
        return "" if value is None else fold(value)
