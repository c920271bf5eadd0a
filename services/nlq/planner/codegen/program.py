"""A plan as a program that assigns `result`."""

from __future__ import annotations

from collections.abc import Mapping

from services.nlq.planner.codegen.queries import write_query
from services.nlq.planner.codegen.scope import Program, Scope, row_text
from services.nlq.planner.codegen.text import listed, scalar_text
from services.nlq.planner.facts import TableFacts
from shared.plan import Model, Plan, Query


def write(plan: Plan, schema: Mapping[str, TableFacts], first_table: str | None) -> str:
    """Python over `tables`, and `df`, which is `first_table`; raises IllTyped where the plan does not fit the schema.

    `result` is a single value where the plan ends with one (a group without keys, of one measure), else a frame.
    """
    program = Program(schema, first_table, write_query)
    match plan:
        case Query():
            _finish(write_query(plan, program), program)
        case Model():
            _fit(plan, program)
    return "\n".join(program.lines) + "\n"


def _finish(scope: Scope, program: Program) -> None:
    """The last thing computed is called `result`."""
    if not scope.single:
        answer = scope.frame
    elif len(scope.columns) == 1:
        answer = next(iter(scope.columns.values())).label
    else:
        names = [name for _, name in scope.columns]
        answer = row_text(names, [column.label for column in scope.columns.values()])
    assigned = f"{answer} = "
    if program.lines and program.lines[-1].startswith(assigned):
        program.lines[-1] = f"result = {program.lines[-1].removeprefix(assigned)}"
    else:
        program.assign("result", answer)


def _fit(model: Model, program: Program) -> None:
    """The vetted function of the step, over the rows; roles and options by their names in its registry."""
    scope = write_query(model.rows, program)
    scope.tabulate()
    roles = [f"{role}={listed(_labels(names, scope))}" for role, names in model.columns]
    options = [f"{option.name}={scalar_text(option.value)}" for option in model.options]
    program.assign("result", f"analysis.{model.step}({', '.join([scope.frame, *roles, *options])})")


def _labels(names: tuple[str, ...], scope: Scope) -> list[str]:
    """What the frame calls columns of the query's result: a table's column may have been renamed by a join."""
    known = {name: column.label for (_, name), column in reversed(scope.columns.items())}
    return [name if name in scope.labels else known.get(name, name) for name in names]
