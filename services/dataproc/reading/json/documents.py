"""Large JSON documents: their large lists become tables piece by piece, as programs that answer questions write them, or GeoJSON; the rest is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.dataproc.reading.errors import too_large
from services.dataproc.reading.json.outline import LargeList, large_lists, without_lists
from services.dataproc.reading.json.records import Records, beside_warning, find_records, holds_else, with_children
from services.dataproc.reading.json.relisted import first_width, relisted
from services.dataproc.reading.json.rows import lists_in, naming, rule_of
from services.dataproc.reading.json.survey import large_table
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import RawTable

OF_OBJECTS = "each object of the list is a row"


class LargeDocument:
    """Its `large` lists, and the lists of `records` in the rest."""

    def __init__(self, path: Path, limits: Limits, careful: str) -> None:
        self._path, self._limits, self._careful = path, limits, careful
        self.large = large_lists(path, limits.max_tables)
        rest = without_lists(path, self.large)
        self._rest: dict[str, Any] = rest if isinstance(rest, dict) else {}
        self._naming = self._names()
        naming = {".".join(place) for place, _ in self._naming.values()}
        held = [found for found in find_records(self._rest) if found.path and found.path not in naming]
        self._left = tuple(key for key in left_of(self._rest, held) if key not in naming)
        self.records = [table for found in held for table in with_children(replace(found, beside=self._left))]
        if len(self.large) + len(self.records) > limits.max_tables:
            raise too_large(f"it holds more than {limits.max_tables} lists of records")

    def _names(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], list[str]]]:
        """For each large list of rows, where the names of its columns stand, and these."""
        lists, holding = dict(lists_in(self._rest)), [found for found in self.large if not found.of_objects]
        paths = [found.path for found in holding]
        return {found.path: naming(lists, found.path, first_width(self._path, found.place), paths) for found in holding}

    def tables(self, name: str, scratch: Path) -> Iterator[RawTable]:
        """The tables of the large lists, one after the other."""
        several = len(self.large) + len(self.records) > 1
        for number, found in enumerate(self.large):
            shown = f"{name} {found.name}".strip() if several else name
            yield (
                self._of_objects(found, shown)
                if found.of_objects
                else self._of_rows(found, shown, scratch / f"rows-{number}.jsonl")
            )

    def _of_objects(self, found: LargeList, name: str) -> RawTable:
        table = large_table(self._path, "json", name, self._limits, self._careful, found.place)
        return self._told(table, found, OF_OBJECTS)

    def _of_rows(self, found: LargeList, name: str, lines: Path) -> RawTable:
        place, names = self._naming[found.path]
        relisted(self._path, found.place, names, lines)
        return self._told(
            large_table(lines, "jsonl", name, self._limits, self._careful), found, rule_of(found.path, place)
        )

    def _told(self, table: RawTable, found: LargeList, rule: str) -> RawTable:
        said = beside_warning(self._left)
        return replace(
            table,
            reading={**table.reading, "records": found.name, "rule": rule, "kind": "json"},
            warnings=(said,) if said else (),
        )


def left_of(document: dict[str, Any], records: list[Records]) -> list[str]:
    """The members that hold something which is in none of these tables, nor names their columns."""
    left = records[0].beside if records else document
    collection = document.get("type") == "FeatureCollection"
    return [key for key in left if holds_else(document[key], (key,), ()) and not (collection and key == "type")]


def large_lines(path: Path, name: str, limits: Limits, careful: str, scratch: Path) -> RawTable:
    """The one table of a file with a list on each line."""
    lines = scratch / "rows.jsonl"
    relisted(path, None, (), lines)
    table = large_table(lines, "jsonl", name, limits, careful)
    return replace(table, reading={**table.reading, "rule": "each line is a row, a list of its cells"})
