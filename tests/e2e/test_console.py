"""The web page in a real Chromium: the work is still there after a reload and a restart, and nobody else sees it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from deploy.local.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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
        self._context = self._playwright.chromium.launch_persistent_context(
            self._profile, executable_path=binary, headless=True, args=FLAGS
        )
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
    pair = (
        Browser(playwright, tmp_path / "one", stack.base_url),
        Browser(playwright, tmp_path / "two", stack.base_url),
    )
    yield pair
    for browser in pair:
        browser.close()


def upload_and_ask(page: Page, folder: Path) -> None:
    (folder / "sales.csv").write_text(CSV)
    page.set_input_files("#picker", folder / "sales.csv")
    expect(page.locator("#tables")).to_contain_text("sales", timeout=PATIENCE)
    ask(page, "What is the total amount?", "231")
    expect(page.locator("#history")).to_contain_text("What is the total amount?", timeout=PATIENCE)


def ask(page: Page, question: str, answer: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")
    expect(page.locator("#conversation article").last.locator(".said")).to_contain_text(answer, timeout=PATIENCE)


def expect_everything(page: Page) -> None:
    expect(page.locator("#files")).to_contain_text("sales.csv", timeout=PATIENCE)
    expect(page.locator("#tables")).to_contain_text("sales", timeout=PATIENCE)
    expect(page.locator("#history")).to_contain_text("What is the total amount?", timeout=PATIENCE)
    expect(page.locator("#conversation .asked")).to_have_text(
        ["What is the total amount?", "And only for Paris?"], timeout=PATIENCE
    )
    expect(page.locator("#conversation .said").first).to_contain_text("231", timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("Lyon", timeout=PATIENCE)
    expect(page.locator("#quota")).to_contain_text("1 of 1000 tables", timeout=PATIENCE)


def test_work_survives_a_reload_and_a_restart_of_the_browser(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    mine = browsers[0]
    page = mine.open()
    upload_and_ask(page, tmp_path)
    page.locator("#tables button").click()
    ask(page, "And only for Paris?", "150.5")
    page.reload()
    expect_everything(page)
    mine.close()
    page = mine.open()
    expect_everything(page)
    page.locator("#history button", has_text="What is the total amount?").click()
    expect(page.locator("#conversation article").first).to_contain_text("Code that gave this answer", timeout=PATIENCE)
    ask(page, "And only for Lyon?", "80.5")  # the conversation goes on where it was
    assert mine.problems == []


def test_a_new_conversation_begins_empty_and_the_old_one_is_a_click_away(
    browsers: tuple[Browser, Browser], tmp_path: Path
) -> None:
    page = browsers[0].open()
    upload_and_ask(page, tmp_path)
    page.click("#begin")
    expect(page.locator("#conversation")).to_be_empty()
    ask(page, "How many rows are there?", "3")
    expect(page.locator("#conversation .asked")).to_have_text(["How many rows are there?"])
    page.locator("#history button", has_text="What is the total amount?").click()
    expect(page.locator("#conversation .asked")).to_have_text(["What is the total amount?"], timeout=PATIENCE)


def test_what_claude_may_be_told_is_shown_and_chosen(browsers: tuple[Browser, Browser]) -> None:
    page = browsers[0].open()
    expect(page.locator("#privacy")).to_contain_text("names and values of your tables (this server's default)")
    page.locator("#choose-privacy").click()
    expect(page.locator("#privacy")).to_contain_text("no value of a cell (your choice)", timeout=PATIENCE)
    page.reload()
    expect(page.locator("#privacy")).to_contain_text("no value of a cell (your choice)", timeout=PATIENCE)


def test_another_profile_sees_nothing(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    upload_and_ask(browsers[0].open(), tmp_path)
    page = browsers[1].open()
    page.wait_for_timeout(500)
    for place in ("#files", "#tables", "#history", "#conversation", "#preview"):
        expect(page.locator(place)).to_be_empty()
    expect(page.locator("#quota")).to_contain_text("0 of 1000 tables")
    expect(page.locator("#question")).to_be_disabled()


def test_an_upload_shows_how_far_it_is(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    (tmp_path / "long.csv").write_text("a,b\n" + "1,some text to fill the line\n" * 700_000)
    page.evaluate("""() => { window.seen = []; new MutationObserver(() => window.seen.push(document.getElementById("uploads").textContent))
        .observe(document.getElementById("uploads"), {subtree: true, childList: true, characterData: true}); }""")
    page.set_input_files("#picker", tmp_path / "long.csv")
    expect(page.locator("#tables")).to_contain_text("long · 700,000 × 2", timeout=2 * PATIENCE)
    shares = {int(share) for text in page.evaluate("window.seen") for share in re.findall(r"(\d+) % of", text)}
    assert len(shares) >= 2 and max(shares) == 100, shares
    expect(page.locator("#uploads")).to_be_empty()


def test_a_file_that_cannot_be_read_says_why(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 this is no table PAR1")
    page.set_input_files("#picker", tmp_path / "broken.parquet")
    expect(page.locator("#files .problem")).not_to_be_empty(timeout=PATIENCE)
    expect(page.locator("#question")).to_be_disabled()


def test_the_sample_and_a_suggestion_lead_to_an_answer(browsers: tuple[Browser, Browser]) -> None:
    page = browsers[0].open()
    page.click("#sample")
    page.locator("#suggestions button", has_text="average").click(timeout=PATIENCE)
    expect(page.locator("#conversation img.chart")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("document.querySelector('img.chart').naturalWidth > 100", timeout=PATIENCE)
    expect(page.locator("#sample")).to_be_hidden()


def test_every_suggestion_about_people_with_keys_is_answered(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    rows = "\n".join(f"{7001 + 13 * n},Person {n},{('gold', 'basic')[n % 2]},{20 + n % 9}" for n in range(30))
    (tmp_path / "members.csv").write_text(f"member_id,full_name,plan,age\n{rows}\n")
    page.set_input_files("#picker", tmp_path / "members.csv")
    offered = page.locator("#suggestions button")
    expect(offered).to_have_text(
        ["How many rows are there?", "What is the average age per plan?", "What is the maximum age?"], timeout=PATIENCE
    )
    for number in range(3):
        offered.nth(number).click()
        expect(page.locator("#conversation article")).to_have_count(number + 1, timeout=PATIENCE)
        expect(page.locator("#conversation article").last).to_contain_text("Code that gave", timeout=PATIENCE)


def test_deleting_everything_leaves_an_empty_page(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    upload_and_ask(page, tmp_path)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#forget")
    for place in ("#files", "#tables", "#history", "#conversation"):
        expect(page.locator(place)).to_be_empty(timeout=PATIENCE)


def test_names_and_cells_are_shown_as_text(browsers: tuple[Browser, Browser], tmp_path: Path) -> None:
    page = browsers[0].open()
    (tmp_path / "<img src=x onerror=window.pwned=1>.csv").write_text(
        "<b>head</b>,n\n<script>window.pwned=1</script>,1\n"
    )
    page.set_input_files("#picker", tmp_path / "<img src=x onerror=window.pwned=1>.csv")
    page.locator("#tables button").first.click(timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("<script>", timeout=PATIENCE)
    assert page.evaluate("window.pwned") is None
