"""Files that are wide, or have names as long as a page, become tables, and a small file beside them does not wait."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from askframe import Askframe
from askframe.models import Query

pytestmark = pytest.mark.e2e
WIDTH = 15_000
LONG = "measured in the north wing of the building on the second floor " * 90  # more than 5 KB


def written(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / name
    path.write_text("\n".join(map(",".join, rows)) + "\n")
    return path


def test_small_file_is_ready_before_wide_ones_that_came_first(client: Askframe, tmp_path: Path) -> None:
    names = [f"reading_{n}" for n in range(WIDTH)]
    rows = [[str((row * 7 + n) % 97) for n in range(WIDTH)] for row in range(3)]
    wide = [client.upload(written(tmp_path, f"wide_{n}.csv", [names, *rows])) for n in range(2)]
    begun = time.monotonic()
    small = client.load(written(tmp_path, "small.csv", [["city", "amount"], ["Oslo", "3"], ["Rome", "4"]]))
    took = time.monotonic() - begun
    assert small.tables[0].rows == 2
    assert took < 10  # a second or less on a machine that does nothing else
    assert client.file(wide[1].file_id).state != "ready"
    done = [client.wait_file(file, timeout=300) for file in wide]
    assert [(file.state, file.tables[0].columns) for file in done] == [("ready", WIDTH)] * 2
    answer = client.ask("What is the total reading_14999?", [done[0].tables[0].table_id]).answer
    assert answer is not None
    assert answer.value == sum(int(row[-1]) for row in rows)


def test_names_as_long_as_a_page_are_cut_and_said_and_can_be_asked_about(client: Askframe, tmp_path: Path) -> None:
    names = [f"depth {n} {LONG}" for n in range(300)]
    file = client.load(
        written(tmp_path, "long.csv", [names, *([str(row + n) for n in range(300)] for row in range(4))])
    )
    table = client.table(file.tables[0].table_id)
    assert len(table.columns) == 300
    assert max(len(column.name) for column in table.columns) <= 301
    assert any("cut" in warning for warning in table.warnings)
    rows: Query = client.ask("How many rows are there?", [table.table_id])
    assert rows.answer is not None, rows.error
    assert rows.answer.value == 4
