"""Values that JSON held, as columns of Arrow: exactly, and as text where they are of several kinds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa

from services.dataproc.reading.json.numbers import WrittenNumber

Record = dict[str, Any]

DEEPEST = 12  # objects within objects that become columns; what is deeper stays JSON text
INT64 = range(-(1 << 63), 1 << 63)
NUMBERS = {int, float, WrittenNumber}
EVIDENCE = {
    pa.bool_(): "JSON true and false",
    pa.int64(): "JSON numbers without a fraction",
    pa.float64(): "JSON numbers",
}


def flatten(record: Record, prefix: str = "", depth: int = 0) -> Iterable[tuple[str, Any]]:
    """Nested objects as dotted names; lists stay whole."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < DEEPEST:
            yield from flatten(value, f"{name}.", depth + 1)
        else:
            yield name, value


def to_columns(rows: Sequence[Record]) -> dict[str, list[Any]]:
    """Values by column name, in order of first appearance; None where a record lacks the key. Two paths of one name in a record are two columns.

    What is nothing in some records and an object in others is no column beside those of its members.
    """
    columns: dict[str, list[Any]] = {}
    for number, record in enumerate(rows):
        for name, value in flatten(record):
            column = columns.setdefault(name, [])
            if len(column) > number:
                column = columns.setdefault(f"{name} (nested)", [])
            column.extend([None] * (number - len(column)))
            column.append(value)
    for column in columns.values():
        column.extend([None] * (len(rows) - len(column)))
    parents = {name[:at] for name in columns for at, sign in enumerate(name) if sign == "."}
    return {
        name: column
        for name, column in columns.items()
        if name not in parents or any(value is not None for value in column)
    }


def to_array(values: list[Any]) -> pa.Array:
    """A column as JSON typed it, exactly; text where a number has more digits than its kind holds or kinds are mixed; Arrow's null type where nothing is."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pa.nulls(len(values))
    if kinds == {str}:
        return pa.array(values, pa.string())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(v is None or v in INT64 for v in values):
        return pa.array(values, pa.int64())
    if kinds <= NUMBERS and all(v is None or is_double(v) for v in values):
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([as_text(v) for v in values], pa.string())


def is_double(number: float | Decimal) -> bool:
    """Does a double mean the number to its last digit? The shortest text of the double has to be that number."""
    try:
        return type(number) is float or Decimal(repr(float(number))) == number
    except OverflowError:
        return False


def as_text(value: Any) -> str | None:
    """The text of a value in a column of mixed or nested kinds; strings as they are."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float, Decimal)) else nested_text(value)


def nested_text(value: Any) -> str:
    """A list or an object as JSON without blanks; its numbers keep every digit."""
    try:
        return orjson.dumps(value, default=as_written).decode()
    except TypeError:  # whole numbers of more than 64 bits, or nested more deeply than it goes
        pass
    try:
        return orjson.dumps(with_big_numbers(value), default=as_written).decode()
    except (TypeError, RecursionError):
        return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))


def as_written(number: Decimal) -> orjson.Fragment:
    return orjson.Fragment(str(number))


def with_big_numbers(value: Any) -> Any:
    """The same value, with whole numbers beyond 64 bits as decimals."""
    if isinstance(value, dict):
        return {key: with_big_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_big_numbers(inner) for inner in value]
    return Decimal(value) if isinstance(value, int) and value not in INT64 else value
