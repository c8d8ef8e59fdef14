"""The simulated market: seeded, independent of step size, warm from the start, and with deals in it."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from services.simulator.catalogue import PriceDistribution
from services.simulator.chance import seeded
from services.simulator.market import OPENS_AT, Market, Pace
from services.simulator.products import standard_catalogue
from services.simulator.supply import Wish
from services.simulator.titles import compose

CATALOGUE = standard_catalogue()
SMALL = Pace(backlog=200, arrival_every_s=60.0, first_deal_after_s=600.0, deal_every_s=900.0)


def picture(market):
    return [
        (listing.item_id, listing.title, listing.price_minor, listing.bid_minor, listing.options, listing.ended_how)
        for listing in market.everything()
    ]


def test_the_same_seed_and_the_same_clock_make_the_same_market():
    first, second = (Market(7, CATALOGUE, pace=SMALL) for _ in range(2))
    for market in (first, second):
        market.advance(OPENS_AT + timedelta(days=3))
    assert picture(first) == picture(second)


def test_another_seed_makes_another_market():
    assert picture(Market(7, CATALOGUE, pace=SMALL)) != picture(Market(8, CATALOGUE, pace=SMALL))


def test_many_short_steps_end_where_one_long_step_does():
    strider, stepper = (Market(7, CATALOGUE, pace=SMALL) for _ in range(2))
    strider.advance_to(40_000.0)
    for offset in range(0, 40_001, 250):
        stepper.advance_to(float(offset))
    assert picture(strider) == picture(stepper)


def test_time_does_not_run_backwards():
    market = Market(7, CATALOGUE, pace=SMALL)
    market.advance_to(5000.0)
    before = picture(market)
    market.advance_to(10.0)
    assert picture(market) == before
    assert market.now_s == 5000.0


def test_planting_by_hand_leaves_everybody_elses_future_alone():
    untouched, touched = (Market(7, CATALOGUE, pace=SMALL) for _ in range(2))
    touched.plant(Wish(deal=True))
    touched.flood(20)
    for market in (untouched, touched):
        market.advance_to(60_000.0)
    own = [row for row, listing in zip(picture(touched), touched.everything(), strict=True) if not listing.by_hand]
    assert own == picture(untouched)


@pytest.mark.parametrize("seed", [1, 7, 42])
def test_the_backlog_warms_at_least_fifteen_products_with_fifteen_used_listings_each(seed):
    market = Market(seed, CATALOGUE)
    used = Counter(
        listing.product.key
        for listing in market.active.values()
        if listing.condition_id == "3000" and listing.marketplace == "EBAY_US" and "FIXED_PRICE" in listing.options
    )
    assert sum(number >= 15 for number in used.values()) >= 15


def test_deals_arrive_soon_and_then_about_every_forty_five_real_seconds():
    market = Market(7, CATALOGUE)
    market.advance_to(600.0 * 600)
    planted = sorted(listing.planted_at for listing in market.everything() if listing.is_deal)
    assert planted[0] / 600 <= 20
    gaps = [(later - earlier) / 600 for earlier, later in pairwise(planted)]
    assert all(30 <= gap <= 60 for gap in gaps)
    assert 10 <= len(planted) <= 20


def test_a_deal_is_far_below_p10_from_a_seller_nobody_would_doubt():
    market = Market(7, CATALOGUE)
    market.advance_to(600.0 * 900)
    for deal in (listing for listing in market.everything() if listing.is_deal):
        p10 = deal.product.price(deal.condition_id).quantile(0.1)
        assert deal.landed_unit_usd_minor < 0.85 * p10, deal.title
        assert deal.seller.feedback_score >= 5000
        assert float(deal.seller.feedback_percentage) >= 99.5
        assert deal.condition_id == "3000"
        assert deal.marketplace == "EBAY_US"


def test_the_market_moves_in_every_way():
    market = Market(7, CATALOGUE)
    before = {serial: listing.price_minor for serial, listing in market.active.items()}
    market.advance_to(600.0 * 600)
    assert {"sold", "withdrawn", "expired"} <= {listing.ended_how for listing in market.everything()}
    dropped = [
        s
        for s, price in before.items()
        if (now := market.find(s)) and price and now.price_minor and now.price_minor < price
    ]
    assert len(dropped) > 20
    assert any(listing.bid_count for listing in market.active.values())
    assert any(listing.sold and listing.active for listing in market.everything())
    assert len(market.active) == pytest.approx(2500, rel=0.15)


def test_the_first_bid_ends_buy_it_now():
    market = Market(7, CATALOGUE)
    market.advance_to(600.0 * 600)
    for listing in market.everything():
        if "AUCTION" in listing.options and listing.bid_count:
            assert listing.options == ("AUCTION",)
            assert listing.price_minor is None


def test_every_kind_of_shipping_occurs_and_a_fifth_is_unknown():
    market = Market(7, CATALOGUE)
    kinds = Counter(listing.shipping.value for listing in market.active.values())
    assert set(kinds) == {"free", "paid", "calculated", "none"}
    unknown = (kinds["calculated"] + kinds["none"]) / kinds.total()
    assert 0.15 <= unknown <= 0.23


def test_no_title_is_longer_than_eighty_characters_and_all_name_the_quantity():
    rng = seeded(7, "titles")
    for _ in range(5000):
        product = CATALOGUE.draw(rng)
        units = rng.choice(list(product.lots))
        title, _ = compose(rng, product, units, rng.choice(["1000", "3000", "7000"]), rng.choice(["en", "de"]))
        assert 0 < len(title) <= 80
        assert units == 1 or str(units) in title or "pair" in title.lower(), title


def test_the_price_distribution_knows_its_own_quantiles():
    distribution = PriceDistribution(median_minor=10_000, sigma=0.2)
    assert round(distribution.quantile(0.5)) == 10_000
    assert round(distribution.quantile(0.1)) == 7739
    assert distribution.share_below(distribution.quantile(0.25)) == pytest.approx(0.25)
    assert distribution.share_below(0) == 0.0
    rng = seeded(7, "prices")
    drawn = sorted(distribution.draw(rng) for _ in range(2000))
    assert drawn[0] >= distribution.quantile(0.049)
    assert drawn[1000] == pytest.approx(10_000, rel=0.03)


def test_the_keys_have_the_form_of_the_design():
    keys = {product.key for product in CATALOGUE.products}
    assert {
        "ram:ddr4:ecc_reg:32gb:2666",
        "ram:ddr4:ecc_unbuf:16gb:2666",
        "drive:nvme:2.5:3.84tb:ssd",
        "drive:sas:2.5:1.2tb:10k",
        "cpu:intel:xeon:gold_6130",
        "cpu:amd:epyc:7763",
        "nic:10gbe:2p:sfp+",
        "gpu:nvidia:rtx_3090:24gb",
        "server:dell:r740xd:lff",
        "workstation:dell:precision:t7920",
        "other:caddy",
    } <= keys
