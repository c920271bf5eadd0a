"""Which names of tables and columns are hidden from a model that is to see no data, and what they are called instead."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.pseudonyms.value_kinds import ValueKind, value_kind
from shared.columns import ColumnType

Pseudonyms = Mapping[str, str]
"""By the real name. A name has one pseudonym in all tables, so that code may join by it."""

TEXTS = frozenset({ColumnType.TEXT, ColumnType.CATEGORY, ColumnType.IDENTIFIER, ColumnType.EMPTY})
SMALLEST_FAMILY = 3
LARGEST_ORDINAL = 99  # "q1 … q90", "s07": people number things so; ids are larger, and have gaps
FEWEST_TO_COUNT = 10  # rows from which words that come back again and again show that the one above them is a label
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"\w+")


def pseudonyms_for(tables: Sequence[TableFacts], question: str) -> Pseudonyms:
    """For these tables in this order. What the person writes in the question is no secret of theirs any more, and what they ask by."""
    taken = {name.casefold() for table in tables for name in (table.name, *_names(table))}
    given: dict[str, str] = {}
    for number, table in enumerate(tables, 1):
        if value_kind(table.name) is not None:
            given.setdefault(table.name, _free(f"table_{number}", taken))
        is_a_row = header_is_a_row(table)
        hidden = set(_names(table)) if is_a_row else names_like_data(table)
        shared = _shared_paths(_names(table))
        for position, name in enumerate(_names(table), 1):
            if name in hidden and name not in given and not _said(name, question):
                path = "" if is_a_row else _path_before_value(name, shared)
                given[name] = _free(f"{path}column_{position}", taken)
    return given


def names_like_data(table: TableFacts) -> set[str]:
    """Names that look like values by themselves, by their own cells, or by the numbers in which names differ that are alike otherwise."""
    names = _names(table)
    counted = _column_numbers(names)
    found = {name for name in names if name not in counted and _holds_value(name)}
    found |= {column.name for column in table.columns if _among_its_cells(column)}
    for family in _families(names):
        found |= family
    return found


def header_is_a_row(table: TableFacts) -> bool:
    """Whether the names may be a row of data: some are like the cells below them and none says what typed cells below it are, or nothing but
    their place tells them from rows of words."""
    counted = _column_numbers(_names(table))
    columns = [column for column in table.columns if column.name not in counted]
    if any(_among_its_cells(column) or _like_its_type(column) for column in columns):
        return all(value_kind(column.name) is not None for column in columns if column.type not in TEXTS)
    return len(table.columns) > 1 and all(_written_like_its_cells(column, table.rows) for column in table.columns)


def _names(table: TableFacts) -> list[str]:
    return [column.name for column in table.columns]


def _said(name: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE) is not None


def _free(wanted: str, taken: set[str]) -> str:
    while wanted.casefold() in taken:
        wanted += "_"
    taken.add(wanted.casefold())
    return wanted


def _holds_value(name: str) -> bool:
    """As a whole, or where a path into nested data ends or passes ("rates.2024-03-01"). A number there is the "1" of "sales.1" or the "5" of "pm2.5"."""
    kinds = {value_kind(part) for part in name.split(".")}
    return value_kind(name) is not None or bool(kinds - {None, ValueKind.NUMBER})


def _path_before_value(name: str, shared: frozenset[str]) -> str:
    """Of a nested value, the field that it lies in: one that other columns have, too, and that is no value."""
    paths = [path for path in _paths(name) if path in shared and not _holds_value(path)]
    return f"{max(paths, key=len)}." if paths else ""


def _paths(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


def _shared_paths(names: Sequence[str]) -> frozenset[str]:
    seen: dict[str, int] = defaultdict(int)
    for name in names:
        for path in _paths(name):
            seen[path] += 1
    return frozenset(path for path, count in seen.items() if count > 1)


def _column_numbers(names: Sequence[str]) -> frozenset[str]:
    """The names that are 0, 1, 2 … or 1, 2, 3 …: they count the columns."""
    numbers = [name for name in names if name.isascii() and name.isdecimal() and len(name) < 6]
    run = sorted(map(int, numbers))
    counts = len(run) > 1 and run[0] in (0, 1) and run == list(range(run[0], run[0] + len(run)))
    return frozenset(numbers) if counts else frozenset()


def _families(names: Sequence[str]) -> Iterator[set[str]]:
    """Names that are alike but for one number each, where the numbers are large and have gaps: ids of what the columns are about."""
    by_mask: dict[str, dict[str, int]] = defaultdict(dict)
    for name in names:
        numbers = _NUMBER.findall(name)
        if len(numbers) == 1 and value_kind(numbers[0]) is not None:
            by_mask[_NUMBER.sub("#", name)][name] = int(numbers[0])
    for family in by_mask.values():
        numbers_found = sorted(family.values())
        gaps = numbers_found[-1] - numbers_found[0] >= len(numbers_found)
        if len(family) >= SMALLEST_FAMILY and numbers_found[-1] > LARGEST_ORDINAL and gaps:
            yield set(family)


def _among_its_cells(column: ColumnFacts) -> bool:
    own = column.name.strip().casefold()
    return column.type in TEXTS and any(value.strip().casefold() == own for value in column.values)


def _like_its_type(column: ColumnFacts) -> bool:
    kind = value_kind(column.name)
    return kind is not None and column.type in kind.value


def _written_like_its_cells(column: ColumnFacts, rows: int) -> bool:
    """Text under a name of the same form (capitals, letters, number of words), which neither words that come back nor codes of one length show to
    be a label."""
    cells = [value.strip() for value in column.values if value.strip()]
    lengths = {len(cell) for cell in cells}
    comes_back = rows >= FEWEST_TO_COUNT and (column.distinct or rows) <= rows / 4
    is_label = comes_back or (len(cells) > 2 and len(lengths) == 1 and len(column.name) not in lengths)
    forms = set(map(_form, cells))
    return column.type in TEXTS and len(cells) > 1 and not is_label and forms == {_form(column.name)}


def _form(text: str) -> tuple[bool, bool, bool, int]:
    return text.islower(), text.isupper(), text.replace(" ", "").isalpha(), len(_WORDS.findall(text))
