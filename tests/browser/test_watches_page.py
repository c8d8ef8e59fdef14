"""The watches page: add, be told what is wrong, pause, remove."""

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.browser


async def test_a_watch_is_added_paused_and_removed(console, page):
    await page.goto("/watches")
    await expect(page.locator(".empty h2")).to_have_text("No watch yet")
    await page.fill("input[name=name]", "Cheap <memory>")
    await page.select_option("select[name=component_type]", "ram")
    await page.fill("input[name=max_price]", "42,50")
    await page.get_by_role("button", name="Add watch").click()

    watch = page.locator(".watch")
    await expect(watch.locator("h3")).to_have_text("Cheap <memory>")
    assert await watch.locator(".chip").all_inner_texts() == ["component_type is ram", "price ≤ 42.5", "score ≥ 80"]
    await page.get_by_role("button", name="Pause Cheap").click()
    await expect(watch.locator("h3 .chip")).to_have_text("off")
    stored = (await console.client.get("/v1/watches")).json()["items"]
    assert [(each["enabled"], each["revision"]) for each in stored] == [(False, 2)]
    await page.get_by_role("button", name="Remove Cheap").click()
    await expect(page.locator(".empty h2")).to_have_text("No watch yet")


async def test_a_wrong_form_comes_back_as_it_was_with_what_would_be_right(console, browser):
    page = await browser.new_page(base_url=console.url)
    await page.goto("/watches")
    await page.fill("input[name=name]", "Cheap memory")
    await page.fill("input[name=max_price]", "cheap")
    await page.get_by_role("button", name="Add watch").click()

    await expect(page.locator(".notice.wrong")).to_have_text("'cheap' is no number; one reads 42.50")
    assert await page.input_value("input[name=name]") == "Cheap memory"
    await page.close()
