"""Where things are: the columns that say so, in their own table, in the one that holds their addresses, or in that of what they are in."""

from __future__ import annotations

from functools import lru_cache

from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.vocabulary import PLACE
from services.nlq.planner.linking.domains import is_role
from services.nlq.planner.linking.joins import goes_on_in, reference
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family

_OF_ADDRESSES = frozenset(map(stem, "street road avenue address zip zipcode postcode postal house".split()))
"""What only an address has: a table with such a column says where the things are that it has a row for."""
_INSIDE = frozenset(map(stem, "building room floor block wing hall aisle shelf".split()))
_SAYING_WHERE = PLACE | _OF_ADDRESSES | _INSIDE
_DEEPEST = 2
"""A course is in a room, and that in a building: what lies around it says nothing more of the course."""


@lru_cache(maxsize=256)
def address_of(table: Table) -> tuple[Column, ...]:
    """The columns of the table that has one address for each of this one's rows; none where there is no such table."""
    if _has_addresses(table):
        return ()
    for other in table.schema.tables:
        pair = goes_on_in(table, other) if other is not table and _has_addresses(other) else None
        if pair is not None:
            return tuple(c for c in other.columns if c is not pair[1])
    return ()


@lru_cache(maxsize=256)
def whereabouts(table: Table) -> tuple[Column, ...]:
    """The columns that say where a row of the table is; none where nothing does."""
    return address_of(table) or tuple(_around(table, _DEEPEST))


def _around(table: Table, deepest: int) -> list[Column]:
    found = [c for c in table.columns if _says_where(c)]
    for other in table.schema.tables if deepest else ():
        key = reference(table, other) if other is not table and _SAYING_WHERE & set(other.stems) else None
        if key is not None and key.is_key_like and key.facts.name not in table.facts.candidate_keys:
            named = other.naming_column
            found += [*([named] if named is not None else []), *_around(other, deepest - 1)]
    return list(dict.fromkeys(found))


def _says_where(column: Column) -> bool:
    if column is column.home.naming_column or is_role(column) or column.is_key_like:
        return False
    kinds = set(column.stems)
    return bool(kinds & _SAYING_WHERE if column.family is Family.TEXT else kinds & (_OF_ADDRESSES | _INSIDE))


def _has_addresses(table: Table) -> bool:
    return any(_OF_ADDRESSES & set(c.stems) for c in table.columns)
