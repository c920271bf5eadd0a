"""Questions inside questions: "rivers in *the state with the largest population*"."""

from __future__ import annotations

from dataclasses import dataclass

from services.nlq.planner.linking.annotate import Question
from services.nlq.planner.linking.joins import shared_key
from services.nlq.planner.linking.mentions import ColumnMention, SignMention, TableMention, WordMention
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planning.plan import ColumnRef, InQuery, TableQuery
from services.nlq.planning.reading.draft import Draft

_RELATIVES = frozenset(
    "with that which whose where having through who bordering surrounding adjoining containing".split()
)


@dataclass(frozen=True)
class Nested:
    """A question cut in two: the inner one finds things of `table`, the outer one speaks of them."""

    outer: str
    inner: str
    table: int


def split(question: Question) -> Nested | None:
    """The first thing, after the one asked for, that a clause of its own describes."""
    seen = False
    for index, mention in enumerate(question.mentions):
        if isinstance(mention, TableMention) and seen:
            start = _start(question, index)
            if start is not None:
                cut = question.tokens[question.mentions[start].start].start
                return Nested(question.text[:cut].strip(), f"what is the {question.text[cut:]}", mention.table)
        seen = seen or isinstance(mention, TableMention | ColumnMention)
    return None


def _start(question: Question, index: int) -> int | None:
    """Where the inner question starts: at the superlative before the thing, or at the thing when a clause follows it."""
    before = question.mentions[index - 1] if index > 0 else None
    if isinstance(before, SignMention) and before.sign.kind == "superlative":
        return index - 1
    after = question.mentions[index + 1] if index + 1 < len(question.mentions) else None
    if isinstance(after, ColumnMention) and question.tokens[after.start].norm.endswith("ing"):
        return index
    if isinstance(after, WordMention | SignMention) and question.tokens[after.start].norm in _RELATIVES:
        return index
    return None


def result_column(query: TableQuery) -> ColumnRef | None:
    """The one column whose values the inner question finds."""
    if query.groups and query.extreme is not None:
        return query.groups[0].column
    return query.columns[0] if query.columns and not query.measures else None


def attach(draft: Draft, nested: Nested, inner: TableQuery, offered: Schema) -> bool:
    """Restrict the outer question to what the inner one finds; False when no column of its tables refers to that."""
    column = _referring(draft, offered.at(nested.table), offered)
    found = result_column(inner)
    if column is None or found is None or not _finds(found, offered.at(nested.table), offered):
        return False
    values = inner if inner.groups else inner.model_copy(update={"columns": (found,)})
    draft.where.append(InQuery(column=column.ref, query=values))
    return True


def _finds(found: ColumnRef, target: Table, offered: Schema) -> bool:
    """Whether the inner question's answers are things of the table they are used as."""
    column = offered.column(found)
    table = offered.at(column.table)
    return column is target.naming_column or (table.index != target.index and _holds(column, table, target))


def _referring(draft: Draft, target: Table, offered: Schema) -> Column | None:
    """The column of the outer tables that holds names of the inner things: the one just named, else the key."""
    holders = [c for t in draft.schema.tables for c in t.columns if _holds(c, t, target)]
    for index in range(len(draft.mentions) - 1, -1, -1):
        for match in draft.columns_named(index)[:1]:
            if match.column in holders and match.column.position > 0:
                draft.take("condition column", index)
                return match.column
    return holders[0] if holders else None


def _holds(column: Column, table: Table, target: Table) -> bool:
    naming = target.naming_column
    if naming is None:
        return False
    if table.index == target.index:
        return column is naming
    pair = shared_key(table, target)
    if pair is not None and pair[0] is column:
        return True
    cells, names = set(column.facts.values), set(naming.facts.values)
    return len(cells) >= 5 and len(cells & names) >= 0.9 * len(cells)
