"""Questions about the table itself: its size, columns, types, blanks, summary."""

from __future__ import annotations

from typing import Literal

from services.nlq.planning.linking.mentions import ColumnMention, TableMention, ValueMention
from services.nlq.planning.plan import ColumnRef, Correlation, Describe, Plan
from services.nlq.planning.reading.draft import Draft

_DESCRIBING = frozenset("describe summarize summarise summary overview profile statistics describing summaries".split())
_ABOUT_COLUMNS = frozenset("column columns variables variable fields features headers attributes".split())
_TYPES = frozenset("type types dtype dtypes datatype datatypes".split())
_DATASET = frozenset("dataset data table file dataframe csv sheet spreadsheet".split())


def read_description(draft: Draft) -> Plan | None:
    """A description of the table, when the question speaks of nothing in it but columns."""
    if any(isinstance(m, ValueMention) for m in draft.mentions):
        return None
    said = {t.norm for t in draft.question.tokens}
    columns = _named(draft)
    table = columns[0].table if columns else _table(draft)
    counted = any(m.sign.value == "count" for _, m in draft.signs("measure")) or "number" in said
    blanks = any(draft.signs("null"))
    if blanks and not draft.where and not any(draft.signs("group")):
        if counted and len(columns) <= 1:
            return Describe(table=table, what="missing_total", columns=columns)
        return None
    if columns:
        return (
            Describe(table=table, what="summary", columns=columns)
            if said & {"describe", "summarize", "summarise"}
            else None
        )
    if said & _ABOUT_COLUMNS:
        return Describe(table=table, what="types" if said & _TYPES else "column_count" if counted else "columns")
    if said & {"duplicate", "duplicates", "duplicated"}:
        return Describe(table=table, what="duplicates")
    if "shape" in said or ("dimensions" in said and said & _DATASET):
        return Describe(table=table, what="shape")
    if said & _DESCRIBING and (said & _DATASET or len(said) <= 4):
        return Describe(table=table, what="summary")
    return None


def _named(draft: Draft) -> tuple[ColumnRef, ...]:
    return tuple(m.best.column.ref for m in draft.mentions if isinstance(m, ColumnMention) and m.best.score > 0.9)


def _table(draft: Draft) -> str:
    named = next((m.table for m in draft.mentions if isinstance(m, TableMention)), None)
    return draft.schema.tables[0].name if named is None else draft.schema.at(named).name


def read_correlation(draft: Draft) -> Plan | None:
    """The correlation of two (or more) numeric columns, or what correlates most with one."""
    signs = list(draft.signs("correlation"))
    if not signs:
        return None
    indexes = [i for i, m in enumerate(draft.mentions) if isinstance(m, ColumnMention) and draft.free(i)]
    columns = [
        draft.choose("column", draft.text(draft.mentions[i]), draft.columns_named(i), lambda c: c.is_numeric)
        for i in indexes
    ]
    refs = tuple(dict.fromkeys(c.ref for c in columns if c.is_numeric))
    if not refs or len({r.table for r in refs}) > 1:
        return None
    said = {t.norm for t in draft.question.tokens}
    method: Literal["pearson", "spearman", "kendall"] = (
        "spearman" if "spearman" in said else "kendall" if "kendall" in said else "pearson"
    )
    draft.take("correlation", *(i for i, _ in signs), *indexes)
    if len(refs) == 1:
        if not any(draft.signs("superlative")):
            return None
        draft.take("correlation", *(i for i, _ in draft.signs("superlative")))
        return Correlation(
            table=refs[0].table, columns=refs, method=method, strongest_with=refs[0], where=tuple(draft.where)
        )
    return Correlation(table=refs[0].table, columns=refs, method=method, where=tuple(draft.where))
