"""Texts of which a few bytes are not of their encoding, files put one behind another, and encodings of mainframes."""

from __future__ import annotations

from codecs import BOM_UTF8

import pytest

from services.dataproc.reading import FileRefused
from tests.unit.dataproc.reading.readings import Read

STRAY = b"9,Gen\xe8ve\n"


@pytest.mark.parametrize(
    "names",
    [["Zürich"], ["Zürich", "Målmö"], ["Łódź", "Kraków"], ["Москва", "Тула"], ["東京", "大阪市"], ["กรุงเทพ", "ตาก"]],
)
def test_stray_byte_in_a_text_of_utf8_costs_no_other_letter_and_is_said(read: Read, names: list[str]) -> None:
    text = "".join(f"{number},{name}\n" for number, name in enumerate(names))
    reading = read(b"id,name\n" + text.encode() + STRAY)
    assert reading.cells()["name"] == [*names, "Genève"]
    assert f"not UTF-8, read as the letters that Windows-1252 has for them: 1 × (line {len(names) + 2})" in reading.table.warnings[0]  # fmt: skip


def test_stray_byte_late_in_a_large_text_is_counted_with_its_line(read: Read) -> None:
    lines = [f"{n},Kundin Müller aus der langen Liste {n}\n".encode() for n in range(130_000)]
    lines[120_000] = b"120000,Gen\xe8ve\n"
    reading = read(b"id,name\n" + b"".join(lines))
    names = reading.cells()["name"]
    assert (names[0], names[120_000]) == ("Kundin Müller aus der langen Liste 0", "Genève")
    assert "1 × (line 120002)" in reading.table.warnings[0]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp874", ["กรุงเทพ", "เชียงใหม่", "ตาก", "น่าน"]),
        ("cp1252", ["Genève", "São Paulo", "Åbo"]),
        ("cp1251", ["Москва", "Санкт-Петербург", "Екатеринбург", "Тула"]),
        ("gb18030", ["北京的城市", "上海的市场", "广州的街道", "深圳的价格"]),
        ("euc_kr", ["서울", "부산"]),
        ("cp1256", ["القاهرة", "دمشق"]),
    ],
)
def test_texts_of_other_encodings_are_no_damaged_utf8(read: Read, encoding: str, names: list[str]) -> None:
    text = "".join(f"{number},{name}\n" for number, name in enumerate(names))
    reading = read(("id,name\n" + text).encode(encoding))
    assert reading.cells()["name"] == names
    assert reading.table.warnings == ()


def test_bytes_lost_to_a_chosen_encoding_are_counted(read: Read) -> None:
    reading = read(b"id,name\n1,x\xe8\n2,y\n", overrides={"encoding": "utf-8"})
    assert reading.cells()["name"] == ["x\ufffd", "y"]
    assert "1 × (line 2)" in reading.table.warnings[0]


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("no,fee\n1,5\n2,6", "no,fee\n3,7\n4,8\n", {"no": [1, 2, 3, 4], "fee": [5, 6, 7, 8]}),
        ("who,town\nAda,Oslo\nEve,Rome", "who,town\nIda,Bern\n", {"who": ["Ada", "Eve", "Ida"], "town": ["Oslo", "Rome", "Bern"]}),
    ],
)  # fmt: skip
def test_files_put_one_behind_another_are_one_table(
    read: Read, first: str, second: str, wanted: dict[str, list[object]], end: str
) -> None:
    reading = read(BOM_UTF8 + (first + end).encode() + BOM_UTF8 + second.encode())
    assert reading.cells() == wanted
    line = 4 if end else 3
    assert f"byte-order marks inside the text dropped: 1 × (line {line})" in reading.table.warnings
    assert any("header repeated among the rows" in warning for warning in reading.table.warnings)


def test_large_files_put_one_behind_another_are_one_table(read: Read) -> None:
    rows = "".join(f"{n};Customer number {n} of the long list;{n}.25\n" for n in range(60_000))
    part = BOM_UTF8 + f"id;name;fee\n{rows}".encode()
    reading = read(part + part)
    assert (reading.table.rows, reading.column("fee").type.is_number) == (120_000, True)


def test_mark_inside_a_cell_stays(read: Read) -> None:
    assert read("a,b\nx\ufeffy,1\nz,2\n").cells()["a"] == ["x\ufeffy", "z"]


@pytest.mark.parametrize(
    "text",
    [
        "ID,NAME,CITY,FEE\n0001,ADA,OSLO,12.50\n0002,EVE,ROME,3.25\n",
        "ADA       OSLO      0001250EVE       ROME      0000325",
        "a;b\x85c;d\x85e;f\x85g;h\x85",
    ],
)
def test_ebcdic_is_named(read: Read, text: str) -> None:
    with pytest.raises(FileRefused, match="EBCDIC"):
        read(text.encode("cp500"))


@pytest.mark.parametrize("encoding", ["koi8_r", "cp866", "cp1253", "utf-8"])
def test_texts_of_other_alphabets_are_no_ebcdic(read: Read, encoding: str) -> None:
    text = "αβγ;δεζηθ;ικλ\n" if encoding == "cp1253" else "имя;город;улица\n"
    assert read((text * 5).encode(encoding)).table.rows
