"""The deals page as a reader meets it."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from libs.contracts.envelope import stable_id
from libs.contracts.work import SourceHealth
from tests.support.scored import alert, band, delivered, product, scored

pytestmark = pytest.mark.browser


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


async def test_a_deal_appears_without_reload_and_says_why(console, page):
    await page.goto("/")
    await expect(page.locator("#empty-nothing-yet h2")).to_have_text("Nothing yet")
    await expect(page.locator("[data-live-word]")).to_have_text("live")
    await page.evaluate("window.loadedOnce = true")

    event = scored(1, observed_at=now(), shipping_minor=None)
    await console.bus.publish([event, alert(event), delivered(alert(event)), band()])

    deal = page.locator(".deal")
    await expect(deal).to_have_count(1)
    assert await page.evaluate("window.loadedOnce")
    await expect(deal.locator(".verdict")).to_have_text("Great")
    await expect(deal.locator(".saved")).to_have_text("$20.00 under usual")
    await expect(deal.locator(".costs > .price")).to_have_text("$30.00")
    await expect(deal.locator(".unknown")).to_have_text("shipping unknown")
    await expect(deal.locator("figcaption")).to_have_text("usually $50.00 · n=40")
    await expect(deal.locator(".chip.told")).to_have_text("discord: told")
    link = deal.locator("h2 a")
    assert await link.get_attribute("rel") == "noopener noreferrer"
    await deal.locator("summary").click()
    await expect(deal.locator(".why tbody tr").first).to_contain_text("40 % below the usual price of 40 observations")
    points = [float(text.split(" ")[0]) for text in await deal.locator(".why tbody .points").all_inner_texts()]
    total = float((await deal.locator(".why tfoot .points").inner_text()).split(" ")[0])
    assert sum(points) == pytest.approx(total, abs=0.3)


async def test_what_the_reader_opened_stays_open_while_the_list_moves(console, page):
    await console.bus.publish([scored(1, observed_at=now())])
    await page.goto("/")
    await expect(page.locator(".deal")).to_have_count(1)
    await page.locator(".deal summary").click()

    await console.bus.publish([scored(2, observed_at=now(), unit_minor=2500)])

    await expect(page.locator(".deal")).to_have_count(2)
    assert await page.locator("details[open]").count() == 1
    await expect(page.locator(".deal.fresh")).to_have_count(1)


async def test_filters_live_in_the_address(console, page):
    drive = product("drive:nvme:2.5:3.84tb:ssd", component_type="drive")
    await console.bus.publish(
        [
            scored(1, observed_at=now()),
            scored(2, observed_at=now(), unit_minor=3500, product=drive, baseline=band(drive.product_key)),
        ]
    )
    await page.goto("/")
    await expect(page.locator(".deal")).to_have_count(2)

    await page.select_option("select[name=component_type]", "drive")

    await expect(page.locator(".deal")).to_have_count(1)
    await expect(page).to_have_url(f"{console.url}/?component_type=drive")
    await page.fill("input[name=max_price]", "20")
    await page.press("input[name=max_price]", "Tab")
    await expect(page.locator("#empty-nothing-matched h2")).to_have_text("Nothing matched")
    await page.get_by_role("link", name="Without the highest price of 20").click()
    await expect(page.locator(".deal")).to_have_count(1)

    await page.go_back()
    await expect(page.locator("#empty-nothing-matched h2")).to_have_text("Nothing matched")
    await page.go_back()
    await expect(page).to_have_url(f"{console.url}/?component_type=drive")
    await expect(page.locator(".deal")).to_have_count(1)
    await expect(page.locator(".brand")).to_have_count(1)


async def test_a_source_that_is_away_is_said_on_every_page_of_deals(console, page):
    health = SourceHealth(
        event_id=stable_id("health", "1"),
        occurred_at=now(),
        source="ebay",
        state="down",
        reason="eBay answers 500 <b>since</b> noon",
        since=now() - timedelta(hours=2),
    )
    await console.bus.publish([health])
    await page.goto("/")

    await expect(page.locator(".notice.blind")).to_contain_text("ebay cannot be asked since 2 hr ago", timeout=15_000)
    await expect(page.locator(".notice.blind")).to_contain_text("<b>since</b>")
    await expect(page.locator("#empty-blind h2")).to_have_text("Blind")


async def test_titles_links_and_pictures_of_strangers_stay_what_they_are(console, page):
    hostile = '<img src=x onerror="window.owned=1">"><script>window.owned=1</script> 32GB'
    await console.bus.publish(
        [
            scored(
                1,
                observed_at=now(),
                title=hostile,
                url="javascript:window.owned=1",
                image_url="http://127.0.0.1:1/x.png",
            )
        ]
    )
    await page.goto("/")

    await expect(page.locator(".deal h2")).to_have_text(hostile)
    assert await page.locator(".deal h2 a").count() == 0
    assert await page.locator(".deal img").count() == 0
    assert await page.evaluate("window.owned") is None


async def test_moments_are_told_in_the_readers_zone(console, page):
    at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    await console.bus.publish([scored(1, observed_at=at)])
    await page.goto("/")

    title = await page.locator(".deal time").last.get_attribute("title")
    assert title.startswith("3 Mar 2026, 08:30")
    assert title.endswith("(2026-03-02 23:30 UTC)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/?verdict=all", "/watches"])
async def test_a_phone_shows_everything_and_every_text_can_be_read(console, page, scheme, path):
    await console.bus.publish([scored(number, observed_at=now(), unit_minor=number * 900) for number in range(2, 9)])
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.emulate_media(color_scheme=scheme)
    await page.goto(path)
    if path.startswith("/?"):
        await expect(page.locator(".deal")).to_have_count(7)

    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.evaluate(CONTRASTS) == []


async def test_without_scripts_the_page_filters_all_the_same(console, browser):
    await console.catalog.show_listings([scored(1, observed_at=now()), scored(2, observed_at=now(), unit_minor=9000)])
    context = await browser.new_context(base_url=console.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/")
    await page.select_option("select[name=verdict]", "all")
    await page.click("text=Apply")

    assert await page.locator(".deal").count() == 2
    await context.close()


CONTRASTS = """() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".skip, svg, option")) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""
"""Texts whose contrast to what is behind them is below WCAG AA."""
