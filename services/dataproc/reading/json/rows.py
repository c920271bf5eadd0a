"""Tables whose rows are lists rather than objects: their columns are named by a list elsewhere in the document, by their first row, or by number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.dataproc.reading.layout.cell_kinds import cell_kind

Row = list[Any]
Path = tuple[str, ...]

DEEPEST = 4
SEEN = 200  # rows and cells that are looked at to tell what they are
FEWEST_PLAIN = 0.5  # share of the cells of rows that are neither lists nor objects
# What an object that describes a column has its name under.
NAMING = (
    "name",
    "label",
    "title",
    "field",
    "fieldName",
    "column",
    "column_name",
    "id",
)
NAMES_KEYS = frozenset({"columns", "column", "cols", "columnnames", "colnames", "fields", "fieldnames", "header", "headers", "names", "schema", "meta", "metadata", "vars", "variables",
                        "attributes", "keys", "labels", "titles"})  # fmt: skip
ROWS_KEYS = frozenset({"data", "rows", "values", "records", "items", "table", "results"})


def rows_of_lists(items: Sequence[Row], names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Inner lists by position; where no names are given, by their first list when it is one of names. Cells beyond the names go by the number of their column."""
    named, rows = named_rows(items, names)
    wide = widened(named, max(map(len, items)))
    return [dict(zip(wide, row, strict=False)) for row in rows]


def widened(names: Sequence[str], width: int) -> Sequence[str]:
    """The names, and numbered ones for as many columns as are wanted; none twice."""
    if len(names) >= width:
        return names
    wide = list(names)
    for number in range(len(names) + 1, width + 1):
        name = f"column_{number}"
        while name in names:
            name += " (not named)"
        wide.append(name)
    return wide


def named_rows(items: Sequence[Row], names: Sequence[str] = ()) -> tuple[Sequence[str], Sequence[Row]]:
    """The names of the columns, [] when neither these nor the first list name them, and the rows without that list."""
    if not names and len(items) > 1 and len(items[0]) == width_of(items) and is_header(items[0], items[1 : 1 + SEEN]):
        return items[0], items[1:]
    return names, items


def width_of(items: Sequence[Row]) -> int:
    """The most cells of a row among the first."""
    return max(map(len, items[:SEEN]))


def is_header(head: Row, rows: Sequence[Row]) -> bool:
    """Distinct words over cells of other kinds, or over a column of texts that are all numbers or dates."""
    if not are_names(head) or all(map(is_value, head)):
        return False
    if any(cell is not None and not isinstance(cell, str) for row in rows for cell in row):
        return True
    columns = zip(*(row for row in rows if len(row) == len(head)), strict=True)
    return any(
        all(map(is_value, filter(None, cells))) and any(cells) and not is_value(name)
        for name, cells in zip(head, columns, strict=False)
    )


def is_value(text: str) -> bool:
    return cell_kind(text) in ("number", "date")


def are_names(cells: Row) -> bool:
    return bool(cells) and all(isinstance(cell, str) and cell for cell in cells) and len(set(cells)) == len(cells)


class RowList(NamedTuple):
    """Rows that stand in a document as lists: the keys that lead to them, and to the list that names their columns (none when no list does)."""

    path: Path
    names: Path
    rows: list[dict[str, Any]]

    @property
    def rule(self) -> str:
        return rule_of(self.path, self.names)


def rule_of(path: Path, names: Path) -> str:
    named = f"{'.'.join(names)} names the columns, " if names else ""
    return f"{named}each inner list{' of ' if path else ''}{'.'.join(path)} is a row"


def rows_within(document: dict[str, Any]) -> Iterator[RowList]:
    """The rows that a document holds as lists, as databases and portals answer."""
    found = dict(lists_in(document))
    holding = {path: items for path, items in found.items() if is_rows(items)}
    for path, items in holding.items():
        place, names = naming(found, path, width_of(items), holding)
        if names or (len(path) == 1 and (path[0] in ROWS_KEYS or named_rows(items)[0])):
            yield RowList(path, place, rows_of_lists(items, names))


def naming(
    found: Mapping[Path, list[Any]], path: Path, width: int, holding: Collection[Path]
) -> tuple[Path, list[str]]:
    """(where among the lists of a document the names of so many columns stand, these), nothing when they do not.

    What stands beside the rows names them; what stands elsewhere may, unless it stands beside other rows.
    """
    beside_rows = {rows[:-1] for rows in holding}
    near = [place for place in found if place[:-1] == path[:-1]]
    far = [place for place in found if place[:-1] not in beside_rows]
    named = (
        (place, names)
        for place in (*near, *far)
        if place != path and may_name(place[-1]) and len(names := names_from(found[place])) == width
    )
    return next(named, ((), []))


def may_name(key: str) -> bool:
    """Does a list under this key hold the names of columns? A list of so many other things would be taken for them."""
    return "".join(filter(str.isalpha, key)).lower() in NAMES_KEYS


def lists_in(document: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """Every list that stands in objects only, the outer ones first."""
    for key, value in document.items():
        if isinstance(value, list) and value:
            yield (*path, key), value
    if len(path) < DEEPEST:
        for key, value in document.items():
            if isinstance(value, dict):
                yield from lists_in(value, (*path, key))


def is_rows(items: list[Any]) -> bool:
    """Lists whose cells are mostly plain."""
    if not all(isinstance(item, list) for item in items) or not any(items):
        return False
    cells = [cell for item in items[:SEEN] for cell in item[:SEEN]]
    return sum(not isinstance(cell, (list, dict)) for cell in cells) >= FEWEST_PLAIN * len(cells)


def names_from(items: list[Any]) -> list[str]:
    """The names of columns that a list holds, as words or in objects that describe them; [] when it holds none."""
    if all(isinstance(item, dict) for item in items):
        for key in NAMING:
            names = [item.get(key) for item in items]
            if are_names(names):
                return [str(name) for name in names]
    return items if are_names(items) else []
