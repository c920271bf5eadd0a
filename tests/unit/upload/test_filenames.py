"""Names of any language are kept; nothing in them can reach a path, a header or a screen unescaped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.upload.filenames import LONGEST, content_disposition, display_name, readable


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("sales.csv", "sales.csv"),
        ("rapport_été_数据_📈.csv", "rapport_été_数据_📈.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nX-Injected: 1.csv", "aX-Injected: 1.csv"),
        ("a\u202evsc.exe.csv", "avsc.exe.csv"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("/", "unnamed"),
        ("   .csv", ".csv"),
        ("می\u200cخواهم.csv", "می\u200cخواهم.csv"),
        ("e\u0301.csv", "é.csv"),
    ],
)
def test_display_name_shows_the_last_component_without_anything_invisible(given_name: str, shown: str) -> None:
    assert display_name(given_name) == shown


def test_long_name_is_cut_and_keeps_its_extension() -> None:
    shown = display_name("a" * 4096 + ".csv")
    assert len(shown) == LONGEST
    assert shown.endswith("a.csv")


def test_name_that_is_not_utf8_is_read_as_latin_1() -> None:
    assert readable(b"caf\xe9.csv") == "café.csv"


@given(st.text(max_size=300))
def test_header_is_one_line_of_ascii_whatever_the_name(name: str) -> None:
    header = content_disposition(display_name(name))
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
