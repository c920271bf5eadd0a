"""Compressed uploads are opened within bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pyarrow as pa
import pytest

from services.dataproc.reading import FileRefused, Limits
from tests.unit.dataproc.reading.readings import Read

CSV = b"city,n\nLyon,1\nNice,2\n"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, pa.Codec("zstd").compress])
def test_compressed_file_is_opened(read: Read, pack: Callable[[bytes], bytes]) -> None:
    reading = read(bytes(pack(CSV)), "cities.csv.gz")
    assert reading.table.name == "cities"
    assert reading.raw() == [["city", "n"], ["Lyon", "1"], ["Nice", "2"]]


def test_every_member_of_a_zip_is_a_table(read: Read) -> None:
    reading = read(zipped({"one.csv": CSV, "deep/two.json": b'[{"a": 1}]', "__MACOSX/._one.csv": b"junk"}), "all.zip")
    assert [t.name for t in reading.result.tables] == ["one", "two"]
    assert reading.raw(1) == [["a"], ["1"]]


def test_unreadable_member_is_named_and_the_others_are_read(read: Read) -> None:
    reading = read(zipped({"one.csv": CSV, "photo.png": b"\x89PNG\r\n" + bytes(50)}), "all.zip")
    assert [t.name for t in reading.result.tables] == ["one"]
    assert "photo.png" in reading.result.warnings[0]


def test_archive_that_unpacks_to_too_much_is_refused(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(gzip.compress(bytes(200_000)), "zeros.csv.gz", limits=Limits(max_decompressed_bytes=100_000))
    assert refusal.value.code == "too_large"


def test_cut_off_archive_is_refused(read: Read) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(gzip.compress(CSV * 100)[:-12], "cities.csv.gz")
    assert refusal.value.code == "corrupt_file"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n\n ", "empty_file"),
        (b"%PDF-1.7 ...", "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unsupported_format"),
        (b"<!DOCTYPE html><html><body></body></html>", "unsupported_format"),
        (bytes(range(256)) * 20, "binary_content"),
    ],
)
def test_what_holds_no_table_is_refused_by_name(read: Read, content: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(content, "file.csv")
    assert refusal.value.code == code
    assert len(refusal.value.detail.split()) >= 3
    assert refusal.value.hint


def test_member_is_read_wherever_its_path_leads(read: Read) -> None:
    reading = read(
        zipped(
            {
                "../../one.csv": CSV,
                "./two.csv": CSV,
                "/three.csv": CSV,
                "__MACOSX/._one.csv": b"junk",
                "deep/.hidden.csv": CSV,
            }
        ),
        "all.zip",
    )
    assert [t.name for t in reading.result.tables] == ["one", "two", "three"]


def test_tar_archive_is_refused_by_name(read: Read) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("one.csv")
        member.size = len(CSV)
        archive.addfile(member, io.BytesIO(CSV))
    with pytest.raises(FileRefused, match="tar archive"):
        read(gzip.compress(out.getvalue()), "all.tar.gz")


PROSE = b"Sales of the two shops\n======================\n\nThe figures come from the tills, which are read at night,\nand are given in euros.\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README", b"this is prose, really.\n"),
        ("docs/readme.txt", PROSE),
        ("LICENSE.md", b"Free to use, free to share.\nNo warranty, none.\n"),
        ("LIESMICH_2024.TXT", PROSE),
        ("about the data.txt", PROSE),
        ("shops.md", PROSE),
        ("data_dictionary.txt", b"Data dictionary\n"),
        ("data dictionary.txt", b"Data dictionary\nsee website\n"),
        ("codebook.txt", b"city: where\nn: how many\nopen: when\n"),
        ("origin.txt", b"Taken from the tills of both shops, as they were at night.\n"),
    ],
)
def test_text_that_explains_the_tables_of_an_archive_is_none_of_them(read: Read, name: str, content: bytes) -> None:
    reading = read(zipped({name: content, "one.csv": CSV, "two.csv": CSV}), "all.zip")
    assert [t.name for t in reading.result.tables] == ["one", "two"]
    assert reading.result.warnings == (f"{name}: text that explains the others, not a table",)
    assert reading.result.format == "csv"
    assert reading.raw(1) == [["city", "n"], ["Lyon", "1"], ["Nice", "2"]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.csv", b"file,about\none,cities\ntwo,shops\n"),
        ("readme.txt", b"station\theight\nLyon\t173\nNice\t4\n"),
        ("reviews.txt", b"I like this shop very much.\nNever again, the queue is long.\nGood bread but poor coffee.\n"),
        ("codes.txt", b"code\tmeaning of the code\na\tthe shop in the old town\nb\tthe shop at the sea\n"),
        ("data_dictionary.txt", b"name\tmeaning\ncity\twhere\nn\thow many\n"),
        ("about.txt", b"height\n173\n4\n"),
        ("cities.txt", b"Lyon\nNice\n\nMetz\n"),
        ("news.txt", b"Bread is dearer than last year\nA shop opens at the sea\n"),
    ],
)
def test_tables_and_lists_beside_others_in_an_archive_stay(read: Read, name: str, content: bytes) -> None:
    reading = read(zipped({name: content, "one.csv": CSV}), "all.zip")
    assert len(reading.result.tables) == 2
    assert reading.result.warnings == ()


def test_text_alone_in_an_archive_is_what_was_uploaded(read: Read) -> None:
    assert len(read(zipped({"origin.txt": PROSE}), "all.zip").result.tables) == 1
    assert len(read(PROSE, "README.txt").result.tables) == 1


@pytest.mark.parametrize("members", [{"README": PROSE}, {"LICENSE.md": PROSE, "docs/readme.txt": b"see there\n"}])
def test_archive_of_nothing_but_a_readme_holds_no_table(read: Read, members: dict[str, bytes]) -> None:
    with pytest.raises(FileRefused, match=f"{next(iter(members))}.* holds text that explains") as refusal:
        read(zipped(members), "all.zip")
    assert refusal.value.code == "no_table"


def test_table_that_is_called_readme_is_one(read: Read) -> None:
    assert len(read(zipped({"README.txt": b"name,n\nx,1\ny,2\n"}), "all.zip").result.tables) == 1
