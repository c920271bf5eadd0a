"""Any table in the stranger conventions of text comes back the same: separators of several and control characters, a delimiter behind every row, long cells, files put together, a stray byte, notes around it, unquoted decimal commas, a README beside it."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import read_file, read_raw

EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
WORD = st.text("abcdefghijklmnopqrstuvwxyzéüßøå", min_size=3, max_size=10)
PROSE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
HEAD = ["number", "name", "amount", "day"]
ROWS = st.lists(
    st.tuples(st.integers(-(10**9), 10**9).map(str), PROSE, st.decimals(-(10**6), 10**6, places=2).map(str), st.dates().map(str)).map(list),
    min_size=4, max_size=25)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any-text")


def read(folder: Path, content: bytes, filename: str = "t.csv") -> tuple[list[list[str]], tuple[str, ...]]:
    path = folder / uuid.uuid4().hex
    path.write_bytes(content)
    (table,) = read_file(path, filename=filename, into=folder / uuid.uuid4().hex).tables
    return list(read_raw(path, filename=filename, reading=table.reading)), table.warnings


def written(rows: list[list[str]], sign: str = ",") -> str:
    return "".join(sign.join(row) + "\n" for row in rows)


@EXAMPLES
@given(rows=ROWS, sign=st.sampled_from(["::", "||", "~|~", "|~|", "^|^", "@@", "##", "\x01", "\x02", "\x1e", "\x01\x02", "¦"]))  # fmt: skip
def test_separators_of_several_and_control_characters(folder: Path, rows: list[list[str]], sign: str) -> None:
    assert read(folder, written([HEAD, *rows], sign).encode())[0] == [HEAD, *rows]


@EXAMPLES
@given(rows=ROWS, sign=st.sampled_from([",", ";", "\t", "|"]))
def test_delimiter_behind_every_row(folder: Path, rows: list[list[str]], sign: str) -> None:
    raw, warnings = read(folder, written([HEAD, *([*row, ""] for row in rows)], sign).encode())
    assert raw == [[*HEAD, ""], *([*row, ""] for row in rows)]
    assert warnings


@EXAMPLES
@given(rows=ROWS, lines=st.integers(2, 60), width=st.integers(1, 200), sign=st.sampled_from([",", ";", "\t"]))
def test_long_cells_by_the_strict_rules(folder: Path, rows: list[list[str]], lines: int, width: int, sign: str) -> None:
    long = [[*row, "\n".join([f'* {row[1]}, "{row[1]}"; {row[0]}' + "x" * width] * lines)] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign).writerows([[*HEAD, "letter"], *long])
    assert read(folder, out.getvalue().encode()) == ([[*HEAD, "letter"], *long], ())


@EXAMPLES
@given(rows=ROWS, cut=st.integers(1, 3), ended=st.booleans())
def test_files_put_one_behind_another(folder: Path, rows: list[list[str]], cut: int, ended: bool) -> None:
    first = written([HEAD, *rows[:cut]])
    content = BOM_UTF8 + (first if ended else first[:-1]).encode() + BOM_UTF8 + written([HEAD, *rows[cut:]]).encode()
    raw, warnings = read(folder, content)
    assert raw == [HEAD, *rows]
    assert any("byte-order marks" in warning for warning in warnings)


@EXAMPLES
@given(rows=ROWS, place=st.integers(0, 3))
def test_stray_byte_in_utf8(folder: Path, rows: list[list[str]], place: int) -> None:
    rows = [*rows[:place], ["1", "Zürich", "2.00", "2024-01-01"], *rows[place:], ["1", "Gen#ve", "2.00", "2024-01-02"]]
    content = written([HEAD, *rows]).encode().replace(b"Gen#ve", b"Gen\xe8ve")
    raw, warnings = read(folder, content)
    assert raw == [HEAD, *rows[:-1], ["1", "Genève", "2.00", "2024-01-02"]]
    assert any("not UTF-8" in warning for warning in warnings)


@EXAMPLES
@given(rows=ROWS, width=st.sampled_from([2, 4]), blank=st.booleans(), title=st.booleans(), sign=st.sampled_from([",", ";", "\t"]),
       note=st.sampled_from(["Source: Office, 2024", "Quelle: Amt", "(25 rows)", "Records: 25", "* vorläufig", "-- end --", "Note: provisional"]))  # fmt: skip
def test_notes_below_and_titles_above(
    folder: Path, rows: list[list[str]], width: int, blank: bool, title: bool, sign: str, note: str
) -> None:
    table = [row[4 - width :] for row in [HEAD, *rows]]
    above, below = "Amounts of the year\n\n" * title, "\n" * blank + note + "\n"
    raw, warnings = read(folder, (above + written(table, sign) + below).encode())
    assert raw == table
    assert any("notes below" in warning for warning in warnings)


@EXAMPLES
@given(rows=st.lists(st.tuples(PROSE, *[st.decimals(-9999, 9999, places=2).map(str)] * 3).map(list), min_size=1, max_size=25), columns=st.integers(2, 3))  # fmt: skip
def test_decimal_commas_that_nobody_quoted(folder: Path, rows: list[list[str]], columns: int) -> None:
    table = [row[: columns + 1] for row in [["name", "high", "wide", "deep"], *rows]]
    commas = [[cell.replace(".", ",") for cell in row] for row in table]
    raw, warnings = read(folder, written(commas).encode())
    assert raw == commas
    assert any("joined again" in warning for warning in warnings)


@EXAMPLES
@given(rows=ROWS, name=st.sampled_from(["README", "readme.txt", "docs/LICENSE.md", "origin.txt"]))
def test_table_beside_a_text_that_explains_it(folder: Path, rows: list[list[str]], name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "The amounts of all shops, by day.\n\nThey come from the tills, as they are.\n")
        archive.writestr("amounts.csv", written([HEAD, *rows]))
    assert read(folder, out.getvalue(), "all.zip")[0] == [HEAD, *rows]
