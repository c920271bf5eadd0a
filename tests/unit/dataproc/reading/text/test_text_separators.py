"""Cells divided by several characters or control characters; headers that stand in a comment."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read


def divided(sign: str, rows: int = 5) -> str:
    lines = [sign.join(["id", "name", "v"])]
    lines += [sign.join([str(n), f"ada: {n}", "" if n == 2 else f"{n}.5"]) for n in range(rows)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("sign", ["::", "||", "~|~", "|~|", "@@", "^|^", "##", ";;", "\x01\x02"])
@pytest.mark.parametrize("rows", [5, 400])
def test_several_characters_divide_cells(read: Read, sign: str, rows: int) -> None:
    reading = read(divided(sign, rows))
    assert [column.name for column in reading.table.columns] == ["id", "name", "v"]
    assert reading.raw()[3] == ["2", "ada: 2", ""]
    assert reading.table.reading["dialect"]["delimiter"] == sign


@pytest.mark.parametrize("sign", ["\x01", "\x02", "\x07", "\x14", "\x1e", "\x1f", "¦", "¬"])
def test_control_characters_and_unusual_signs_divide_cells(read: Read, sign: str) -> None:
    assert read(divided(sign)).raw()[3] == ["2", "ada: 2", ""]


def test_several_characters_divide_cells_of_a_large_file(read: Read) -> None:
    reading = read("id::name::v\n" + "".join(f"{n}::A long name: number {n}::{n}.5\n" for n in range(120_000)))
    assert (reading.table.rows, reading.column("v").type.is_number) == (120_000, True)
    assert reading.raw()[-1] == ["119999", "A long name: number 119999", "119999.5"]


def test_separator_inside_quotes_divides_nothing(read: Read) -> None:
    assert read('id::name\n1::"a::b"\n2::c\n3::"d::::e"\n').cells()["name"] == ["a::b", "c", "d::::e"]


def test_separator_of_several_characters_can_be_chosen(read: Read) -> None:
    reading = read("id|*|name\n1|*|a\n2|*|b\n", overrides={"delimiter": "|*|"})
    assert reading.raw()[0] == ["id", "name"]
    assert "\ue0ff" not in "".join(cell for row in reading.raw() for cell in row)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("name,addr\na,fe80::1\nb,2001::5\n", 2),
        ("type\nstd::vector\nstd::string\nstd::set\n", 1),
        ("a,,b\n1,,2\n3,,4\n", 3),
        ("a|b|c\n1||2\n3||4\n", 3),
        ("|a|b|\n|1|2|\n|3|4|\n", 2),
    ],
)
def test_doubled_signs_of_other_files_divide_nothing(read: Read, text: str, width: int) -> None:
    assert len(read(text).table.columns) == width


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("##fileformat=VCF\n##source=x\n#CHROM\tPOS\tREF\n20\t20455\tG\nX\t31877\tT\n", ["CHROM", "POS", "REF"]),
        ("# exported by a tool\n# id,name,v\n1,ada,5\n2,eve,6\n", ["id", "name", "v"]),
        ("% made by hand\n% x, y, z\n1,2,3\n4,5,6\n", ["x", "y", "z"]),
        ("#Version: 1.0\n#Fields: date time cs-uri sc-status\n2024-01-01 00:00:01 /a?x=1 200\n#Fields: date time cs-uri sc-status\n2024-01-01 00:00:02 /b 404\n", ["date", "time", "cs-uri", "sc-status"]),
        ("#Fields: date\ttime\tsc-status\n2024-01-01\t00:00:01\t200\n2024-01-01\t00:00:02\t404\n", ["date", "time", "sc-status"]),
    ],
)  # fmt: skip
def test_last_comment_above_the_rows_names_the_columns(read: Read, text: str, names: list[str]) -> None:
    reading = read(text)
    assert [column.name for column in reading.table.columns] == names
    assert reading.table.rows == 2


@pytest.mark.parametrize(
    ("text", "rows", "first"),
    [
        ("# a note\n# a longer note, of two parts\nid,name,v\n1,a,2\n3,b,4\n", 2, "id"),
        ("tag,count\n#sun,5\n#rain,6\nplain,7\n", 3, "tag"),
        ("#sun,5\n#rain,6\n#fog,7\n", 3, "column_1"),
        ("# title\n#sun,5\nplain,7\nother,8\n", 3, "column_1"),
    ],
)
def test_comments_above_a_header_and_cells_that_begin_like_comments_are_none(
    read: Read, text: str, rows: int, first: str
) -> None:
    reading = read(text)
    assert (reading.table.rows, reading.table.columns[0].name) == (rows, first)
