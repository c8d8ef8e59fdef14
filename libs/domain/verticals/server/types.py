"""The eight component types of server hardware: attributes, ranges, what a key needs."""

from libs.domain.verticals.vertical import AttributeSpec, ComponentType

_SPEEDS = ("1GbE", "2.5GbE", "5GbE", "10GbE", "20GbE", "25GbE", "40GbE", "50GbE", "56GbE", "100GbE", "200GbE", "400GbE")


def _text(name: str, label: str, *choices: str, required: bool = False) -> AttributeSpec:
    return AttributeSpec(name, "text", label, required=required, choices=choices)


def _integer(
    name: str, label: str, minimum: int, maximum: int, unit: str | None = None, *, required: bool = False
) -> AttributeSpec:
    return AttributeSpec(name, "integer", label, required, minimum, maximum, unit=unit)


def _number(
    name: str, label: str, minimum: float, maximum: float, unit: str | None = None, *, required: bool = False
) -> AttributeSpec:
    return AttributeSpec(name, "number", label, required, minimum, maximum, unit=unit)


def _flag(name: str, label: str) -> AttributeSpec:
    return AttributeSpec(name, "flag", label)


_MAKER = _text("manufacturer", "Manufacturer")
_PART = _text("part_number", "Part number")
_COMPUTER = (
    _text("vendor", "Vendor", required=True),
    _text("line", "Line"),
    _text("model", "Model", required=True),
    _text("cpu", "Processor"),
    _text("cpu_model", "Processor model"),
    _integer("cpu_count", "Processors", 1, 8),
    _text("gpu", "Graphics"),
    _integer("ram_gb", "Memory", 1, 8192, "GB"),
    _integer("storage_gb", "Storage", 1, 1_048_576, "GB"),
    _text("form_factor", "Form factor", "tower", "sff", "micro", "mini"),
    _PART,
)

COMPONENT_TYPES: dict[str, ComponentType] = {
    each.name: each
    for each in (
        ComponentType(
            "ram",
            "Memory",
            (
                _number("capacity_gb", "Capacity of one module", 0.25, 1024, "GB", required=True),
                _text("generation", "Generation", "DDR2", "DDR3", "DDR4", "DDR5", required=True),
                _integer("speed_mhz", "Speed", 266, 8800, "MT/s"),
                _flag("ecc", "ECC"),
                _flag("registered", "Registered"),
                _text("module_type", "Module type", "rdimm", "lrdimm", "udimm", "sodimm", "fbdimm"),
                _MAKER,
                _PART,
                _text("rank", "Rank"),
                _text("voltage", "Voltage"),
            ),
        ),
        ComponentType(
            "drive",
            "Drive",
            (
                _text("capacity", "Capacity", required=True),
                _number("capacity_gb", "Capacity in GB", 1, 200_000, "GB", required=True),
                _text("interface", "Interface", "SAS", "SATA", "NVMe", "FC", "SCSI", "IDE", required=True),
                _text("form_factor", "Size", "2.5", "3.5", "M.2", "1.8", "E1.S", "E1.L", "E3.S", "AIC"),
                _text("type", "Kind", "SSD", "HDD"),
                _integer("rpm", "Spindle speed", 4_200, 15_000, "rpm"),
                _MAKER,
                _PART,
                _flag("carrier_included", "Carrier included"),
            ),
        ),
        ComponentType(
            "server",
            "Server",
            (
                _text("manufacturer", "Manufacturer", required=True),
                _text("model", "Model", required=True),
                _text("form_factor", "Height", "1U", "2U", "3U", "4U", "5U", "6U", "7U", "8U", "10U", "tower"),
                _text("drive_form_factor", "Drive bays", "SFF", "LFF"),
                _text("tier", "Tier", "barebone", "partial", "configured"),
                _integer("drive_bays", "Number of bays", 1, 106),
                _text("cpu_model", "Processor model"),
                _integer("cpu_count", "Processors", 1, 8),
                _integer("ram_total_gb", "Memory", 1, 24_576, "GB"),
            ),
        ),
        ComponentType(
            "cpu",
            "Processor",
            (
                _text("manufacturer", "Manufacturer", "Intel", "AMD", required=True),
                _text("family", "Family", required=True),
                _text("model", "Model", required=True),
                _integer("cores", "Cores", 1, 256),
                _number("base_clock_ghz", "Base clock", 0.5, 6.5, "GHz"),
                _integer("tdp_watts", "Thermal power", 10, 700, "W"),
                _text("socket", "Socket"),
                _number("l3_cache_mb", "L3 cache", 1, 1536, "MB"),
                _PART,
                _flag("matched_pair", "Matched pair"),
            ),
        ),
        ComponentType(
            "nic",
            "Network adapter",
            (
                _text("speed", "Speed of one port", *_SPEEDS, required=True),
                _integer("port_count", "Ports", 1, 8, required=True),
                _text(
                    "port_type",
                    "Connector",
                    "SFP+",
                    "SFP28",
                    "QSFP+",
                    "QSFP28",
                    "QSFP56",
                    "QSFP112",
                    "QSFP-DD",
                    "OSFP",
                    "RJ45",
                    "CX4",
                ),
                _MAKER,
                _text("model", "Model"),
                _PART,
            ),
        ),
        ComponentType(
            "gpu",
            "Graphics card",
            (
                _text("manufacturer", "Chip maker", "NVIDIA", "AMD", "Intel", required=True),
                _text("model", "Model", required=True),
                _number("vram_gb", "Memory", 1, 384, "GB"),
                _text("memory_type", "Memory kind"),
                _text("interface", "Interface"),
                _text("brand", "Board maker"),
                _PART,
            ),
        ),
        ComponentType("workstation", "Workstation", _COMPUTER),
        ComponentType("desktop", "Desktop", _COMPUTER),
    )
}
