"""Number formats of worksheet cells: units, percents, filled digits; of large sheets it is said that they were not looked at."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.reading.workbook import files
from services.dataproc.reading.workbook.column_formats import fill_mask, hundredfold
from services.dataproc.reading.workbook.inspection import read_styles
from services.dataproc.reading.workbook.number_formats import read_format
from tests.unit.dataproc.reading.readings import Read, Reading

Numbers = Callable[[int], float | str | None]
Both = Callable[[bytes], tuple[Reading, Reading]]


def sheet(columns: Mapping[str, tuple[str | Callable[[int], str], Numbers]], rows: int = 300) -> bytes:
    """Columns by name: a number format, or one for each row, and the cell of each row (counted from 1); None is a blank styled cell."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        ws = book.add_worksheet("figures")
        styles: dict[str, Any] = {}
        for index, (name, (code, cell)) in enumerate(columns.items()):
            ws.write(0, index, name)
            for row in range(1, rows + 1):
                shown, value = code(row) if callable(code) else code, cell(row)
                style = styles.setdefault(shown, book.add_format({"num_format": shown}))
                ws.write_blank(row, index, None, style) if value is None else ws.write(row, index, value, style)
    return sink.getvalue()


@pytest.fixture
def shown(read: Read) -> Callable[[bytes], Reading]:
    """The reading of a workbook cell by cell."""

    def reading(content: bytes) -> Reading:
        found = read(content, "book.xlsx")
        assert found.table.reading["path"] == "careful"
        return found

    return reading


