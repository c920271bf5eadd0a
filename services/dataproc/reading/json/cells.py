"""Objects in a text as columns, by compiled code: their spans, and the values of a column as an array of Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.compiled import json_objects as objects
from services.dataproc.reading.compiled.iso_moments import days, moments
from services.dataproc.reading.compiled.json_nested import DEEPEST, copy_nested
from services.dataproc.reading.compiled.json_numbers import decimals, whole_numbers
from services.dataproc.reading.compiled.json_texts import copy_out, copy_unescaped, measure
from services.dataproc.reading.iso_text import PER_SECOND
from services.dataproc.reading.json.blocks import Block
from services.dataproc.reading.json.keys import count_keys, most_keys, repeated_keys
from services.dataproc.reading.json.numbers import NUMBER, exact, inexact, strictly
from services.dataproc.reading.json.records import nested_text
from services.dataproc.reading.json.shape import Kind
from services.dataproc.reading.json.template import Template
from services.dataproc.reading.sources import Irregular

WORD = 8  # bytes that copying may write beyond the last text
STORED = {
    Kind.EMPTY: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.DOUBLE: pa.float64(),
    Kind.TRUTH: pa.bool_(),
    Kind.TEXT: pa.string(),
    Kind.ANY: pa.string(),
}
WRONG = {
    objects.NO_OBJECT: "one of its elements is no object",
    objects.NO_COMMA: "a value is followed neither by a comma nor by the end of its object",
    objects.NEW_KEY: "an object has a key that its first ones do not have",
    objects.NEW_OBJECT: "a field holds an object that has none in its first ones",
    objects.NEW_VALUE: "a field that holds objects holds another value further on",
    objects.REPEATED_KEY: "a key stands twice in one object",
    objects.NO_COLON: "a key is not followed by a colon",
    objects.NO_VALUE: "a value is none",
    objects.NOT_SEPARATED: "its objects are not all separated alike",
}

Signs = np.ndarray[Any, np.dtype[np.uint8]]
Spans = np.ndarray[Any, np.dtype[np.int64]]
Marks = np.ndarray[Any, np.dtype[np.bool_]]


class Surprise(Irregular):
    """Objects that do not suit a template: the status of `find_spans`, where, and the object or entry that it concerns."""

    def __init__(self, status: int, place: int, concerned: int) -> None:
        super().__init__(WRONG[status])
        self.status, self.place, self.concerned = status, place, concerned


class Misfit(Irregular):
    """A value that is not of its column's kind."""


def spans_of(block: Block, template: Template, most: int) -> Iterator[Spans]:
    """Spans, columns × rows, of at most so many objects at a time. Raises Surprise for what does not suit the template."""
    place, columns = 0, len(template.leaves)
    seen, stack = np.empty(len(template.entries), np.int64), np.empty((objects.DEEPEST, 2), np.int64)
    while place < block.end:
        seen.fill(-1)
        spans = np.zeros(columns * most, np.int64)
        status, place, rows, concerned = objects.find_spans(
            block.text, place, block.end, template.keys, template.entries, template.objects, template.plain, template.separator, template.newline,
            seen, spans, stack, most)  # fmt: skip
        if status != objects.DONE:
            raise Surprise(status, place, concerned)
        if rows:
            yield spans.reshape(columns, most)[:, :rows]


def cells(text: Signs, spans: Spans, kind: Kind) -> pa.Array:
    """The values of one column. Raises Misfit for one of another kind, or a number that the kind does not hold to the last digit."""
    missing, valid = spans == objects.NULL, presence(spans)
    if kind in (Kind.TEXT, Kind.ANY):
        return texts(text, spans, valid) if kind == Kind.TEXT else anything(text, spans, valid)
    if kind == Kind.EMPTY:
        if not missing.all():
            raise Misfit("a field without a value in its first objects has one further on")
        return pa.nulls(len(spans), pa.string())
    values = (
        truths(spans, missing)
        if kind == Kind.TRUTH
        else whole(text, spans)
        if kind == Kind.WHOLE
        else doubles(text, spans)
    )
    return pa.Array.from_buffers(STORED[kind], len(spans), [valid, values])


def presence(spans: Spans) -> pa.Buffer | None:
    """Which cells are there, as Arrow holds it; None when all are."""
    missing = spans == objects.NULL
    return pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None


def whole(text: Signs, spans: Spans) -> pa.Buffer:
    values = pa.allocate_buffer(8 * len(spans))
    if whole_numbers(text, spans, np.frombuffer(values, np.int64)) >= 0:
        raise Misfit("a value among whole numbers is none, or is beyond 64 bits")
    return values


def doubles(text: Signs, spans: Spans) -> pa.Buffer:
    """Numbers with few digits by compiled code, the others by Arrow."""
    held, others = pa.allocate_buffer(8 * len(spans)), np.empty(len(spans), np.int64)
    values = np.frombuffer(held, np.float64)
    if found := decimals(text, spans, values, others):
        rows = others[:found]
        values[rows] = long_numbers(text, spans[rows])
    return held


