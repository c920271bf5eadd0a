"""How answers look on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.syntax import Syntax
from rich.table import Table as RichTable
from rich.text import Text

from askframe.cli.receipts import receipt_lines
from askframe.cli.safe_text import printable, safe
from askframe.models import Clarification, CodeRun, Grid, Query, Result, Step, Table

NOTHING = "–"
GAP = 2  # between columns
WIDEST = 40  # a longer cell is wrapped before it costs its neighbours their place


def query_parts(query: Query, max_rows: int) -> Iterator[RenderableType]:
    """An answer from top to bottom: its words, table, what was computed beside it, warnings, code, receipt, what might be asked next."""
    yield safe(query.text, style="bold" if query.answered else "yellow")
    if query.answer and query.answer.table_preview:
        yield grid(query.answer.table_preview, max_rows)
    for result in query.answer.results if query.answer else ():
        yield from result_parts(result, max_rows)
    if query.clarification and query.state == "needs_clarification":
        yield options_list(query.clarification)
    if query.answer and (verification := query.answer.verification) and verification.outcome != "differs":
        yield safe(verification.sentence, style="dim")  # a difference is among the warnings
    yield from warning_lines(query.warnings)
    if query.code:
        yield Text("\n").append_text(code_block(query.code))
    if query.receipt:
        yield safe(f"Receipt · {engine_line(query)}", style="dim bold")
        yield from (safe(f"  {line}", style="dim") for line in receipt_lines(query.receipt))
    if query.steps:
        yield safe(f"  {steps_line(query.steps)}", style="dim")
    for suggestion in query.answer.suggestions if query.answer else ():
        yield safe(f"→ {suggestion}", style="cyan")


def result_parts(result: Result, max_rows: int) -> Iterator[RenderableType]:
    """Under its name, a table or a value."""
    if result.table_preview:
        yield safe(result.name or "also", style="dim bold")
        yield grid(result.table_preview, max_rows)
    else:
        yield safe(f"{result.name or 'also'}: {cell(result.value)}", style="cyan")


def steps_line(steps: Sequence[Step]) -> str:
    """What Claude did, in a line; `--json` has the code of each."""
    return "steps: " + " · ".join(map(_step, steps))


def _step(step: Step) -> str:
    if step.purpose is None or step.outcome == "ok":
        return step.purpose or step.outcome
    return f"{step.purpose} ({step.outcome})"


def grid(rows: Grid, max_rows: int) -> RenderableType:
    """The first rows and as many columns as the terminal has room for, and how many more there are of both."""
    return FittingGrid(rows, max_rows)


class FittingGrid:
    """A table that leaves columns out rather than squeeze all of them to nothing."""

    def __init__(self, rows: Grid, max_rows: int) -> None:
        self._columns = rows.columns
        self._rows = rows.rows[:max_rows]
        self._hidden_rows = rows.total_rows - len(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fitting = self._fitting(options.max_width)
        table = RichTable(box=box.SIMPLE_HEAD)
        for index, name in enumerate(self._columns[:fitting]):
            table.add_column(safe(name), justify="right" if _all_numbers(row[index] for row in self._rows) else "left")
        for row in self._rows:
            table.add_row(*(safe(cell(value)) for value in row[:fitting]))
        yield table
        more = [(self._hidden_rows, "rows"), (len(self._columns) - fitting, "columns")]
        left_out = " and ".join(f"{number:,} more {what}" for number, what in more if number > 0)
        if left_out:
            yield safe(f"  … and {left_out}", style="dim")

    def _fitting(self, width: int) -> int:
        """How many columns fit side by side, one at least."""
        taken = 2
        for index, name in enumerate(self._columns):
            taken += GAP + max(cell_len(name), *(min(cell_len(cell(row[index])), WIDEST) for row in self._rows), 1)
            if taken > width:
                return max(1, index)
        return len(self._columns)


def _all_numbers(values: Iterator[Any]) -> bool:
    return all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)


def cell(value: Any) -> str:
    """Numbers to four decimals, nothing as a dash, nested values as JSON."""
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".") if 1e-3 <= abs(value) < 1e15 or value == 0 else f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def options_list(clarification: Clarification) -> RenderableType:
    return Text("\n").join(
        safe(f"  {number}  {option.label}") for number, option in enumerate(clarification.options, 1)
    )


def warning_lines(warnings: Sequence[Any]) -> Iterator[RenderableType]:
    for warning in warnings:
        text = warning.get("message", warning) if isinstance(warning, Mapping) else warning
        yield safe(f"! {text}", style="yellow")


def code_block(code: str) -> Text:
    """In lines as they are, so that what is copied or piped runs."""
    text = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(printable(code))
    text.no_wrap, text.overflow = True, "ignore"
    return text


def engine_line(query: Query) -> str:
    """Who wrote the code, and how long everything took."""
    total = query.timings.get("total")
    took = f" · {float(total):.2f} s" if isinstance(total, int | float) else ""
    return f"{query.engine or 'unknown engine'}{took}"


def schema(table: Table) -> RenderableType:
    """A table's columns, their types, and why they have them."""
    shown = RichTable(
        title=safe(f"{table.name} · {table.rows:,} rows"), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for name in ("column", "type", "evidence"):
        shown.add_column(name, overflow="fold")
    for column in table.columns:
        kind = f"{column.type} ({column.unit})" if column.unit else column.type
        open_choice = f" Choose: {' or '.join(column.choices)}" if column.choices else ""
        shown.add_row(safe(column.name), safe(kind, style="cyan"), safe(f"{column.evidence or ''}{open_choice}"))
    return Group(shown, *warning_lines(table.warnings))


def code_run_parts(run: CodeRun, max_rows: int) -> Iterator[RenderableType]:
    if run.outcome != "ok":
        yield safe(f"The code was not run to its end: {run.outcome}.", style="bold red")
    for reason in run.reasons:
        yield safe(f"  {reason.get('message', reason) if isinstance(reason, Mapping) else reason}")
    if run.table_preview:
        yield grid(run.table_preview, max_rows)
    elif run.outcome == "ok":
        yield safe(cell(run.value), style="bold cyan")
    yield from warning_lines(run.warnings)
