"""Notes below and above tables are no rows, and are said; ordinary last rows stay."""

from __future__ import annotations

import pytest

from services.dataproc.reading.layout.footers import trim_footer
from services.dataproc.reading.layout.note_signs import NoteSign, note_sign
from tests.unit.dataproc.reading.readings import Read

TWO = "plant,height\nfern,68\nmoss,8\npine,480\noak,590\n"
THREE = "plant,year,height\nfern,2020,68\nmoss,2020,8\npine,2020,480\n"
NOTES = [
    "Source: Garden Office, 2024",
    "Quelle: Gartenamt",
    "出典：園芸局",
    "(4 rows)",
    "4 rows selected.",
    "4 rows in set (0.02 sec)",
    "Records: 4",
    "Anzahl Datensätze: 4",
    "* vorläufig",
    "1) estimated by eye",
    "-- end --",
    "*** End of report ***",
    "EOF",
    "© Garden Office",
    "Note: heights in centimetres",
    "Generated on 2024-05-01 12:00",
    "https://garden.example/heights",
    '"Source: Garden Office, 2024"',
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize(("table", "blank"), [(TWO, ""), (THREE, "\n")])
def test_notes_below_are_no_rows_and_are_said(read: Read, table: str, blank: str, note: str) -> None:
    reading = read(table + blank + note + "\n")
    assert reading.raw() == [line.split(",") for line in table.splitlines()]
    assert reading.column("height").type == "integer"
    assert reading.table.reading["notes"] == [note.strip('"')]
    assert any(
        f"notes below the table are not part of it: {note.strip(chr(34))!r}" in w for w in reading.table.warnings
    )


@pytest.mark.parametrize("note", ["Source: Garden Office, 2024", "Note: heights, in centimetres", "Heights of plants, by year", "Generated on 2024-05-01, 12:00"])  # fmt: skip
@pytest.mark.parametrize("table", [TWO, THREE])
def test_notes_and_titles_above_are_no_header(read: Read, table: str, note: str) -> None:
    reading = read(f"{note}\n{table}")
    assert reading.raw() == [line.split(",") for line in table.splitlines()]
    assert reading.table.reading["notes"] == [note]


@pytest.mark.parametrize("end", ["Other,\n", "\nOther,\n", "Total,1146\n", "Note,5\n", "Red cedar,\n", "End,\n", "Source,\n"])  # fmt: skip
def test_ordinary_last_rows_stay(read: Read, end: str) -> None:
    reading = read(TWO + end)
    assert reading.raw()[-1] == end.strip().split(",")
    assert reading.table.reading["notes"] == []


@pytest.mark.parametrize(
    "text",
    [
        "key,value\nSource: web,3\nSource: shop,4\nSource: phone,5\n",
        "title,year\n1) Emma,1815\n2) Ulysses,1922\n3) The Great Gatsby,\n",
        "title,year\nEmma,1815\n\nUlysses,\n\nThe Great Gatsby by Scott Fitzgerald,\n",
        "task,hours\nwrite docs,5\nfix bug,3\nNote: urgent call,2\n",
        "item,maker,price\nPen,Bic,2\nRuler,Staedtler,3\nNotebook,,\n",
        "page,hits\nhome,5\nhttps://a.example/,3\n",
        "id,name\n1, ada\n2, eve\n3, Source: ida\n",
    ],
)
def test_rows_that_begin_like_notes_stay_where_others_do_or_values_stand_beside_them(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.table.rows == len([line for line in text.splitlines() if line]) - 1


@pytest.mark.parametrize("columns", [1, 2])
def test_boxes_that_the_shell_of_a_database_draws_end_above_their_count(read: Read, columns: int) -> None:
    rows = [["plant", "cm"], ["fern", "68"], ["moss", " 8"], ["oak ", "59"]]
    edge = "+-------+----+"[: 14 if columns == 2 else 9] + "\n"
    lines = ["| " + " | ".join(cell.ljust(5 - 3 * place) for place, cell in enumerate(row[:columns])) + " |\n" for row in rows]  # fmt: skip
    reading = read(edge + lines[0] + edge + "".join(lines[1:]) + edge + "3 rows in set (0.00 sec)\n", "out.txt")
    assert reading.raw() == [[cell.strip() for cell in row[:columns]] for row in rows]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Źródło: GUS", NoteSign.SOURCE),
        ("Stand: 01.05.2024", NoteSign.MAKING),
        ("Anmerkungen", NoteSign.HEADING),
        ("3 row(s) affected", NoteSign.COUNT),
        ("Copyright 2024 Ann", NoteSign.RIGHTS),
        ("Made in Italy", None),
        ("Notebook", None),
        ("Finland", None),
        ("end", None),
        ("*.pdf", None),
        ("1.200", None),
        ("2024-01-01", None),
        ("standard", None),
        ("Row 5", None),
    ],
)
def test_signs_of_notes(text: str, sign: NoteSign | None) -> None:
    assert note_sign(text) is sign


def test_notes_below_a_large_table_are_no_rows(read: Read) -> None:
    rows = "".join(f"a plant of the kind that has the number {n} in the {'long ' * 40}list,{n % 900}\n" for n in range(20_000))  # fmt: skip
    reading = read("plant,height\n" + rows + "\nSource: Garden Office, 2024\n(20000 rows)\n")
    assert (reading.table.rows, reading.column("height").type, reading.cells()["height"][-1]) == (20_000, "integer", 199)  # fmt: skip
    assert reading.table.reading["notes"] == ["Source: Garden Office, 2024", "(20000 rows)"]
    assert any("notes below" in warning for warning in reading.table.warnings)


@pytest.mark.parametrize("odd", ["", "a fern,5,\n"])
def test_notes_below_a_table_too_large_to_be_held_are_no_rows(
    read: Read, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    for module in ("files", "row_reader"):
        monkeypatch.setattr(f"services.dataproc.reading.text.{module}.HELD_BYTES", 1 << 20)
    rows = "".join(f"a plant of the kind that has the number {n} in the {'long ' * 40}list,{n % 900}\n" for n in range(20_000))  # fmt: skip
    reading = read("plant,height\n" + rows + odd + rows + "Source: Garden Office, 2024\n")
    assert (reading.table.rows, reading.cells()["height"][-1]) == (40_000 + bool(odd), 199)
    assert any("below the table" in warning for warning in reading.table.warnings)


@pytest.mark.parametrize("end", ["", "\n\n\n"])
def test_large_table_whose_last_row_is_longer_than_what_is_looked_at_is_read(read: Read, end: str) -> None:
    """Of such a file no whole line is looked at for notes."""
    body = "fern " * 15_000
    reading = read("id,body\n" + "".join(f"{n},{body}\n" for n in range(80)) + end)
    assert (reading.table.rows, reading.column("id").type) == (80, "integer")


def test_nothing_but_blank_rows_has_no_notes() -> None:
    assert trim_footer([], -1, 2) == (0, ())
    assert trim_footer([["", ""], [""]], -1, 2) == (0, ())
