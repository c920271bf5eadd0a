"""Which columns of numbers move together: Pearson's r, from a sample of the rows where there are very many."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from services.dataproc.reading import Column
from services.dataproc.reading.profile import literal, quoted
from services.dataproc.reading.query_engine import connected

MOST_COLUMNS = 30  # pairs grow with the square of the columns: 435 of them are one short query
SAMPLED_BEYOND = 200_000  # rows; the standard error of r is below 0.003 by then
MOST_SHOWN = 50  # more pairs than a person reads
MEMORY_MB = 256  # sums over pairs need little, and cleaning runs beside it
WORTH_SAYING = 0.3  # |r|; below, one column explains less than a tenth of the other


def correlations(path: Path, rows: int, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Pairs of columns, the strongest first: `{columns: [a, b], r}`, from |r| of 0.3."""
    names = [column.name for column in columns if column.type.is_number][:MOST_COLUMNS]
    pairs = list(combinations(names, 2))
    if not pairs or rows < 3:
        return []
    wanted = ", ".join(f"corr({quoted(a)}::DOUBLE, {quoted(b)}::DOUBLE)" for a, b in pairs)
    sample = f" TABLESAMPLE system({100 * SAMPLED_BEYOND / rows:.3f}%) REPEATABLE (1)" if rows > SAMPLED_BEYOND else ""
    with connected(1, MEMORY_MB, path.parent) as db:
        found = db.execute(f"SELECT {wanted} FROM read_parquet({literal(str(path))}){sample}").fetchone() or ()  # noqa: S608 - names and literals are quoted
    return sorted(strong(pairs, found), key=lambda pair: -abs(pair["r"]))[:MOST_SHOWN]


def strong(pairs: Sequence[tuple[str, str]], found: Sequence[float | None]) -> Iterator[dict[str, Any]]:
    for (a, b), r in zip(pairs, found, strict=True):
        if r is not None and math.isfinite(r) and abs(r) >= WORTH_SAYING:
            yield {"columns": [a, b], "r": round(r, 4)}
