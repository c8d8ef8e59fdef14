"""Only a changed price is worth a point of the history."""

import json
from datetime import timedelta

from services.catalog.rows import document
from services.catalog.service import price_changes
from tests.support.scored import NOON, scored


def test_the_first_price_and_every_other_one_count():
    asked = [4000, 4000, 3500, 4000]
    events = [scored(1, observed_at=NOON + timedelta(minutes=i), unit_minor=each) for i, each in enumerate(asked)]

    assert price_changes(events) == [events[0], events[2], events[3]]


def test_shipping_that_becomes_known_is_a_change():
    events = [scored(1, shipping_minor=None), scored(1, observed_at=NOON + timedelta(minutes=1), shipping_minor=0)]

    assert price_changes(events) == events


def test_listings_do_not_disturb_each_other():
    assert len(price_changes([scored(1), scored(2), scored(1)])) == 2


def test_a_document_has_no_nul_and_keeps_written_escapes():
    text = "a\0b\\u0000\\\\\0"

    assert json.loads(document([{"title": text}])) == [{"title": "ab\\u0000\\\\"}]
