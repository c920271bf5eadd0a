"""Every format of the shared registry is taken by upload and read by dataproc, typed and raw; what one refuses the other does."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
import pytest
from backports import zstd

from services.dataproc.reading import read_file, read_raw
from services.dataproc.reading.archives import OPENERS
from services.dataproc.reading.columnar.containers import CONTAINERS
from services.dataproc.reading.readers import READERS
from services.upload.inspection import ContentLimits, Inspector
from services.upload.inspection.inflation import DECODERS
from shared.formats import Family, FileRefused, Format

ROWS = [["id", "city"], ["1", "Lyon"], ["2", "Nice"]]
CSV = "".join(f"{a},{b}\n" for a, b in ROWS).encode()
TABLE = pa.table({"id": [1, 2], "city": ["Lyon", "Nice"]})


def made(write: Callable[[pa.Table, io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    write(TABLE, out)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "city"], [1, "Lyon"], [2, "Nice"]):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def xlsm() -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | {"xl/vbaProject.bin": b"macros"})


def ods() -> bytes:
    cells = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in ROWS)
    uri = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{uri}:office:1.0" xmlns:table="{uri}:table:1.0" xmlns:text="{uri}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="s">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": b"<manifest/>"})


def ods_cell(text: str) -> str:
    kind = f'"float" office:value="{text}"' if text.isdigit() else '"string"'
    return f"<table:table-cell office:value-type={kind}><text:p>{text}</text:p></table:table-cell>"


def xls() -> bytes:
    """BIFF8: a workbook stream with one sheet, in the smallest container that holds it."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(place: tuple[int, int], value: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", *place, 0, len(value), 0) + value.encode("latin-1"))

    begin, end = struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0), record(0x000A, b"")
    cells = b"".join(
        record(0x0203, struct.pack("<HHHd", r, c, 0, float(cell))) if cell.isdigit() else text((r, c), cell)
        for r, row in enumerate(ROWS)
        for c, cell in enumerate(row)
    )
    sheet = record(0x0809, begin) + record(0x0200, struct.pack("<IIHHH", 0, 3, 0, 2, 0)) + cells + end
    opening = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + record(
        0x0042, struct.pack("<H", 1200)
    )
    start = len(opening) + 4 + 6 + 2 + 1 + len(end)
    stream = opening + record(0x0085, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"s") + end + sheet
    stream = stream.ljust(4096, b"\0")

    def entry(name: str, kind: int, first: int, size: int, child: int) -> bytes:
        coded = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return coded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", first, size)

    free, last = 0xFFFFFFFF, 0xFFFFFFFE
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 4096, last, 0, last, 0) + struct.pack("<109I", 0, *[free] * 108)
    chain = [0xFFFFFFFD, last, *range(3, 10), last]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))
    directory = entry("Root Entry", 5, last, 0, 1) + entry("Workbook", 2, 2, len(stream), free)
    return header + table + directory.ljust(512, b"\0") + stream


def xlsb() -> bytes:
    """The records of one sheet, with its texts in the cells themselves."""

    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def row(number: int, cells: list[str]) -> bytes:
        found = record(0, struct.pack("<II", number, 0) + bytes(9))
        for column, cell in enumerate(cells):
            place = struct.pack("<II", column, 0)
            found += (
                record(5, place + struct.pack("<d", float(cell))) if cell.isdigit() else record(6, place + wide(cell))
            )
        return found

    sheet = record(129) + record(148, struct.pack("<IIII", 0, 2, 0, 1)) + record(145)
    sheet += b"".join(row(number, cells) for number, cells in enumerate(ROWS)) + record(146) + record(130)
    bundle = record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("s")) + record(144)
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.bin"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
    )
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": record(131) + bundle + record(132)}
    return zipped(parts | {"xl/_rels/workbook.bin.rels": relations.encode(), "xl/worksheets/sheet1.bin": sheet})


SAMPLES: dict[Format, bytes] = {
    Format.CSV: CSV,
    Format.JSON: b'[{"id": 1, "city": "Lyon"}, {"id": 2, "city": "Nice"}]',
    Format.JSONL: b'{"id": 1, "city": "Lyon"}\n{"id": 2, "city": "Nice"}\n',
    Format.PARQUET: made(pyarrow.parquet.write_table),
    Format.ARROW: made(pyarrow.feather.write_feather),
    Format.ORC: made(pyarrow.orc.write_table),
    Format.XLSX: xlsx(),
    Format.XLSM: xlsm(),
    Format.XLSB: xlsb(),
    Format.XLS: xls(),
    Format.ODS: ods(),
    Format.ZIP: zipped({"cities.csv": CSV}),
    Format.GZIP: gzip.compress(CSV),
    Format.ZSTD: zstd.compress(CSV),
    Format.BZIP2: bz2.compress(CSV),
    Format.XZ: lzma.compress(CSV),
}


async def inspected(content: bytes) -> Format:
    async def read(start: int, end: int) -> bytes:
        return content[start:end]

    inspector = Inspector(ContentLimits())
    inspector.feed(content)
    return (await inspector.finish(read)).format


def test_every_entry_of_the_registry_has_what_both_services_need() -> None:
    assert set(SAMPLES) == set(Format)
    assert set(READERS) == {found for found in Format if not found.is_packed}
    assert set(CONTAINERS) == {found for found in Format if found.family is Family.COLUMNAR}
    assert set(DECODERS) == set(OPENERS) == {found for found in Format if found.family is Family.COMPRESSED}


@pytest.mark.parametrize("found", Format)
async def test_upload_takes_every_format_for_what_it_is(found: Format) -> None:
    assert await inspected(SAMPLES[found]) is (Format.JSON if found is Format.JSONL else found)


@pytest.mark.parametrize("found", Format)
@pytest.mark.parametrize("filename", ["cities.csv", "cities.anything"])
def test_dataproc_reads_every_format_typed_and_raw(found: Format, filename: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(SAMPLES[found])
    result = read_file(path, filename=filename, into=tmp_path / "out")
    (table,) = result.tables
    assert result.format == (Format.CSV if found.is_packed else found)
    assert [(column.name, column.type) for column in table.columns] == [("id", "integer"), ("city", "text")]
    assert pa.parquet.read_table(table.data_path).to_pydict() == {"id": [1, 2], "city": ["Lyon", "Nice"]}
    assert list(read_raw(path, filename=filename, reading=table.reading)) == ROWS


REFUSED = {
    "avro": b"Obj\x01\x04\x14avro.codec\x08null\x16avro.schema\x02{}\x00" + bytes(16),
    "web page": b"<!DOCTYPE html><html><body></body></html>",
    "encrypted parquet": b"PARE" + bytes(20) + b"PARE",
    "truncated parquet": SAMPLES[Format.PARQUET][:-5],
    "truncated arrow": SAMPLES[Format.ARROW][:-5],
    "word": zipped({"[Content_Types].xml": b"x", "word/document.xml": b"x"}),
    "old excel": b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(80),
    "binary": bytes(range(1, 30)) * 200,
    "zip of nothing": zipped({"a/": b""}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_both_refuse_in_the_same_words(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as at_upload:
        await inspected(REFUSED[name])
    (tmp_path / "file").write_bytes(REFUSED[name])
    with pytest.raises(FileRefused) as at_reading:
        read_file(tmp_path / "file", filename="file", into=tmp_path / "out")
    said = (at_upload.value.code, at_upload.value.detail, at_upload.value.hint)
    assert said == (at_reading.value.code, at_reading.value.detail, at_reading.value.hint)
