import json
import re
from collections import Counter
from pathlib import Path

import pytest

from services.poller.sources.ebay.fingerprint import fingerprint
from services.poller.sources.ebay.parse import parse
from services.poller.sources.errors import UnknownShapeError
from tests.support.ebay import US

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "ebay"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of saved eBay payloads beside the checkout"),
]


def search_lists() -> list[Path]:
    return sorted((CORPUS / "gpu-agent").glob("search-listings-*.json"))


def transcript(name: str) -> bytes:
    """The response body of a Markdown transcript: its only JSON block."""
    text = (CORPUS / "gpu-agent" / name).read_text()
    (block,) = re.findall(r"^```json\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return block.encode()


def test_every_item_of_the_search_lists_becomes_a_listing():
    seen, in_files, fingerprints = Counter(), 0, {}
    for path in search_lists():
        raw = path.read_bytes()
        in_files += len(json.loads(raw))
        parsed = parse(raw, US)
        assert parsed.rejected == ()
        assert parsed.warnings == ()
        seen.update(each.listing_id for each in parsed.listings)
        for each in parsed.listings:
            fingerprints.setdefault(each.listing_id, set()).add(fingerprint(each))
    assert (in_files, seen.total(), len(seen)) == (1299, 1299, 1065)
    assert sum(len(each) > 1 for each in fingerprints.values()) == 1


def test_what_the_search_lists_hold_is_read_out_of_them():
    listings = [each for path in search_lists() for each in parse(path.read_bytes(), US).listings]
    assert Counter("unknown" if each.shipping_minor is None else "known" for each in listings) == {
        "known": 1040,
        "unknown": 259,
    }
    assert Counter(each.currency for each in listings) == {"USD": 1278, "GBP": 7, "AUD": 7, "CAD": 7}
    assert Counter(each.marketplace for each in listings) == {"EBAY_US": 1285, "EBAY_GB": 7, "EBAY_AU": 7}
    assert sum(each.variations for each in listings) == 22
    assert sum("AUCTION" in each.buying_options for each in listings) == 12
    assert sum(each.bid_minor is not None for each in listings) == 12
    assert sum(each.ends_at is not None for each in listings) == 12
    assert sum(each.image_url is None for each in listings) == 2
    assert sum("ePID" in each.aspects for each in listings) == 619
    assert all(each.price_minor and each.listed_at and each.country and each.url for each in listings)
    assert all(len(each.category_ids) >= 2 and each.seller.feedback_percent is not None for each in listings)


def test_a_whole_envelope_is_read_with_its_groups_of_variations():
    parsed = parse((CORPUS / "ebay-alerts" / "sample_response_100_iphone_best_match.json").read_bytes(), US)
    assert (len(parsed.listings), parsed.rejected, parsed.warnings) == (100, (), ())
    assert (parsed.total, parsed.more) == (8_532_919, True)
    assert sum(each.variations for each in parsed.listings) == 94


@pytest.mark.parametrize(
    ("name", "items", "total"),
    [
        ("api-browse-search-NVIDIA_RTX_A5000.md", 3, 5619),
        ("api-browse-search-NVIDIA_T4-aspect_filter-and-refinements.md", 3, 83),
    ],
)
def test_the_transcripts_of_searches_are_read(name, items, total):
    parsed = parse(transcript(name), US)
    assert (len(parsed.listings), parsed.rejected, parsed.total) == (items, (), total)


@pytest.mark.parametrize(
    ("name", "mpn", "left", "shipping_minor"),
    [
        ("api-browse-getItem-176033835717.md", "VCNRTXA5000-PB", 7, 19800),
        ("api-browse-getItem-296057072805.md", "900-5G132-2500-000", 1, 0),
        ("api-browse-getItem-video-capture-tv-tuner-category.md", "4X67A14926", 1, 0),
    ],
)
def test_the_transcripts_of_single_items_are_read(name, mpn, left, shipping_minor):
    parsed = parse(transcript(name), US)
    (listing,) = parsed.listings
    assert (parsed.rejected, parsed.warnings) == ((), ())
    assert listing.aspects["MPN"] == mpn
    assert (listing.quantity_available, listing.shipping_minor) == (left, shipping_minor)


@pytest.mark.parametrize("path", sorted((CORPUS / "geeksportscards").glob("*.json")), ids=lambda path: path.name)
def test_the_shape_of_another_api_is_refused(path):
    with pytest.raises(UnknownShapeError, match=r"no ebay parser knows this payload: it is an object with .*'items'"):
        parse(path.read_bytes(), US)


@pytest.mark.parametrize("path", sorted((CORPUS / "gpu-agent").glob("mock-*.json")), ids=lambda path: path.name)
def test_the_paging_mocks_are_read(path):
    parsed = parse(path.read_bytes(), US)
    assert (len(parsed.listings), parsed.rejected) == (3, ())
