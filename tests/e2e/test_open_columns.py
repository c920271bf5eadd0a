"""A file that does not say how its numbers are to be read: asked once, by a question that hangs on it, and settled for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from askframe import Askframe

pytestmark = pytest.mark.e2e
WEIGHTS = ["59.913", "12.500", "7.250", "41.000"]
FILE = "depot;weight\n" + "".join(f"D{n};{weight}\n" for n, weight in enumerate(WEIGHTS))
TOTAL = "What is the total weight?"


@pytest.mark.parametrize(
    ("option", "total"), [("59,913 (thousands)", 59913 + 12500 + 7250 + 41000), ("1,234.5", 59.913 + 12.5 + 7.25 + 41)]
)
def test_choice_that_a_question_asks_for_is_taken_for_the_column(
    client: Askframe, tmp_path: Path, option: str, total: float
) -> None:
    path = tmp_path / "parcels.csv"
    path.write_text(FILE)
    assert client.load(path).state == "ready"
    query = client.ask(TOTAL)
    assert query.state == "needs_clarification"
    assert query.clarification is not None
    assert query.clarification.question == "59.913 in weight is 59.913 or 59,913: which holds for the whole column?"
    answered = client.clarify(query, option)
    assert answered.answer is not None, answered.error
    assert answered.answer.value == pytest.approx(total)
    (table,) = client.tables()
    assert table.version == 2
    again = client.ask(TOTAL)
    assert again.answer is not None and again.answer.value == pytest.approx(total)


def test_question_that_does_not_hang_on_the_column_is_answered_at_once(client: Askframe, tmp_path: Path) -> None:
    path = tmp_path / "parcels.csv"
    path.write_text(FILE)
    client.load(path)
    query = client.ask("How many rows are there?")
    assert query.answer is not None and query.answer.value == 4


def test_choice_is_taken_by_one_call_and_taken_back_by_another(client: Askframe, tmp_path: Path) -> None:
    path = tmp_path / "parcels.csv"
    path.write_text(FILE)
    table = client.table(client.load(path).tables[0].table_id)
    column = next(column for column in table.columns if column.name == "weight")
    assert (column.undecided, column.choices) == ("point_meaning", ("1,234.5", "1.234,5"))
    settled = client.change_columns(table, {"weight": {"format": "1.234,5"}})
    assert [column.choices for column in settled.columns] == [(), ()]
    assert client.preview(settled).rows[0] == ("D0", 59913)
    opened = client.change_columns(settled, {"weight": {"format": ""}})
    assert [column.undecided for column in opened.columns] == [None, "point_meaning"]
