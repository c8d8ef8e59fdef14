import json
from contextlib import suppress
from copy import deepcopy

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.poller.sources.ebay.parse import parse
from services.poller.sources.errors import (
    BlockedError,
    CredentialsError,
    ItemGoneError,
    NotJsonError,
    RequestRefusedError,
    SourceError,
    UnknownShapeError,
)
from tests.support.ebay import US, error_answer, search_answer, summary, whole_item


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"Request failed", "Expecting value at character 0"),
        (b'{"itemSummaries": [', "Expecting value at character 19"),
        (b"{'itemId': 'v1|1|0'}", "Expecting property name enclosed in double quotes at character 1"),
        (b"\x80\x81\x82", "Expecting value at character 0"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", "it holds a number of thousands of digits"),
        ("", "it is empty"),
    ],
)
def test_what_is_no_json_is_refused_with_the_place(payload, why):
    with pytest.raises(NotJsonError, match=f"^the payload is not JSON: {why}$"):
        parse(payload, US)


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><head><title>Pardon Our Interruption...</title></head></html>",
        b"\n  <html><body>Service Unavailable</body></html>",
        "<?xml version='1.0'?><error/>",
    ],
)
def test_a_web_page_is_blocked_and_not_an_empty_result(page):
    with pytest.raises(BlockedError, match="the payload is a web page"):
        parse(page, US)


@pytest.mark.parametrize(
    ("document", "seen"),
    [
        ({}, "an empty object"),
        ([], "an empty list"),
        ({"data": {"listings": []}, "ok": True}, "an object with 'data', 'ok'"),
        ({"items": {"1": {"ItemID": "235524904965"}}}, "an object with 'items'"),
        ({"items": []}, "an object with 'items'"),
        ({"itemSummaries": None}, "an object with 'itemSummaries'"),
        ([{"asin": "B0XXXXXXXX"}], "a list of 1, the first being an object with 'asin'"),
        ([1, 2, 3], "a list of 3, the first being a number"),
        ([[summary()]], "a list of 1, the first being lists"),
        (42, "a number"),
        (None, "a null"),
        (True, "a truth value"),
    ],
)
def test_an_unknown_shape_names_what_was_seen_and_what_is_known(document, seen):
    with pytest.raises(UnknownShapeError) as refused:
        parse(orjson.dumps(document), US)
    assert str(refused.value) == (
        f"no ebay parser knows this payload: it is {seen}; known are: "
        "a search answer (an object with itemSummaries, or with href, total and limit); "
        "a list of item summaries (each with itemId and title); "
        "one item (a getItem answer with itemId and title); "
        "several items (an object with items, each with itemId and title)"
    )


@pytest.mark.parametrize(
    ("document", "error", "sentence"),
    [
        (error_answer(11001, "Not found."), ItemGoneError, "eBay answered error 11001: Not found."),
        (error_answer(12029, "Too deep."), RequestRefusedError, "eBay answered error 12029: Too deep."),
        (
            {"error": "invalid_client", "error_description": "client authentication failed"},
            CredentialsError,
            "eBay answered error invalid_client: client authentication failed",
        ),
    ],
)
def test_a_saved_error_answer_is_that_error(document, error, sentence):
    with pytest.raises(error) as refused:
        parse(document, US)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"itemId": None}, "itemId is None; a form like 'v1|256218800001|0' is needed"),
        ({"itemId": "256218800001"}, "itemId is '256218800001'; a form like 'v1|256218800001|0' is needed"),
        ({"title": None}, "it has no title"),
        ({"title": " \u0000\u202e "}, "it has no title"),
        ({"title": ["a"]}, "it has no title"),
        ({"price": {"value": "1.00", "currency": "GPB"}}, "price.currency is 'GPB', which is no ISO 4217 currency"),
        ({"price": {"value": "1.00"}}, "price.currency is None, which is no ISO 4217 currency"),
        ({"price": {"currency": "USD"}}, "price: the amount a NoneType cannot be read: a number or its text is needed"),
        (
            {"price": {"value": "cheap", "currency": "USD"}},
            "price: the amount 'cheap' cannot be read: digits are needed, with '.' before the fraction",
        ),
        (
            {"price": {"value": "9" * 18, "currency": "USD"}},
            "price: the amount '999999999999999999' cannot be read: more than 1000000000000000 minor units",
        ),
        (
            {"listingMarketplaceId": "EBAY_MARS"},
            "listingMarketplaceId is 'EBAY_MARS', which is none of eBay's marketplaces",
        ),
    ],
)
def test_a_bad_item_is_rejected_with_its_reason_and_the_others_are_kept(changes, reason):
    good = summary(itemId="v1|2|0")
    parsed = parse(search_answer(good, summary(**changes), good), US)
    assert [each.item_id for each in parsed.listings] == ["v1|2|0", "v1|2|0"]
    assert [each.reason for each in parsed.rejected] == [reason]


