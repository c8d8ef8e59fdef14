"""The judgement of an offer: the seed's reference results and the laws it must obey."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.contracts.baseline import BaselineStats, BaselineUpdated
from libs.contracts.envelope import stable_id
from libs.contracts.listing import ConditionClass, Judgement, Listing, Product, Seller, UnitPrice
from libs.domain.scoring import WEIGHTS, judge, price_curve, seller_factor

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = "ram:ddr4:ecc_reg:32gb:2666"
TOP_SELLER = Seller(name="top", feedback_score=6000, feedback_percent=99.8, top_rated=True)
KNOTS = ((2000, 100.0), (3000, 70.0), (5000, 30.0), (7000, 10.0), (10000, 0.0))


def band(n: int = 50, *percentiles: int, stratum: str = "used_working") -> BaselineUpdated:
    p10, p25, p50, p75, p90 = percentiles or (2000, 3000, 5000, 7000, 10000)
    stats = BaselineStats(
        stratum=stratum,
        n=n,
        p10_minor=p10,
        p25_minor=p25,
        p50_minor=p50,
        p75_minor=p75,
        p90_minor=p90,
        mean_minor=p50,
        first_at=NOW,
        last_at=NOW,
    )
    return BaselineUpdated(
        event_id=stable_id("band"),
        occurred_at=NOW,
        product_key=KEY,
        version=3,
        currency="USD",
        computed_at=NOW,
        strata=(stats,),
    )


def offer(
    unit_minor: int | None,
    *,
    condition: ConditionClass = "used_working",
    row: BaselineUpdated | None = None,
    listed: timedelta = timedelta(days=3),
    shipping_known: bool = True,
    **listing: object,
) -> Judgement:
    seen = Listing.model_validate(
        {
            "listing_id": "ebay:1",
            "source": "ebay",
            "marketplace": "EBAY_US",
            "vertical": "server",
            "item_id": "1",
            "title": "32GB DDR4 2666 RDIMM",
            "currency": "USD",
            "image_url": "https://i.example/1.jpg",
            "aspects": {"Brand": "Samsung"},
            "seller": TOP_SELLER,
            "listed_at": NOW - listed,
            **listing,
        }
    )
    product = Product(component_type="ram", product_key=KEY, condition=condition, stratum=condition, confidence=0.7)
    price = (
        None if unit_minor is None else UnitPrice(unit_minor=unit_minor, currency="USD", shipping_known=shipping_known)
    )
    return judge(seen, product, price, row, NOW)


@pytest.mark.parametrize(
    ("unit_minor", "listed", "score"),
    [
        pytest.param(5000, timedelta(hours=3), 58.5, id="median-and-new"),
        pytest.param(5000, timedelta(days=3), 56.0, id="median"),
        pytest.param(3000, timedelta(days=3), 72.0, id="p25"),
        pytest.param(3000, timedelta(hours=3), 74.5, id="p25-and-new"),
        pytest.param(1500, timedelta(hours=3), 86.5, id="below-p10-and-new"),
        pytest.param(1500, timedelta(days=3), 84.0, id="below-p10"),
    ],
)
def test_the_seeds_reference_results(unit_minor: int, listed: timedelta, score: float) -> None:
    assert offer(unit_minor, row=band(), listed=listed).score == score


@pytest.mark.parametrize(
    ("unit_minor", "verdict"),
    [
        (2000, "great"),
        (2001, "good"),
        (3000, "good"),
        (5000, "fair"),
        (7000, "fair"),
        (7001, "high"),
        (10001, "overpriced"),
    ],
)
def test_the_verdict_names_the_band(unit_minor: int, verdict: str) -> None:
    assert offer(unit_minor, row=band()).verdict == verdict


@pytest.mark.parametrize("row", [None, band(9), band(50, stratum="new")], ids=["no-row", "nine", "other-stratum"])
def test_without_a_warm_baseline_there_is_no_verdict(row: BaselineUpdated | None) -> None:
    judgement = offer(100, row=row)

    assert (judgement.verdict, judgement.confidence) == ("not_enough_evidence", 0.0)
    assert (judgement.saving_minor, judgement.baseline) == (None, None)
    assert judgement.contributions[0].value == 50.0


def test_parts_are_never_judged_against_working_goods() -> None:
    assert offer(100, condition="for_parts", row=band(stratum="for_parts")).verdict == "not_enough_evidence"


def test_an_offer_without_a_price_gets_no_verdict() -> None:
    assert offer(None, row=band()).verdict == "not_enough_evidence"


def test_the_saving_is_measured_against_the_median() -> None:
    judgement = offer(3500, row=band())

    assert (judgement.saving_minor, judgement.saving_percent) == (1500, 30.0)
    assert judgement.baseline is not None
    assert (judgement.baseline.version, judgement.baseline.n) == (3, 50)


def test_a_flat_history_is_fair() -> None:
    judgement = offer(5000, row=band(50, 5000, 5000, 5000, 5000, 5000))

    assert judgement.verdict == "fair"
    assert judgement.contributions[0].value == 30.0


def test_unknown_shipping_lowers_the_confidence() -> None:
    known = offer(3000, row=band()).confidence
    unknown = offer(3000, row=band(), shipping_known=False).confidence

    assert (known, unknown) == (0.7, 0.56)


def test_an_auction_that_ends_soon_is_judged_and_presses() -> None:
    judgement = offer(5000, row=band(), buying_options=("AUCTION",), ends_at=NOW + timedelta(hours=2))

    assert judgement.verdict == "fair"
    assert judgement.contributions[-1].value == 100.0


@pytest.mark.parametrize("left", [timedelta(hours=4), timedelta(days=5), None])
def test_the_bid_of_an_auction_with_time_left_is_no_price_to_judge(left: timedelta | None) -> None:
    ends_at = None if left is None else NOW + left
    judgement = offer(100, row=band(), buying_options=("AUCTION",), ends_at=ends_at)

    assert judgement.verdict == "not_enough_evidence"
    assert "running auction" in judgement.contributions[0].reason


def test_an_auction_one_can_buy_at_once_is_judged_at_that_price() -> None:
    judgement = offer(
        1500,
        row=band(),
        buying_options=("AUCTION", "FIXED_PRICE"),
        price_minor=1500,
        bid_minor=100,
        ends_at=NOW + timedelta(days=5),
    )

    assert judgement.verdict == "great"


@pytest.mark.parametrize(
    ("count", "percent", "top", "value"),
    [(0, 0.0, False, 5.0), (6000, 99.8, False, 100.0), (500, 98.0, False, 75.0), (100, 95.0, True, 65.0)],
)
def test_sellers(count: int, percent: float, top: bool, value: float) -> None:  # noqa: FBT001
    assert seller_factor(Seller(feedback_score=count, feedback_percent=percent, top_rated=top)).value == value


def test_the_contributions_add_up_to_the_score() -> None:
    judgement = offer(4321, row=band())

    assert round(sum(each.points for each in judgement.contributions), 2) == judgement.score
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_cheaper_offer_never_scores_lower(one: int, other: int) -> None:
    cheap, dear = sorted((one, other))

    assert offer(cheap, row=band()).score >= offer(dear, row=band()).score


@given(st.integers(1, 20_000))
def test_the_curve_stays_between_nothing_and_everything(unit_minor: int) -> None:
    assert 0.0 <= price_curve(unit_minor, KNOTS) <= 100.0


@given(st.integers(1, 20_000))
def test_a_better_condition_never_scores_lower(unit_minor: int) -> None:
    order: tuple[ConditionClass, ...] = ("for_parts", "unknown", "used_working", "like_new", "new")
    scores = [offer(unit_minor, condition=condition).score for condition in order]

    assert scores == sorted(scores)
