"""How many: of rows, of different values, of things that a column already counts."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, TableMention, WordMention
from services.nlq.planner.linking.schema import Column
from services.nlq.planning.plan import Measure
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.measured import is_ordinal

_GENERIC = frozenset("times time items things instances cases occurrences total observations".split())


def read_count(draft: Draft, index: int) -> None:
    """As in "how many": a number that a column already holds, the different ones of a column, or the rows."""
    at = draft.next_content(index, reach=3)
    if at is not None and draft.is_sign(at, "distinct"):
        draft.distinct = True
        draft.take("distinct", at)
        at = draft.next_content(at, reach=3)
    draft.take("measure", index)
    counted = draft.at(at) if at is not None else None
    if at is None or not draft.free(at):
        draft.measures.append(Measure(function="count"))
    elif isinstance(counted, ColumnMention):
        column = draft.choose("column", draft.text(counted), draft.columns_named(at))
        draft.take("measure", at)
        draft.measures.append(_counted(draft, column))
    else:
        _count_things(draft, at)


def _count_things(draft: Draft, at: int) -> None:
    """Rows, things of a table, or a noun that no column is called."""
    counted = draft.at(at)
    if isinstance(counted, WordMention) and (numbered := _number_column_after(draft, at)) is not None:
        draft.measures.append(Measure(function="sum", column=numbered.ref, as_number=numbered.numeric_text))
        draft.take("entity", at)
        draft.doubt("number taken from a column that the verb resembles", 0.15)
        return
    if isinstance(counted, TableMention):
        draft.root = draft.schema.at(counted.table).name
        draft.take("measure", at)
    elif draft.is_sign(at, "rows"):
        draft.take("measure", at)
    elif isinstance(counted, WordMention):
        _count_unknown(draft, at, counted)
    draft.measures.append(Measure(function="count"))


def _count_unknown(draft: Draft, at: int, counted: WordMention) -> None:
    """A noun that neither a column nor the table is called may still mean the rows; without a filter it would be a guess."""
    own = {stem for table in draft.schema.tables for stem in table.stems}
    draft.take("entity", at)
    if counted.token.norm not in _GENERIC and counted.token.stem not in own:
        draft.doubt("counted thing is no column", 0.15 if draft.where else 0.7)


def _number_column_after(draft: Draft, index: int) -> Column | None:
    """As in "how many people attended": the thing counted is no column, but a numeric column follows at once."""
    at = draft.next_content(index, reach=2)
    if at is None or not draft.free(at) or not draft.where:
        return None
    for match in draft.columns_named(at)[:1]:
        if match.column.is_numeric and not is_ordinal(match.column):
            draft.take("measure", at)
            return match.column
    return None


def _counted(draft: Draft, column: Column) -> Measure:
    if draft.distinct:
        return Measure(function="nunique", column=column.ref)
    if (column.is_numeric or (column.numeric_text and draft.where)) and not is_ordinal(column):
        return Measure(function="sum", column=column.ref)
    if (
        column.family == "text"
        and not draft.where
        and not draft.groups
        and column.facts.name not in _keys(draft, column)
    ):
        return Measure(function="nunique", column=column.ref)
    return Measure(function="count", column=column.ref)


def _keys(draft: Draft, column: Column) -> tuple[str, ...]:
    return draft.schema.at(column.table).facts.candidate_keys
