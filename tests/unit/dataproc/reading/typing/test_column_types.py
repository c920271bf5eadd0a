"""Every column gets the most specific type that its cells bear out, with evidence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.convert import ColumnConverter
from services.dataproc.reading.typing.infer import infer
from tests.unit.dataproc.reading.readings import Read, Reading

FILLER = 30


def column_of(read: Read, values: list[str], name: str = "value") -> Reading:
    """A file with a row number and the column in question."""
    quoted = ['"' + value.replace('"', '""') + '"' for value in values]
    return read(f"row,{name}\n" + "".join(f"{n},{value}\n" for n, value in enumerate(quoted, 1)))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["12", "-7", "0"], "integer"),
        (["1.5", "2.25", "-3.125"], "decimal"),
        (["1,234", "56,789,012", "345"], "integer"),
        (["1.234,56", "12,5", "1.000.000,00"], "decimal"),
        (["1'234'567.50", "12.25", "3'400.75"], "decimal"),
        (["12,34,567", "1,00,000", "99"], "integer"),
        (["(1,200.50)", "300.25", "(7.00)"], "decimal"),
        (["2.5E+03", "1E-4", "7.25E0"], "decimal"),
        (["007", "012", "131"], "identifier"),
        (["yes", "no", "yes"], "boolean"),
        (["TRUE", "FALSE", "TRUE"], "boolean"),
        (["2020-01-31", "2021-02-28", "1899-12-31"], "date"),
        (["31.01.2020", "28.02.2021", "01.03.2021"], "date"),
        (["Jan 31, 2020", "Feb 1, 2021", "Mar 5, 2021"], "date"),
        (["31-Jan-20", "01-Feb-21", "05-Mar-21"], "date"),
        (["2020-01-31 10:20:30", "2021-02-28 00:00:00"], "datetime"),
        (["2020-01-31T10:20:30Z", "2021-02-28T00:00:00Z"], "datetime"),
        (["01/31/2020 10:20 PM", "02/28/2021 01:00 AM"], "datetime"),
        (["10:20", "23:59", "00:00"], "time"),
        (["10:20 PM", "11:59 AM"], "time"),
        (["30:15:00", "48:00:00", "100:00:01"], "duration"),
        (["PT1H30M", "PT5M", "P1DT2H"], "duration"),
        (["ann@example.com", "bob@example.org"], "email"),
        (["https://example.com/a", "http://example.org"], "url"),
        (['{"a": 1}', '{"b": [2]}'], "json"),
        (["2012-13", "2013-14", "2014-15"], "text"),
        (["1.2.3", "1.10.0", "2.0.1"], "identifier"),
        (["", "N/A", "null"], "empty"),
        (["red", "blue", "red", "red", "blue", "blue"], "category"),
    ],
)
def test_type_of_a_column(read: Read, values: list[str], kind: str) -> None:
    assert column_of(read, values).column("value").type == kind


@pytest.mark.parametrize(
    ("values", "unit", "numbers"),
    [
        (["$1,234.50", "$7.25"], "USD", [1234.5, 7.25]),
        (["1.234,50 €", "7,25 €"], "EUR", [1234.5, 7.25]),
        (["12.5%", "7%"], "%", [12.5, 7.0]),
        (["-£3.50", "£1,000.25"], "GBP", [-3.5, 1000.25]),
        (["1.5k", "20k"], None, [1500.0, 20000.0]),
        (["CHF 1'000.50", "CHF 7.25"], "CHF", [1000.5, 7.25]),
    ],
)
def test_units_become_numbers_with_a_unit(
    read: Read, values: list[str], unit: str | None, numbers: list[float]
) -> None:
    reading = column_of(read, values)
    assert reading.column("value").unit == unit
    assert reading.cells()["value"] == numbers


def test_day_first_is_decided_from_the_data(read: Read) -> None:
    reading = column_of(read, ["03/04/2020", "25/04/2020", "01/05/2020"])
    assert reading.cells()["value"] == [date(2020, 4, 3), date(2020, 4, 25), date(2020, 5, 1)]
    assert "day-first" in reading.column("value").evidence


def test_month_first_is_decided_from_the_data(read: Read) -> None:
    reading = column_of(read, ["03/04/2020", "04/25/2020"])
    assert reading.cells()["value"][0] == date(2020, 3, 4)


def test_undecidable_day_order_is_said(read: Read) -> None:
    assert "undecidable" in column_of(read, ["03/04/2020", "05/06/2020"]).column("value").evidence


def test_a_decided_column_decides_its_neighbour(read: Read) -> None:
    reading = read("sent,paid\n04/25/2020,03/04/2020\n04/26/2020,05/06/2020\n")
    assert reading.cells()["paid"] == [date(2020, 3, 4), date(2020, 5, 6)]


def test_years_stay_whole_numbers(read: Read) -> None:
    assert column_of(read, ["1999", "2005", "2021"], "year").column("year").type == "integer"


@pytest.mark.parametrize("name", ["zip", "postal code", "phone", "isbn"])
def test_codes_by_name_are_identifiers(read: Read, name: str) -> None:
    assert column_of(read, ["40152", "62433", "76857"], name).column(name).type == "identifier"


def test_null_tokens_are_counted_per_column(read: Read) -> None:
    values = [str(n) for n in range(FILLER)] + ["N/A", "N/A", "missing", ""]
    reading = column_of(read, values)
    assert reading.column("value").type == "integer"
    assert "'N/A' 2×" in reading.column("value").evidence
    assert reading.cells()["value"][FILLER:] == [None, None, None, None]


def test_country_code_na_is_not_missing(read: Read) -> None:
    reading = column_of(read, ["FR", "NA", "DE", "NA", "FR", "DE"] * 3, "country")
    assert reading.cells()["country"][1] == "NA"


def test_words_that_could_be_missing_stay_words_in_text(read: Read) -> None:
    assert column_of(read, ["None", "Some", "All", "Most of it"]).cells()["value"][0] == "None"


def test_a_few_misfits_become_null_and_are_named_with_their_rows(read: Read) -> None:
    values = [str(n) for n in range(FILLER)]
    values[4] = "see note"
    reading = column_of(read, values)
    assert reading.column("value").type == "integer"
    assert reading.cells()["value"][4] is None
    assert any("'see note'" in warning and "rows 5" in warning for warning in reading.table.warnings)


def test_a_mixed_column_stays_text_and_says_why(read: Read) -> None:
    values = [str(n) for n in range(20)] + ["many", "few", "none of them", "some"]
    column = column_of(read, values).column("value")
    assert column.type == "text"
    assert "kept as text" in column.evidence


def test_short_columns_do_not_drop_any_misfit(read: Read) -> None:
    reading = column_of(read, ["1", "2", "x"])
    assert reading.cells()["value"] == ["1", "2", "x"]


def test_big_integers_and_long_decimals_keep_every_digit(read: Read) -> None:
    reading = read("whole,part\n12345678901234567890,0.12345678901234567891\n2,1.5\n")
    assert [str(v) for v in reading.cells()["whole"]] == ["12345678901234567890", "2"]
    assert str(reading.cells()["part"][0]) == "0.12345678901234567891"


@pytest.mark.parametrize(("written", "stored"), [("-0.1234567890123456789012345678901234", "-0.1234567890123456789012345678901234"),
                                                 ("1.234567890123456789012345678901234k", "1234.567890123456789012345678901234")])  # fmt: skip
def test_sign_or_magnitude_takes_no_digit_from_a_long_number(read: Read, written: str, stored: str) -> None:
    assert column_of(read, [written, "1.5"]).cells()["value"][0] == Decimal(stored)


@pytest.mark.parametrize("written", ["1e99999999999999999999", "-1e9999999", "1e999999k"])
def test_number_that_nothing_can_hold_is_kept_as_text(read: Read, written: str) -> None:
    assert column_of(read, [written, "1.5"]).cells()["value"] == [written, "1.5"]


def test_values_are_typed(read: Read) -> None:
    reading = read(
        "day,at,t,span\n2020-01-31,2020-01-31 10:20:30,10:20,30:00:00\n2020-02-01,2020-02-01 11:00:00,23:59,25:30:00\n"
    )
    cells = reading.cells()
    assert cells["day"][0] == date(2020, 1, 31)
    assert cells["at"][0] == datetime(2020, 1, 31, 10, 20, 30)
    assert cells["t"][1] == time(23, 59)
    assert cells["span"][1] == timedelta(hours=25, minutes=30)


def test_offsets_keep_the_instant(read: Read) -> None:
    stamps = column_of(read, ["2021-06-27T15:08:34+02:00", "2021-06-28T00:00:00+02:00"]).cells()["value"]
    assert stamps[0].utcoffset() == timedelta(hours=2)
    assert stamps[0].hour == 15


def test_an_abbreviation_that_comes_back_among_numbers_is_missing_and_counted(read: Read) -> None:
    reading = column_of(read, [str(n) for n in range(FILLER)] + ["ND"] * 12)
    assert reading.column("value").type == "integer"
    assert "'ND' 12×" in reading.column("value").evidence
    assert reading.cells()["value"][FILLER] is None


def test_several_words_among_numbers_keep_the_column_text(read: Read) -> None:
    values = [str(n) for n in range(FILLER)] + ["ND", "low", "ND", "low", "ND", "low"]
    assert column_of(read, values).column("value").type == "text"


@pytest.mark.parametrize(("cells", "said"), [
    (["13/01/2024", "01/13/2024", "02/03/2024"], "67% of the cells are dates like %d/%m/%Y, but not '01/13/2024'; kept as text"),
    (["2024-02-30", "2024-02-28", "2024-01-01"], "67% of the cells are dates like %Y-%m-%d, but not '2024-02-30'; kept as text"),
    (["10:00", "11:30", "noon"], "67% of the cells are times like %H:%M, but not 'noon'; kept as text"),
])  # fmt: skip
def test_column_that_is_nearly_of_points_in_time_says_so(read: Read, cells: list[str], said: str) -> None:
    column = read("k,v\n" + "".join(f"k{n},{cell}\n" for n, cell in enumerate(cells * 5))).column("v")
    assert column.type == "category"
    assert said in column.evidence


def test_mixed_column_names_the_rows_that_are_something_else(read: Read) -> None:
    evidence = column_of(read, ["1", "2", "x3", "4", "5", "abc", "7", "n/a", "9"]).column("value").evidence
    assert evidence.endswith("75% of the cells are numbers, but not 'x3', 'abc'; kept as text (rows 3, 6)")


def test_column_that_is_nearly_of_dates_names_the_rows_that_are_none(read: Read) -> None:
    evidence = column_of(read, ["2024-02-28", "2024-02-30", "2024-01-01"]).column("value").evidence
    assert evidence.endswith("but not '2024-02-30'; kept as text (rows 2)")


def test_only_the_first_rows_of_a_long_mixed_column_are_named(read: Read) -> None:
    evidence = column_of(read, ["1", "2", "x3"] * 20).column("value").evidence
    assert evidence.endswith("kept as text (rows 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, …)")


def test_rows_of_a_mixed_column_are_counted_on_through_its_batches() -> None:
    convert = ColumnConverter(infer(ValueCounts("v", {"1": 6, "x": 2, "y": 1})))
    for first in (0, 4):
        convert(pa.array(["1", "1", "x" if first else "y", "1"]), first)
    assert convert.offending_rows == [3, 7]


def test_text_without_a_mixture_names_no_rows(read: Read) -> None:
    assert "rows" not in column_of(read, ["one word", "another", "and a third"]).column("value").evidence


@pytest.mark.parametrize(("cells", "sign"), [(["1.234", "5.678"], "point"), (["1,234", "5,678"], "comma")])
def test_sign_that_may_divide_thousands_is_said_to_be_open(read: Read, cells: list[str], sign: str) -> None:
    evidence = read("k;v\n" + "".join(f"k{n};{cell}\n" for n, cell in enumerate(cells * 5))).column("v").evidence
    assert f"undecidable whether the {sign} divides thousands or is the decimal sign" in evidence


@pytest.mark.parametrize("cells", [["0.234", "5.678"], ["1.2345", "5.678"], ["1.5", "5.678"]])
def test_sign_that_is_decided_is_not_said_to_be_open(read: Read, cells: list[str]) -> None:
    assert (
        "undecidable"
        not in read("k,v\n" + "".join(f"k{n},{cell}\n" for n, cell in enumerate(cells * 5))).column("v").evidence
    )
