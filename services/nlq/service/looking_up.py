"""Why a result is empty: a value that the code looks for and that no row has, with those that are near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.nlq.answers.lookups import LookUp, lookups_in
from services.nlq.domain import Question
from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.ports import Catalog, Evaluator
from services.nlq.validation.names import nearest
from shared.errors import AppError
from shared.objects import ObjectMissing
from shared.plan import Comparison, Field, Group, Keep, Literal, Matches, Measure, Plan, Predicate, Query

MOST_ABSENT = 3  # that one answer tells of
_Where = tuple[TableFacts, ColumnFacts]


class FindAbsent:
    """Looks into the tables only when there is nothing to show."""

    def __init__(self, catalog: Catalog, evaluator: Evaluator) -> None:
        self._catalog = catalog
        self._evaluator = evaluator

    async def __call__(self, question: Question, result: Mapping[str, Any]) -> tuple[str, ...]:
        """A sentence for each value that occurs in none of the tables that have the column; nothing for a plan, whose values were linked."""
        if question.by_plan or not _is_empty(result):
            return ()
        try:
            tables = [await self._catalog.get(question.session_id, table_id) for table_id in question.table_ids]
            facts = [await self._catalog.facts(table) for table in tables if table]
            columns = {column.name for table in facts for column in table.columns}
            found = [await self._absent(question, facts, one) for one in lookups_in(question.code or "", columns)]
        except (ObjectMissing, AppError):
            return ()  # a table has gone, or nobody answers: the result stands as it is
        return tuple(sentence for sentence in found if sentence)[:MOST_ABSENT]

    async def _absent(self, question: Question, facts: Sequence[TableFacts], one: LookUp) -> str | None:
        places = [(table, column) for table in facts for column in table.columns if column.name == one.column]
        comparable = [place for place in places if _comparable(place[1], one)]
        if not comparable or len(comparable) < len(places):
            return None
        unlisted = [place for place in comparable if not _listed(place[1])]
        if any(_has(place[1], one) for place in comparable if _listed(place[1])):
            return None
        if unlisted and await self._count(question, unlisted, one):
            return None
        return _sentence(one, comparable)

    async def _count(self, question: Question, places: Sequence[_Where], one: LookUp) -> bool:
        """Whether any row has it; also when that could not be counted."""
        plans = [_count_of(table.name, _condition(table.name, one)) for table, _ in places]
        outcomes = await self._evaluator.evaluate(question.session_id, question.tables, plans)
        counts = [outcome.result.rows[0][0] for outcome in outcomes if outcome.result and outcome.result.rows]
        return len(counts) < len(plans) or any(bool(count) for count in counts)


def _is_empty(result: Mapping[str, Any]) -> bool:
    """No rows, no value, or none to count: each may come of a value that is not there."""
    if result["kind"] in ("scalar", "text"):
        value: object = result["value"]
        return value is None or (value == 0 and not isinstance(value, bool))
    return not result["total_rows"]


def _comparable(column: ColumnFacts, one: LookUp) -> bool:
    return column.type.is_text if isinstance(one.value, str) else column.type.is_number


def _listed(column: ColumnFacts) -> bool:
    return column.values_complete and not column.type.is_number


def _has(column: ColumnFacts, one: LookUp) -> bool:
    looked_for = str(one.value)
    wanted = looked_for.casefold() if one.folded else looked_for
    cells = [cell.casefold() for cell in column.values] if one.folded else column.values
    match one.how:
        case "is":
            return wanted in cells
        case "contains":
            return any(wanted in cell for cell in cells)
        case "starts":
            return any(cell.startswith(wanted) for cell in cells)
        case "ends":
            return any(cell.endswith(wanted) for cell in cells)


def _condition(table: str, one: LookUp) -> Predicate:
    field = Field(name=one.column, table=table)
    if one.how != "is":
        return Matches(of=field, how=one.how, text=str(one.value))
    value = Literal(value=one.value, type="text" if isinstance(one.value, str) else "number")
    return Comparison(left=field, op="==", right=value, fold_case=one.folded)


def _count_of(table: str, where: Predicate) -> Plan:
    return Query(table=table, steps=(Keep(where=where), Group(measures=(Measure(name="rows", function="count"),))))


_SAID = {"is": "has", "contains": "contains", "starts": "begins with", "ends": "ends with"}


def _sentence(one: LookUp, places: Sequence[_Where]) -> str:
    if isinstance(one.value, str):
        known = list(dict.fromkeys(value for _, column in places for value in column.values))
        close = nearest(one.value, known)
        more = f"; near {'is' if len(close) == 1 else 'are'} {_joined([repr(name) for name in close])}" if close else ""
        return f"No row {_SAID[one.how]} {one.value!r} in {one.column}{more}."
    bounds = [(column.minimum, column.maximum) for _, column in places if column.minimum is not None]
    run = f", whose values run from {bounds[0][0]} to {bounds[0][1]}" if len(bounds) == 1 else ""
    return f"No row has {one.value} in {one.column}{run}."


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
