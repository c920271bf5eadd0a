"""What is wrong is said with what to do instead; names are followed through every scope."""

from __future__ import annotations

import pytest

from services.nlq.validation.sql import validate_sql
from tests.unit.nlq.validation.sql.statements import COLUMNS


@pytest.mark.parametrize(
    ("statement", "code", "message", "hint"),
    [
        ("SELECT amout FROM orders", "unknown_column", "'amout'", "'amount'"),
        ("SELECT o.amout FROM orders o", "unknown_column", "'amout'", "'amount'"),
        ("SELECT SUM(amount) FILTER (WHERE citi = 'Oslo') FROM orders", "unknown_column", "'citi'", "'city'"),
        ("SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (ORDER BY amout) = 1", "unknown_column", "'amout'", "'amount'"),
        ("SELECT RANK() OVER w FROM orders WINDOW w AS (ORDER BY amout)", "unknown_column", "'amout'", "'amount'"),
        ("WITH t AS (SELECT city AS place FROM orders) SELECT city FROM t", "unknown_column", "'city'", ""),
        ("WITH t(a) AS (SELECT city FROM orders) SELECT place FROM t", "unknown_column", "'place'", ""),
        ("SELECT t.cities FROM (SELECT city FROM orders) AS t", "unknown_column", "'cities'", "'city'"),
        ("SELECT city FROM orders ORDER BY totals", "unknown_column", "'totals'", ""),
        ("SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE c.nam = 'x')", "unknown_column", "'nam'", "'name'"),
        ("SELECT city FROM orders UNION SELECT nam FROM customers", "unknown_column", "'nam'", "'name'"),
        ("SELECT x.city FROM orders o", "unknown_table", "'x'", ""),
        ("SELECT orders.city FROM orders o", "unknown_table", "'orders'", ""),
        ("SELECT city FROM order_s", "unknown_table", "'order_s'", "'orders'"),
        ("SELECT id FROM orders, customers", "ambiguous_name", "orders and customers each have a column 'id'", "orders.id"),
        ("SELECT orders FROM orders", "unknown_column", "'orders' is a table", "columns"),
        ("SELECT city FROM orders ORDER BY 7", "forbidden_syntax", "cannot be followed", "alias.column"),
        ("SELECT summ(amount) FROM orders", "unknown_function", "summ", "'sum'"),
        ("SELECT SUM(amount) FROM read_csv('x')", "forbidden_syntax", "FROM takes tables", "orders"),
        ("SELECT amount FROM orders TABLESAMPLE 10%", "forbidden_syntax", "Samples", "all rows"),
        ("SELECT * FROM orders NATURAL JOIN customers", "forbidden_syntax", "NATURAL", "JOIN … ON"),
        ("PIVOT orders ON city USING SUM(amount)", "forbidden_syntax", "no SELECT", "one SELECT"),
        ("SELECT * FROM orders PIVOT (SUM(qty) FOR city IN ('Oslo'))", "forbidden_syntax", "PIVOT", "CASE WHEN"),
        ("SELECT 1; SELECT 2", "forbidden_syntax", "2 statements", "one SELECT"),
        ("SELECT 'open", "syntax_error", "no end", "doubled"),
        ("SELECT FROM WHERE", "syntax_error", "not valid", "Correct"),
        ("  ", "empty_code", "no SQL", "SELECT"),
        ("SELECT " + "(" * 99 + "1" + ")" * 99, "too_deep", "too deeply", "WITH"),
        ("SELECT '" + "x" * 10_001 + "'", "too_long", "characters", "Keep"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_to_do(statement: str, code: str, message: str, hint: str) -> None:
    findings = validate_sql(statement, COLUMNS).findings
    told = [finding for finding in findings if finding.code == code]
    assert any(message in finding.message and hint in finding.hint for finding in told), findings


def test_the_line_is_told() -> None:
    (finding,) = validate_sql("SELECT city,\n  amout\nFROM orders", COLUMNS).findings
    assert finding.line == 2


def test_every_mistake_is_told_once() -> None:
    findings = validate_sql("SELECT a1, a2, a1 FROM orders WHERE a1 > 1", COLUMNS).findings
    assert sorted(finding.message for finding in findings) == ["There is no column 'a1'.", "There is no column 'a2'."]


@pytest.mark.parametrize(
    ("statement", "used"),
    [
        ("SELECT SUM(amount) FROM orders WHERE city = 'Oslo'", {"orders": {"amount", "city"}}),
        ("SELECT COUNT(*) FROM orders", {"orders": set()}),
        ("SELECT * FROM orders", {"orders": set(COLUMNS["orders"])}),
        ("SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id",
         {"orders": {"id", "customer_id"}, "customers": {"id", "name"}}),
        ("WITH t AS (SELECT CITY, AMOUNT FROM Orders) SELECT city FROM t", {"orders": {"city", "amount"}}),
        ('SELECT region FROM "sales 2024"', {"Sales 2024": {"Region"}}),
        ("SELECT 1", {}),
    ],
)  # fmt: skip
def test_the_columns_that_may_be_read_are_told_by_table(statement: str, used: dict[str, set[str]]) -> None:
    assert validate_sql(statement, COLUMNS).columns_used == used


def test_a_name_that_could_mean_a_column_or_an_alias_counts_as_the_column() -> None:
    """Were `qty` not there when it runs, DuckDB would take the alias, and find another number."""
    used = validate_sql("SELECT amount AS qty FROM orders WHERE qty > 3", COLUMNS).columns_used
    assert used == {"orders": {"amount", "qty"}}


def test_names_that_differ_by_case_only_cannot_be_used_both() -> None:
    tables = {"t": ["Amount", "amount", "city"], "u": ["x"], "U": ["x"]}
    assert validate_sql("SELECT city FROM t", tables).ok
    for statement in ("SELECT amount FROM t", "SELECT * FROM t", "SELECT x FROM u"):
        assert [finding.code for finding in validate_sql(statement, tables).findings] == ["ambiguous_name"]


def test_a_step_may_have_the_name_of_a_table_and_read_it() -> None:
    sql = validate_sql("WITH orders AS (SELECT id FROM orders) SELECT id FROM orders", COLUMNS).sql
    assert " ".join(sql.split()) == (
        'WITH "orders" AS ( SELECT "id" FROM "tables"."orders" ) SELECT "id" FROM "orders"'
    )


def test_what_is_written_has_no_comment_and_no_bare_name() -> None:
    sql = validate_sql("SELECT city /* x */ FROM orders o -- y\nWHERE o.qty > 1", COLUMNS).sql
    assert " ".join(sql.split()) == 'SELECT "city" FROM "tables"."orders" AS "o" WHERE "o"."qty" > 1'
