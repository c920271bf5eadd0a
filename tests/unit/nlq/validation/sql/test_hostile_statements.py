"""SQL that means harm, by the way that it takes: each is refused, in no time. DuckDB is locked besides; a way that is found is added here."""

from __future__ import annotations

import re
import time

import duckdb
import pytest

from services.nlq.validation.sql import validate_sql
from services.nlq.validation.sql.vocabulary import NAMED_FUNCTIONS
from tests.unit.nlq.validation.sql.statements import COLUMNS

FILES = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_parquet('*.parquet')",
    "SELECT * FROM read_json('x.json')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM glob('/**')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'file.csv'",
    'SELECT * FROM "file.parquet"',
    "SELECT * FROM orders, 'file.csv' AS f",
    "FROM 'https://example.org/x.csv'",
    "SELECT * FROM orders JOIN read_csv('/etc/passwd') ON TRUE",
    "SELECT (SELECT * FROM read_text('/etc/passwd'))",
    "WITH f AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM f",
    "SELECT * FROM sniff_csv('x.csv')",
    "SELECT * FROM parquet_metadata('x.parquet')",
    "SELECT * FROM sqlite_scan('x.db', 't')",
    "SELECT * FROM postgres_scan('host=x', 'public', 't')",
    "SELECT * FROM TABLE(read_csv('x'))",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('orders')",
)
SYSTEM = (
    "SELECT getenv('HOME')",
    "SELECT GETENV ('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT version()",
    "SELECT current_user",
    "SELECT session_user",
    "SELECT current_database(), current_schema()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_functions()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM system.main.duckdb_tables",
    "SELECT * FROM memory.tables.orders",
    "SELECT * FROM other.orders",
    "SELECT * FROM pragma_table_info('orders')",
    "SELECT * FROM which_secret('x', 'y')",
    "SELECT nextval('s')",
    "SELECT txid_current()",
    "SELECT write_log('x')",
    "SELECT error('x')",
    "SELECT @@version",
    "SELECT $x",
    "SELECT ?",
    "SELECT getvariable('x')",
    "SELECT main.getenv('HOME')",
    "SELECT 'HOME'.getenv()",
    "SELECT orders.city.getenv() FROM orders",
    "SELECT \"getenv\"('HOME')",
)
OTHER_STATEMENTS = (
    "ATTACH 'x.db' AS x",
    "DETACH x",
    "COPY orders TO 'x.csv'",
    "COPY (SELECT * FROM orders) TO 'x.csv'",
    "COPY orders FROM 'x.csv'",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA version",
    "CALL duckdb_settings()",
    "CREATE TABLE x AS SELECT 1",
    "CREATE MACRO f(x) AS getenv(x)",
    "CREATE SECRET s (TYPE s3)",
    "INSERT INTO orders VALUES (1)",
    "UPDATE orders SET amount = 0",
    "DELETE FROM orders",
    "DROP TABLE orders",
    "ALTER TABLE orders ADD COLUMN x INT",
    "TRUNCATE orders",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN",
    "EXPLAIN ANALYZE SELECT 1",
    "DESCRIBE orders",
    "SHOW TABLES",
    "SUMMARIZE orders",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "USE memory",
    "VALUES (1)",
    "WITH x AS (INSERT INTO orders VALUES (1) RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x",
    "SELECT 1; DROP TABLE orders",
    "SELECT 1; SELECT 2",
    "SELECT 1 /* ; */; ATTACH 'x'",
    "SELECT 1 -- \n; SET threads = 9",
    "SELECT 1 INTO x",
    "SELECT * FROM (DESCRIBE orders)",
    "SELECT * FROM (SHOW TABLES)",
    "PIVOT orders ON city USING SUM(amount)",
    "UNPIVOT orders ON amount, qty",
    "MERGE INTO orders USING customers ON TRUE WHEN MATCHED THEN DELETE",
    "",
    " ; ; ",
    "-- nothing",
)
SPELLINGS = (
    "SELECT/**/getenv/**/('HOME')",
    "SELECT $$getenv$$ || getenv($a$HOME$a$)",
    "SELECT E'\\'' || getenv('HOME')",
    "SELECT U&'\\0041'",
    "SELECT x'41'",
    "SELECT '\0'",
    "SELECT 'it'' || getenv('HOME')",
    "SELECT 'unclosed",
    "SELECT 1 /* unclosed",
    'SELECT "unclosed',
    "SELECT * FROM ordеrs",  # a Cyrillic letter
    "SELECT amount FROM orders WHERE (SELECT COUNT(*) FROM glob('/*')) > 0",
    "SELECT amount FROM orders ORDER BY getenv('x')",
    "SELECT amount FROM orders LIMIT (SELECT 1 FROM read_text('x'))",
    "SELECT SUM(amount) OVER (PARTITION BY getenv('x')) FROM orders",
    "SELECT SUM(amount) FILTER (WHERE getenv('x') = '') FROM orders",
    "SELECT amount FROM orders QUALIFY getenv('x') = ''",
    "SELECT * REPLACE (getenv('x') AS city) FROM orders",
    "SELECT COUNT(*) FROM orders GROUP BY ROLLUP (getenv('x'))",
    "SELECT CASE WHEN TRUE THEN getenv('x') END",
    "SELECT DISTINCT ON (getenv('x')) city FROM orders",
    "SELECT COLUMNS('a.*') FROM orders",
    "SELECT COLUMNS(*) FROM orders",
    "SELECT orders FROM orders",
    "SELECT o FROM orders o",
    "SELECT orders.city.length FROM orders",
    "SELECT {'a': 1}.a",
    "SELECT [1, 2][1]",
    "SELECT city[1] FROM orders",
    "SELECT city -> '$.a' FROM orders",
    "SELECT json_extract(city, '$.a') FROM orders",
    "SELECT list_transform(list(id), x -> x + 1) FROM orders",
    "SELECT UNNEST(range(9)) FROM orders",
    "SELECT * FROM UNNEST(range(9))",
    "SELECT * FROM orders, LATERAL (SELECT city)",
    "SELECT #1 FROM orders",
    "SELECT amount FROM orders TABLESAMPLE 10%",
    "SELECT amount FROM orders USING SAMPLE 3",
    "SELECT random()",
    "SELECT uuid()",
    "SELECT nonsense(1)",
    "SELECT CAST(city AS JSON) FROM orders",
    "SELECT city::STRUCT(a INT) FROM orders",
    "SELECT city::INT[3] FROM orders",
    "SELECT 'x'::BLOB",
    "SELECT amount COLLATE nocase FROM orders",
    "SELECT day AT TIME ZONE 'UTC' FROM orders",
    "SELECT * FROM orders NATURAL JOIN customers",
    "SELECT * FROM orders POSITIONAL JOIN customers",
    "SELECT * FROM orders FOR UPDATE",
    "SELECT rowid FROM orders",
    "SELECT tables.orders.city FROM orders",
)
BOMBS = (
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t",
    "SELECT * FROM range(1000000000000)",
    "SELECT * FROM generate_series(1, 1000000000000)",
    "SELECT repeat('x', 1000000000)",
    "SELECT lpad('x', 1000000000)",
    "SELECT " + "(" * 500 + "1" + ")" * 500,
    "SELECT " + "abs(" * 500 + "1" + ")" * 500,
    "SELECT " + "date(" * 20 + "1" + ")" * 20,
    "SELECT " + "decimal(" * 20 + "1" + ")" * 20,
    "SELECT " + "date(abs(" * 20 + "1" + "))" * 20,
    "SELECT " + "NOT " * 2_000 + "TRUE",
    "SELECT " + "- " * 2_000 + "1",
    "SELECT " + "CASE WHEN TRUE THEN " * 400 + "1" + " END" * 400,
    "SELECT 1" + "::INT" * 1_500,
    "SELECT 1" + " + 1" * 2_400,
    "SELECT 1" + " UNION ALL SELECT 1" * 500,
    "SELECT " + "a." * 3_000 + "a",
    "SELECT id" + "[1]" * 3_000 + " FROM orders",
    "SELECT * FROM orders a" + " JOIN orders b" * 30,
    "SELECT * FROM orders a" + " JOIN orders b" * 30 + " ON TRUE" * 30,
    "SELECT * FROM " + "(SELECT * FROM " * 60 + "orders" + ")" * 60,
    "SELECT " + "9" * 20_000,
    "SELECT '" + "x" * 20_000 + "'",
    "SELECT " + ", ".join(f"{number} AS c{number}" for number in range(1_200)),
    "SELECT 1 " + "/*" * 3_000,
    "\N{GRINNING FACE}" * 5_000,
)


