"""Rows beside others of their own table: "employees who earn more than their manager", "whose manager is Ana Ruiz"."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.holding import BOTH_SAY, condition, of_column
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Cells, Condition, Value, field_of
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.linking.domains import names_rows
from services.nlq.planner.linking.itself import as_named, named_in_itself
from services.nlq.planner.linking.schema import Column
from shared.columns import Family
from shared.plan import Among, AmongRows, Comparison, Keep, Named, Query, Show

ENGLISH.phrases("HIGHER", {">": "higher|larger|greater|bigger|longer|later", "<": "lower|smaller|less|shorter|earlier"})
ENGLISH.phrases("EARNS", {("salary", "pay", "wage", "income", "earnings"): "earn|earns|earning|make|makes|is paid|are paid|get paid|gets paid|paid"})  # fmt: skip


@ENGLISH.rule(
    "PRED",
    "@have? EXPR CMP their|its|his|her own? COL",
    "@have? EXPR @be CMP their|its|his|her own? COL",
    "@have? EXPR CMP that|the of their|its|his|her COL",
)
def compared_with_ones_own(value: Value, op: str, column: Column) -> Condition | None:
    """The same value of the row that the column names."""
    measured = value.column
    if measured is None or measured.family not in (Family.NUMBER, Family.DATE) or measured.is_key_like:
        return None
    if named_in_itself(column) is None or measured.home is not column.home:
        return None
    where = Comparison(left=field_of(measured), op=op, right=as_named(column, measured))  # type: ignore[arg-type]
    return condition(where, None, {column.ref.table})


@ENGLISH.rule("PRED", "@have a? HIGHER EXPR than their|its|his|her COL", "a? HIGHER EXPR than their|its|his|her COL")
def higher_than_ones_own(op: str, value: Value, column: Column) -> Condition | None:
    return compared_with_ones_own(value, op, column)


@ENGLISH.rule("PRED", "EARNS CMP their|its|his|her own? COL")
def earns_more_than_ones_own(pay: tuple[str, ...], op: str, column: Column) -> list[Costly]:
    paid = [c for word in pay for c in column.home.columns if c.is_numeric and word in c.words]
    made = [compared_with_ones_own(Value(field_of(c), c.facts.name, c), op, column) for c in dict.fromkeys(paid)]
    return [Costly(found, 0.05) for found in made if found is not None]


@ENGLISH.rule("PRED", "COL @be CELL", "@have CELL as|for their? COL", "COL named|called CELL")
def named_by_name(*parts: object) -> Costly | None:
    """The column holds keys, and the question says the name of the row that has the key."""
    column = the(Column, parts)
    found = the(Cells, parts)
    key = named_in_itself(column)
    if key is None or key is found.column or found.column.home is not key.home or not names_rows(found.column):
        return None
    named = Keep(where=Among(of=field_of(found.column), values=found.cells))
    query = Query(table=key.ref.table, steps=(named, Show(columns=(Named(name=key.facts.name, of=field_of(key)),))))
    return Costly(of_column(column, AmongRows(of=field_of(column), query=query, column=key.facts.name)), BOTH_SAY)
