"""Columns that a file types itself: in which type each is stored, converted without loss, and what is said about it."""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.iso_text import duration_text, iso_texts, span_text
from services.dataproc.reading.profile import plain
from shared.formats.refusals import FileRefused, Refusal

EXACT_DIGITS = 38
UUID_NAME = "arrow.uuid"
BOOL8_NAME = "arrow.bool8"


def unwrapped(kind: pa.DataType) -> pa.DataType:
    """The type of the values below extension types, dictionaries and runs."""
    if isinstance(kind, pa.BaseExtensionType):
        return unwrapped(pa.bool_() if kind.extension_name == BOOL8_NAME else kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return unwrapped(kind.value_type)
    return kind


def stored_type(kind: pa.DataType) -> pa.DataType:
    """The type in which a column of this type is stored, without loss; text for what has no other."""
    kind = unwrapped(kind)
    if pa.types.is_uint64(kind):
        return pa.decimal128(20, 0)
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_decimal(kind):
        return stored_decimal(kind)
    if pa.types.is_boolean(kind):
        return pa.bool_()
    return stored_moment(kind) if pa.types.is_temporal(kind) and not pa.types.is_interval(kind) else pa.string()


def stored_decimal(kind: pa.DataType) -> pa.DataType:
    digits, scale = kind.precision - min(kind.scale, 0), max(kind.scale, 0)
    return pa.decimal128(digits, scale) if digits <= EXACT_DIGITS else pa.string()


def stored_moment(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        zone = kind.tz if kind.tz is None or is_zone(kind.tz) else "UTC"
        return pa.timestamp("ns" if kind.unit == "ns" else "us", tz=zone)
    if pa.types.is_time(kind):
        return pa.time64("ns" if kind.unit == "ns" else "us")
    return pa.date32() if pa.types.is_date(kind) else pa.duration("ns" if kind.unit == "ns" else "us")


@lru_cache(maxsize=256)
def is_zone(name: str) -> bool:
    """Is it an offset, or a time zone of this machine's database?"""
    try:
        pa.array([0], pa.timestamp("us", tz=name)).cast(pa.string())
        pa.scalar(0, pa.timestamp("us", tz=name)).as_py()
    except (pa.ArrowException, ValueError, KeyError):
        return False
    return True


def as_stored(array: pa.Array, target: pa.DataType) -> pa.Array:
    array = plain_array(array)
    if pa.types.is_string(target):
        return texts(array)
    if pa.types.is_floating(target):
        array = array.cast(target)
        return pc.if_else(pc.is_nan(array), None, array) if pc.any(pc.is_nan(array)).as_py() else array
    try:
        return array if array.type == target else array.cast(target)
    except pa.ArrowInvalid as error:
        raise out_of_range(array.type, error) from error


def out_of_range(kind: pa.DataType, error: pa.ArrowInvalid) -> FileRefused:
    return Refusal.VALUE_OUT_OF_RANGE.because(kind=kind, reason=str(error).split("\n")[0][:200].rstrip("."))


def plain_array(array: pa.Array) -> pa.Array:
    """The values themselves, without extension type, dictionary or runs."""
    while True:
        kind = array.type
        if isinstance(kind, pa.BaseExtensionType):
            if kind.extension_name == UUID_NAME:
                return pa.array(
                    [None if v is None else str(uuid.UUID(bytes=v)) for v in array.storage.to_pylist()], pa.string()
                )
            array = array.storage.cast(pa.bool_()) if kind.extension_name == BOOL8_NAME else array.storage
        elif pa.types.is_dictionary(kind):
            array = array.dictionary_decode()
        elif pa.types.is_run_end_encoded(kind):
            array = pc.run_end_decode(array)
        else:
            return array


def texts(array: pa.Array) -> pa.Array:
    """Strings as they are; bytes as UTF-8 where they are, else as hexadecimal digits; JSON for lists, maps and structs."""
    if pa.types.is_string(array.type):
        return valid_text(array)
    if is_string(array.type):
        return array.cast(pa.string())
    return pa.array([as_text(value) for value in values(array)], pa.string())


def valid_text(array: pa.Array) -> pa.Array:
    """The same strings; bytes that are not UTF-8 become hexadecimal digits, as binary cells do."""
    try:
        return array.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([as_text(value) for value in array.cast(pa.binary()).to_pylist()], pa.string())


def values(array: pa.Array) -> list[Any]:
    """Python values; points in time that Python's types cannot hold as text."""
    try:
        found: list[Any] = array.to_pylist()
    except (OverflowError, ValueError):
        found = with_texts(array).to_pylist()
    return found


def with_texts(array: pa.Array) -> pa.Array:
    """The same array with the points and spans in time inside it as text."""
    kind, array = array.type, plain_array(array)
    if pa.types.is_temporal(array.type) and not pa.types.is_interval(array.type):
        return pa.array(iso_texts(array), pa.string())
    if pa.types.is_struct(kind):
        fields = [with_texts(pc.struct_field(array, i)) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(
            fields, names=[kind.field(i).name for i in range(kind.num_fields)], mask=array.is_null()
        )
    if pa.types.is_map(kind):
        return pa.MapArray.from_arrays(with_gaps(array), with_texts(array.keys), with_texts(array.items))
    if pa.types.is_fixed_size_list(kind):
        return with_texts(array.cast(pa.list_(kind.value_type)))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        whole = pa.ListArray if pa.types.is_list(kind) else pa.LargeListArray
        return whole.from_arrays(with_gaps(array), with_texts(array.values))
    return array


def with_gaps(array: pa.Array) -> pa.Array:
    """The offsets of lists, missing where the list is."""
    offsets = array.offsets
    missing = pa.concat_arrays([array.is_null(), pa.array([False])])
    return pc.if_else(missing, pa.scalar(None, offsets.type), offsets)


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return bytes_text(value)
    if isinstance(value, pa.MonthDayNano):
        return f"P{value.months}M{value.days}D{duration_text(value.nanoseconds, 10**9).replace('PT', 'T')}"
    if not isinstance(value, (list, dict, tuple)):
        return str(value)
    try:
        return json.dumps(value, default=inner, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return json.dumps(finite(value), default=inner, ensure_ascii=False)


def bytes_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.hex()


def inner(value: Any) -> Any:
    """What JSON lacks, inside a list or an object."""
    return (
        span_text(value)
        if hasattr(value, "total_seconds")
        else bytes_text(value)
        if isinstance(value, bytes)
        else plain(value)
    )


def finite(value: Any) -> Any:
    """JSON has no infinity, which becomes text, and no NaN, which becomes null."""
    if isinstance(value, float):
        return None if value != value else str(value) if value in (float("inf"), float("-inf")) else value
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def evidence_of(kind: pa.DataType) -> str:
    """The sentence about a column that the file types; none for text, whose type is found as in a text file."""
    inside, stored = unwrapped(kind), stored_type(kind)
    nested = pa.types.is_nested(inside) and not pa.types.is_union(inside)
    if (
        is_string(inside)
        or nested
        or pa.types.is_null(inside)
        or (isinstance(kind, pa.BaseExtensionType) and kind.extension_name == UUID_NAME)
    ):
        return ""
    return "; ".join(part for part in (f"the file stores it as {kind}", note_on(inside, stored)) if part)


def note_on(kind: pa.DataType, stored: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "NaN is missing"
    if pa.types.is_decimal(kind) and pa.types.is_string(stored):
        return f"more than {EXACT_DIGITS} digits, so kept as text"
    if pa.types.is_timestamp(kind) and kind.tz != stored.tz:
        return f"the time zone {kind.tz!r} is not known, so it is shown in UTC"
    binary = (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )
    return "bytes are shown as text where they are UTF-8, else as hexadecimal digits" if binary else ""
