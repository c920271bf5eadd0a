"""Steps that a table seems to need, with counts of what they would change; from its profile and a look at its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from services.dataproc.cleaning.measures import (
    BATCH_ROWS,
    count_where,
    engine_for,
    parquet_source,
    quoted,
    read_numbers,
)
from services.dataproc.cleaning.model import Workspace
from services.dataproc.cleaning.number_steps import bounds
from services.dataproc.cleaning.row_steps import totals_pattern
from services.dataproc.cleaning.steps import (
    AnyStep,
    DeduplicateStep,
    DropColumnsStep,
    DropTotalsRowsStep,
    FlagOutliersStep,
    MapValuesStep,
    MissingStep,
    TrimStep,
    recipe_to_json,
)
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.model import Column
from shared.columns import ColumnType

MOST_SPELLINGS = 1_000  # different values; each is compared with all more frequent ones
FEWEST_LETTERS = 5  # in a shorter word one letter makes another word: Rome, Rose
SIMILAR = 90  # percent; one letter in ten may differ
MUCH_MORE_FREQUENT = 5  # times; a rare value beside one as rare as itself is no slip
MOST_OUTLIERS = 0.05  # share of the rows; more of them are the shape of the numbers, not errors
NEARLY_COMPLETE = 0.2  # share of missing cells; filling more of them would invent the column


@dataclass(frozen=True)
class Suggestion:
    """A step, why, and what it counts before and after: rows, or cells of which `reason` speaks."""

    step: dict[str, Any]
    reason: str
    counts: str
    before: int
    after: int


def suggest(
    source: Path, columns: Sequence[Column], profile: Mapping[str, Any], workspace: Workspace
) -> list[Suggestion]:
    found = [
        *suggest_trimming(source, columns),
        *(suggest_dropping_totals(source, columns, int(profile["rows"])) if may_hold_totals(profile) else ()),
        *suggest_deduplicating(source, columns, int(profile["rows"]), workspace),
    ]
    found += [
        *suggest_mapping_spellings(source, columns, profile),
        *suggest_filling(columns, profile),
        *suggest_dropping_empty(columns),
        *suggest_flagging_outliers(source, columns, int(profile["rows"]), workspace),
    ]
    return found


def suggestion(step: AnyStep, reason: str, counts: str, before: int, after: int) -> Suggestion:
    return Suggestion(recipe_to_json((step,))[0], reason, counts, before, after)


def plain_text_columns(source: Path, columns: Sequence[Column]) -> list[str]:
    schema = pq.ParquetFile(source).schema_arrow
    return [c.name for c in columns if c.type.is_plain_text and pa.types.is_string(schema.field(c.name).type)]


def suggest_trimming(source: Path, columns: Sequence[Column]) -> Iterator[Suggestion]:
    names = plain_text_columns(source, columns)
    padded = Counter[str]()
    for batch in batches_of(pq.ParquetFile(source), BATCH_ROWS, names):
        for name in names:
            cells = batch.column(name)
            padded[name] += pc.sum(pc.not_equal(cells, pc.utf8_trim_whitespace(cells))).as_py() or 0
    found = tuple(name for name in names if padded[name])
    if found:
        shown = ", ".join(f"{name!r} ({padded[name]:,})" for name in found[:5])
        yield suggestion(
            TrimStep(columns=found),
            f"cells begin or end with blanks in {shown}",
            "cells with blanks around them",
            padded.total(),
            0,
        )


def may_hold_totals(profile: Mapping[str, Any]) -> bool:
    """Whether rows were found to sum up others; profiles of tables that were read long ago do not say."""
    return "totals" not in profile or bool(profile["totals"]["count"])


def suggest_dropping_totals(source: Path, columns: Sequence[Column], rows: int) -> Iterator[Suggestion]:
    """Words such as Total in the first text column, on few rows."""
    names = plain_text_columns(source, columns)[:1]
    if not names:
        return
    marked, pattern = 0, totals_pattern(())
    for batch in batches_of(pq.ParquetFile(source), BATCH_ROWS, names):
        marked += pc.sum(pc.match_substring_regex(batch.column(0), pattern)).as_py() or 0
    if 0 < marked <= max(1, rows // 5):
        yield suggestion(
            DropTotalsRowsStep(columns=tuple(names)),
            f"{marked:,} row(s) of {names[0]!r} hold only a word such as Total, and would be counted twice",
            "rows",
            rows,
            rows - marked,
        )


def suggest_deduplicating(
    source: Path, columns: Sequence[Column], rows: int, workspace: Workspace
) -> Iterator[Suggestion]:
    names = ", ".join(quoted(c.name) for c in columns)
    with engine_for(workspace) as db:
        found = db.execute(f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {parquet_source(source)})").fetchone()  # noqa: S608 - names are quoted
    distinct = int(found[0]) if found else rows
    if distinct < rows:
        yield suggestion(
            DeduplicateStep(),
            f"{rows - distinct:,} row(s) are the same as an earlier one in every column",
            "rows",
            rows,
            distinct,
        )


def suggest_filling(columns: Sequence[Column], profile: Mapping[str, Any]) -> Iterator[Suggestion]:
    """Few missing cells in a column: filled by the median where it holds numbers, else by the most frequent value."""
    rows = int(profile["rows"])
    for column in columns:
        nulls = int(profile["columns"][column.name]["nulls"])
        if not 0 < nulls <= NEARLY_COMPLETE * rows:
            continue
        if column.type.is_number:
            yield suggestion(
                MissingStep(columns=(column.name,), how="median"),
                f"{nulls:,} of {rows:,} cells of {column.name!r} are missing",
                "missing cells",
                nulls,
                0,
            )
        elif column.type in (ColumnType.CATEGORY, ColumnType.BOOLEAN):
            yield suggestion(
                MissingStep(columns=(column.name,), how="mode"),
                f"{nulls:,} of {rows:,} cells of {column.name!r} are missing",
                "missing cells",
                nulls,
                0,
            )


def suggest_dropping_empty(columns: Sequence[Column]) -> Iterator[Suggestion]:
    names = tuple(c.name for c in columns if c.type is ColumnType.EMPTY)
    if names and len(names) < len(columns):
        yield suggestion(
            DropColumnsStep(columns=names),
            f"{len(names)} column(s) hold no value",
            "columns",
            len(columns),
            len(columns) - len(names),
        )


def suggest_flagging_outliers(
    source: Path, columns: Sequence[Column], rows: int, workspace: Workspace
) -> Iterator[Suggestion]:
    for column in columns:
        if not column.type.is_number or rows < 20:
            continue
        step = FlagOutliersStep(column=column.name, distance=3.0)
        low, high = bounds(read_numbers(source, column.name), step)
        if not low < high:
            continue
        name = f"{quoted(column.name)}::DOUBLE"
        far = count_where(source, f"{name} < {low!r} OR {name} > {high!r}", workspace)
        if 0 < far <= MOST_OUTLIERS * rows:
            yield suggestion(
                step, f"{far:,} value(s) of {column.name!r} lie beyond {low:g} to {high:g}", "flagged rows", 0, far
            )


def suggest_mapping_spellings(
    source: Path, columns: Sequence[Column], profile: Mapping[str, Any]
) -> Iterator[Suggestion]:
    """Rare values of a category that are nearly a frequent one."""
    for column in columns:
        if column.type is not ColumnType.CATEGORY or profile["columns"][column.name]["distinct"] > MOST_SPELLINGS:
            continue
        mapping, cells = spelling_variants(count_values(source, column.name))
        if mapping:
            shown = ", ".join(f"{old!r} → {new!r}" for old, new in list(mapping.items())[:3])
            yield suggestion(
                MapValuesStep(column=column.name, mapping=mapping),
                f"values of {column.name!r} look like spellings of others: {shown}",
                "cells",
                cells,
                0,
            )


def count_values(source: Path, name: str) -> Counter[str]:
    found = Counter[str]()
    for batch in batches_of(pq.ParquetFile(source), BATCH_ROWS, [name]):
        counted = pc.value_counts(batch.column(0))
        found.update(
            {
                text: n
                for text, n in zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True)
                if text is not None
            }
        )
    return found


def spelling_variants(counts: Counter[str]) -> tuple[dict[str, Any], int]:
    """Rare spelling → frequent spelling, and how many cells that concerns. Values with digits are told apart by them."""
    mapping: dict[str, Any] = {}
    words = [text for text, _ in counts.most_common() if not any(c.isdigit() for c in text)]
    for position, text in enumerate(words):
        close = process.extractOne(
            fold_spelling(text),
            [fold_spelling(word) for word in words[:position]],
            scorer=fuzz.ratio,
            score_cutoff=SIMILAR,
        )
        if close is None:
            continue
        other = words[close[2]]
        same = fold_spelling(text) == fold_spelling(other)
        if other not in mapping and (
            same or (len(text) >= FEWEST_LETTERS and counts[other] >= MUCH_MORE_FREQUENT * counts[text])
        ):
            mapping[text] = other
    return mapping, sum(counts[text] for text in mapping)


def fold_spelling(text: str) -> str:
    return " ".join(text.casefold().split())
