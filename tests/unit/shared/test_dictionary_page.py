"""The example of docs/dictionary.md: it fits the table beside it, and its measure is what the page says."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest

from services.dataproc.tables.yaml_documents import read_yaml
from shared.columns import ColumnType
from shared.dictionary import Dictionary, DictionaryDocument, bind
from shared.plan import AGGREGATES
from tests.unit.shared.test_dictionary import SomeColumn

TYPES = {"order": ColumnType.INTEGER, "quantity": ColumnType.INTEGER, "disc": ColumnType.INTEGER, "price": ColumnType.DECIMAL, "sold": ColumnType.DATE}  # fmt: skip


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs/dictionary.md").read_text()


def block(page: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def dictionary(page: str) -> Dictionary:
    header = block(page, "csv").splitlines()[0].split(",")
    columns = [SomeColumn(name, name, TYPES.get(name, ColumnType.CATEGORY)) for name in header]
    return bind(DictionaryDocument.model_validate(read_yaml(block(page, "yaml").encode())), "sales", columns)


def test_the_example_fits_its_table(page: str) -> None:
    found = dictionary(page)
    assert found.labels == ("order lines", "sales", "orders")
    assert [measure.name for measure in found.measures] == ["revenue", "large orders"]


def test_the_example_comes_to_what_the_page_says(page: str) -> None:
    rows = pd.read_csv(io.StringIO(block(page, "csv")))
    kept = rows[rows["status"].fillna("") != "refunded"]
    total = (kept["price"] * kept["quantity"] * (1 - kept["disc"] / 100)).sum()
    assert f"**{total:.2f} EUR**" in page


def test_the_page_names_every_aggregate(page: str) -> None:
    named = re.search(r"\*\*`aggregate`\*\* is one of `([^`]*)`", page)
    assert named and set(named[1].split()) == set(AGGREGATES)
