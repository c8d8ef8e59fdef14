"""A console with a catalog behind it, and a browser before it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, async_playwright

from services.catalog.app import create_service
from services.catalog.settings import CatalogSettings
from tests.support.console import Console, hosted, running_api
from tests.support.servers import NatsBackend

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium is installed; make browser-deps installs one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def console(nats_url: str, nats_server: NatsBackend, database_url: str) -> AsyncIterator[Console]:
    """The API and the catalog, as they run together."""
    async with AsyncExitStack() as stack:
        api = running_api(nats_url, nats_server.url("api"), database_url)
        console = await stack.enter_async_context(api)
        settings = CatalogSettings(nats_url=nats_server.url("catalog"), database_url=database_url)
        await stack.enter_async_context(hosted(create_service(settings)))
        yield console


@pytest.fixture
async def page(browser: Browser, console: Console) -> AsyncIterator[Page]:
    """A page that fails its test when the browser's console complains."""
    context = await browser.new_context(base_url=console.url, timezone_id="Asia/Tokyo", locale="en-GB")
    page = await context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == []
