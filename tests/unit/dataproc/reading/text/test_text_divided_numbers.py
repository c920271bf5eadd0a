"""Numbers that an unquoted comma divides are joined where one way of it explains every row; else the names are left out, and names of rows stay."""

from __future__ import annotations

import pytest

from tests.unit.dataproc.reading.readings import Read

JOINED = [
    ("a,b\n59,91,10,75\n60,12,11,80\n3,50,4,25\n", {"a": [59.91, 60.12, 3.5], "b": [10.75, 11.8, 4.25]}),
    ("a,b\n59,91,10,75\n", {"a": [59.91], "b": [10.75]}),
    ("tree,high,wide\nfir,59,9,1,75\noak,60,12,11,8\n", {"tree": ["fir", "oak"], "high": [59.9, 60.12], "wide": [1.75, 11.8]}),
    ("k,v\na,₹1,23,456\n", {"k": ["a"], "v": [123456]}),
    ("k,v\na,₹1,23,456\nb,₹12,345\nc,₹999\n", {"k": ["a", "b", "c"], "v": [123456, 12345, 999]}),
    ("id,name,price\n1,ann,10,50\n", {"id": [1], "name": ["ann"], "price": [10.5]}),
    ("id,name,price\n1,ann,10,50\n2,bob,3\n3,cid,12,75\n", {"id": [1, 2, 3], "name": ["ann", "bob", "cid"], "price": [10.5, 3, 12.75]}),
    ("name,price\nann,10,50\nbob,3,05\n", {"name": ["ann", "bob"], "price": [10.5, 3.05]}),
    ("shop,rain\nA,12,35\nA,11,20\n", {"shop": ["A", "A"], "rain": [12.35, 11.2]}),
    ("place,lat,lon\na,51,5074,-0,1278\nb,48,8566,2,3522\n", {"place": ["a", "b"], "lat": [51.5074, 48.8566], "lon": [-0.1278, 2.3522]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cells"), JOINED)
def test_numbers_are_joined_where_only_one_way_fits_every_row(
    read: Read, text: str, cells: dict[str, list[object]]
) -> None:
    reading = read(text)
    found = {name: [c if isinstance(c, str) else float(c) for c in column] for name, column in reading.cells().items()}
    assert found == cells
    assert "joined again" in "; ".join(reading.table.warnings)


def test_numbers_are_joined_in_a_large_file(read: Read) -> None:
    kind = "a tree of the kind " + "that grows at the sea " * 10
    rows = "".join(f"{kind}{n % 50},{n % 90},{n % 100:02d},{n % 7},{n % 10}5\n" for n in range(20_000))
    cells = read("tree,high,wide\n" + rows).cells()
    assert (float(cells["high"][19_999]), float(cells["wide"][3])) == (19.99, 3.35)


@pytest.mark.parametrize(
    "text",
    ["price,qty\n10,50,3\n11,25,4\n9,99,12\n", "name,price\nann,10,51\nbob,3,99\n", "shop,hits\nA,12,5\nA,3,11\n"],
)
def test_names_are_left_out_and_said_where_several_readings_are_left(read: Read, text: str) -> None:
    reading = read(text)
    assert [column.name for column in reading.table.columns][-1].startswith("column_")
    assert [row[-1] for row in reading.raw()[1:]] == [line.split(",")[-1] for line in text.splitlines()[1:]]
    assert "have no names" in "; ".join(reading.table.warnings)


@pytest.mark.parametrize(
    "text",
    [
        '"x","y"\n"a",21,16\n"b",22,14\n"c",21,26\n',
        "x,y\n1,21,16\n2,22,4\n3,21,126\n",
        "x,y\na,3,4\nb,2,5\nc,1,1\n",
        "x,y\n" + "".join(f"r{n},{n + 10},{n % 80 + 11}\n" for n in range(60)),
    ],
)
def test_names_of_rows_stay_where_they_explain_the_rows(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.cells()["y"] == [int(line.split(",")[-1]) for line in text.splitlines()[1:]]
    assert "names of rows" in "; ".join(reading.table.warnings)


@pytest.mark.parametrize("text", ["a,b,c,d\n59,91,10,75\n60,12,11,80\n", "k,v\na,\"1,23,456\"\n", "a;b\n59,91;10,75\n1,50;2,25\n"])  # fmt: skip
def test_rows_as_wide_as_their_header_are_left_as_they_are(read: Read, text: str) -> None:
    assert read(text).table.warnings == ()
