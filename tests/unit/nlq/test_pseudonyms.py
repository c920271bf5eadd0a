"""Names that look like data get pseudonyms, and names that are names stay."""

from __future__ import annotations

import pytest

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.pseudonyms import pseudonyms_for
from services.nlq.pseudonyms.value_kinds import value_kind
from shared.columns import ColumnType

T = ColumnType
Spec = tuple[str, ColumnType, tuple[str, ...]]


def table(*columns: Spec, name: str = "people", rows: int = 4) -> TableFacts:
    facts = tuple(
        ColumnFacts(name=called, source_name=called, type=kind, distinct=len(values), values=values)
        for called, kind, values in columns
    )
    return TableFacts(table_id=f"t_{name}", name=name, rows=rows, columns=facts)


def numbers(*names: str) -> TableFacts:
    """Columns of numbers beside one of words, under these names."""
    return table(("country", T.TEXT, ("Chad", "Peru")), *((name, T.DECIMAL, ()) for name in names))


def hidden(*tables: TableFacts, question: str = "How many are there?") -> set[str]:
    return set(pseudonyms_for(tables, question))


@pytest.mark.parametrize(
    "name",
    [
        "48213.77", "1,204", "-3", "€ 12.50", "12.50 EUR", "17 %", "3.5 kg",
        "2024-03-01", "1/22/20", "01.02.2024", "5 March 2024", "Mar 5, 2024", "2024-03-01T10:00:00Z", "amount 2024-03-01",
        "17:42:09", "ann.smith@example.com", "mail of ann@example.com", "https://example.com/a?b=1", "192.0.2.17",
        "+49 170 5551234", "(030) 901820-0", "customer_10482", "A10482", "20240301", "4111111111111111",
        "123e4567-e89b-12d3-a456-426614174000", "9f86d081884c7d659a2f", "true",
    ],
)  # fmt: skip
def test_what_looks_like_a_value_is_hidden(name: str) -> None:
    assert hidden(numbers(name, "population")) == {name}


@pytest.mark.parametrize(
    "name",
    [
        "amount", "2023 sales", "Q1", "q3_2024", "iphone_15", "2019", "2019/20", "2019-2020", "2024-03", "202403", "Mar 2024", "pm2.5", "sales.1",
        "co2", "h1n1", "covid19", "iso 9001", "top_1000", "income_over_50000", "No", "no.", "%", "Δt", "1st place", "first name", "geo.lat",
        "address.zip_code", "price (EUR)", "name (2)", "x", "température", "数量", "m3/s", "0-14 years", "24/7 support", "CamelCaseName",
    ],
)  # fmt: skip
def test_what_is_a_name_stays(name: str) -> None:
    assert hidden(numbers(name, "population")) == set()


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("u117", "u492", "u803"), {"u117", "u492", "u803"}),
        (("users.117.score", "users.492.score", "users.803.score"), {f"users.{n}.score" for n in (117, 492, 803)}),
        (("u117", "u492"), set()),
        (("q1", "q2", "q17", "q90"), set()),
        (("m101", "m102", "m103"), set()),
        (("fy2019", "fy2021", "fy2024"), set()),
    ],
    ids=["ids", "keys of ids", "too few to tell", "a numbered survey", "numbered on", "years"],
)
def test_names_that_differ_by_ids_are_hidden_and_numbered_ones_stay(names: tuple[str, ...], found: set[str]) -> None:
    assert hidden(numbers(*names)) == found


def test_keys_of_an_object_that_are_days_keep_the_field_that_they_stand_in() -> None:
    given = pseudonyms_for([numbers("rates.2024-03-01", "rates.2024-03-02", "base")], "What is the mean rate?")
    assert given == {"rates.2024-03-01": "rates.column_2", "rates.2024-03-02": "rates.column_3"}


def test_a_field_that_only_one_value_stands_in_may_be_a_value_itself() -> None:
    assert pseudonyms_for([numbers("ann.2024-03-01", "base")], "?") == {"ann.2024-03-01": "column_2"}


def test_numbers_that_count_the_columns_stay() -> None:
    assert hidden(table(*((str(number), T.DECIMAL, ()) for number in range(4)))) == set()


