"""Ended, gone and sold are told apart, and being edited is none of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.contracts.listing import Listing
from services.poller.endings import end_reason, units_sold
from services.poller.sources.ebay.parse import parse
from services.poller.sources.source import Inspection
from tests.support.ebay import US, search_answer, summary

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(minutes=5), NOW + timedelta(days=2)
AUCTION = {"buying_options": ("AUCTION",), "price_minor": None, "bid_minor": 1000}
EMPTY = {"quantity_available": 0}


def listing(**changes: Any) -> Listing:
    (found,) = parse(search_answer(summary()), US).listings
    return found.model_copy(update=changes)


@pytest.mark.parametrize(
    ("known", "state", "sold", "sold_before", "reason"),
    [
        ({}, "active", 3, 1, None),
        ({}, "unknown", None, 1, None),
        ({}, "gone", None, 1, "gone"),
        ({"ends_at": FUTURE}, "gone", None, None, "gone"),
        ({"ends_at": PAST}, "gone", None, None, "ended"),
        ({"ends_at": PAST}, "ended", 1, 1, "ended"),
        ({"ends_at": PAST, **AUCTION, "bid_count": 4}, "ended", None, None, "sold_probably"),
        ({"ends_at": PAST, **AUCTION, "bid_count": 4}, "gone", None, None, "sold_probably"),
        ({"ends_at": PAST, **AUCTION, "bid_count": 0}, "ended", None, None, "ended"),
        ({"ends_at": FUTURE, **AUCTION, "bid_count": 4}, "gone", None, None, "gone"),
        (EMPTY, "sold_out", 4, 3, "sold_probably"),
        (EMPTY, "sold_out", 4, None, "sold_probably"),
        (EMPTY, "sold_out", 4, 4, None),
        (EMPTY, "sold_out", None, None, None),
        ({**EMPTY, "ends_at": PAST}, "ended", 2, 1, "sold_probably"),
    ],
)
def test_why_a_listing_is_no_longer_offered(
    known: dict[str, Any], state: Any, sold: int | None, sold_before: int | None, reason: str | None
):
    kept = listing(**known)
    seen = None if state in ("gone", "unknown") else kept
    found = Inspection(kept.item_id, state, seen, sold_quantity=sold)
    assert end_reason(kept, found, sold_before, NOW) == reason


@pytest.mark.parametrize(("sold", "before", "units"), [(7, 4, 3), (4, 4, 0), (2, 4, 0), (7, None, 0), (None, 4, 0)])
def test_units_are_counted_from_one_look_to_the_next(sold: int | None, before: int | None, units: int):
    assert units_sold(Inspection("1", "active", sold_quantity=sold), before) == units
