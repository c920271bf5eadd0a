"""Questions about the table itself: its size, columns, types, blanks, summary."""

from __future__ import annotations

from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from services.nlq.planner.linking.mentions import ColumnMention, NumberMention, TableMention, ValueMention, WordMention
from services.nlq.planning.plan import ColumnRef, Describe, Plan
from services.nlq.planning.reading.draft import Draft

_DESCRIBING = frozenset("describe summarize summarise summary overview profile statistics describing summaries".split())
_COLUMNS = frozenset("column columns variables fields features headers attributes".split())
_TYPES = frozenset("type types dtype dtypes datatype datatypes".split())
_DATASET = frozenset("dataset data table file dataframe csv sheet spreadsheet set tables".split())
_DISTINCT = frozenset("unique distinct different values".split())
_DUPLICATES = frozenset("duplicate duplicates duplicated".split())
_SHAPE = frozenset("shape dimensions".split())
_PLAIN = frozenset(
    "what which list name names how many number count tell give show me all each every there are is the type types total descriptive "
    "basic quick general please contain contained exist available different do does it have has only summarise summarize".split()
)
_ALLOWED = _DESCRIBING | _COLUMNS | _TYPES | _DATASET | _DISTINCT | _DUPLICATES | _SHAPE | _PLAIN | FUNCTION_WORDS
_BLANKS = frozenset(
    "missing null nulls nan na empty blank blanks values value cells entries rows records unknown any".split()
)


def read_description(draft: Draft) -> Plan | None:
    """A description of the table, when every word is about tables as such, or names a column to describe."""
    said = {t.norm for t in draft.question.tokens}
    if any(isinstance(m, ValueMention | NumberMention) for m in draft.mentions):
        return None
    columns = _named(draft)
    others = _other_words(draft)
    table = columns[0].table if columns else _table(draft)
    if any(draft.signs("null")) and not any(draft.signs("not_null")):
        return _blanks(draft, table, columns) if others <= _ALLOWED | _BLANKS else None
    if others - _ALLOWED:
        return None
    if columns:
        return Describe(table=table, what="summary", columns=columns) if said & _DESCRIBING else None
    return _of_table(table, said)


def _of_table(table: str, said: set[str]) -> Plan | None:
    if said & _DUPLICATES:
        return Describe(table=table, what="duplicates")
    if said & _SHAPE:
        return Describe(table=table, what="shape")
    if said & {"each", "every", "per"} and said & _DISTINCT - {"values"} and said & {"column", *_COLUMNS}:
        return Describe(table=table, what="distinct")
    if said & _COLUMNS:
        counted = bool(said & {"many", "number", "count"})
        return Describe(table=table, what="types" if said & _TYPES else "column_count" if counted else "columns")
    return Describe(table=table, what="summary") if said & _DESCRIBING else None


def _blanks(draft: Draft, table: str, columns: tuple[ColumnRef, ...]) -> Plan | None:
    """How many cells are empty: in each column, or in all of those named together."""
    said = {t.norm for t in draft.question.tokens}
    if said & {"each", "every", "per"} and not columns:
        return Describe(table=table, what="missing")
    counted = bool(said & {"many", "number", "count"})
    return Describe(table=table, what="missing_total", columns=columns) if counted and len(columns) <= 1 else None


def _named(draft: Draft) -> tuple[ColumnRef, ...]:
    found = (m.best.column.ref for m in draft.mentions if isinstance(m, ColumnMention) and m.best.score > 0.9)
    return tuple(dict.fromkeys(found))


def _other_words(draft: Draft) -> set[str]:
    """The words that name no column and no table."""
    tokens = draft.question.tokens
    named = [
        m
        for m in draft.mentions
        if isinstance(m, TableMention) or (isinstance(m, ColumnMention) and m.best.score > 0.9)
    ]
    covered = {i for m in named for i in range(m.start, m.end)}
    signs = {t.norm for m in draft.mentions if not isinstance(m, WordMention) for t in tokens[m.start : m.end]}
    return {t.norm for i, t in enumerate(tokens) if i not in covered} | (signs - {tokens[i].norm for i in covered})


def _table(draft: Draft) -> str:
    named = next((m.table for m in draft.mentions if isinstance(m, TableMention)), None)
    return draft.schema.tables[0].name if named is None else draft.schema.at(named).name
