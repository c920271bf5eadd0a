"""Dictionaries: what a person writes becomes pieces of plans and back, what does not fit is named with its place, and renamed columns are found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.columns import ColumnType, Family
from shared.dictionary import Dictionary, DictionaryDocument, DoesNotFit, bind, document_of, fit
from shared.dictionary.binding import MOST_FAULTS
from shared.dictionary.conditions import NotACondition, parse_condition, write_condition
from shared.dictionary.document import Comparing, ConditionDocument
from shared.dictionary.expressions import DEEPEST, MOST_SIGNS, NotAnExpression, parse_expression, write_expression
from shared.plan import Arithmetic, Comparison, Expression, Field, Literal, Not


@dataclass(frozen=True)
class SomeColumn:
    """A `TableColumn`."""

    name: str
    source_name: str
    type: ColumnType


SALES = (
    SomeColumn("price", "Price", ColumnType.DECIMAL),
    SomeColumn("quantity", "Qty", ColumnType.INTEGER),
    SomeColumn("status", "Status", ColumnType.CATEGORY),
    SomeColumn("sold", "Sold on", ColumnType.DATE),
    SomeColumn("paid at", "Paid at", ColumnType.DATETIME),
    SomeColumn("express", "Express", ColumnType.BOOLEAN),
    SomeColumn("waited", "Waited", ColumnType.DURATION),
    SomeColumn("notes", "Notes", ColumnType.JSON),
)
REVENUE: dict[str, Any] = {
    "name": "revenue",
    "synonyms": ["turnover"],
    "definition": "What was sold and kept.",
    "unit": "EUR",
    "aggregate": "sum",
    "of": "price * quantity",
    "where": [{"column": "status", "op": "!=", "value": "refunded"}],
}


def document(**parts: Any) -> DictionaryDocument:
    return DictionaryDocument.model_validate(parts)


def bound(*measures: dict[str, Any], **parts: Any) -> Dictionary:
    return bind(document(measures=measures, **parts), "sales", SALES)


def faults(*measures: dict[str, Any], **parts: Any) -> list[tuple[str, str]]:
    with pytest.raises(DoesNotFit) as refused:
        bound(*measures, **parts)
    return [(".".join(map(str, fault.place)), fault.sentence) for fault in refused.value.faults]


def column(name: str) -> Field:
    return Field(name=name, table="sales")


def number(value: float) -> Literal:
    return Literal(value=value, type="number")


# Expressions


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("price", column("price")),
        ("price × quantity", Arithmetic(op="*", left=column("price"), right=column("quantity"))),
        ("`unit price`", column("unit price")),
        ("`a``b`", column("a`b")),
        ("address.city", column("address.city")),
        ("Größe", column("Größe")),
        ("-2.5e3", number(-2500.0)),
        ("-a", Arithmetic(op="-", left=number(0), right=column("a"))),
        (
            "a - b - c",
            Arithmetic(op="-", left=Arithmetic(op="-", left=column("a"), right=column("b")), right=column("c")),
        ),
        (
            "a - (b − c)",
            Arithmetic(op="-", left=column("a"), right=Arithmetic(op="-", left=column("b"), right=column("c"))),
        ),
        (
            "a + b ÷ 2",
            Arithmetic(op="+", left=column("a"), right=Arithmetic(op="/", left=column("b"), right=number(2))),
        ),
    ],
)
def test_text_is_read_as_arithmetic_is(text: str, meaning: Expression) -> None:
    assert parse_expression(text, "sales") == meaning


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at its end, a column or a number is missing"),
        ("a *", "at its end, a column or a number is missing"),
        ("a * / b", "at character 5, a column or a number is missing before '/'"),
        ("(a + b", "the parenthesis at character 1 is not closed"),
        ("a + b)", "at character 6, ')' follows 'b'"),
        ("unit price", "at character 6, 'price' follows 'unit'; write a name of several words in backticks"),
        ("a % b", "at character 3, '% b' is neither"),
        ("a ** b", "at character 4"),
        ("sum(a)", "at character 4, '(' follows 'sum'"),
        ("a; import os", "at character 2"),
        ("9" * 30, "too large"),
        ("1e400", "too large"),
        ("+".join("a" * (MOST_SIGNS + 2)), f"more than {MOST_SIGNS} signs"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), f"more than {DEEPEST} deep"),
        ("(" * 499, f"more than {DEEPEST} deep"),
        ("`a", "at character 1"),
    ],
)
def test_text_that_is_no_expression_is_refused_at_its_place(text: str, says: str) -> None:
    with pytest.raises(NotAnExpression) as refused:
        parse_expression(text, "sales")
    assert says in str(refused.value)


names = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=8).filter(
    lambda name: bool(name.strip()) and not set(name) & set("×·÷−")
)
numbers = st.one_of(st.integers(-(2**62), 2**62), st.floats(-1e12, 1e12).filter(lambda value: value == value))
expressions = st.recursive(
    names.map(column) | numbers.map(number),
    lambda inner: st.builds(Arithmetic, op=st.sampled_from("+-*/"), left=inner, right=inner),
    max_leaves=8,
)


@given(expressions)
def test_every_expression_is_written_as_it_is_read(expression: Expression) -> None:
    assert parse_expression(write_expression(expression), "sales") == expression


# Conditions


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ({"op": "=", "value": "Paid"}, ColumnType.CATEGORY),
        ({"op": "!=", "value": "Paid"}, ColumnType.TEXT),
        ({"op": "=", "value": True}, ColumnType.BOOLEAN),
        ({"op": "!=", "value": 3}, ColumnType.INTEGER),
        ({"op": ">", "value": 3}, ColumnType.INTEGER),
        ({"op": ">=", "value": -3.5}, ColumnType.DECIMAL),
        ({"op": "<", "value": "2024-12-31"}, ColumnType.DATE),
        ({"op": "<=", "value": "2024-12-31T12:30:00"}, ColumnType.DATETIME),
        ({"op": ">=", "value": "2024-12-31"}, ColumnType.DATETIME),
        ({"op": "in", "value": ("a", "b")}, ColumnType.IDENTIFIER),
        ({"op": "in", "value": (1,)}, ColumnType.INTEGER),
        ({"op": "not in", "value": ("a", "b")}, ColumnType.CATEGORY),
        ({"op": "contains", "value": "test"}, ColumnType.EMAIL),
        ({"op": "not contains", "value": "test"}, ColumnType.TEXT),
        ({"op": "starts with", "value": "A"}, ColumnType.URL),
        ({"op": "ends with", "value": "Z"}, ColumnType.TEXT),
        ({"op": "missing"}, ColumnType.JSON),
        ({"op": "not missing"}, ColumnType.DURATION),
    ],
)
def test_every_operator_is_written_as_it_is_read(condition: dict[str, Any], kind: ColumnType) -> None:
    wished = ConditionDocument(column="c", **condition)
    predicate = parse_condition(wished, kind, "sales")
    assert write_condition(predicate) == wished
    assert parse_condition(write_condition(predicate), kind, "sales") == predicate


def test_every_operator_was_tried() -> None:
    (tried,) = test_every_operator_is_written_as_it_is_read.pytestmark  # type: ignore[attr-defined]
    assert {condition["op"] for condition, _ in tried.args[1]} == set(get_args(Comparing))


def test_what_is_not_refunded_may_have_no_status() -> None:
    predicate = bound(REVENUE).measures[0].measure.where
    assert predicate == Not(
        of=Comparison(left=column("status"), op="==", right=Literal(value="refunded", type="text"), fold_case=True),
        missing_too=True,
    )


@pytest.mark.parametrize(
    ("condition", "kind", "field"),
    [
        ({"op": "=", "value": 3}, ColumnType.CATEGORY, "value"),
        ({"op": "=", "value": "3"}, ColumnType.INTEGER, "value"),
        ({"op": "=", "value": True}, ColumnType.INTEGER, "value"),
        ({"op": "=", "value": 1}, ColumnType.BOOLEAN, "value"),
        ({"op": "=", "value": "x"}, ColumnType.JSON, "column"),
        ({"op": "=", "value": "x"}, ColumnType.EMPTY, "column"),
        ({"op": ">", "value": "01:00"}, ColumnType.DURATION, "column"),
        ({"op": ">", "value": "a"}, ColumnType.TEXT, "op"),
        ({"op": "contains", "value": "1"}, ColumnType.INTEGER, "op"),
        ({"op": "=", "value": "31.12.2024"}, ColumnType.DATE, "value"),
        ({"op": "=", "value": "2024-12-31T10:00:00"}, ColumnType.DATE, "value"),
        ({"op": "=", "value": "2024-12-31"}, ColumnType.DATETIME, "value"),
        ({"op": ">", "value": "2024-12-31"}, ColumnType.DATETIME, "value"),
        ({"op": "=", "value": ("a",)}, ColumnType.TEXT, "value"),
        ({"op": "in", "value": "a"}, ColumnType.TEXT, "value"),
        ({"op": "="}, ColumnType.TEXT, "value"),
        ({"op": "missing", "value": 1}, ColumnType.INTEGER, "value"),
    ],
)
def test_what_cannot_be_asked_of_the_column_is_refused(condition: dict[str, Any], kind: ColumnType, field: str) -> None:
    with pytest.raises(NotACondition) as refused:
        parse_condition(ConditionDocument(column="c", **condition), kind, "sales")
    assert refused.value.field == field


# Documents


def test_a_document_comes_back_as_it_was_written() -> None:
    written = document(
        label="order lines",
        synonyms=["sales"],
        definition="One row\nper article.",
        columns={"price": {"label": "unit price", "synonyms": ["cost"], "unit": "EUR"}, "sold": {"definition": "Day."}},
        measures=[
            REVENUE,
            {"name": "orders", "aggregate": "count"},
            {"name": "p90", "aggregate": "percentile", "of": "price", "percentile": 90.0},
            {
                "name": "late express",
                "aggregate": "count",
                "where": [{"column": "express", "value": True}, {"column": "paid at", "op": "missing"}],
            },
        ],
    )
    dictionary = bind(written, "sales", SALES)
    assert document_of(dictionary).model_copy(update={"version": None}) == written
    assert Dictionary.model_validate_json(dictionary.model_dump_json()) == dictionary
    assert (dictionary.labels, dictionary.columns[0].labels) == (("order lines", "sales"), ("unit price", "cost"))
    assert dictionary.measures[0].labels == ("revenue", "turnover")


def test_every_fault_is_told_with_its_place() -> None:
    found = faults(
        {"name": "a", "aggregate": "sum", "of": "prise * quantity"},
        {"name": "b", "aggregate": "sum", "of": "price *"},
        {"name": "c", "aggregate": "mean", "of": "status"},
        {"name": "d", "aggregate": "sum", "of": "price - sold"},
        {"name": "e", "aggregate": "sum"},
        {"name": "f", "aggregate": "max", "of": "3 * 4"},
        {"name": "g", "aggregate": "percentile", "of": "price"},
        {"name": "h", "aggregate": "sum", "of": "price", "percentile": 5},
        {
            "name": "i",
            "aggregate": "count",
            "where": [{"column": "status", "value": "x"}, {"column": "state", "value": 1}],
        },
        {"name": "j", "aggregate": "count", "where": [{"column": "price", "value": "x"}]},
        {"name": "k", "synonyms": ["A"], "aggregate": "count"},
        columns={"quantitty": {"label": "pieces"}},
    )
    assert {place for place, _ in found} == {
        "columns.quantitty", "measures.0.of", "measures.1.of", "measures.2.of", "measures.3.of", "measures.4.of", "measures.5.of",
        "measures.6.percentile", "measures.7.percentile", "measures.8.where.1.column", "measures.9.where.0.value", "measures.10.name",
    }  # fmt: skip
    said = dict(found)
    assert said["measures.0.of"] == "the table has no column 'prise'; near it are 'price'"
    assert said["measures.2.of"] == "'mean' is not taken of 'status', which holds categories"
    assert said["measures.3.of"] == "'sold' holds days, and only numbers are reckoned with"


@pytest.mark.parametrize("aggregate", ["min", "max", "count", "distinct"])
def test_a_column_of_dates_has_its_aggregates(aggregate: str) -> None:
    assert bound({"name": "m", "aggregate": aggregate, "of": "sold"}).measures[0].measure.function == aggregate
    assert ColumnType.DATE.family is Family.DATE


@pytest.mark.parametrize(
    "wrong",
    [
        {"lable": "x"},
        {"label": ""},
        {"label": "x" * 101},
        {"label": "a\x1b[31m"},
        {"definition": "x" * 2001},
        {"synonyms": ["x"] * 31},
        {"columns": {"price": {"unit": "x" * 21}}},
        {"columns": {"price": {"lable": "x"}}},
        {"measures": [REVENUE] * 51},
        {"measures": [REVENUE | {"aggregate": "product"}]},
        {"measures": [REVENUE | {"of": "a" * 501}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "value": 1}] * 21}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "op": "like", "value": 1}]}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "op": "in", "value": []}]}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "op": "in", "value": [1] * 101}]}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "value": 2**63}]}]},
        {"measures": [REVENUE | {"where": [{"column": "a", "value": float("nan")}]}]},
        {"version": -1},
    ],
)
def test_documents_are_bounded_and_know_their_fields(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        document(**wrong)


# Columns that change


def test_a_renamed_column_takes_what_is_said_of_it_along() -> None:
    dictionary = bound(REVENUE, columns={"price": {"label": "unit price"}})
    renamed = (replace(SALES[0], name="net price"), *SALES[1:])
    fitted = fit(dictionary, "sales", renamed)
    assert fitted.at_rest == ()
    assert [entry.column for entry in fitted.dictionary.columns] == ["net price"]
    assert write_expression(fitted.dictionary.measures[0].measure.of) == "`net price` * quantity"  # type: ignore[arg-type]


def test_columns_that_swapped_their_names_are_told_apart() -> None:
    dictionary = bound(columns={"price": {"label": "unit price"}, "quantity": {"label": "pieces"}})
    swapped = (replace(SALES[0], name="quantity"), replace(SALES[1], name="price"), *SALES[2:])
    found = {entry.column: entry.label for entry in fit(dictionary, "sales", swapped).dictionary.columns}
    assert found == {"quantity": "unit price", "price": "pieces"}


def test_a_column_with_another_heading_in_a_newer_file_is_found_by_its_name() -> None:
    dictionary = bound(columns={"price": {"label": "unit price"}})
    newer = (replace(SALES[0], source_name="PRICE"), *SALES[1:])
    assert fit(dictionary, "sales", newer).dictionary.columns[0].column == "price"


def test_what_speaks_of_a_column_that_is_gone_rests_and_says_so() -> None:
    dictionary = bound(
        REVENUE, {"name": "pieces", "aggregate": "sum", "of": "quantity"}, columns={"price": {"label": "unit price"}}
    )
    fitted = fit(dictionary, "sales", SALES[1:])
    assert fitted.at_rest == (
        "What is said of 'price' is not in force: the table has no column 'price'.",
        "The measure 'revenue' is not in force: the table has no column 'price'.",
    )
    assert [measure.name for measure in fitted.dictionary.measures] == ["pieces"]
    assert fit(dictionary, "sales", SALES).dictionary == dictionary


def test_another_column_that_takes_a_gone_ones_name_takes_no_measure_over() -> None:
    dictionary = bound(
        {"name": "total", "aggregate": "sum", "of": "price"}, {"name": "n", "aggregate": "sum", "of": "quantity"}
    )
    usurped = (replace(SALES[1], name="price"), *SALES[2:])
    fitted = fit(dictionary, "sales", usurped)
    assert [(measure.name, measure.measure.of) for measure in fitted.dictionary.measures] == [("n", column("price"))]


def test_a_measure_of_a_column_that_became_text_rests() -> None:
    dictionary = bound(REVENUE)
    typed = (replace(SALES[0], type=ColumnType.TEXT), *SALES[1:])
    fitted = fit(dictionary, "sales", typed)
    assert fitted.dictionary.measures == ()
    assert fitted.at_rest == (
        "The measure 'revenue' is not in force: 'price' holds text, and only numbers are reckoned with.",
    )


def test_of_many_faults_the_first_are_told_and_soon() -> None:
    wide = [SomeColumn(f"column {n}", f"column {n}", ColumnType.DECIMAL) for n in range(16_000)]
    wrong = document(
        columns={f"colum {n}": {} for n in range(3_000)},
        measures=[{"name": str(n), "aggregate": "sum", "of": "a + b"} for n in range(50)],
    )
    with pytest.raises(DoesNotFit) as refused:
        bind(wrong, "wide", wide)
    assert len(refused.value.faults) == MOST_FAULTS


def test_a_wide_table_is_fitted_without_comparing_all_with_all() -> None:
    wide = [SomeColumn(f"c{n}", f"C {n}", ColumnType.DECIMAL) for n in range(16_000)]
    described = bind(document(columns={column.name: {} for column in wide[::4]}), "wide", wide)
    compared = 0

    class Counting(str):
        """A heading that counts how often it is compared."""

        __slots__ = ()

        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

    renamed = [SomeColumn(f"d{n}", Counting(column.source_name), column.type) for n, column in enumerate(wide)]
    assert len(fit(described, "wide", renamed).dictionary.columns) == 4_000
    assert compared < 200_000
