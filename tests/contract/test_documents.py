"""What documents name is there: the pages and headings that they link to, the events and the metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from shared.events import EVENTS
from shared.telemetry import metrics

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("deploy/**/*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
METRIC = re.compile(r"\baskframe_[a-z_]+\b")


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = HEADING.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """(the link, where it leads, the heading there), of those that stay in the repository."""
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    dead = [
        link
        for link, target, anchor in links(page)
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target))
    ]
    assert dead == []


def test_every_event_of_a_question_stands_on_its_way() -> None:
    page = (REPOSITORY / "docs/architecture.md").read_text(encoding="utf-8")
    way = page.split("## The way of a question", 1)[1].split("\n## ", 1)[0]
    rows = " ".join(line.split("|")[1] for line in way.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`(query\.\w+)`", rows))
    assert named == {subject.rsplit(".", 1)[0] for subject in EVENTS if subject.startswith("query.")}


def test_metrics_that_documents_name_are_counted() -> None:
    counted = {
        name + suffix
        for metric in vars(metrics).values()
        if isinstance(metric, MetricWrapperBase)
        for name in [metric._name]
        for suffix in ("", "_total", "_bucket", "_sum", "_count")
    }
    named = {name for page in PAGES for name in METRIC.findall(page.read_text(encoding="utf-8"))}
    assert named - counted - {"askframe_session"} == set()  # the cookie's name begins alike
