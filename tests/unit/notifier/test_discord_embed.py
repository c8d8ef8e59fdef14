"""An alert as a Discord embed: what it says, and that no alert exceeds Discord's limits."""

from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.alert import AlertRaised, WatchMatch
from libs.contracts.envelope import NAMESPACE
from libs.contracts.listing import Contribution, ListingScored, Seller
from services.notifier.channels.discord import packed
from services.notifier.channels.embed import colour, embed, measure, message, web_address
from services.notifier.courier import Letter
from tests.support.alerts import CONTRIBUTIONS, scored


def raised(event: ListingScored, *names: str) -> AlertRaised:
    assert event.price is not None
    matches = tuple(
        WatchMatch(watch_id=uuid5(NAMESPACE, name), watch_name=name, trigger="deal") for name in names or ("Memory",)
    )
    return AlertRaised(
        event_id=uuid5(event.event_id, "alert"),
        occurred_at=event.occurred_at,
        cause_id=event.event_id,
        alert_id=uuid5(event.event_id, "id"),
        owner_id="ada",
        sighting_id=event.sighting_id,
        listing=event.listing,
        product=event.product,
        price=event.price,
        judgement=event.judgement,
        matches=matches,
        channels=("discord",),
        observed_at=event.observed_at,
    )


def fields(built: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["value"] for field in built["fields"]}


def test_an_embed_says_what_a_buyer_asks():
    alert = raised(scored(), "Memory", "Lots_of *it*")
    built = embed(alert)

    assert built["title"] == "Samsung 32GB DDR4-2666 ECC RDIMM lot of 4"
    assert built["url"] == "https://www.ebay.com/itm/1"
    assert built["thumbnail"] == {"url": "https://i.ebayimg.com/images/g/1/s-l500.jpg"}
    assert built["color"] == 0x2ECC71
    assert built["description"] == "**Score 92** · great price · for Memory, Lots\\_of \\*it\\*"
    assert built["footer"] == {"text": f"alert {alert.alert_id}"}
    assert fields(built) == {
        "Price": "100.00 USD + 9.99 USD shipping",
        "Unit price": "27.50 USD",
        "Usually": "35.00 USD to 45.00 USD (n = 42)",
        "Saving": "12.50 USD (31 %) a unit",
        "Seller": "rack\\_parts (5,200, 99.8 %)",
        "Condition": "used working (Used)",
        "Quantity": "4",
        "Why": "• 38 % under the median of 42\n• seller with 5200 ratings\n• condition: used working",
        "Listed": "<t:1795176000:R>",
        "Seen": "<t:1795176000:R>",
    }


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        ({"shipping_minor": None}, "100.00 USD + unknown shipping"),
        ({"shipping_minor": 0}, "100.00 USD, shipping free"),
        ({"price_minor": None, "bid_minor": 700, "shipping_minor": 0}, "7.00 USD (current bid), shipping free"),
        ({"currency": "JPY", "shipping_minor": 0}, "10,000 JPY, shipping free"),
        ({"currency": "ZZZ", "shipping_minor": 0}, "10,000 minor units of ZZZ, shipping free"),
    ],
)
def test_the_price_says_what_is_known_about_shipping(offer: dict[str, Any], said: str):
    assert fields(embed(raised(scored(**offer))))["Price"] == said


def test_what_is_unknown_is_said_or_left_out():
    built = embed(raised(scored(seller=Seller(), listed_at=None, condition_text=None, image_url=None, title="\x00")))

    assert built["title"] == "A listing without a title"
    assert "thumbnail" not in built
    assert "Listed" not in fields(built)
    assert (fields(built)["Seller"], fields(built)["Condition"]) == ("unknown, no ratings known", "used working")


@pytest.mark.parametrize(
    ("score", "expected"),
    [(100, 0x2ECC71), (90, 0x2ECC71), (89.99, 0xF1C40F), (80, 0xF1C40F), (75, 0xE67E22), (74, 0x95A5A6)],
)
def test_the_colour_tells_the_score(score: float, expected: int):
    assert colour(score) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://",
        "https://a b",
        "https://x/\u202e",
        "ftp://x/y",
        "//x/y",
        "https://[x",
        'https://x/"><script>',
        "https://x/" + "y" * 3000,
        None,
    ],
)
def test_an_address_that_discord_would_refuse_is_left_out(url: str | None):
    assert web_address(url) is None
    assert "url" not in embed(raised(scored(url=url)))


def test_nobody_is_mentioned():
    assert message([embed(raised(scored(title="@everyone")))])["allowed_mentions"] == {"parse": []}


LONG = st.text(max_size=6000) | st.sampled_from(["@" * 5000, "🇩🇪" * 3000, "e\u0301" * 3000, "\\" * 5000, "\u3164" * 99])


@given(
    LONG,
    LONG,
    LONG,
    st.lists(LONG, min_size=1, max_size=12),
    st.lists(LONG, min_size=6, max_size=6),
    st.integers(0, 10**15),
)
def test_no_alert_exceeds_the_limits(
    title: str, seller: str, condition: str, names: list[str], reasons: list[str], price: int
):
    contributions = tuple(
        Contribution.model_construct(**{**each.model_dump(), "reason": reason, "value": 100.0})
        for each, reason in zip(CONTRIBUTIONS, reasons, strict=True)
    )
    event = scored()
    listing = event.listing.model_copy(
        update={
            "title": title,
            "seller": Seller.model_construct(name=seller, feedback_score=price, feedback_percent=99.123456789),
            "condition_text": condition,
            "price_minor": price,
        }
    )
    judgement = event.judgement.model_copy(update={"contributions": contributions, "saving_minor": -price})
    alert = raised(event.model_copy(update={"listing": listing, "judgement": judgement})).model_copy(
        update={
            "matches": tuple(WatchMatch.model_construct(watch_id=1, watch_name=name, trigger="d") for name in names)
        }
    )
    built = embed(alert)

    assert measure(built) <= 6000
    assert 0 < len(built["title"]) <= 256
    assert len(built["description"]) <= 4096
    assert len(built["fields"]) <= 25
    assert all(field["name"].strip() and 0 < len(field["value"].strip()) <= 1024 for field in built["fields"])


def letter(number: int, *watches: str, **offer: Any) -> Letter:
    return Letter(raised(scored(number, **offer), *watches), "discord", 1)


def test_messages_are_filled_by_number_and_by_measured_size():
    names = ["Memory for the lab " * 4, "Lots " * 16, "Ada's " * 13]
    small = [letter(number) for number in range(23)]
    large = [
        letter(number, *names, title="RAM " * 64, condition_text="Used " * 20, seller=Seller(name="shop" * 20))
        for number in range(23)
    ]

    assert [len(parcel) for parcel in packed(small)] == [10, 10, 3]
    assert [len(parcel) for parcel in packed(large)] == [5, 5, 5, 5, 3]
    assert all(sum(measure(embed(each.alert)) for each in parcel) <= 6000 for parcel in packed(large))


def test_embeds_with_one_address_go_into_different_messages():
    twins = [letter(number, url="https://www.ebay.com/itm/7") for number in range(3)]

    assert [len(parcel) for parcel in packed(twins)] == [1, 1, 1]
