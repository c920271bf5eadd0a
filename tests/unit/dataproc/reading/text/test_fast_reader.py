"""The fast reader gives the cells that the careful one gives, and hands over what is not regular."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from services.dataproc.reading import read_file
from services.dataproc.reading.text import files as csv_files
from services.dataproc.reading.typing import typing_pass
from tests.unit.dataproc.reading.readings import Read, Reading

HEADER = "id,day,stamp,city,amount,ratio,flag,note"
ROWS = 4_000
UNSAMPLED = 200
SMALL = 1 << 10


def line(n: int, rng: random.Random) -> str:
    amount = "NA" if n % 50 == 3 else str(rng.randrange(-500, 500))
    day = f"20{n % 20 + 10}-0{n % 9 + 1}-1{n % 9}"
    return f'{n},{day},{day} 10:20:{n % 60:02},{rng.choice(["Lyon", "Zürich", "Nice"])},{amount},{rng.random():.4f},{"true" if n % 3 else "false"},"note {n}, long enough {"x" * 300}"'


@pytest.fixture
def fast(read: Read, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, str]], Reading]:
    """Read a regular file, in which single lines may be replaced, with the fast reader allowed for small files."""
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)

    def read_with(replaced: dict[int, str]) -> Reading:
        rng = random.Random(7)
        lines = [line(n, rng) for n in range(ROWS)]
        for number, text in replaced.items():
            lines[number] = text
        return read("\n".join([HEADER, *lines]) + "\n")

    return read_with


def test_regular_file_takes_the_fast_path_with_the_same_result(
    fast: Callable[[dict[int, str]], Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = fast({})
    monkeypatch.setattr(csv_files, "FAST_BYTES", 1 << 40)
    rng = random.Random(7)
    assert quick.table.reading["path"] == "fast"
    slow_types = ["integer", "date", "datetime", "category", "integer", "decimal", "boolean", "text"]
    assert [c.type for c in quick.table.columns] == slow_types
    assert quick.raw()[1:3] == [[*expected[:7], expected[7]] for expected in (cells(line(n, rng)) for n in range(2))]
    assert quick.table.rows == ROWS


def cells(text: str) -> list[str]:
    plain, note = text.split(',"')
    return [*plain.split(","), note.rstrip('"')]


def test_null_tokens_become_null(fast: Callable[[dict[int, str]], Reading]) -> None:
    assert fast({}).cells()["amount"][3] is None


def test_ragged_row_sends_the_file_to_the_careful_reader(fast: Callable[[dict[int, str]], Reading]) -> None:
    reading = fast({3500: "3500,2020-01-01,2020-01-01 10:20:30,Lyon,5,0.5,true,a,b,c"})
    assert reading.table.reading["path"] == "careful"
    assert "column" in reading.table.reading["why"].lower()
    assert reading.table.rows == ROWS


def test_nul_behind_what_is_sampled_is_dropped_and_counted_as_in_small_files(
    fast: Callable[[dict[int, str]], Reading],
) -> None:
    text = line(3500, random.Random(7)).replace("note 3500", "no\0te 3500").replace("Nice", "Ni\0ce")
    reading = fast({3500: text})
    assert (reading.table.reading["path"], reading.table.reading["why"]) == ("careful", "it holds NUL characters")
    assert reading.cells()["note"][3500].startswith("note 3500")
    assert any("NUL characters dropped" in warning for warning in reading.table.warnings)


@pytest.mark.parametrize(
    ("column", "late", "kept"),
    [
        ("id", "0815", "0815"),
        ("ratio", "0.12345678901234567890123", "0.12345678901234567890123"),
        ("day", "soon", "soon"),
    ],
)
def test_a_late_surprise_changes_no_cell_in_silence(
    read: Read, monkeypatch: pytest.MonkeyPatch, column: str, late: str, kept: str
) -> None:
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    rng = random.Random(7)
    lines = [line(n, rng).split(",", 7) for n in range(ROWS)]
    lines[UNSAMPLED * 9][HEADER.split(",").index(column)] = late
    reading = read("\n".join([HEADER, *(",".join(row) for row in lines)]))
    value = reading.cells()[column][UNSAMPLED * 9]
    told = any(repr(late) in warning for warning in reading.table.warnings)
    assert str(value) == kept or (value is None and told)


def test_quoted_newlines_and_doubled_quotes_are_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    rows = [f'{n},"first ""{n}""\nsecond, line"' for n in range(500)]
    reading = read("n,text\n" + "\n".join(rows) + "\n")
    assert reading.table.reading["path"] == "fast"
    assert reading.raw()[500] == ["499", 'first "499"\nsecond, line']


@pytest.mark.parametrize(
    ("late", "kind", "stored"),
    [("7.5", "decimal", 7.5), ("2024-05-06", "date", dt.date(2024, 5, 6)), ("soon", "text", "soon")],
)
def test_column_that_is_empty_until_late_keeps_its_value(late: str, kind: str, stored: object, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text(
        "id,note,late\n" + "".join(f"{i},{'x' * 60},{late if i == 399_990 else ''}\n" for i in range(400_000))
    )
    (tmp_path / "out").mkdir()
    table = read_file(path, filename="late.csv", into=tmp_path / "out").tables[0]
    assert table.reading["path"] == "fast"
    assert table.columns[2].type in (kind, "category")
    assert pq.read_table(table.data_path).column("late").drop_null().to_pylist() == [stored]


def in_words(words: str, rows: int = ROWS) -> str:
    return "id,word,amount\n" + "".join(f"{n},{words} {n % 7},{n / 4}\n" for n in range(rows))


@pytest.mark.parametrize(("encoding", "words"), [
    ("cp1252", "Straße naïve – “œuvre”"), ("utf-16", "žluťoučký kůň"), ("utf-16-be", "Zażółć gęślą"), ("utf-8-sig", "Zürich"), ("cp1251", "Съешь ещё этих мягких булок"),
    ("shift_jis", "漢字とひらがなとカタカナ"), ("gb18030", "中文汉字编码测试"), ("cp1250", "příliš žluťoučký kůň"), ("koi8-r", "Это обычный русский текст"),
])  # fmt: skip
def test_other_encodings_take_the_fast_path_with_the_same_result(
    read: Read, monkeypatch: pytest.MonkeyPatch, encoding: str, words: str
) -> None:
    content = in_words(words).encode(encoding)
    careful = read(content)
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    quick = read(content)
    assert (careful.table.reading["path"], quick.table.reading["path"]) == ("careful", "fast")
    assert quick.table.reading["encoding"] == careful.table.reading["encoding"]
    assert quick.cells() == careful.cells() and quick.raw() == careful.raw()
    assert quick.cells()["word"][0] == f"{words} 0"


def test_encoding_that_only_late_bytes_tell_is_read_again_fast(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    content = in_words("plain words " * 10, 20_000).encode() + "20000,Küche über Straße,5\n".encode("cp1252")
    reading = read(content)
    assert (reading.table.reading["path"], reading.table.reading["encoding"]["name"]) == ("fast", "cp1252")
    assert reading.cells()["word"][20_000] == "Küche über Straße"
    assert reading.raw()[20_001] == ["20000", "Küche über Straße", "5"]


def test_bytes_that_are_no_letters_are_left_to_the_careful_reader(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    reading = read(in_words("Straße").encode("utf-16") + b"\x00\xd8\n\x00")
    assert reading.table.reading["path"] == "careful"
    assert any("no letter" in warning for warning in reading.table.warnings)


def test_header_that_comes_back_late_is_left_out_as_in_small_files(fast: Callable[[dict[int, str]], Reading]) -> None:
    reading = fast({ROWS - UNSAMPLED: HEADER})
    assert (reading.table.rows, reading.table.reading["path"]) == (ROWS - 1, "careful")
    assert f"header repeated among the rows, left out: 1 × (line {ROWS - UNSAMPLED + 2})" in reading.table.warnings
    assert reading.column("id").type == "integer"


def test_lines_with_commas_of_a_single_column_take_the_fast_path(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    lines = [f"{n} said, after a while, that it was late{', and left' * (n % 3)}." for n in range(ROWS)]
    reading = read("what\n" + "\n".join(lines) + "\n")
    assert reading.table.reading["path"] == "fast"
    assert reading.raw() == [["what"], *([line] for line in lines)]


def test_wide_table_is_decided_on_fewer_cells_and_profiled_some_columns_at_a_time(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_pass, "MOST_LOOKED_AT", 10_000)
    monkeypatch.setattr(csv_files, "FAST_BYTES", SMALL)
    width, rows = 1_200, 150
    lines = [
        ",".join(f"c{i}" for i in range(width)),
        *(",".join(str(n * i) if i % 3 else f"{n}.5" for i in range(width)) for n in range(rows)),
    ]
    reading = read("\n".join(lines) + "\n")
    assert reading.table.reading["path"] == "fast"
    assert [c.type for c in reading.table.columns] == ["integer" if i % 3 else "decimal" for i in range(width)]
    cells = reading.cells()
    assert cells["c1199"] == [n * 1199 for n in range(rows)]
    assert reading.table.profile["columns"]["c700"]["max"] == 149 * 700
    assert reading.table.profile["columns"]["c700"]["top"][0]["count"] == 1
