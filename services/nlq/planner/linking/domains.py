"""Which things the cells of a column are: the key of the table that has a row for each of them.

`state_name` of cities, `capital_of` and `border` of another table may all name states. Such columns hold the names of rows elsewhere:
a question that names a state means the state, whichever column the plan then compares.
"""

from __future__ import annotations

from functools import lru_cache

from services.nlq.planner.linking.names import entity_stems
from services.nlq.planner.linking.schema import Column, Schema, Table
from shared.columns import ColumnType, Family

NAMED = 0.9  # of the cells of a column, the share that must be keys elsewhere: a few strays are usual in real tables
FEWEST = 3  # different cells: two or fewer (yes and no, a country) are in another column by chance


def home_of(column: Column) -> Column | None:
    """The key that the column's cells are values of, in the table that is about these things; None where there is none elsewhere."""
    return _homes(column.home.schema).get(column)


def is_role(column: Column) -> bool:
    """Whether a column names other things than its name says: `border` and `capital` hold states and cities in some role, and a
    question says the role."""
    home = home_of(column)
    return home is not None and entity_stems(column) not in (entity_stems(home), home.home.stems)


def names_rows(column: Column) -> bool:
    """Whether its cells are what the rows of its own table are known by."""
    return home_of(column) is None and (column is column.home.naming_column or _is_key(column))


def key_of(table: Table) -> Column | None:
    """By which its rows are named elsewhere, or would be."""
    homes = _homes(table.schema)
    keys = [c for c in table.columns if _is_key(c)]
    return next((k for k in keys if k in homes.values()), next(iter(keys), None))


def references(table: Table, key: Column) -> list[Column]:
    """The columns of a table that name things of that key, those first that are called so; the key itself in its own table."""
    found = [
        c for c in table.columns if c is key or home_of(c) is key or (home_of(key) is not None and c is home_of(key))
    ]
    return sorted(found, key=lambda c: (is_role(c), c.position))


@lru_cache(maxsize=64)
def _homes(schema: Schema) -> dict[Column, Column]:
    keys = [c for t in schema.tables for c in t.columns if _is_key(c)]
    found: dict[Column, Column] = {}
    for column in schema.columns:
        named = [k for k in keys if k.home is not column.home and _names(column, k)]
        if not named:
            continue
        best = max(named, key=lambda k: (_is_about(k), k.home.facts.rows, -k.home.index))
        mutual = column in keys and any(column is c for c in keys if _names(best, c))
        if not (mutual and not _outranks(best, column)):
            found[column] = best
    return found


def _outranks(key: Column, other: Column) -> bool:
    return (_is_about(key), key.home.facts.rows, -key.home.index) > (
        _is_about(other),
        other.home.facts.rows,
        -other.home.index,
    )


def _is_about(key: Column) -> bool:
    """`state_name` is the key of `state`: what the table itself is called."""
    return entity_stems(key) == key.home.stems


def _is_key(column: Column) -> bool:
    return column.facts.name in column.home.facts.candidate_keys and (
        column.family is Family.TEXT or column.is_key_like or column.facts.type == ColumnType.IDENTIFIER
    )


def _names(column: Column, key: Column) -> bool:
    if column.family is not key.family:
        return False
    same = column.words == key.words or entity_stems(column) in (entity_stems(key), key.home.stems)
    cells, keys = set(column.facts.values), set(key.facts.values)
    if column.family is Family.TEXT and cells and keys:
        shared = len(cells & keys) / len(cells)
        return shared >= (0.5 if same else NAMED) and (same or len(cells) >= FEWEST)
    return same and column.words != ("id",)


def stands_for_another(column: Column, others: list[Column]) -> bool:
    """Whether a cell of the column, said without the column's name, is rather meant as the thing itself: "Denver" is the city, and the
    capital of some state only where that is said. `others` hold the same cell."""
    return not names_rows(column) and any(names_rows(o) and _hold_alike(column, o) for o in others if o is not column)


ALIKE = 0.5  # of a column's cells, the share that another one must have for both to hold the same kind of thing


@lru_cache(maxsize=4096)
def _hold_alike(column: Column, other: Column) -> bool:
    cells, others = set(column.facts.values), set(other.facts.values)
    return home_of(column) is other or (bool(cells) and len(cells & others) >= ALIKE * len(cells))