def test_an_entry_that_is_no_object_is_rejected():
    parsed = parse([summary(), "x", None, 7], US)
    assert len(parsed.listings) == 1
    assert [(each.item_id, each.reason, each.fragment) for each in parsed.rejected] == [
        (None, "an item is an object, not a text", '"x"'),
        (None, "an item is an object, not a null", "null"),
        (None, "an item is an object, not a number", "7"),
    ]


def test_a_rejected_entry_keeps_a_piece_of_itself_that_every_store_takes():
    item = summary(title=None, shortDescription="\u0000" + "x" * 10_000, conditionId="\ud800")
    rejected = parse([item, summary()], US).rejected[0]
    assert rejected.item_id == "v1|256218800001|0"
    assert len(rejected.fragment) == 2_000
    assert rejected.fragment.isascii()
    assert "\\u0000" not in rejected.fragment


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("32GB\x00 DDR4", "32GB DDR4"),
        ("32GB \ud800DDR4", "32GB \ufffdDDR4"),
        ("32GB\tDDR4\r\nRDIMM", "32GB DDR4  RDIMM"),
        ("\u202e4RDD BG23", "4RDD BG23"),
        ("32GB \x1b[31mDDR4\x85", "32GB [31mDDR4"),
        ("  32GB DDR4  ", "32GB DDR4"),
        ("🔥 32GB 👨\u200d🔧 DDR4", "🔥 32GB 👨\u200d🔧 DDR4"),
        ("x" * 301, "x" * 300),
    ],
)
def test_a_title_is_cleaned(title, cleaned):
    parsed = parse(json.dumps([summary(title=title)]).encode(), US)
    assert parsed.listings[0].title == cleaned
    assert parsed.rejected == ()


def test_one_broken_character_does_not_cost_the_page():
    page = json.dumps([summary(title="a \ud83d half emoji"), summary(itemId="v1|2|0")]).encode()
    assert [each.title for each in parse(page, US).listings] == [
        "a \ufffd half emoji",
        "Samsung 32GB DDR4 2666 RDIMM M393A4K40CB2-CTD",
    ]
    raw = orjson.dumps([summary(title="caf?"), summary(itemId="v1|2|0")]).replace(b"caf?", b"caf\xe9\x00")
    assert parse(raw, US).listings[0].title == "caf\ufffd"


def test_not_a_number_and_infinity_are_no_prices():
    page = b'[{"itemId":"v1|1|0","title":"t","price":{"value":NaN,"currency":"USD"}},' + orjson.dumps(summary()) + b"]"
    parsed = parse(page, US)
    assert len(parsed.listings) == 1
    assert parsed.rejected[0].reason == "price: the amount 'nan' cannot be read: it is not finite"


def test_a_title_of_two_megabytes_becomes_a_listing_of_a_few_hundred_bytes():
    huge = "DDR4 " * 400_000
    parsed = parse(json.dumps([summary(title=huge, condition=huge, seller={"username": huge})]).encode(), US)
    assert len(parsed.listings[0].model_dump_json()) < 2_000


def test_two_megabytes_of_aspects_are_cut():
    aspects = [{"name": f"aspect {number}", "value": "y" * 1_000} for number in range(2_000)]
    listing = parse(whole_item(localizedAspects=aspects), US).listings[0]
    assert len(listing.model_dump_json()) < 70_000


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800\x00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from paths(inner, (*path, key))


def mutated(item, path, junk):
    if not path:
        return junk
    changed = deepcopy(item)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    return changed


AUCTION = whole_item(
    currentBidPrice={"value": "1.00", "currency": "USD"},
    bidCount=2,
    itemEndDate="2026-11-25T20:00:00.000Z",
    itemGroupType="SELLER_DEFINED_VARIATIONS",
    price={"value": "2.00", "currency": "USD", "convertedFromValue": "1.50", "convertedFromCurrency": "GBP"},
)


@given(st.sampled_from(list(paths(AUCTION))), JUNK)
def test_an_item_with_junk_anywhere_is_a_listing_or_rejected_and_never_a_crash(path, junk):
    parsed = parse({"itemSummaries": [mutated(AUCTION, path, junk), summary()]}, US)
    assert len(parsed.listings) + len(parsed.rejected) == 2
    for listing in parsed.listings:
        written = listing.model_dump_json()
        assert "\\u0000" not in written
        assert len(written) < 20_000


@given(JUNK)
def test_any_document_is_parsed_or_refused_by_a_source_error(document):
    with suppress(SourceError):
        parsed = parse(json.dumps(document), US)
        assert parsed.listings or parsed.rejected or "total" in document


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_refused_by_a_source_error(payload):
    with pytest.raises(SourceError):
        parse(payload, US)
