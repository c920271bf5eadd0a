"""What is told of the tables, as the model reads it: all of it, or as much as fits."""

from __future__ import annotations

from typing import Any

from services.llm.context import GenerationContext
from services.llm.prompt.columns import LONGEST_DEFINITION, column_facts, said_of
from services.llm.prompt.writing import as_json, block, shortened
from services.llm.retrieval import fit_tables, leaner, least_size
from services.llm.tables import Column, LeftOut, Measure, Reference, Table

MOST_WARNINGS, LONGEST_WARNING = (
    8,
    200,
)  # and characters; the first ones are of the whole table, later ones of single columns

FACTS = """\
`header` is what the file calls a column, where that says more than its name. A column marked `key` seems to identify the rows. `nulls` is the share of \
rows without a value, `distinct` how many different values there are (of large tables, an estimate). `values` are all of them, texts by frequency; \
`examples` are some, spelled as in the cells. A text that ends in "…" is cut. `mean` and `quartiles` are rounded, and there to show what a column is \
like: compute what is asked for. All figures are of all rows, those that sum up others among them. `sample_rows` are a few of the table's rows, their cells in the order of its columns. `warnings` are what was noticed \
when the file was read.
`references` say by which column rows of a table name rows of another one, in its column `key`, and which share of them finds a row there: the others \
have no partner. Each finds one at most, unless `several_matches` says that joining multiplies rows. There may be other ways to join.\
"""

CUT = """
Not all columns fit here. What is listed was chosen by the words of the question and by what was said around it; some columns are listed by name and type \
only. `further_columns` counts those of a table that are not listed, and `further_tables` the tables; what names they give is all that is told of them: \
"q_1 … q_90 (90)" are numbered names, "sensor… (412)" are names that begin so. A name that stands there whole may be used like any other. If what the \
question needs may be among those that are not listed, `decline` and name what you miss: asked again by that name it will be listed.\
"""


def tables_block(context: GenerationContext, room: int) -> str:
    """All that is known of the tables, or as much of it as fits into `room` bytes."""
    variants = [context.tables, *leaner(context.tables)]
    if least_size(context.tables) <= room:
        for tables in variants:
            whole = block("tables", [_table(table) for table in tables])
            if len(whole.encode()) <= room:
                return whole
    lean = context.model_copy(update={"tables": variants[-1]})
    fitted = fit_tables(lean, room - len((block("tables", []) + CUT).encode()), _size)
    told = [_table(table) for table in fitted.tables]
    return block("tables", [*told, {"further_tables": _left_out(fitted.further)}] if fitted.further else told) + CUT


def _size(part: Table | Column | Measure) -> int:
    """Bytes that it takes among the tables."""
    match part:
        case Table():
            return len(as_json(_table(part)).encode())
        case Column():
            return len(as_json(column_facts(part)).encode())
        case Measure():
            return len(as_json(_measure(part)).encode())


def _table(table: Table) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": table.name, "rows": table.rows, **said_of(table)}
    shown = zip(*table.sample_rows, strict=True) if table.sample_rows else [()] * len(table.columns)
    facts["columns"] = [column_facts(column, cells) for column, cells in zip(table.columns, shown, strict=True)]
    if table.measures:
        facts["measures"] = [_measure(measure) for measure in table.measures]
    if table.references:
        facts["references"] = [_reference(reference) for reference in table.references]
    if table.totals_columns:
        facts["totals_columns"] = list(table.totals_columns)
    if table.left_out:
        facts["further_columns"] = _left_out(table.left_out)
    if table.totals:
        facts["totals_rows"] = [{cell.column: shortened(cell.value) for cell in cells} for cells in table.totals]
    if table.sample_rows:
        facts["sample_rows"] = [[shortened(cell) for cell in row] for row in table.sample_rows]
    if table.warnings:
        facts["warnings"] = [warning[:LONGEST_WARNING] for warning in table.warnings[:MOST_WARNINGS]]
    return facts


def _left_out(left_out: LeftOut) -> dict[str, Any]:
    return {"count": left_out.count, "names": list(left_out.names)}


def _reference(reference: Reference) -> dict[str, Any]:
    facts: dict[str, Any] = {"column": reference.column, "to_table": reference.table, "key": reference.key}
    if reference.matched is not None:
        facts["rows_matched"] = reference.matched
    return facts | ({"several_matches": True} if reference.several else {})


def _measure(measure: Measure) -> dict[str, Any]:
    facts = measure.model_dump(mode="json") | {"definition": measure.definition[:LONGEST_DEFINITION]}
    facts["also_called"] = facts.pop("synonyms")
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
