"""Steps that drop rows: duplicates, totals, rows with missing cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from services.dataproc.cleaning.batches import cells_as_text
from services.dataproc.cleaning.errors import too_many_values, wrong_type
from services.dataproc.cleaning.measures import BATCH_ROWS, engine_for, parquet_source, quoted
from services.dataproc.cleaning.model import Prepared, Stage, Transform, column_of
from services.dataproc.cleaning.steps import DeduplicateStep, DropTotalsRowsStep, MissingStep
from services.dataproc.cleaning.text_steps import text_columns
from services.dataproc.reading.columnar.parquet_batches import batches_of
from services.dataproc.reading.totals import bare_total_words

MOST_COMPARED = 20_000  # different rows; each is compared with all that were kept before it


def deduplicate(step: DeduplicateStep, stage: Stage) -> Prepared:
    """Rows that are kept are found over the whole table first."""
    names = step.columns or tuple(column.name for column in stage.columns)
    for name in names:
        column_of(stage, name)
    kept = (
        find_first_rows(stage, names)
        if step.match == "exact"
        else find_first_similar_rows(stage, names, step.threshold)
    )
    return Prepared(keep_rows(kept), stage.columns)


def keep_rows(rows: np.ndarray) -> Transform:
    """Keep the rows with these numbers, counted from 0 over all batches; `rows` is sorted."""
    seen = 0

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        nonlocal seen
        begin, end = np.searchsorted(rows, [seen, seen + batch.num_rows])
        wanted = rows[begin:end] - seen
        seen += batch.num_rows
        return batch.take(pa.array(wanted, pa.int64()))

    return apply


def find_first_rows(stage: Stage, names: Sequence[str]) -> np.ndarray:
    """The number of the first row of every distinct combination of cells."""
    columns = ", ".join(quoted(name) for name in names)
    with engine_for(stage.workspace) as db:
        query = f"SELECT min(file_row_number) AS n FROM {parquet_source(stage.stored(), numbered=True)} GROUP BY {columns} ORDER BY n"  # noqa: S608 - names are quoted
        return np.asarray(db.execute(query).fetchnumpy()["n"], np.int64)


def find_first_similar_rows(stage: Stage, names: Sequence[str], threshold: float) -> np.ndarray:
    """Rows whose text is not similar to that of an earlier row that is kept. Rows without any text are all kept."""
    first: dict[str, int] = {}
    blank: list[int] = []
    for row, key in enumerate(row_keys(stage, names)):
        if not key:
            blank.append(row)
        elif key not in first:
            first[key] = row
            if len(first) > MOST_COMPARED:
                raise too_many_values(MOST_COMPARED)
    return np.sort(np.array([*blank, *(first[key] for key in keep_unlike(first, threshold))], np.int64))


def keep_unlike(keys: Sequence[str] | dict[str, int], threshold: float) -> list[str]:
    """Keys, in order, that are not similar to one before them that was kept."""
    kept: list[str] = []
    for key in keys:
        if process.extractOne(key, kept, scorer=fuzz.ratio, score_cutoff=threshold) is None:
            kept.append(key)
    return kept


def row_keys(stage: Stage, names: Sequence[str]) -> Iterator[str]:
    """The text by which rows are compared: without regard to case and blanks."""
    for batch in batches_of(pq.ParquetFile(stage.stored()), BATCH_ROWS, list(names)):
        cells = [cells_as_text(batch.column(name)).to_pylist() for name in names]
        yield from (
            " ".join(" ".join(text or "" for text in row).casefold().split()) for row in zip(*cells, strict=True)
        )


def drop_missing(step: MissingStep, stage: Stage) -> Prepared:
    for name in step.columns:
        column_of(stage, name)

    def apply(batch: pa.RecordBatch) -> pa.RecordBatch:
        whole = pc.is_valid(batch.column(step.columns[0]))
        for name in step.columns[1:]:
            whole = pc.and_(whole, pc.is_valid(batch.column(name)))
        return batch.filter(whole)

    return Prepared(apply, stage.columns)


def drop_totals_rows(step: DropTotalsRowsStep, stage: Stage) -> Prepared:
    names = text_columns(stage, step.columns)
    if not names:
        raise wrong_type(stage.columns[0].name, stage.columns[0].type, "a column of text")
    names = names if step.columns else names[:1]
    pattern = totals_pattern(step.words)
    return Prepared(
        filter_rows(lambda batch: mask_without_totals(batch, names, pattern)),
        stage.columns,
        resolved=step.model_copy(update={"columns": names}).model_dump(mode="json"),
    )


def filter_rows(mask: Callable[[pa.RecordBatch], pa.Array]) -> Transform:
    return lambda batch: batch.filter(mask(batch))


def mask_without_totals(batch: pa.RecordBatch, names: Sequence[str], pattern: str) -> pa.Array:
    marked = pc.fill_null(pc.match_substring_regex(batch.column(names[0]), pattern), False)
    for name in names[1:]:
        marked = pc.or_(marked, pc.fill_null(pc.match_substring_regex(batch.column(name), pattern), False))
    return pc.invert(marked)


def totals_pattern(words: Sequence[str]) -> str:
    """A cell that holds one of the words and nothing else but blanks and a colon, in any case."""
    return rf"(?i)^\s*(?:{'|'.join(re.escape(word) for word in (*bare_total_words(), *words))})\s*:?\s*$"
