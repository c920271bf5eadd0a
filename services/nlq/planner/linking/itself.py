"""Columns that name other rows of their own table: the manager of an employee, the parent of a category."""

from __future__ import annotations

from functools import lru_cache

from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.linking.names import entities_called
from services.nlq.planner.linking.schema import Column, Schema
from shared.columns import Family
from shared.plan import Field, Join

_ROLES = frozenset(
    stem(w)
    for w in "manager supervisor boss superior parent mentor lead leader head chief predecessor successor previous next "
    "referrer referred spouse partner buddy deputy father mother reports".split()
)
"""What one thing may be to another of its kind. Whole numbers in the range of a key may number anything: of them the name decides."""
_NAMED = 0.9  # of a text column's cells, the share that must be keys of its own table (as in linking/domains)


@lru_cache(maxsize=1024)
def named_in_itself(column: Column) -> Column | None:
    """The key of the column's own table that its cells are; None where they are not."""
    facts = column.home.facts
    if column.facts.name in facts.candidate_keys:
        return None
    keys = [c for c in column.home.columns if c.facts.name in facts.candidate_keys and c.family is column.family]
    return next((key for key in keys if _names(column, key)), None)


def _names(column: Column, key: Column) -> bool:
    cells, keys = set(column.facts.values), set(key.facts.values)
    if column.family is Family.TEXT:
        return bool(cells) and len(cells & keys) >= _NAMED * len(cells)
    return column.family is Family.NUMBER and key.is_key_like and bool(_ROLES & set(column.stems))


def alias_of(column: Column) -> str:
    """What its own table is called where its rows are those that the column names."""
    role = [w for w in column.words if w not in ("id", "ids", "key", "code", "no", "number")] or list(column.words)
    name = " ".join(role)
    return name if all(name != t.name for t in column.home.schema.tables) else f"{name} of {column.home.name}"


def as_named(column: Column, other: Column) -> Field:
    """A column of the row that `column` names."""
    return Field(name=other.facts.name, table=alias_of(column))


@lru_cache(maxsize=64)
def joins_to_itself(schema: Schema) -> dict[str, Join]:
    """By alias."""
    found: dict[str, Join] = {}
    for column in schema.columns:
        key = named_in_itself(column)
        if key is not None:
            left = Field(name=column.facts.name, table=column.ref.table)
            found[alias_of(column)] = Join(
                table=column.ref.table, alias=alias_of(column), left=left, right=key.facts.name
            )
    return found


def has_a_name_beside(column: Column) -> bool:
    """Whether the rows that a key is of have a name that is called as the key is: `member_no` beside `member_name`."""
    naming = column.home.naming_column
    beside = naming is not None and naming is not column and column.is_key_like
    own = column.home.stems
    return beside and naming is not None and own in entities_called(naming) and own in entities_called(column)


def is_the_only_key(column: Column) -> bool:
    """Whether rows are known by it and by nothing else: `claim_no` of claims."""
    alone = column.home.naming_column in (None, column) and column.is_key_like
    return alone and column.home.stems in entities_called(column)
