"""Queries inside conditions and expressions: computed in lines of their own, then spoken of by name."""

from __future__ import annotations

from services.nlq.planner.codegen.scope import IllTyped, Program
from services.nlq.planner.codegen.text import Value, quoted, variable
from shared.plan import Query


def single_value(query: Query, program: Program) -> Value:
    """What a query of one column finds in its one row; missing where it finds no row."""
    if query not in program.single_values:
        program.single_values[query] = _written(query, program)
    return program.single_values[query]


def _written(query: Query, program: Program) -> Value:
    scope = program.write_nested(query, program)
    if len(scope.columns) != 1:
        raise IllTyped("a statistic is a query of one column")
    ((name, column),) = ((identity[1], column) for identity, column in scope.columns.items())
    kind = column.kind.with_gaps()
    if scope.single:
        return Value(column.label, column.kind, scalar=True)
    value = program.fresh(variable(name, "value"))
    cells = f"{scope.frame}[{quoted(column.label)}]"
    program.assign(value, f"{cells}.iloc[0] if len({scope.frame}) else np.nan")
    return Value(value, kind, scalar=True)


def column_values(query: Query, name: str, program: Program) -> Value:
    """One column of what a query finds."""
    scope = program.write_nested(query, program)
    scope.tabulate()
    found = [column for (_, called), column in scope.columns.items() if name in (called, column.label)]
    if len(found) != 1:
        raise IllTyped(
            f"the query finds no column {name!r}" if not found else f"the query finds several columns {name!r}"
        )
    return Value(f"{scope.frame}[{quoted(found[0].label)}]", found[0].kind)