def long_numbers(text: Signs, spans: Spans) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Numbers as doubles. Raises Misfit for what is no number, or one that no double means."""
    if np.any(spans & objects.LOOKS != objects.NUMBER):
        raise Misfit("a value among numbers is none")
    written = raw(text, spans, None)
    check_numbers(written)
    values = written.cast(pa.float64())
    if not pc.all(pc.is_finite(values)).as_py():
        raise Misfit("a number is out of the range of a double")
    if number := inexact(written):
        raise Misfit(f"the number {number[:40]} has more digits than a double holds")
    numbers: np.ndarray[Any, np.dtype[np.float64]] = values.to_numpy()
    return numbers


def check_numbers(written: pa.StringArray) -> None:
    if pc.all(pc.match_substring_regex(written, NUMBER)).as_py() is False:
        raise Irregular("a number is not written as one")


def written_moments(text: Signs, spans: Spans, kind: pa.DataType) -> pa.Array | None:
    """ISO days or moments without a zone as such; None when a cell is none, or is written in another way."""
    values = pa.allocate_buffer(len(spans) * kind.bit_width // 8)
    if pa.types.is_date32(kind):
        wrong = days(text, spans, np.frombuffer(values, np.int32))
    else:
        wrong = moments(text, spans, PER_SECOND[kind.unit], np.frombuffer(values, np.int64))
    return pa.Array.from_buffers(kind, len(spans), [presence(spans), values]) if wrong < 0 else None


def truths(spans: Spans, missing: Marks) -> pa.Buffer:
    true = spans & objects.LOOKS == objects.TRUE
    if not np.all(true | missing | (spans & objects.LOOKS == objects.FALSE)):
        raise Misfit("a value among true and false is neither")
    return pa.py_buffer(np.packbits(true, bitorder="little"))


def texts(text: Signs, spans: Spans, valid: pa.Buffer | None) -> pa.StringArray:
    """Texts without their escapes."""
    if np.any(spans & objects.LOOKS > objects.ESCAPED):
        raise Misfit("a value among texts is none")
    return raw(text, spans, valid)


def raw(text: Signs, spans: Spans, valid: pa.Buffer | None) -> pa.StringArray:
    """What stands in the spans; escapes of texts are resolved."""
    offsets = pa.allocate_buffer(4 * (len(spans) + 1))
    starts = np.frombuffer(offsets, np.int32)
    escaped = measure(spans, starts)
    data = pa.allocate_buffer(int(starts[-1]) + WORD)
    signs = np.frombuffer(data, np.uint8)
    if not escaped:
        copy_out(text, spans, starts, signs)
    elif copy_unescaped(text, spans, starts, signs) >= 0:
        raise Irregular("a text has an escape that JSON does not have")
    return checked(pa.StringArray.from_buffers(len(spans), offsets, data, valid))


def checked(array: pa.StringArray) -> pa.StringArray:
    """The same texts. Raises Irregular for one that is not UTF-8."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise Irregular("a text is not UTF-8") from error
    return array


def anything(text: Signs, spans: Spans, valid: pa.Buffer | None) -> pa.StringArray:
    """Values of several kinds as text: numbers with every digit, lists and objects without blanks."""
    looks = spans & objects.LOOKS
    check_numbers(raw(text, spans[looks == objects.NUMBER], None))
    nested = looks == objects.NESTED
    if not nested.any():
        return raw(text, spans, valid)
    if np.all(nested | (spans == objects.NULL)):
        return nested_texts(text, spans, valid)
    return pc.replace_with_mask(
        raw(text, np.where(nested, 0, spans), valid), pa.array(nested), nested_texts(text, spans[nested], None)
    )


def nested_texts(text: Signs, spans: Spans, valid: pa.Buffer | None) -> pa.StringArray:
    """Lists and objects without blanks: most by compiled code, what is written in other ways by way of its values. Raises Irregular for what is none."""
    offsets, others = pa.allocate_buffer(4 * (len(spans) + 1)), np.empty(len(spans), np.int64)
    data = pa.allocate_buffer(int(np.sum((spans & objects.SIZE) >> objects.LENGTH)) + WORD)
    found = copy_nested(
        text,
        spans,
        np.frombuffer(offsets, np.int32),
        np.frombuffer(data, np.uint8),
        np.empty(DEEPEST, np.uint8),
        others,
    )
    array = checked(pa.StringArray.from_buffers(len(spans), offsets, data, valid))
    if not found:
        return array
    rows = np.zeros(len(spans), np.bool_)
    rows[others[:found]] = True
    return pc.replace_with_mask(array, pa.array(rows), rewritten(raw(text, spans[rows], None)))


def rewritten(written: pa.StringArray) -> pa.StringArray:
    """Lists and objects as their values are written without blanks; as they stand where a key stands twice in one, of which a value would be lost."""
    data = b"[" + ",".join(written.to_pylist()).encode() + b"]"
    try:
        strictly(data)
    except orjson.JSONDecodeError as error:
        raise Irregular("a list or an object in a field is not valid") from error
    values = exact(data)
    if (most := most_keys(data)) and most != count_keys(values) and repeated_keys([data]):
        return written
    return pa.array([nested_text(value) for value in values], pa.string())
