"""Lines in UTF-8 among lines in Windows-1252, as logs and appended exports have them."""

from __future__ import annotations

import pytest

from services.dataproc.reading.text.encoding import LOSSY_UTF8, is_damaged_utf8
from tests.unit.dataproc.reading.readings import Read


def test_a_line_of_utf8_among_others_is_read_as_such_and_said(read: Read) -> None:
    lines = [b"n;name\n", "1;Müller\n".encode("cp1252"), "2;Weiß\n".encode("cp1252"), "3;Jürgen\n".encode()]
    reading = read(b"".join(lines))
    assert reading.cells()["name"] == ["Müller", "Weiß", "Jürgen"]
    assert reading.table.reading["encoding"]["name"] == LOSSY_UTF8


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("cp1252", ["Müller", "Weiß", "Jürgen", "Zoë"]),
        ("cp1251", ["Привет мир", "Москва", "Рига"]),
        ("cp1250", ["łódź", "Kraków", "Gdańsk"]),
        ("cp1253", ["ελληνικά", "Αθήνα"]),
        ("gbk", ["中文測試", "数据", "你好世界"]),
        ("cp932", ["日本語", "東京"]),
    ],
)
def test_files_of_one_code_page_are_not_taken_for_mixed_ones(page: str, words: list[str]) -> None:
    assert not is_damaged_utf8([word.encode(page) for word in words])
