"""Large JSON documents: their large lists become tables piece by piece, as programs that answer questions write them, or GeoJSON; the rest is held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from services.dataproc.reading.content import Content
from services.dataproc.reading.json.large import Elements, table_of_objects, table_of_rows
from services.dataproc.reading.json.outline import LargeList, large_lists, without_lists
from services.dataproc.reading.json.records import Records, beside_warning, find_records, holds_else, with_children
from services.dataproc.reading.json.repeated_keys import repeated_keys_warning
from services.dataproc.reading.json.rows import lists_in, naming, rule_of, width_of
from services.dataproc.reading.naming import name_within
from services.dataproc.reading.sources import RawTable
from shared.formats.refusals import too_large


class LargeDocument:
    """Its `large` lists, the lists of `records` in the rest, and a `warning` of keys that stand twice there, or ''."""

    def __init__(self, content: Content) -> None:
        self._content, limits = content, content.limits
        self.large = large_lists(content.path, limits.max_tables)
        rest, repeated = without_lists(content.path, self.large)
        self.warning = repeated_keys_warning(repeated)
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
        return {
            found.path: naming(lists, found.path, width_of(self._elements(found).first_rows() or [[]]), paths)
            for found in holding
        }

    def _elements(self, found: LargeList) -> Elements:
        return Elements(self._content.path, listed=True, place=found.place)

    def tables(self) -> Iterator[RawTable]:
        """The tables of the large lists, one after the other."""
        name = self._content.name
        several = len(self.large) + len(self.records) > 1
        for found in self.large:
            yield self._table(found, name_within(name, found.name) if several else name)

    def _table(self, found: LargeList, name: str) -> RawTable:
        if found.of_objects:
            rule = "each object of the list is a row"
            table = table_of_objects(self._elements(found), name, self._content)
        else:
            place, names = self._naming[found.path]
            rule = rule_of(found.path, place)
            table = table_of_rows(self._elements(found), name, names, self._content)
        said = (*table.warnings, self.warning, beside_warning(self._left))
        return replace(
            table,
            reading={**table.reading, "records": found.name, "rule": rule},
            warnings=tuple(text for text in said if text),
        )


def left_of(document: dict[str, Any], records: list[Records]) -> list[str]:
    """The members that hold something which is in none of these tables, nor names their columns."""
    left = records[0].beside if records else document
    collection = document.get("type") == "FeatureCollection"
    return [key for key in left if holds_else(document[key], (key,), ()) and not (collection and key == "type")]
