"""Names of columns: as long as a person reads, unique, and found by their place in the file however long they are there."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.reading.naming import LONGEST_NAME, unique_names
from tests.unit.dataproc.reading.readings import Read

LONG = "measured in the north wing of the building on the second floor " * 90  # more than 5 KB


def slowly_unique(names: list[str]) -> list[str]:
    taken: set[str] = set()
    result = []
    for name in names:
        number, candidate = 1, name
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{name} ({number})"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


@given(st.lists(st.sampled_from(["a", "A", "a (2)", "A (3)", "b", "b (2)", "a (2) (2)"]), max_size=20))
def test_repeated_names_are_numbered_in_their_order(names: list[str]) -> None:
    assert unique_names(names) == slowly_unique(names)


def test_thousands_of_equal_names_are_numbered_at_once() -> None:
    names = unique_names(["x"] * 16_000)
    assert len(set(names)) == 16_000 and names[-1] == "x (16000)"


def test_names_of_5_kb_are_bounded_and_their_columns_found_again(read: Read) -> None:
    header = ",".join(f"{LONG}{number}" for number in range(300))
    rows = "".join(",".join(f"0{row * number}" for number in range(300)) + "\n" for row in range(1, 21))
    reading = read(f"{header}\n{rows}")
    columns = reading.table.columns
    assert len({column.name for column in columns}) == 300
    assert "300 names of columns were longer than 300 characters and cut" in reading.table.warnings
    assert max(len(column.name) for column in columns) <= LONGEST_NAME + len(" (300)")
    assert max(len(column.source_name) for column in columns) == LONGEST_NAME + 1
    assert columns[7].source_name == f"{LONG[:LONGEST_NAME]}…"
    assert len(json.dumps([column.source_name for column in columns])) < 100_000
    assert reading.raw()[0][7] == f"{LONG}7"
    chosen = read(f"{header}\n{rows}", overrides={"columns": {columns[7].name: {"type": "text"}}})
    assert chosen.cells()[columns[7].name][0] == "07"
    assert chosen.table.columns[7].type == "text" and chosen.table.columns[8].type != "text"


def test_a_name_that_people_read_stays_as_it_is(read: Read) -> None:
    reading = read("  Größe (cm) ,b\n1,2\n3,4\n")
    assert reading.table.warnings == ()
    assert [(column.name, column.source_name.strip()) for column in reading.table.columns] == [
        ("Größe (cm)", "Größe (cm)"),
        ("b", "b"),
    ]
