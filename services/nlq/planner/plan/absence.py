"""Keys that another table does not have: "loans whose member is not in the members list", "sample ids that are not in the samples file"."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.groups.limits import none_of_them
from services.nlq.planner.grammar.meanings import Condition, Limit, Rows, field_of
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.linking.names import entity_stems
from services.nlq.planner.linking.schema import Column, Table
from shared.plan import AmongRows, Named, Not, Query, Show

_LISTS = "file|list|table|sheet|data"


def key_in(table: Table, column: Column) -> Column | None:
    """The column of the table that tells its rows apart and is of the same kind as another table's column."""
    if table is column.home:
        return None
    keys = [c for c in table.columns if c.facts.name in table.facts.candidate_keys and c.family is column.family]
    about = entity_stems(column)
    named = [k for k in keys if k.words == column.words or (about and about in (entity_stems(k), table.stems))]
    return named[0] if named else None


def _keys(table: Table, key: Column) -> Query:
    return Query(table=table.name, steps=(Show(columns=(Named(name=key.facts.name, of=field_of(key)),)),))


def not_listed(column: Column, table: Table) -> Condition | None:
    """A key that is missing is in no list, and not said to be in none: it is left out."""
    key = key_in(table, column)
    if key is None:
        return None
    among = AmongRows(of=field_of(column), query=_keys(table, key), column=key.facts.name)
    return Condition(Not(of=among), frozenset({column.ref.table}), column)


@ENGLISH.rule(
    "PRED",
    f"COL NEG TAB {_LISTS}?",
    f"COL NEG on|listed|found|among|part TAB {_LISTS}?",
    f"COL @do NEG exist|appear|occur|exists|appears TAB {_LISTS}?",
    f"COL NEG exist|appear|occur|exists|appears TAB {_LISTS}?",
    f"COL missing|absent|unknown from|in|to TAB {_LISTS}?",
)
def is_not_listed(column: Column, *parts: object) -> Condition | None:
    return not_listed(column, the(Table, parts))


@ENGLISH.rule(
    "ROWS",
    f"COL NEG TAB {_LISTS}?",
    f"COL NEG exist|appear|occur|exists|appears TAB {_LISTS}?",
    f"COL @of? TAB {_LISTS}? NEG TAB {_LISTS}?",
    f"COL @of? TAB {_LISTS}? NEG exist|appear|occur|exists|appears TAB {_LISTS}?",
    f"COL missing|absent from|in TAB {_LISTS}?",
)
def keys_not_listed(column: Column, *parts: object) -> Rows | None:
    """The different keys, and not the rows that hold them."""
    tables = [p for p in parts if isinstance(p, Table)]
    if len(tables) == 2 and tables[0] is not column.home:
        return None
    found = not_listed(column, tables[-1])
    return None if found is None else Rows(column.home, column, (found,), distinct=True)


@ENGLISH.rule(
    "LIMIT",
    "NEG @have? taken|made|had|got|done|placed|a|any? single ROWS",
    "not a single ROWS",
    "@have no single ROWS",
    "@have not a single ROWS",
)
def not_a_single_one(*parts: object) -> Limit | None:
    return none_of_them(the(Rows, parts))
