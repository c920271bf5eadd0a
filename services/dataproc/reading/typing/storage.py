"""Column types as Arrow stores them: of values that come from text, and of columns that arrive typed (Parquet, Arrow, JSON, worksheets)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from shared.columns import ColumnType

STORAGE: Mapping[ColumnType, pa.DataType] = {kind: pa.type_for_alias(kind.traits.arrow) for kind in ColumnType}

FLOAT_DIGITS = 15
SURE_EXPONENT = 300  # nearer to the ends of its range, a double has fewer digits

CHECKS = (
    (pa.types.is_boolean, ColumnType.BOOLEAN),
    (pa.types.is_integer, ColumnType.INTEGER),
    (pa.types.is_floating, ColumnType.DECIMAL),
    (pa.types.is_decimal, ColumnType.DECIMAL),
    (pa.types.is_date, ColumnType.DATE),
    (pa.types.is_timestamp, ColumnType.DATETIME),
    (pa.types.is_time, ColumnType.TIME),
    (pa.types.is_duration, ColumnType.DURATION),
    (pa.types.is_null, ColumnType.EMPTY),
)


def native_type(storage: pa.DataType) -> ColumnType:
    """The type of a column that the file itself types."""
    if pa.types.is_decimal(storage) and storage.scale == 0:
        return ColumnType.INTEGER
    return next((kind for check, kind in CHECKS if check(storage)), ColumnType.TEXT)


def is_number_storage(storage: pa.DataType) -> bool:
    return bool(pa.types.is_integer(storage) or pa.types.is_floating(storage) or pa.types.is_decimal(storage))


def number_storage(values: list[Decimal], integer: bool) -> pa.DataType | None:
    """int64, float64 where every value keeps its digits, decimal128 otherwise; None when none of them is exact."""
    if not values:
        return pa.int64() if integer else pa.float64()
    if integer:
        if all(-(1 << 63) <= v < (1 << 63) for v in values):
            return pa.int64()
        digits = max(len(v.as_tuple().digits) + max(0, exponent_of(v)) for v in values)
        return pa.decimal128(38, 0) if digits <= 38 else None
    if all(keeps_digits(v) for v in values):
        return pa.float64()
    scale = max(max(0, -exponent_of(v)) for v in values)
    whole = max(len(v.as_tuple().digits) + exponent_of(v) for v in values)
    return pa.decimal128(38, scale) if scale <= 37 and max(whole, 1) + scale <= 38 else None


def exponent_of(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def keeps_digits(value: Decimal) -> bool:
    """Does the nearest binary double print back as the same number?"""
    digits = value.as_tuple().digits
    if len(digits) <= FLOAT_DIGITS and abs(value.adjusted()) < SURE_EXPONENT:
        return True
    return Decimal(repr(float(value))) == value


def exact_parser(parse: Callable[[str], Decimal], storage: pa.DataType) -> Callable[[str], Any]:
    """From the exact decimal to what is stored; what would lose digits does not fit."""
    store = to_int64 if pa.types.is_integer(storage) else to_double if pa.types.is_floating(storage) else None
    if store is not None:
        return lambda text: store(parse(text))
    return lambda text: to_decimal(parse(text), storage)


def to_int64(value: Decimal) -> int:
    if value != value.to_integral_value() or not -(1 << 63) <= value < 1 << 63:
        raise ValueError(str(value))
    return int(value)


def to_double(value: Decimal) -> float:
    if not keeps_digits(value):
        raise ValueError(str(value))
    return float(value)


def to_decimal(value: Decimal, storage: pa.Decimal128Type) -> Decimal:
    """The value, where it has no more digits on either side of the point than are stored."""
    if -exponent_of(value) > storage.scale or value.adjusted() >= storage.precision - storage.scale:
        raise ValueError(str(value))
    return value
