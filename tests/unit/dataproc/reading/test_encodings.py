"""The encoding is found from the bytes; every letter arrives."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read

TEXT = "stadt,größe,preis\nKöln,groß,1\nMünchen,größer,2\nZürich,übergroß,3\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_letters_beyond_ascii_arrive(read: Read, encoding: str) -> None:
    reading = read(TEXT.encode(encoding))
    assert [row[0] for row in reading.raw()] == ["stadt", "Köln", "München", "Zürich"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("shift_jis", "都市,値段\n東京,10\n大阪,20\n名古屋,30\n札幌の町,40\n"),
        ("gb18030", "城市,价格\n北京,10\n上海,20\n广州的街道,30\n深圳的市场,40\n"),
        ("cp1251", "город,цена\nМосква,10\nКазань,20\nНовосибирск,30\nЕкатеринбург,40\n"),
    ],
)
def test_other_scripts_arrive(read: Read, encoding: str, text: str) -> None:
    assert read(text.encode(encoding)).raw() == [line.split(",") for line in text.split()]


def test_a_few_broken_bytes_do_not_spoil_the_rest(read: Read) -> None:
    good = "".join(f"Zürich {n},{n}\n" for n in range(40)).encode()
    reading = read(b"city,n\n" + good + b"Gen\xe8ve,41\n")
    assert reading.raw()[1][0] == "Zürich 0"
    assert reading.raw()[41][0] == "Genève"


def test_nul_characters_are_dropped(read: Read) -> None:
    assert read(b"a,b\n1,x\x00\n2,y\n").raw()[1] == ["1", "x"]
