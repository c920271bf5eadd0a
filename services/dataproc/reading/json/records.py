"""From a parsed JSON document to tables: which lists are records, how nested objects become dotted columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.dataproc.reading.json.keyed import keyed_objects
from services.dataproc.reading.json.rows import lists_in, rows_of_lists, rows_within
from services.dataproc.reading.json.values import Record, flatten


@dataclass(frozen=True)
class Records:
    """Rows of one table inside a document, with the path that leads there and the rule that found it."""

    path: str
    rows: Sequence[Record]
    rule: str
    beside: tuple[str, ...] = ()


def find_records(document: Any) -> list[Records]:
    """The tables of a document; empty when it holds none."""
    if isinstance(document, list):
        return list_records("", document)
    if not isinstance(document, dict) or not document:
        return []
    if split := split_columns(document):
        return split
    lists = list(rows_within(document))
    naming = {found.names[0] for found in lists if len(found.names) == 1}
    nested = [
        found
        for key, value in document.items()
        if key not in naming and is_record_list(value)
        for found in list_records(key, value)
    ]
    if document.get("type") == "FeatureCollection" and nested:
        return [
            replace(found, beside=tuple(key for key in document if key not in ("type", "features")))
            for found in nested
            if found.path == "features"
        ]
    if lists or nested:
        names = {found.names for found in lists}
        deep = {
            path: value
            for path, value in lists_in(document)
            if lists and len(path) > 1 and path not in names and is_record_list(value)
        }
        nested += [found for path, value in deep.items() for found in list_records(".".join(path), value)]
        near = (found.names for found in lists if found.names[:1] == found.path[:1])
        read = {
            *((key,) for key in naming),
            *((found.path,) for found in nested),
            *deep,
            *(found.path for found in lists),
            *near,
        }
        beside = tuple(key for key, value in document.items() if holds_else(value, (key,), read))
        return [
            replace(found, beside=beside)
            for found in (*nested, *(Records(".".join(rows.path), rows.rows, rows.rule) for rows in lists))
        ]
    if columns := columnar(document) or indexed_columns(document):
        return columns
    if keyed := keyed_objects(document):
        read = {found.path for found in keyed}
        beside = tuple(key for key, value in document.items() if () not in read and holds_else(value, (key,), read))
        return [Records(".".join(found.path), found.rows, found.rule, beside) for found in keyed]
    return [Records("", [document], "one object is one row")]


def holds_else(value: Any, path: tuple[str, ...], read: Collection[tuple[str, ...]]) -> bool:
    """Does the member of a document at this path hold something beside what was read?"""
    if path in read:
        return False
    if isinstance(value, dict):
        return any(holds_else(inner, (*path, key), read) for key, inner in value.items())
    return value not in (None, [], "")


def beside_warning(keys: Sequence[str]) -> str:
    """What is said of the members of a document that stand beside its records; '' when there are none."""
    return (
        f"beside its records the file has {', '.join(repr(key[:40]) for key in keys[:10])}, which is not in the table"
        if keys
        else ""
    )


def is_record_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(item, dict) for item in value) and any(value)


def list_records(path: str, items: list[Any]) -> list[Records]:
    if not items:
        return []
    if all(isinstance(item, dict) for item in items):
        return [Records(path, items, "each object of the list is a row")] if any(items) else []
    if all(isinstance(item, list) for item in items):
        return [Records(path, rows_of_lists(items), "each inner list is a row")] if any(items) else []
    return [
        Records(
            path,
            [item if isinstance(item, dict) else {"value": item} for item in items],
            "each element of the list is a row",
        )
    ]


def columnar(document: Record) -> list[Records]:
    """An object of equally long lists of plain values is a table by columns."""
    lists = list(document.values())
    if not all(isinstance(v, list) and v and not any(isinstance(x, (dict, list)) for x in v) for v in lists):
        return []
    if len({len(v) for v in lists}) != 1:
        return []
    rows = [dict(zip(document, row, strict=True)) for row in zip(*lists, strict=True)]
    return [Records("", rows, "each key is a column, its list holds the values")]


def split_columns(document: Record) -> list[Records]:
    """Lists of names and of rows, as pandas writes a table with orient="split"."""
    names, rows = document.get("columns"), document.get("data")
    if not (
        isinstance(names, list) and isinstance(rows, list) and set(document) == {"columns", "index", "data"} and rows
    ):
        return []
    if len(set(map(str, names))) < len(names) or not all(
        isinstance(row, list) and len(row) == len(names) for row in rows
    ):
        return []
    found = [dict(zip(map(str, names), row, strict=True)) for row in rows]
    index = document.get("index")
    if isinstance(index, list) and len(index) == len(rows) and index != list(range(len(rows))) and "index" not in names:
        found = [{"index": label, **row} for label, row in zip(index, found, strict=True)]
    return [Records("", found, "columns holds the names, each inner list of data is a row")]


def indexed_columns(document: Record) -> list[Records]:
    """An object of columns, each an object of plain values by the numbers of their rows, as pandas writes a table by default."""
    columns = list(document.values())
    if all(name.isdigit() for name in document) or not all(
        isinstance(column, dict) and column and all(key.isdigit() for key in column) for column in columns
    ):
        return []
    labels = list(columns[0])
    if any(
        list(column) != labels or any(isinstance(cell, (dict, list)) for cell in column.values()) for column in columns
    ):
        return []
    numbered = labels == [str(number) for number in range(len(labels))]
    rows = [
        ({} if numbered or "index" in document else {"index": label})
        | {name: column[label] for name, column in document.items()}
        for label in labels
    ]
    return [Records("", rows, "each key is a column, its object holds the values by the number of their row")]


def with_children(records: Records) -> list[Records]:
    """The records, then one child table for every field that holds lists of objects; `parent_row` counts their records from 1."""
    fields: dict[str, list[Record]] = {}
    other: set[str] = set()
    for number, record in enumerate(records.rows, 1):
        for name, value in flatten(record):
            if is_record_list(value):
                fields.setdefault(name, []).extend({"parent_row": number, **item} for item in value)
            elif value not in (None, []):
                other.add(name)
    prefix = f"{records.path}." if records.path else ""
    rule = "each object of the lists in {} is a row; parent_row is the row that holds the list, counted from 1"
    children = [
        Records(f"{prefix}{name}", rows, rule.format(name)) for name, rows in fields.items() if name not in other
    ]
    return [records, *children]
