"""Rows that are lists, written as objects on lines of their own, for which there is a fast reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from services.dataproc.reading.errors import too_large
from services.dataproc.reading.json.blocks import BLOCK, LargeObject, blocks_of
from services.dataproc.reading.json.framing import BEFORE, Framing, Inside
from services.dataproc.reading.json.numbers import exact, long_or_extreme, strictly
from services.dataproc.reading.json.records import nested_text
from services.dataproc.reading.json.rows import Row, named_rows, widened, width_of
from services.dataproc.reading.json.strict import check_strict, invalid_json_at
from services.dataproc.reading.sources import Irregular


def relisted(path: Path, place: Inside | None, names: Sequence[str], into: Path) -> None:
    """The rows of a list, or of the lines of a file, as a file of JSON lines. Without names the first row may hold them.

    Raises ReadError for what is not valid, and for what is no row.
    """
    with into.open("wb") as out:
        begun = False
        for block in row_blocks(path, place):
            rows: Sequence[Row] = block
            if not begun:
                begun, (names, rows) = True, named_rows(block, names)
            out.writelines(as_object(row, names) for row in rows)


def first_width(path: Path, place: Inside) -> int:
    """The most cells of a row among the first."""
    return width_of(next(row_blocks(path, place), [[]]))


def as_object(row: Row, names: Sequence[str]) -> bytes:
    """A line. Cells beyond the names are kept under the number of their column."""
    cells = dict(zip(widened(names, len(row)), row, strict=False))
    try:
        return orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # numbers of more digits than it takes
        return nested_text(cells).encode() + b"\n"


def row_blocks(path: Path, place: Inside | None) -> Iterator[list[Row]]:
    """Some rows at a time, with every digit of their numbers."""
    framing = Framing(place.begin + 1, b"", escaped=True, stop=place.stop) if place else Framing(0, b"\n", escaped=True)
    try:
        for block in blocks_of(path, framing, BLOCK):
            text = block.text[: block.end].tobytes().strip(BEFORE)
            rows = (
                values(b"[" + text.removesuffix(b",") + b"]")
                if place
                else [values(line) for line in text.split(b"\n") if line.strip()]
            )
            if not all(isinstance(row, list) for row in rows):
                raise too_large("its rows are not all lists")
            if rows:
                yield rows
    except LargeObject as reason:
        raise too_large(str(reason)) from reason
    except (Irregular, orjson.JSONDecodeError) as reason:
        if place:
            check_strict(path, "json")
        raise invalid_json_at("somewhere in its rows", str(reason)) from reason


def values(data: bytes) -> Any:
    """What the text holds, with every digit of its numbers. Raises orjson.JSONDecodeError."""
    found = strictly(data)
    return exact(data) if long_or_extreme(data) else found
