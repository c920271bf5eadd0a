"""What a file weighs before it is read: wide and expanding ones are heavy, ordinary ones as light as they are."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from services.dataproc.parsing import cost as cost_module
from services.dataproc.parsing.cost import LARGE_FILE, weight_of

ROW = b"x,1.5,2024-01-31,some words\n"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_small_file_that_unpacks_to_much_is_heavy(
    tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_module, "LARGE_FILE", 2 << 20)
    (tmp_path / "t").write_bytes(pack(ROW * 100_000))
    assert (tmp_path / "t").stat().st_size < 50_000
    assert weight_of(tmp_path / "t") > 2 << 20


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_ordinary_file_weighs_about_what_it_unpacks_to(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    rows = b"".join(b"%d,%d,%d\n" % (n, n * 7919 % 10_007, n * n) for n in range(30_000))
    (tmp_path / "t").write_bytes(pack(rows))
    assert 0.5 * len(rows) < weight_of(tmp_path / "t") < 1.5 * len(rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_wide_text_is_heavy_however_small(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "t").write_text("Of the year 2024\n" + delimiter.join(map(str, range(15_000))) + "\n")
    assert weight_of(tmp_path / "t") > LARGE_FILE


def test_wide_sheet_is_heavy_and_an_ordinary_one_is_not(tmp_path: Path) -> None:
    for name, columns in (("wide", 2_000), ("ordinary", 12)):
        with xlsxwriter.Workbook(tmp_path / name) as book:
            sheet = book.add_worksheet()
            for row in range(20):
                sheet.write_row(row, 0, range(columns))
    assert weight_of(tmp_path / "wide") > LARGE_FILE > 50 * weight_of(tmp_path / "ordinary")


def test_archive_of_much_is_heavy(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for member in range(3):
            archive.writestr(f"{member}.csv", ROW * 700_000)
    assert weight_of(tmp_path / "t.zip") > LARGE_FILE


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([{"a": n, "b": "x, y"} for n in range(20_000)]).encode(),
        b"id,vector\n" + b"".join(b'%d,"%s"\n' % (n, b",".join([b"0.25"] * 3_000)) for n in range(20)),
        b"\x1f\x8b damaged",
        b"PK\x03\x04 damaged",
        b"",
    ],
    ids=["one line of JSON", "vectors in quotes", "no gzip", "no zip", "empty"],
)
def test_ordinary_and_damaged_files_are_light(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    assert weight_of(tmp_path / "t") < LARGE_FILE // 10
