"""Accuracy on labelled real titles, printed as tables; skipped where the corpus is absent."""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from libs.domain.conditions import condition_of_words
from libs.domain.verticals.server import capacity
from libs.domain.verticals.server.aspects import Aspects, is_placeholder
from libs.domain.verticals.server.catalogue.graphics_names import find_all
from libs.domain.verticals.server.catalogue.jedec import speed_of_label
from libs.domain.verticals.server.catalogue.systems import find_system
from libs.domain.verticals.server.evidence import system_type_of
from libs.domain.verticals.server.keys import UNKNOWN, make_key
from tests.unit.domain.listings import read

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus"
GOLDEN = CORPUS / "golden" / "server_titles.jsonl"
NORMALISERS = CORPUS / "server_normaliser_cases.jsonl"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not GOLDEN.exists(), reason="no labelled titles beside the checkout"),
]


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture(scope="module")
def judged():
    return [(row, read(row["title"], row["condition_id"])) for row in rows(GOLDEN) if row["sure"]]


def share(judged, right):
    return sum(right(row, product) for row, product in judged) / len(judged)


def type_right(row, product):
    return product.component_type == row["component_type"]


def key_right(row, product):
    return product.product_key == row["product_key"]


def quantity_right(row, product):
    return product.quantity == row["quantity"]


def test_accuracy_by_type(judged, capsys):
    table = [f"{'type':<12}{'rows':>6}{'type':>10}{'key':>10}{'quantity':>10}"]
    by_type = defaultdict(list)
    for row, product in judged:
        by_type[row["component_type"]].append((row, product))
    table += [line(name, by_type[name]) for name in sorted(by_type)]
    table += [line("all", judged), *confusion(judged)]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    assert share(judged, type_right) >= 0.97
    assert share(judged, key_right) >= 0.92
    assert share(judged, quantity_right) >= 0.98


def line(name, some):
    shares = "".join(f"{share(some, right):>10.1%}" for right in (type_right, key_right, quantity_right))
    return f"{name:<12}{len(some):>6}{shares}"


def confusion(judged):
    wrong = Counter(
        (row["component_type"], product.component_type) for row, product in judged if not type_right(row, product)
    )
    if not wrong:
        return ["no type was taken for another"]
    return [f"{told} taken for {understood}: {count}" for (told, understood), count in wrong.most_common()]


@pytest.mark.parametrize("component_type", ["ram", "drive", "cpu"])
def test_memory_drives_and_processors_are_read_best(judged, component_type):
    some = [(row, product) for row, product in judged if row["component_type"] == component_type]
    assert share(some, key_right) >= 0.95
    assert share(some, quantity_right) >= 0.98


def test_accessories_are_not_taken_for_goods(judged):
    others = [product for row, product in judged if row["component_type"] == "other"]
    taken = [product for product in others if product.component_type != "other"]
    assert len(taken) <= 0.01 * len(others)


def test_goods_are_not_taken_for_accessories(judged):
    goods = [product for row, product in judged if row["component_type"] != "other"]
    assert sum(product.component_type == "other" for product in goods) <= 0.01 * len(goods)


def cases(*names):
    return [
        pytest.param(row, id=f"{row['normaliser']}-{number}")
        for number, row in enumerate(rows(NORMALISERS))
        if row["normaliser"] in names and row.get("trust") != "gap"
    ]


@pytest.mark.parametrize("case", cases("condition"))
def test_condition_words(case):
    assert condition_of_words(case["input"]) == case["expected"]


@pytest.mark.parametrize("case", cases("pc_module_to_mhz"))
def test_module_labels(case):
    assert speed_of_label(case["input"]) == case["expected"]


@pytest.mark.parametrize("case", cases("ram_capacity_gb"))
def test_memory_sizes_in_megabytes(case):
    assert capacity.memory_gb(case["input"]) == case["expected"]


@pytest.mark.parametrize("case", cases("placeholder_enum"))
def test_placeholders(case):
    (value,) = case["input"].values()
    assert is_placeholder(value) == case["expected"]["stripped"]


@pytest.mark.parametrize("case", cases("system_type_from_item_specifics"))
def test_system_types_of_item_specifics(case):
    assert system_type_of(Aspects(case["input"] or {})) == case["expected"]


def models(spelling):
    return [card.model for card in find_all(f"nvidia geforce rtx {spelling.strip().lower()}", NVIDIA)]


NVIDIA = frozenset({"nvidia", "geforce", "rtx"})


@pytest.mark.parametrize("case", cases("gpu_model"))
def test_spellings_of_a_card_are_one_card(case):
    assert models(case["input"]) == models(case["expected"] or "")


PREFIXES = {
    "tesla": "tesla_",
    "a-series": "a",
    "l-series": "l",
    "h-series": "h",
    "geforce-rtx": "rtx_",
    "quadro-rtx": "rtx_a",
    "instinct": "instinct_mi",
}


@pytest.mark.parametrize("case", cases("gpu_family_from_model"))
def test_a_model_alone_names_its_family(case):
    if case["expected"] is None:
        pytest.skip("the model alone is ambiguous")
    maker = "amd instinct" if case["expected"] == "instinct" else "nvidia geforce"
    low = f"{maker} {case['input'].strip()}"
    (card,) = find_all(low, frozenset(low.split()))
    assert card.model.startswith(PREFIXES[case["expected"]])


MAKERS = {"precision": "dell", "optiplex": "dell", "thinkstation": "lenovo", "thinkcentre": "lenovo"}


@pytest.mark.parametrize("case", cases("system_line_from_model"))
def test_a_model_alone_names_its_line(case):
    if case["expected"] is None:
        pytest.skip("the model alone is ambiguous")
    low = f"{MAKERS.get(case['expected'], 'hp')} {case['input']} tower"
    system = find_system(low, frozenset(low.split()))
    assert system is not None
    assert system.line == {"z-by-hp": "z"}.get(case["expected"], case["expected"])


@pytest.mark.parametrize("case", cases("product_key"))
def test_keys_have_the_first_form(case):
    attributes, component_type = case["input"] or {}, case["component_type"]
    if component_type not in FORMS or not attributes:
        pytest.skip("the key of this type was given another form on purpose")
    assert make_key(component_type, *FORMS[component_type](attributes)) == case["expected"].replace(":0", f":{UNKNOWN}")


def memory_fields(attributes):
    kind = "non_ecc" if attributes["ecc"] is False else "ecc_reg" if attributes["registered"] else "ecc_unbuf"
    return attributes["generation"], kind, f"{attributes['capacity_gb']}gb", attributes.get("speed_mhz")


def drive_fields(attributes):
    spindle = {10000: "10k", 7200: "7k2"}
    kind = "ssd" if attributes["type"] == "SSD" else spindle[attributes["rpm"]]
    return attributes["interface"], attributes["form_factor"], attributes["capacity"], kind


FORMS = {
    "ram": memory_fields,
    "drive": drive_fields,
    "cpu": lambda each: (each["manufacturer"], each["family"], each["model"]),
    "nic": lambda each: (each["speed"], f"{int(each['port_count'])}p", each["port_type"]),
    "workstation": lambda each: (each["vendor"], each.get("line"), each["model"]),
    "desktop": lambda each: (each["vendor"], each.get("line"), each["model"]),
}
