"""Whatever comes: the verdict is there, and what is accepted is one SELECT over the session's tables in DuckDB's own eyes."""

from __future__ import annotations

import re

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from services.nlq.validation.sql import validate_sql
from tests.unit.nlq.validation.sql.statements import COLUMNS, ORDINARY

WORDS = (
    "SELECT", "FROM", "WHERE", "orders", "customers", "city", "amount", "*", "(", ")", ",", "1", "'x'", "=", "AND", "SUM", "COUNT", "AS",
    "GROUP BY", "ORDER BY", "WITH", "t", "JOIN", "ON", "UNION", "read_csv", "getenv", "'/etc/passwd'", "glob", ";", "--", "/*", "*/", "$$",
    "ATTACH", "COPY", "TO", "SET", "INSTALL", "CASE WHEN", "THEN", "END", "OVER", "::", "DATE", "INTERVAL", "[", "]", "{", "}", "->", ".",
    "$1", "?", "@", "#1", "EXISTS", "IN", "NOT", "VALUES", "RECURSIVE", "information_schema.tables", "LATERAL", "UNNEST", "\"", "'", "\\", "\n",
)  # fmt: skip
REACHES_OUT = re.compile(
    r"read_csv|getenv|glob|attach|copy|install|information_schema|unnest|lateral|recursive", re.IGNORECASE
)
NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)


def is_one_select(sql: str) -> bool:
    """Or nothing that DuckDB could read: sqlglot forgives more, and such a run ends with DuckDB's reason."""
    try:
        (statement,) = duckdb.extract_statements(sql)
    except duckdb.ParserException:
        return True
    return bool(statement.type == duckdb.StatementType.SELECT)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_words_in_any_order(text: str) -> None:
    verdict = validate_sql(text, COLUMNS)
    assert verdict.ok == (not verdict.findings) == bool(verdict.sql)
    if verdict.ok:
        assert is_one_select(verdict.sql)
        assert not REACHES_OUT.search(re.sub(r"'(?:''|[^'])*'|\"(?:\"\"|[^\"])*\"", "", verdict.sql))


@given(st.sampled_from(ORDINARY), st.data())
def test_ordinary_statements_with_something_put_in(statement: str, data: st.DataObject) -> None:
    parts = re.split(r"(\W)", statement)
    place = data.draw(st.integers(0, len(parts)))
    verdict = validate_sql("".join([*parts[:place], data.draw(st.sampled_from(WORDS)), *parts[place:]]), COLUMNS)
    if verdict.ok:
        assert is_one_select(verdict.sql)
        assert set(verdict.columns_used) <= set(COLUMNS)


@given(st.text(max_size=200))
def test_any_text_at_all(text: str) -> None:
    verdict = validate_sql(text, COLUMNS)
    assert verdict.ok == (not verdict.findings)


@given(TEXTS)
def test_a_text_stays_the_text_that_it_is(text: str) -> None:
    doubled = text.replace("'", "''")
    verdict = validate_sql(f"SELECT '{doubled}' AS t", COLUMNS)
    assert verdict.ok, verdict.findings
    assert duckdb.execute(verdict.sql).fetchall() == [(text,)]


@given(NAMES, NAMES)
def test_names_of_any_characters_are_quoted(table: str, column: str) -> None:
    quoted_table, quoted_column = (name.replace('"', '""') for name in (table, column))
    verdict = validate_sql(f'SELECT "{quoted_column}" FROM "{quoted_table}"', {table: [column]})
    assert verdict.ok, verdict.findings
    with duckdb.connect() as db:
        db.execute(f'CREATE SCHEMA "tables"; CREATE TABLE "tables"."{quoted_table}" AS SELECT 7 AS "{quoted_column}"')
        assert db.execute(verdict.sql).fetchall() == [(7,)]
