"""Item specifics: names in several languages, placeholders, systems named by them."""

import pytest

from libs.domain.verticals.server.aspects import Aspects, is_placeholder
from libs.domain.verticals.server.evidence import system_type_of
from tests.unit.domain.listings import read


@pytest.mark.parametrize("value", ["N/A", "unknown", "None", "null", "Not Specified", "NA", "Does not apply"])
def test_a_placeholder_is_no_value(value):
    assert is_placeholder(value)
    assert Aspects({"Form Factor": value}).get("form_factor") is None


def test_a_name_is_found_in_any_case_and_language():
    assert Aspects({"FORMFAKTOR": "RDIMM"}).get("form_factor") == "RDIMM"


@pytest.mark.parametrize(
    ("aspects", "expected"),
    [
        ({"Most Suitable For": "Workstation"}, "workstation"),
        ({"Series": "ThinkStation P Series"}, "workstation"),
        ({"Product Line": "Pro Max"}, "workstation"),
        ({"Series": "OptiPlex"}, "desktop"),
        ({"Product Line": "Pro", "Form Factor": "Tower"}, "desktop"),
        ({"Product Line": "Pro"}, None),
        ({"Series": "ThinkStation", "Product Line": "Pro"}, "workstation"),
        ({"Series": "PowerEdge", "Form Factor": "2U"}, None),
        ({}, None),
    ],
)
def test_item_specifics_tell_workstation_from_desktop(aspects, expected):
    assert system_type_of(Aspects(aspects)) == expected


def test_a_computer_is_named_by_its_item_specifics():
    product = read("Office computer, tested", aspects={"Brand": "Dell", "Series": "OptiPlex", "Model": "7080"})
    assert product.product_key == "desktop:dell:optiplex:7080"


def test_a_card_is_named_by_its_item_specifics():
    product = read(
        "Graphics card for gaming", aspects={"Chipset/GPU Model": "NVIDIA GeForce RTX 3060", "Memory Size": "12 GB"}
    )
    assert product.product_key == "gpu:nvidia:rtx_3060:12gb"


def test_a_drive_is_named_by_its_part_number_in_the_item_specifics():
    product = read("Enterprise hard drive", aspects={"MPN": "ST1200MM0099"})
    assert product.product_key == "drive:sas:2.5:1.2tb:10k"


def test_a_drive_takes_item_specifics_over_silence():
    product = read(
        "Dell hard drive",
        aspects={
            "Storage Capacity": "1.8 TB",
            "Interface": "SAS",
            "Form Factor": "2.5 in",
            "Rotation Speed": "10000 RPM",
        },
    )
    assert product.product_key == "drive:sas:2.5:1.8tb:10k"


def test_a_processor_takes_its_model_from_the_item_specifics():
    assert read("Intel server CPU", aspects={"Processor Model": "Intel Xeon Gold 6130"}).product_key == (
        "cpu:intel:xeon:gold_6130"
    )
