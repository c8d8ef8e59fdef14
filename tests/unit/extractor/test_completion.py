"""How much of a model's answer about server hardware is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.listing import Listing, Product
from libs.domain.verticals.registry import registered, vertical
from libs.domain.verticals.schema import Plain, coerce, completion_of, said_in, supports
from libs.domain.verticals.server import SERVER, understand
from libs.domain.verticals.server.schema import ServerCompletion
from libs.domain.verticals.vertical import AttributeSpec, ComponentType, Vertical

COMPLETION = ServerCompletion()
JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["value", "evidence", "x"]), inner),
    max_leaves=4,
)


@pytest.fixture(autouse=True)
def _server():
    with registered(SERVER):
        yield


def listing(title: str, name: str = "server", **aspects: str) -> Listing:
    return Listing(
        listing_id="x:1",
        source="x",
        marketplace="none",
        vertical=name,
        item_id="1",
        title=title,
        currency="USD",
        aspects=aspects,
    )


def completed(title: str, answer: dict[str, object], **aspects: str) -> Product:
    each = listing(title, **aspects)
    return COMPLETION.complete(each, understand(each), answer)


def said(value: object, evidence: str) -> dict[str, object]:
    return {"value": value, "evidence": evidence}


@pytest.mark.parametrize(
    ("title", "answer", "key"),
    [
        ("Hynix 32 Gigabyte RDIMM gen4", {"generation": said("DDR4", "gen4")}, "ram:ddr4:ecc_reg:32gb:unknown"),
        ("Enterprise SSD 2.5 inch 960GB serial ata", {"interface": said("sata", "serial ata")},
         "drive:sata:2.5:960gb:ssd"),
        ("Intel Xeon CPU G6130", {"model": said("Xeon Gold 6130", "G6130")}, "cpu:intel:xeon:gold_6130"),
        ("NVIDIA graphics card 24GB 30 90 Turbo", {"model": said("RTX 3090", "30 90")}, "gpu:nvidia:rtx_3090:24gb"),
        (
            "hynix stick gen 4 32 gigs",
            {"component_type": said("RAM (memory)", "stick"), "generation": said("ddr-4", "gen 4"),
             "capacity_gb": said("32768 MB", "32 gigs")},
            "ram:ddr4:unknown:32gb:unknown",
        ),
    ],
    ids=["generation", "interface", "processor", "card", "type"],
)  # fmt: skip
def test_what_the_title_bears_out_makes_the_key(title, answer, key):
    product = completed(title, answer)

    assert product.product_key == key
    assert any(each.origin == "model" for each in product.attributes)


@pytest.mark.parametrize(
    ("title", "answer"),
    [
        ("Hynix 32 Gigabyte RDIMM", {"generation": said("DDR4", "DDR4")}),
        ("Hynix 32 Gigabyte RDIMM", {"generation": said("DDR4", "RDIMM")}),
        ("Hynix 32 Gigabyte RDIMM gen4", {"generation": said("DDR7", "gen4")}),
        ("Hynix 32 Gigabyte RDIMM gen4", {"generation": said("DDR4", "")}),
        ("Hynix 32 Gigabyte RDIMM gen4", {"generation": said(None, "gen4")}),
        ("Hynix 32 Gigabyte RDIMM gen4", {"generation": "N/A", "capacity_gb": said(64, "32")}),
        ("Intel Xeon CPU", {"model": said("Xeon Gold 6130", "Xeon")}),
        ("Intel Xeon CPU turbo 99", {"model": said("HyperChip 99", "turbo 99")}),
        ("memory board", {"component_type": said("ram", "memory")}),
        ("Dell R740xd backplane", {"component_type": said("server", "R740xd"), "model": said("R740xd", "R740xd")}),
        ("Phone 14 Pro 64GB", {"component_type": said("drive", "64GB"), "capacity_gb": said(64, "64GB")}),
        ("Lenovo laptop 16GB", {"component_type": said("ram", "16GB"), "generation": said("DDR4", "laptop")}),
    ],
    ids=["not said", "without its number", "no choice", "no words", "null", "not asked", "other words", "no catalogue",
         "type without key", "accessory", "half a type", "laptop"],
)  # fmt: skip
def test_what_it_does_not_bear_out_changes_nothing(title, answer):
    before = understand(listing(title))
    assert completed(title, answer) == before


def test_the_rules_are_not_overruled():
    product = completed(
        "Hynix 32GB RDIMM gen4", {"generation": said("DDR4", "gen4"), "capacity_gb": said(4, "gen4"), "ecc": False}
    )
    assert product.attribute("capacity_gb") == 32
    assert product.product_key == "ram:ddr4:ecc_reg:32gb:unknown"


def test_only_what_is_open_is_asked():
    def asked(title: str) -> object:
        question = COMPLETION.question(listing(title), understand(listing(title)))
        return question and (question.types, sorted(question.schema()["properties"]))

    assert asked("Hynix 32GB RDIMM gen four") == (("ram",), ["generation"])
    assert asked("Samsung 32GB DDR4-2666 RDIMM") is None
    assert asked("Dell R740xd 24 bay backplane") is None
    assert asked("grey thing") == (
        ("ram", "drive", "server", "cpu", "nic", "gpu", "workstation", "desktop"),
        ["capacity_gb", "component_type", "generation", "interface", "model", "port_count", "speed"],
    )


def test_the_schema_is_one_that_strict_modes_take():
    title = listing("Hynix 32GB RDIMM gen four")
    question = COMPLETION.question(title, understand(title))
    assert question is not None
    assert question.schema() == {
        "type": "object",
        "properties": {
            "generation": {
                "type": "object",
                "properties": {
                    "value": {"type": ["string", "null"], "enum": ["DDR2", "DDR3", "DDR4", "DDR5", None]},
                    "evidence": {"type": ["string", "null"]},
                },
                "required": ["value", "evidence"],
                "additionalProperties": False,
                "description": "Generation.",
            }
        },
        "required": ["generation"],
        "additionalProperties": False,
    }


GIGABYTES = AttributeSpec("capacity_gb", "number", "Capacity", minimum=0.25, maximum=1024, unit="GB")
PORTS = AttributeSpec("port_count", "integer", "Ports", minimum=1, maximum=8)
KIND = AttributeSpec("interface", "text", "Interface", choices=("SAS", "SATA", "NVMe"))
SPEED = AttributeSpec("speed", "text", "Speed", choices=("1GbE", "10GbE", "100GbE"))
FLAG = AttributeSpec("ecc", "flag", "ECC")


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        (GIGABYTES, 32, 32), (GIGABYTES, "32", 32), (GIGABYTES, "32 GB", 32), (GIGABYTES, 32768, 32),
        (GIGABYTES, "32768 MB", 32), (GIGABYTES, 34359738368, 32), (GIGABYTES, "0.5TB", 500), (GIGABYTES, 0.5, 0.5),
        (GIGABYTES, 0, None), (GIGABYTES, -4, None), (GIGABYTES, True, None), (GIGABYTES, "lots", None),
        (GIGABYTES, None, None), (GIGABYTES, [32], None), (GIGABYTES, float("nan"), None),
        (GIGABYTES, float("inf"), None),
        (PORTS, 2.0, 2), (PORTS, "4", 4), (PORTS, 2.5, None), (PORTS, 99, None),
        (KIND, "nvme", "NVMe"), (KIND, "SATA III", "SATA"), (KIND, "sata6g", "SATA"), (KIND, "N/A", None),
        (KIND, "SAS or SATA", None), (KIND, "USB", None), (KIND, 3, None),
        (SPEED, "10 gbe", "10GbE"), (SPEED, "100GBE", "100GbE"), (SPEED, "fast", None),
        (FLAG, "Yes", True), (FLAG, False, False), (FLAG, 1, True), (FLAG, "maybe", None),
    ],
)  # fmt: skip
def test_values_are_brought_into_their_attribute(spec, raw, value):
    assert coerce(spec, raw) == value


@pytest.mark.parametrize(
    ("evidence", "words"),
    [("gen4", "Gen4"), ("GEN4, rack", "Gen4 - rack"), ("Speed: 2400", "Speed: 2400"), ("gen", None),
     ("rack Gen4", None),
     ("", None), ("--", None)],
)  # fmt: skip
def test_evidence_is_whole_words_in_their_order(evidence, words):
    assert said_in(listing("Memory Gen4 - rack", Speed="2400 MHz"), evidence) == words


def test_numbers_must_be_among_the_words():
    assert supports("32 gigs", 32)
    assert supports("32768MB", 32)
    assert supports("dual port", 2)
    assert not supports("memory", 1024)
    assert not supports("64GB", 32)
    assert supports("30 90", "rtx 3090")
    assert supports("gen4", "DDR4")
    assert not supports("iPhone 14", "DDR4")
    assert not supports("1x 2x", "DDR4")
    assert supports("serial ata", "SATA")
    assert supports("Serial Attached SCSI", "SAS")
    assert not supports("SSD", "SATA")
    assert not supports("Apple", "SATA")


@given(st.text(max_size=80), JUNK)
def test_no_answer_breaks_the_completion(title, junk):
    each = listing(f"memory {title}")
    product = understand(each)
    answer = dict.fromkeys(("component_type", "generation", "capacity_gb", "model", "speed"), junk)
    assert isinstance(COMPLETION.complete(each, product, answer), Product)


def test_a_vertical_of_its_own_needs_no_word_about_models():
    def read(_: Listing) -> Product:
        return Product(component_type="lamp", product_key="lamp:red")

    lamp = ComponentType("lamp", "Lamp", (AttributeSpec("watts", "integer", "Power", True, 1, 500, unit="W"),))
    with registered(Vertical("lamps", "Lamps", "lamps-1", read, {"lamp": lamp})):
        each = listing("Red lamp, forty (40) watts", "lamps")
        plain = completion_of("lamps")
        product = plain.complete(each, vertical("lamps").understand(each), {"watts": said("40", "40")})

        assert isinstance(plain, Plain)
        assert (product.product_key, product.attribute("watts")) == ("lamp:red", 40)
