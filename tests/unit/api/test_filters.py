"""Parameters of a request as conditions."""

from decimal import Decimal

import pytest

from services.api.problems import ProblemError
from services.api.reading.filters import (
    ListingFilter,
    attribute_filters,
    listing_conditions,
    readings,
    refuse_unknown,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("32", ["32", 32]),
        ("3.84", ["3.84", 3.84]),
        ("007", ["007", 7]),
        ("true", ["true", True]),
        ("ddr4", ["ddr4"]),
        ("1e9", ["1e9"]),
        ("-0", ["-0", 0]),
        ("9" * 40, ["9" * 40]),
    ],
)
def test_an_attributes_text_may_stand_for_a_number_or_a_flag(text, wanted):
    assert list(readings(text)) == wanted


def test_values_are_arguments_and_never_sql():
    given = ListingFilter(component_type="ram' or 1=1", q="x'; --", max_price=Decimal("42.505"), verdict=["great"])

    conditions = listing_conditions(given, [("ecc", "true")], "USD")

    assert "1=1" not in conditions.sql
    assert conditions.arguments == ["ram' or 1=1", ["great"], 4250, "x'; --", {"ecc": "true"}, {"ecc": True}]


def test_an_unknown_parameter_names_the_closest():
    with pytest.raises(ProblemError, match="'componenttype' is no parameter; did you mean 'component_type'"):
        refuse_unknown(["componenttype"], ListingFilter.model_fields)


def test_attributes_are_named_plainly():
    assert attribute_filters([("attr.capacity_gb", "32"), ("q", "x")]) == [("capacity_gb", "32")]
    with pytest.raises(ProblemError, match="asked for like attr"):
        attribute_filters([("attr.a'b", "1")])
