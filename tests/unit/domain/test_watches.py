"""Watches: what conditions mean, what is refused and how it is said, which watches a listing finds."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.listing import Listing, Product, Seller
from libs.domain.verticals import registry
from libs.domain.verticals.vertical import AttributeSpec, ComponentType, Vertical
from libs.domain.watches import WatchError, WatchIndex, compile_watch
from tests.support.alerts import scored, watch


def understand(_: Listing) -> Product:
    raise NotImplementedError


HARDWARE = Vertical(
    name="server",
    label="Hardware",
    version="1",
    understand=understand,
    component_types={
        "ram": ComponentType(
            "ram",
            "Memory",
            (
                AttributeSpec("capacity_gb", "integer", "Capacity"),
                AttributeSpec("generation", "text", "Generation", choices=("ddr3", "ddr4", "ddr5")),
                AttributeSpec("ecc", "flag", "ECC"),
            ),
        ),
        "drive": ComponentType("drive", "Drive", (AttributeSpec("capacity_gb", "number", "Capacity"),)),
    },
)


@pytest.fixture(autouse=True)
def hardware() -> Iterator[None]:
    with registry.registered(HARDWARE):
        yield


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (("price", "lt", 30), True),
        (("price", "lt", 27.5), False),
        (("price", "le", 27.5), True),
        (("price", "eq", 27.5), True),
        (("price", "between", (20, 30)), True),
        (("price", "between", (28, 30)), False),
        (("price", "in", (1, 27.5)), True),
        (("total", "eq", 109.99), True),
        (("shipping", "gt", 9), True),
        (("quantity", "ge", 4), True),
        (("title", "contains", "ecc rdimm"), True),
        (("title", "contains", "LRDIMM"), False),
        (("condition", "in", ("used_working", "new")), True),
        (("condition", "ne", "used_working"), False),
        (("verdict", "eq", "great"), True),
        (("country", "eq", "us"), True),
        (("country", "exists"), True),
        (("country", "exists", False), False),
        (("buying_option", "eq", "best_offer"), True),
        (("buying_option", "ne", "AUCTION"), True),
        (("buying_option", "contains", "offer"), True),
        (("category_id", "in", ("11210",)), False),
        (("seller.name", "ne", "rack_parts"), False),
        (("seller.feedback_score", "ge", 500), True),
        (("seller.feedback_percent", "ge", 99.9), False),
        (("seller.top_rated", "eq", True), True),
        (("component_type", "eq", "ram"), True),
        (("component_type", "eq", "drive"), False),
        (("product_key", "eq", "RAM:ddr4:ecc_reg:32gb:2666"), True),
        (("attr.capacity_gb", "ge", 32), True),
        (("attr.capacity_gb", "eq", 16), False),
        (("attr.generation", "eq", "DDR4"), True),
        (("attr.ecc", "eq", True), True),
        (("saving_percent", "ge", 30), True),
        (("saving", "eq", 12.5), True),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_condition_is_judged_against_the_listing(condition: tuple[Any, ...], holds: Any):
    assert compile_watch(watch(condition)).holds(scored()) is holds


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "ge"])
def test_what_a_listing_does_not_say_satisfies_no_comparison(op: str):
    silent = scored(seller=Seller(), shipping_minor=None)

    assert not compile_watch(watch(("seller.feedback_score", op, 500))).holds(silent)
    assert not compile_watch(watch(("shipping", op, 0))).holds(silent)
    assert compile_watch(watch(("shipping", "exists", False))).holds(silent)


def test_all_conditions_must_hold():
    both = watch(("attr.capacity_gb", "eq", 32), ("price", "lt", 20))

    assert not compile_watch(both).holds(scored())


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (("prise", "lt", 30), "'prise' is no field; did you mean 'price'? Known are price, total, "),
        (("attr.capacity", "eq", 1), "'attr.capacity' is no field; did you mean 'attr.capacity_gb'? Known are attr."),
        (("price", "contains", "3"), "price does not take 'contains'; it takes eq, ne, lt, le, gt, ge, between, in, "),
        (("title", "lt", "x"), "title does not take 'lt'; it takes eq, ne, in, contains, exists"),
        (("price", "lt", "cheap"), "price lt needs a number, and was given 'cheap'"),
        (("price", "lt", True), "price lt needs a number, and was given True"),
        (("price", "lt"), "price lt needs a number, and was given nothing"),
        (("price", "between", (30, 20)), "price between needs two numbers, the lower first, and was given (30, 20)"),
        (("price", "in", ()), "price in needs one value or more, and was given ()"),
        (("condition", "eq", "usedworking"), "'usedworking' is none of them; did you mean 'used_working'?"),
        (("attr.generation", "eq", "ddr6"), "attr.generation takes ddr3, ddr4, ddr5; 'ddr6' is none of them"),
        (("attr.ecc", "eq", "yes"), "attr.ecc eq needs true or false, and was given 'yes'"),
        (("title", "contains", " "), "title contains needs some text, and was given ' '"),
        (("price", "exists", 3), "price exists takes true, false or nothing, not 3"),
    ],
)
def test_a_mistake_is_named_with_what_would_be_right(condition: tuple[Any, ...], problem: str):
    with pytest.raises(WatchError) as refused:
        compile_watch(watch(condition))

    assert problem in str(refused.value)


def test_every_mistake_of_a_watch_is_named():
    with pytest.raises(WatchError) as refused:
        compile_watch(watch(("prise", "lt", 1), ("title", "lt", 2)))

    assert len(refused.value.problems) == 2


def test_a_watch_on_an_unknown_vertical_is_refused_with_the_known_ones():
    with pytest.raises(WatchError, match=r"no vertical is called 'servers'; known are: .*server"):
        compile_watch(watch(vertical="servers"))


@given(low=st.floats(0, 60), high=st.floats(0, 60))
def test_between_is_ge_and_le(low: float, high: float):
    low, high = sorted((low, high))
    between = compile_watch(watch(("price", "between", (low, high))))
    both = compile_watch(watch(("price", "ge", low), ("price", "le", high)))

    assert between.holds(scored()) is both.holds(scored())


@pytest.mark.parametrize(("threshold", "fires"), [(80.0, "deal"), (92.0, "deal"), (92.5, None)])
def test_a_deal_fires_from_its_threshold_on(threshold: float, fires: str | None):
    assert compile_watch(watch(threshold=threshold)).fires(scored(score=92.0)) == fires


def test_without_a_warm_baseline_nothing_is_a_deal():
    assert compile_watch(watch(threshold=0.0)).fires(scored(score=100.0, warm=False)) is None


def test_a_listing_finds_the_watches_that_insist_on_its_key_its_type_or_nothing():
    index = WatchIndex()
    by_key = watch(("product_key", "in", ("ram:ddr4:ecc_reg:32gb:2666", "cpu:intel:xeon:gold_6130")))
    by_type = watch(("component_type", "eq", "RAM"))
    by_nothing = watch(("price", "lt", 30))
    elsewhere = watch(("component_type", "eq", "drive"))
    for each in (by_key, by_type, by_nothing, elsewhere):
        index.put(each)

    found = {match.watch.watch_id for match in index.matches(scored())}

    assert found == {by_key.watch_id, by_type.watch_id, by_nothing.watch_id}


def test_a_changed_watch_replaces_itself_and_a_disabled_or_removed_one_is_silent():
    index = WatchIndex()
    row = watch(("component_type", "eq", "ram"))
    index.put(row)
    index.put(row.model_copy(update={"conditions": watch(("component_type", "eq", "drive")).conditions}))
    assert index.matches(scored()) == []

    index.put(row)
    assert [match.watch for match in index.matches(scored())] == [row]

    index.put(row.model_copy(update={"enabled": False}))
    assert (index.matches(scored()), len(index)) == ([], 0)

    index.put(row)
    index.remove(row.watch_id)
    assert index.matches(scored()) == []


def test_a_watch_that_became_unusable_is_no_longer_asked():
    index = WatchIndex()
    row = watch(("price", "lt", 30))
    index.put(row)

    with pytest.raises(WatchError):
        index.put(row.model_copy(update={"conditions": watch(("prise", "lt", 30)).conditions}))

    assert index.matches(scored()) == []
