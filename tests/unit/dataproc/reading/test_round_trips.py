"""Any table written in a supported dialect reads back the same: no cell lost, shifted or changed."""

from __future__ import annotations

import csv
import io
import string
import uuid
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dataproc.reading import read_file, read_raw

WORD = st.text(string.ascii_letters + "éüß", min_size=3, max_size=12)
TEXT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
CELLS = {
    "count": st.integers(-(10**9), 10**9).map(str),
    "price": st.decimals(-(10**6), 10**6, places=2).map(str),
    "day": st.dates().map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}"),
    "name": TEXT,
    "remark": st.one_of(
        TEXT, st.builds('{}, "{}"; {}'.format, WORD, WORD, WORD), st.builds("{}\n{}".format, WORD, WORD)
    ),
}
TABLES = st.lists(st.tuples(*CELLS.values()).map(list), min_size=4, max_size=30)
DIALECTS = st.tuples(
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round-trips")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TABLES, dialect=DIALECTS)
def test_written_table_reads_back_the_same(folder: Path, rows: list[list[str]], dialect: tuple[str, str, int]) -> None:
    delimiter, end, quoting = dialect
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([list(CELLS), *rows])
    path = folder / uuid.uuid4().hex
    path.write_bytes(out.getvalue().encode())
    result = read_file(path, filename="t.csv", into=folder / uuid.uuid4().hex)
    (table,) = result.tables
    assert list(read_raw(path, filename="t.csv", reading=table.reading)) == [list(CELLS), *rows]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=TABLES)
def test_typed_cells_are_the_written_ones_or_are_named(folder: Path, rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([list(CELLS), *rows])
    path = folder / uuid.uuid4().hex
    path.write_bytes(out.getvalue().encode())
    (table,) = read_file(path, filename="t.csv", into=folder / uuid.uuid4().hex).tables
    stored = pq.read_table(table.data_path).to_pydict()
    assert [str(value) for value in stored["count"]] == [row[0] for row in rows]
    assert [float(value) for value in stored["price"]] == [float(row[1]) for row in rows]
    assert [str(value) for value in stored["day"]] == [row[2] for row in rows]
    for name, index in (("name", 3), ("remark", 4)):
        column = next(c for c in table.columns if c.name == name)
        for value, row in zip(stored[name], rows, strict=True):
            assert value == row[index] or (value is None and repr(row[index]) in column.evidence)