def test_formats_of_a_large_sheet_are_not_looked_at_and_that_is_said(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGE_SHEET", 1 << 10)
    reading = read(
        sheet({"share": ("0.00%", lambda row: row / 16), "place": ("00000", lambda row: 900 + row)}), "book.xlsx"
    )
    assert reading.table.reading["path"] == "fast"
    assert [(c.type, c.unit) for c in reading.table.columns] == [("decimal", None), ("integer", None)]
    assert reading.cells()["share"][:2] == [0.0625, 0.125]
    assert any(warning.startswith("number formats, hidden rows") for warning in reading.table.warnings)


@pytest.mark.parametrize(("code", "unit"), [
    ("0.00%", "%"), ("0%", "%"), ("[Red]-0.0%;0.0%", "%"), ('#,##0.00 "€"', "EUR"), ("[$€-407] #,##0.00", "EUR"), ("#,##0.00\\ [$€-1]", "EUR"),
    ("$#,##0.00", "USD"), ("[$CHF] #,##0", "CHF"), ("[$$-1009]#,##0", "CAD"), ("[$$-409]#,##0", "USD"), ("[$¥-804]#,##0", "CNY"), ("[$¥-411]#,##0", "JPY"),
    ("[$kr-41D] #,##0", "SEK"), ("[$₹-4009] #,##,##0.00", "INR"), ('_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "USD"),
    ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "EUR"), ("($#,##0)", "USD"), ('0.0 "kg"', "kg"), ('0" m²"', "m²"), ('0.0"%"', "%"),
    ('#,##0.0,,"M €"', "EUR"), ("[$-409]0.0%", "%"),
    ("0.00", None), ("#,##0", None), ("0.00E+00", None), ("# ?/?", None), ("@", None), ("yyyy-mm-dd", None), ("[h]:mm:ss", None), ("General", None),
    ('0.0,,"M"', None), ('"Q"0', None), ("[<1]0.0%;0", None), ("#,##0\\ _€", None), ('[=1]"yes";[=0]"no";0', None), ("0%%", None), ('0"."00', None), ('"0"0', None),
])  # fmt: skip
def test_unit_of_a_format(code: str, unit: str | None) -> None:
    found = read_format(code)
    assert (found.unit if found else None) == unit
    assert (found is not None and found.percent) == (unit == "%" and '"%"' not in code)


@pytest.mark.parametrize(
    ("code", "mask"),
    [
        ("00000", "00000"),
        ("000-00-0000", "000-00-0000"),
        ("0000\\-00\\-00", "0000-00-00"),
        ("0", ""),
        ("00.0", ""),
        ("#00", ""),
    ],
)
def test_mask_of_a_format(code: str, mask: str) -> None:
    found = read_format(code)
    assert (found.mask if found else "") == mask


def test_styles_name_their_formats_by_number() -> None:
    styles = """<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode='#,##0 "€"'/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="10" applyNumberFormat="1"/><xf numFmtId="164"><alignment/></xf><xf numFmtId="44"/></cellXfs></styleSheet>"""
    assert {style: shown.unit for style, shown in read_styles(styles).items()} == {1: "%", 2: "EUR", 3: "USD"}


def test_percents_and_currencies_are_what_text_would_be(shown: Callable[[bytes], Reading], read: Read) -> None:
    reading = shown(
        sheet(
            {
                "share": ("0.00%", lambda row: row / 1600),
                "price": ('#,##0.00 "€"', lambda row: row * 1.25),
                "whole": ("0%", lambda row: row / 4),
            }
        )
    )
    text = read("share,price,whole\n" + "\n".join(f"{row / 16}%,{row * 1.25} €,{row * 25}%" for row in range(1, 301)))
    assert (
        [(c.type, c.unit) for c in reading.table.columns]
        == [(c.type, c.unit) for c in text.table.columns]
        == [("decimal", "%"), ("decimal", "EUR"), ("integer", "%")]
    )
    assert reading.cells() == text.cells()
    assert "worksheet format 0.00%" in reading.column("share").evidence
    assert "worksheet format" in reading.column("price").evidence
    assert reading.raw()[2] == ["0.125%", "2.5 EUR", "50%"]


def test_digits_filled_up_are_kept_as_identifiers(shown: Callable[[bytes], Reading]) -> None:
    reading = shown(
        sheet(
            {
                "place": ("00000", lambda row: 900 + row * 100),
                "full": ("00000", lambda row: 20000 + row),
                "ssn": ("000-00-0000", lambda row: 12345678 + row),
            }
        )
    )
    assert [c.type for c in reading.table.columns] == ["identifier", "integer", "identifier"]
    assert [reading.cells()[name][0] for name in ("place", "full", "ssn")] == ["01000", 20001, "012-34-5679"]
    assert "worksheet format 00000" in reading.column("place").evidence


def test_filled_digits_can_be_read_as_numbers_again(read: Read) -> None:
    content = sheet({"place": ("00000", lambda row: 900 + row * 100), "n": ("0", lambda row: row)}, rows=20)
    reading = read(content, "book.xlsx", {"columns": {"place": {"type": "integer"}}})
    assert reading.column("place").type == "integer"
    assert reading.cells()["place"][0] == 1000


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
def test_column_of_several_formats_has_no_unit_and_says_so(shown: Callable[[bytes], Reading], late: bool) -> None:
    other = 290 if late else 2
    reading = shown(sheet({"n": ("0", lambda row: row), "share": (lambda row: "0.00" if row == other else "0%", lambda row: row / 8),
                           "paid": (lambda row: "$0" if row == other else "0 €", lambda row: row)}))  # fmt: skip
    assert [c.unit for c in reading.table.columns] == [None] * 3
    assert reading.cells()["share"][:2] == [0.125, 0.25]
    assert all("worksheet formats differ" in reading.column(name).evidence for name in ("share", "paid"))


def test_blanks_texts_and_other_decimals_leave_a_unit_alone(shown: Callable[[bytes], Reading]) -> None:
    def code(row: int) -> str:
        return "0.0%" if row % 2 else "0%"

    reading = shown(
        sheet({"n": ("0", lambda row: row), "share": (code, lambda row: None if row % 7 == 0 else row / 8)})
    )
    assert reading.column("share").unit == "%"
    assert reading.cells()["share"][:7] == [12.5, 25.0, 37.5, 50.0, 62.5, 75.0, None]


def test_words_among_percents_keep_the_percents_as_shown(read: Read) -> None:
    reading = read(
        sheet(
            {"n": ("0", lambda row: row), "share": ("0.0%", lambda row: "see the note" if row == 3 else row / 8)},
            rows=8,
        ),
        "book.xlsx",
    )
    assert reading.cells()["share"][1:4] == ["25%", "see the note", "50%"]


def test_merged_percents_are_filled_with_their_format(read: Read) -> None:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        ws, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
        ws.write_row(0, 0, ["city", "share"])
        ws.write_column(1, 0, ["Lyon", "Nice", "Lille", "Metz"])
        ws.merge_range(1, 1, 2, 1, 0.5, percent)
        ws.merge_range(3, 1, 4, 1, 0.25, percent)
    assert read(sink.getvalue(), "book.xlsx").cells()["share"] == [50, 50, 25, 25]


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=6))
def test_a_hundredfold_is_that_of_the_decimal_number(number: Decimal) -> None:
    assert hundredfold(np.array([float(number)]))[0] == float(number.scaleb(2))


def test_more_digits_than_a_mask_has_stand_in_front() -> None:
    assert [fill_mask("7", "000"), fill_mask("12345", "00-00"), fill_mask("12", "(00) 00")] == [
        "007",
        "123-45",
        "(00) 12",
    ]
