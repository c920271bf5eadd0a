"""Formats and refusals: one registry of each, whose entries are complete; files are told by their content."""

from __future__ import annotations

import io
import pickle
import struct
from string import Formatter

import pytest

from shared.formats import FORMATS, FileRefused, Format, Refusal, readable
from shared.formats.compound import check_chains, check_compound
from shared.formats.ends import ENDS, TAIL
from shared.formats.refusals import corrupt_file
from shared.formats.registry import Family
from shared.formats.signatures import COMPRESSION_HEAD, HEAD, STRANGERS, compression_of, format_of
from shared.formats.text import HOLDS_NO_TABLE, encoding_label, first_control

END, FREE, SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 512


@pytest.mark.parametrize("found", Format)
def test_every_format_has_what_people_and_programs_are_told(found: Format) -> None:
    assert FORMATS[found.value] is found
    assert found.noun and found.label in readable()
    assert found.media_type.count("/") == 1 and sum(f.media_type == found.media_type for f in Format) == 1
    assert (found in ENDS) == (found.family is Family.COLUMNAR)
    assert found.is_packed == (found.family in (Family.COMPRESSED, Family.ARCHIVE))


@pytest.mark.parametrize("found", [found for found in Format if found.magics])
def test_every_magic_tells_its_format(found: Format) -> None:
    for magic in found.magics:
        assert format_of(magic + bytes(40)) is found
        assert compression_of((magic + bytes(40))[:COMPRESSION_HEAD]) is (found if found.is_packed else None)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_every_stranger_is_refused_by_its_name(stranger: object) -> None:
    magic, noun, place = stranger  # type: ignore[misc]
    with pytest.raises(FileRefused, match=noun) as refused:
        format_of(b"\x04" * place + magic + b"\x04" * 30)
    assert refused.value.code == Refusal.UNSUPPORTED_FORMAT


def test_avro_is_refused_by_its_name() -> None:
    with pytest.raises(FileRefused, match="an Avro file"):
        format_of(b"Obj\x01\x04\x14avro.codec\x08null\x16avro.schema\x02{}\x00" + bytes(16))


