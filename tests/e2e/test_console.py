"""The web page in a real Chromium: the work is still there after a reload and a restart, and nobody else sees it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from deploy.local.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
CSV = "city,amount\nParis,120.5\nLyon,80.5\nParis,30\n"
PATIENCE = 30_000  # milliseconds


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


class Browser:
    """Chromium with a profile on disk, which outlives the window."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self._playwright, self._profile, self._url = playwright, profile, url
        self._context: BrowserContext | None = None

    def open(self) -> Page:
        binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        assert binary, "no Chromium: `python -m tests.setup` says how to get it"
        self._context = self._playwright.chromium.launch_persistent_context(self._profile, executable_path=binary, headless=True, args=FLAGS)
        page = self._context.new_page()
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(self._url)
        expect(page.locator("#session")).to_contain_text("session until", timeout=PATIENCE)
        return page

    def close(self) -> None:
        if self._context:
            self._context.close()
            self._context = None


@pytest.fixture
def browsers(playwright: Playwright, stack: Stack, tmp_path: Path) -> Iterator[tuple[Browser, Browser]]:
    pair = (Browser(playwright, tmp_path / "one", stack.base_url), Browser(playwright, tmp_path / "two", stack.base_url))
    yield pair
    for browser in pair:
        browser.close()


def upload_and_ask(page: Page, folder: Path) -> None:
    (folder / "sales.csv").write_text(CSV)
    page.set_input_files("#picker", folder / "sales.csv")
    expect(page.locator("#tables")).to_contain_text("sales", timeout=PATIENCE)
    page.fill("#question", "What is the total amount?")
    page.press("#question", "Enter")
    expect(page.locator("#answer .said")).to_contain_text("231", timeout=PATIENCE)
    expect(page.locator("#history")).to_contain_text("What is the total amount?", timeout=PATIENCE)


def expect_everything(page: Page) -> None:
    expect(page.locator("#files")).to_contain_text("sales.csv", timeout=PATIENCE)
    expect(page.locator("#tables")).to_contain_text("sales", timeout=PATIENCE)
    expect(page.locator("#history")).to_contain_text("What is the total amount?", timeout=PATIENCE)


def test_work_survives_a_reload_and_a_restart_of_the_browser(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    mine = browsers[0]
    page = mine.open()
    upload_and_ask(page, tmp_path)
    page.reload()
    expect_everything(page)
    mine.close()
    page = mine.open()
    expect_everything(page)
    page.click("#history button")
    expect(page.locator("#answer .said")).to_contain_text("231", timeout=PATIENCE)
    assert mine.problems == []


def test_another_profile_sees_nothing(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    upload_and_ask(browsers[0].open(), tmp_path)
    page = browsers[1].open()
    page.wait_for_timeout(500)
    for place in ("#files", "#tables", "#history"):
        expect(page.locator(place)).to_be_empty()


def test_names_and_cells_are_shown_as_text(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    (tmp_path / "<img src=x onerror=window.pwned=1>.csv").write_text("<b>head</b>,n\n<script>window.pwned=1</script>,1\n")
    page.set_input_files("#picker", tmp_path / "<img src=x onerror=window.pwned=1>.csv")
    page.locator("#tables button").first.click(timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("<script>", timeout=PATIENCE)
    assert page.evaluate("window.pwned") is None
