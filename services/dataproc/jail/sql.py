"""Runs one SELECT over the tables of a run, by DuckDB, behind the closed door.

Imported by a child that has SQL to run and by nobody else: that costs such a run some 60 ms and 13 MB, and the zygote, with all the
runs of Python that are forked from it, nothing. DuckDB is opened only after the lock-down, and with `async_threads` at 0: it starts eight threads otherwise, and a thread
that is there before the filter of system calls would not be under it. What it needs is on the list of calls already.

That it is locked besides is a second bar before the first: SQL that no validator has seen still finds no file, no setting and no extension.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.jail.execution import Execution, SnippetFailed, explain
from services.dataproc.jail.model import Failure
from services.dataproc.jail.tables import to_pandas

SCHEMA = "tables"  # as the validator writes it: `"tables"."orders"`, as Python has `tables["orders"]`
_LOCKS = (
    f'CREATE SCHEMA "{SCHEMA}"',
    "SET temp_directory = ''",  # what does not fit into memory is not written anywhere: such a run ends
    "SET python_enable_replacements = false",  # a bare name would find a variable of this program
    "SET allow_community_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def execute_sql(statement: str, tables: Mapping[str, pa.Table], memory_bytes: int) -> Execution:
    """Over plain tables. One row of one column is a single value; `memory_bytes` are those of DuckDB, of which tables take their part.

    Raises SnippetFailed.
    """
    try:
        with duckdb.connect(
            config={"threads": 1, "async_threads": 0, "memory_limit": f"{memory_bytes >> 20}MiB"}
        ) as database:
            for lock in _LOCKS:
                database.execute(lock)
            for name, table in tables.items():
                _store(database, name, table)
            return Execution(_value_of(_found(database, statement)), printed="", warnings=())
    except duckdb.OutOfMemoryException as error:
        raise SnippetFailed(explain(MemoryError())) from error
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise SnippetFailed(explain(error), Failure.NAME_NOT_FOUND) from error
    except (duckdb.Error, pa.ArrowException) as error:
        raise SnippetFailed(explain(error)) from error


def plain_table(table: pa.Table) -> pa.Table:
    """What DuckDB is to see of a table. Before the door closes: Arrow looks time zones up in files."""
    return pa.table([_plain(column) for column in table.columns], names=table.column_names)


def _store(database: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """A copy: reading Arrow's tables where they are, DuckDB would ask Arrow for threads."""
    quoted = name.replace('"', '""')
    database.register("incoming", table.to_reader())
    database.execute(f'CREATE TABLE "{SCHEMA}"."{quoted}" AS FROM incoming')
    database.unregister("incoming")


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values that pandas code finds in it: numbers in 64 bits, exact decimals as doubles, no NaN, moments by the clock on the wall."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    if pa.types.is_integer(kind) and kind.bit_width < 64:
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        doubles = column.cast(pa.float64())
        return pc.if_else(pc.is_nan(doubles), None, doubles)
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    return pc.local_timestamp(column) if pa.types.is_timestamp(kind) and kind.tz is not None else column


def _found(database: duckdb.DuckDBPyConnection, statement: str) -> pa.Table:
    kinds = [part.type for part in database.extract_statements(statement)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise SnippetFailed("The SQL is not one SELECT.")
    return database.sql(statement).to_arrow_table()


def _value_of(found: pa.Table) -> object:
    frame = pd.DataFrame({place: to_pandas(_narrow(column)) for place, column in enumerate(found.columns)})
    frame.columns = pd.Index(found.column_names, dtype=object)
    return frame.iloc[0, 0] if frame.shape == (1, 1) else frame


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A sum of whole numbers comes as a decimal of 128 bits: whole again where it fits into 64."""
    if not pa.types.is_decimal(column.type) or column.type.scale:
        return column
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column
