"""Tables of a few lines, read as files are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.dataproc.reading.reader import read_file

Found = list[tuple[int, str | None]]
Find = Callable[[str], Found]


@pytest.fixture
def profile(tmp_path: Path) -> Callable[[str], Any]:
    """The profile of a text's only table."""

    def read(text: str) -> Any:
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        (table,) = read_file(path, filename=path.name, into=tmp_path / "read").tables
        return table.profile

    return read


@pytest.fixture
def found(profile: Callable[[str], Any]) -> Find:
    """(row, label) of what a text's rows are taken to sum up."""
    return lambda text: [(row["row"], row["label"]) for row in profile(text)["totals"]["rows"]]