@pytest.mark.parametrize("statement", [*FILES, *SYSTEM, *OTHER_STATEMENTS, *SPELLINGS, *BOMBS])
def test_refused_with_a_reason_in_no_time(statement: str) -> None:
    started = time.process_time()
    verdict = validate_sql(statement, COLUMNS)
    assert not verdict.ok
    assert (verdict.sql, verdict.columns_used) == ("", {})
    assert all(finding.message.endswith(".") for finding in verdict.findings)
    assert verdict.findings
    assert time.process_time() - started < 2  # a bomb that goes off takes minutes


def functions_of_duckdb(*kinds: str) -> set[str]:
    asked = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE list_contains(?, function_type)"
    return {name for (name,) in duckdb.execute(asked, [list(kinds)]).fetchall()}


def test_no_function_of_duckdb_that_makes_tables_is_accepted() -> None:
    names = functions_of_duckdb("table", "table_macro", "pragma")
    assert {"read_csv", "glob", "duckdb_settings", "range"} <= names
    for name in names:
        for call in (f"{name}()", f"{name}('x')", f'"{name}"(1, 2)'):
            assert not validate_sql(f"SELECT * FROM {call}", COLUMNS).ok, name


def test_every_function_that_is_listed_by_name_is_one_of_duckdb() -> None:
    assert functions_of_duckdb("scalar", "aggregate", "macro") >= NAMED_FUNCTIONS


def test_the_functions_that_are_accepted_are_the_listed_ones() -> None:
    """Of every scalar function and aggregate that DuckDB has: what asks for, or changes, anything but its arguments is not among them."""
    refused = {
        name
        for name in functions_of_duckdb("scalar", "aggregate", "macro")
        if re.fullmatch(r"\w+", name)
        and not any(
            validate_sql(f"SELECT {name}({', '.join(['qty'] * count)}) FROM orders", COLUMNS).ok for count in range(4)
        )
    }
    reaching_out = {"getenv", "current_setting", "getvariable", "nextval", "version", "write_log", "random", "uuid", "repeat", "range", "error",
                    "current_database", "current_query", "txid_current", "in_search_path", "sleep_ms", "setseed", "query", "parse_path"}  # fmt: skip
    there = functions_of_duckdb("scalar", "aggregate", "macro")
    assert reaching_out & there <= refused
    assert len(there - refused) < 200