@pytest.mark.parametrize("name", ["ORC", "ID3", "PAR1", "GIF89a", "ARROW1", "FEA1", "BZh", "wOF2"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_column_that_is_named_like_a_magic_begins_a_text(name: str, end: str) -> None:
    assert format_of(f"{name},n{end}é,1{end}".encode()) is Format.CSV


@pytest.mark.parametrize("what", [noun for _, noun in HOLDS_NO_TABLE])
def test_texts_of_other_kinds_have_a_name(what: str) -> None:
    assert what.startswith(("a ", "an "))


def test_cells_divided_by_the_sign_that_hive_writes_are_text() -> None:
    assert format_of(b"a\x01b\x01c\n" * 500) is Format.CSV


def test_binary_content_is_refused_with_its_place() -> None:
    content = b"id,n\n" + bytes(range(2, 8)) * 400
    with pytest.raises(FileRefused, match="byte 5 ") as refused:
        format_of(content)
    assert refused.value.code == Refusal.BINARY_CONTENT and first_control(content) == 5


def test_blank_beginning_of_a_long_text_is_no_empty_file() -> None:
    assert format_of(b"\n" * HEAD) is Format.CSV
    with pytest.raises(FileRefused) as refused:
        format_of(b"\n" * (HEAD - 1))
    assert refused.value.code == Refusal.EMPTY_FILE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_wide_text_is_text(encoding: str, marked: bool) -> None:
    content = ("\ufeff" * marked + "id,name\n1,Zoë\n" * 20).encode(encoding)
    assert format_of(content) is Format.CSV
    assert encoding_label(content) == encoding


@pytest.mark.parametrize("found", ENDS)
def test_end_that_was_cut_off_or_lies_is_refused(found: Format) -> None:
    head = found.magics[0] + bytes(100)
    with pytest.raises(FileRefused) as refused:
        ENDS[found](head, b"\xff" * TAIL, 100)
    assert refused.value.code == Refusal.CORRUPT_FILE and "100" in refused.value.detail


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_happened_and_what_to_do(refusal: Refusal) -> None:
    facts = {name: 7 for _, name, _, _ in Formatter().parse(refusal.sentence) if name}
    error = refusal.because(**facts)
    assert error.code == refusal.value and error.http_status == refusal.http_status >= 400
    assert "{" not in error.detail and error.detail.endswith(".") and len(error.detail.split()) > 3
    assert error.hint == refusal.hint and refusal.hint.endswith(".") and len(refusal.hint.split()) > 2
    assert len(facts) == refusal.sentence.count("{")


def test_refusal_without_its_facts_is_an_error_of_the_program() -> None:
    with pytest.raises(KeyError):
        Refusal.CORRUPT_FILE.because(what="a file")


def test_refusal_survives_records_processes_and_releases() -> None:
    error = corrupt_file("a Parquet file", "its footer is missing")
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.detail, again.hint, again.http_status) == (error.code, error.detail, error.hint, 422)
    assert FileRefused("of_a_newer_release", "Said so.", "Do so.").http_status == 422
    assert error.inside("gzip data").detail == f"Inside gzip data: {error.detail}"


def compound(sectors: int, table: dict[int, int], streams: list[tuple[str, int, int]], directory: int) -> bytes:
    """An OLE2 file of `sectors` sectors: the allocation table where it is needed at the end, with an extension of its list where it is long."""
    per_table = SECTOR // 4
    tables = -(-(sectors + 200) // per_table)
    first = sectors
    extension = first + tables
    entries = [table.get(n, FREE) for n in range(tables * per_table)]
    packed = [struct.pack(f"<{per_table}I", *entries[i * per_table : (i + 1) * per_table]) for i in range(tables)]
    listed = [first + n for n in range(tables)]
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(SECTOR, b"\0"))
    struct.pack_into("<HH", header, 30, 9, 6)
    struct.pack_into(
        "<IIIIIIII",
        header,
        44,
        tables,
        directory,
        0,
        4096,
        END,
        0,
        extension if tables > 109 else END,
        int(tables > 109),
    )
    struct.pack_into("<109I", header, 76, *(listed + [FREE] * 109)[:109])
    body = bytearray(sectors * SECTOR)
    for place, (name, start, size) in enumerate(streams):
        coded = name.encode("utf-16-le") + b"\0\0"
        at = directory * SECTOR + place * 128
        body[at : at + len(coded)] = coded
        struct.pack_into("<HB", body, at + 64, len(coded), 2)
        struct.pack_into("<II", body, at + 116, start, size)
    more = [*listed[109:], *[FREE] * (per_table - 1 - len(listed[109:])), END]
    return (
        bytes(header) + bytes(body) + b"".join(packed) + (struct.pack(f"<{per_table}I", *more) if tables > 109 else b"")
    )


class Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_directory_at_the_end_of_a_large_container_is_found_by_reading_little() -> None:
    sectors = 109 * 128 + 1000
    content = compound(sectors, {sectors - 1: END, 5: END}, [("EncryptedPackage", 5, 8192)], sectors - 1)
    file = Counting(content)
    with pytest.raises(FileRefused) as refused:
        check_compound(file, len(content))
    assert refused.value.code == Refusal.ENCRYPTED_FILE
    assert file.taken < 8192


@pytest.mark.parametrize(("table", "said"), [
    ({3: 4, 4: 3, 2: END}, "circle"), ({3: 999_999, 2: END}, "leaves the file"), ({3: FREE, 2: END}, "ends in a free one"),
    ({3: END, 2: 2}, "circle"),
])  # fmt: skip
def test_damaged_chain_is_refused_before_anybody_collects_it(table: dict[int, int], said: str) -> None:
    content = compound(10, table, [("Workbook", 3, 8192)], 2)
    with pytest.raises(FileRefused, match=said) as refused:
        check_chains(io.BytesIO(content), len(content))
    assert refused.value.code == Refusal.CORRUPT_FILE


def test_whole_container_passes() -> None:
    content = compound(10, {3: 4, 4: END, 2: END}, [("Workbook", 3, 8192)], 2)
    check_chains(io.BytesIO(content), len(content))
    check_compound(io.BytesIO(content), len(content))
