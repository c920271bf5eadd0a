"""What an analyst writes is accepted, and what is written anew finds the same in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from services.nlq.validation.sql import validate_sql
from services.nlq.validation.sql.vocabulary import NAMED_FUNCTIONS, NODES, TYPES
from shared.plan.agreement import compare
from shared.plan.result import Result
from tests.unit.nlq.validation.sql.statements import COLUMNS, ORDINARY, TABLES


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute('CREATE SCHEMA "tables"; SET search_path = "tables"')
        for name, table in TABLES.items():
            db.register("incoming", table)
            db.execute(f'CREATE TABLE "tables"."{name}" AS FROM incoming')
            db.unregister("incoming")
        yield db


def found(database: duckdb.DuckDBPyConnection, statement: str) -> Result:
    """Without the names of its columns, which a function written in another way changes."""
    columns = list(zip(*database.execute(statement).fetchall(), strict=True))
    return Result.of_columns([f"c{place}" for place in range(len(columns))], columns)


@pytest.mark.parametrize("statement", ORDINARY)
def test_accepted_and_the_same_once_it_is_written_anew(database: duckdb.DuckDBPyConnection, statement: str) -> None:
    verdict = validate_sql(statement, COLUMNS)
    assert verdict.findings == ()
    assert compare(found(database, verdict.sql), found(database, statement)) is None


@pytest.mark.parametrize("statement", ORDINARY)
def test_nothing_is_missing_where_only_the_columns_used_are_there(statement: str) -> None:
    verdict = validate_sql(statement, COLUMNS)
    with duckdb.connect(config={"threads": 1}) as db:
        db.execute('CREATE SCHEMA "tables"')
        for name, columns in verdict.columns_used.items():
            table = TABLES[name]
            kept = [column for column in table.column_names if column in columns] or table.column_names[:1]
            db.register("incoming", table.select(kept))
            db.execute(f'CREATE TABLE "tables"."{name}" AS FROM incoming')
        db.execute(verdict.sql)


@pytest.mark.parametrize("statement", ORDINARY)
def test_what_was_written_anew_is_accepted_and_written_the_same(statement: str) -> None:
    once = validate_sql(statement, COLUMNS)
    again = validate_sql(once.sql, COLUMNS)
    assert (again.sql.split(), again.columns_used) == (once.sql.split(), once.columns_used)


def test_nothing_is_on_the_list_that_no_statement_here_needs() -> None:
    nodes = [node for statement in ORDINARY for node in sqlglot.parse_one(statement, read="duckdb").walk()]
    named = {node.name.lower() for node in nodes if isinstance(node, exp.Anonymous)}
    types = {node.this for node in nodes if isinstance(node, exp.DataType)}
    assert set(map(type, nodes)) - {exp.Anonymous} == NODES
    assert (named, types) == (NAMED_FUNCTIONS, TYPES)
