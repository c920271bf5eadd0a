"""A plan as a program that assigns `result`."""

from __future__ import annotations

from collections.abc import Mapping

from services.nlq.planner.codegen.queries import write_nested, write_query
from services.nlq.planner.codegen.scope import Column, IllTyped, Program, Scope, row_text
from services.nlq.planner.codegen.text import listed, scalar_text
from services.nlq.planner.facts import TableFacts
from shared.analysis import MODEL_STEPS
from shared.analysis.model import Role
from shared.plan import Model, Plan, Query


def write(plan: Plan, schema: Mapping[str, TableFacts], first_table: str | None) -> str:
    """Python over `tables`, and `df`, which is `first_table`; raises IllTyped where the plan does not fit the schema.

    `result` is a single value where the plan ends with one (a group without keys, of one measure), else a frame.
    """
    program = Program(schema, first_table, write_nested)
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
    """The vetted function of the step, over the rows; roles and settings by their names in its registry."""
    if model.step not in MODEL_STEPS:
        raise IllTyped(f"there is no model step {model.step!r}")
    step = MODEL_STEPS[model.step]
    scope = write_query(model.rows, program)
    scope.tabulate()
    given = {role: [_column(name, scope) for name in names] for role, names in model.columns if names}
    for role in step.roles:
        _check_role(role, given.get(role.name, []))
    known = {"statistic", *(setting.name for setting in step.settings)}
    if strange := (given.keys() - {role.name for role in step.roles}) | ({o.name for o in model.options} - known):
        raise IllTyped(f"a {step.label} takes no {min(strange)!r}")
    columns = [f"{role}={listed([column.label for column in found])}" for role, found in given.items()]
    options = [f"{option.name}={scalar_text(option.value)}" for option in model.options]
    program.assign("result", f"analysis.{step.name}({', '.join([scope.frame, *columns, *options])})")


def _check_role(role: Role, columns: list[Column]) -> None:
    if len(columns) < role.least or (role.most is not None and len(columns) > role.most):
        raise IllTyped(f"{len(columns)} columns for {role.name!r}: {role.meaning}")
    for column in columns:
        if column.kind.family not in role.takes:
            raise IllTyped(f"{column.label!r} cannot be {role.meaning}")


def _column(name: str, scope: Scope) -> Column:
    """A column of the query's result, by its name or by what the frame calls it: a join may have renamed it."""
    found = [column for column in scope.columns.values() if column.label == name]
    found = found or [column for (_, called), column in scope.columns.items() if called == name]
    if len(found) != 1:
        raise IllTyped(f"there is no column {name!r}" if not found else f"there are several columns {name!r}")
    return found[0]