@pytest.mark.parametrize(
    "columns",
    [
        (("Ann Smith", T.TEXT, ("Bo Ek", "Cy Dahl")), ("48213.77", T.DECIMAL, ()), ("1987-03-12", T.DATE, ())),
        (("Ann Smith", T.TEXT, ("Bo Ek", "Cy Dahl")), ("ann@example.com", T.EMAIL, ("bo@example.com",))),
        (("milan", T.CATEGORY, ("lima", "milan", "oslo")), ("italy", T.CATEGORY, ("peru", "italy", "norway"))),
        (("milan", T.TEXT, ("lima", "oslo")), ("italy", T.TEXT, ("peru", "norway"))),
        (("Ann", T.TEXT, ("Bo", "Cyrus")), ("true", T.BOOLEAN, ())),
    ],
    ids=["numbers and dates", "addresses", "words that come back", "words written alike", "truth"],
)
def test_a_first_row_that_was_taken_for_the_header_is_hidden_whole(columns: tuple[Spec, ...]) -> None:
    given = pseudonyms_for([table(*columns)], "How many are there?")
    assert given == {name: f"column_{number}" for number, (name, _, _) in enumerate(columns, 1)}


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ((("city", T.TEXT, ("Milan", "Lima")), ("country", T.TEXT, ("Italy", "Peru"))), 4),
        ((("city", T.TEXT, ("milan", "lima")), ("country", T.TEXT, ("italy", "peru"))), 40),
        ((("iso", T.TEXT, ("de", "fr", "us")), ("code", T.TEXT, ("aa", "bb", "cc"))), 4),
        ((("city", T.TEXT, ("milan", "lima")), ("residents", T.INTEGER, ())), 4),
        ((("city", T.TEXT, ("milan", "lima")),), 4),
    ],
    ids=["capitals", "words come back", "codes of one length", "a label over numbers", "one column"],
)
def test_a_header_that_something_tells_from_the_rows_stays(columns: tuple[Spec, ...], rows: int) -> None:
    assert hidden(table(*columns, rows=rows)) == set()


def test_a_label_over_numbers_shows_that_the_rest_is_a_header_too() -> None:
    """Of a wide table only the values among its names are hidden."""
    wide = table(
        ("city", T.TEXT, ("Milan",)), ("residents", T.INTEGER, ()), ("10.5", T.DECIMAL, ()), ("20.5", T.DECIMAL, ())
    )
    assert hidden(wide) == {"10.5", "20.5"}


def test_what_the_question_names_is_no_secret() -> None:
    days = numbers("2024-03-01", "2024-03-02", "base")
    assert hidden(days, question="What was it on 2024-03-01?") == {"2024-03-02"}
    assert hidden(days, question="What was it on 12024-03-015?") == {"2024-03-01", "2024-03-02"}


def test_one_name_has_one_pseudonym_in_all_tables_and_none_is_a_name_that_there_is() -> None:
    first = numbers("2024-03-01", "base")
    second = table(
        ("column_2", T.DECIMAL, ()),
        ("Column_3", T.DECIMAL, ()),
        ("2024-03-09", T.DECIMAL, ()),
        ("2024-03-01", T.DECIMAL, ()),
        name="b",
    )
    given = pseudonyms_for([first, second], "?")
    assert given == {"2024-03-01": "column_2_", "2024-03-09": "column_3_"}


def test_a_table_that_is_called_by_a_value_is_told_by_its_number() -> None:
    by_day = table(("city", T.TEXT, ("Milan", "New York")), ("residents", T.INTEGER, ()), name="ann@example.com")
    assert pseudonyms_for([numbers("base"), by_day], "?") == {"ann@example.com": "table_2"}


def test_kinds_know_the_columns_whose_cells_look_so() -> None:
    kinds = {name: value_kind(name) for name in ("12.5", "2024-03-01", "a@b.co", "word")}
    assert [kind and sorted(kind.value) for kind in kinds.values()] == [
        ["decimal", "integer"],
        ["date", "datetime"],
        ["email"],
        None,
    ]
