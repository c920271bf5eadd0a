"""Rows that break the rules are read with the smallest repair, and the repair is said."""

from __future__ import annotations

from tests.unit.dataproc.reading.readings import Read, Reading

HEADER = "day,time,code,city,note"
GOOD = [f"2020-01-{day:02},1{day % 10}:30,AB-{day:04},Lyon,all is well on day {day}" for day in range(1, 21)]


def spoilt(read: Read, line: str) -> Reading:
    return read("\n".join([HEADER, *GOOD[:10], line, *GOOD[10:]]))


def test_extra_empty_cell_is_dropped(read: Read) -> None:
    reading = spoilt(read, "2020-02-01,,11:30,AB-0099,Nice,fine")
    assert reading.raw()[11] == ["2020-02-01", "11:30", "AB-0099", "Nice", "fine"]
    assert any("extra empty cell" in warning for warning in reading.table.warnings)


def test_missing_cell_is_put_where_the_others_fit(read: Read) -> None:
    reading = spoilt(read, "2020-02-01,AB-0099,Nice,fine")
    assert reading.raw()[11] == ["2020-02-01", "", "AB-0099", "Nice", "fine"]
    assert any("too few cells" in warning for warning in reading.table.warnings)


def test_glued_cells_are_parted_by_their_shapes(read: Read) -> None:
    assert spoilt(read, "2020-02-0111:30,AB-0099,Nice,fine").raw()[11][:3] == ["2020-02-01", "11:30", "AB-0099"]


def test_unquoted_delimiter_in_text_is_joined_again(read: Read) -> None:
    reading = spoilt(read, "2020-02-01,11:30,AB-0099,Nice,fine, as always")
    assert reading.raw()[11] == ["2020-02-01", "11:30", "AB-0099", "Nice", "fine, as always"]


def test_stray_quote_does_not_swallow_the_next_rows(read: Read) -> None:
    reading = spoilt(read, '2020-02-01,11:30,AB-0099,"Nice,fine')
    assert reading.table.rows == 21
    assert reading.raw()[11] == ["2020-02-01", "11:30", "AB-0099", '"Nice', "fine"]


def test_row_with_another_delimiter_is_parted(read: Read) -> None:
    assert spoilt(read, "2020-02-01;11:30;AB-0099;Nice;fine").raw()[11] == [
        "2020-02-01",
        "11:30",
        "AB-0099",
        "Nice",
        "fine",
    ]


def test_no_value_is_lost_when_rows_are_wider_than_the_header(read: Read) -> None:
    reading = read("a,b\n1,2,3\n4,5,6\n7,8,9\n")
    assert reading.raw()[1:] == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]


def test_rows_written_without_their_empty_last_cells_keep_each_cell_in_its_column(read: Read) -> None:
    rows = [
        [str(n), "Lyon" if n % 2 else "Nice", f"{n}.5" if n % 3 else "", "" if n % 3 else f"{n}.25"]
        for n in range(1, 25)
    ]
    lines = ["id\tcity\tnet\ttax", *("\t".join(row).rstrip("\t") for row in rows)]
    assert read("\n".join(lines), "upload.tsv").raw()[1:] == rows


def test_quotes_around_a_single_column_go_though_others_stand_inside(read: Read) -> None:
    assert read('title\n"Pedro "the""\n"Pedro ""the"" legend"\n"Ann"\n').raw()[1:] == [
        ['Pedro "the"'],
        ['Pedro "the" legend'],
        ["Ann"],
    ]
