"""Casts are exact, or name every cell that does not fit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from services.dataproc.cleaning import StepRefused
from tests.unit.dataproc.cleaning.conftest import Bench

CASES: list[tuple[list[Any], dict[str, Any], list[Any]]] = [
    (["1", "2", "-3", None], {"type": "integer"}, [1, 2, -3, None]),
    (["01234", "02000", "30000"], {"type": "integer"}, [1234, 2000, 30000]),
    (["1.5", "2", "n/a"], {"type": "decimal"}, [1.5, 2.0, None]),
    (["1.234,50", "7", "8,25"], {"type": "decimal"}, [1234.5, 7.0, 8.25]),
    (["1.234", "2.000"], {"type": "integer", "format": "1.234,5"}, [1234, 2000]),
    (["1.234", "2.000"], {"type": "decimal"}, [1.234, 2.0]),
    (["€ 1,50", "€ 2,25"], {"type": "decimal"}, [1.5, 2.25]),
    (["12345678901234567890.12", "1.01"], {"type": "decimal"}, [Decimal("12345678901234567890.12"), Decimal("1.01")]),
    (["yes", "NO", None], {"type": "boolean"}, [True, False, None]),
    (["1", "0", "1"], {"type": "boolean"}, [True, False, True]),
    (["oui", "non"], {"type": "boolean", "format": "oui/non"}, [True, False]),
    (["31.12.2024", "01.02.2024"], {"type": "date"}, [date(2024, 12, 31), date(2024, 2, 1)]),
    (["01/02/2024", "03/04/2024"], {"type": "date", "format": "day-first"}, [date(2024, 2, 1), date(2024, 4, 3)]),
    (["01/02/2024", "03/04/2024"], {"format": "month-first"}, [date(2024, 1, 2), date(2024, 3, 4)]),
    (["20241231", "20240201"], {"type": "date", "format": "%Y%m%d"}, [date(2024, 12, 31), date(2024, 2, 1)]),
    (
        ["2024-12-31 08:30", "2024-01-01 09:00"],
        {"type": "datetime"},
        [datetime(2024, 12, 31, 8, 30), datetime(2024, 1, 1, 9)],
    ),
    (["26:30:00", "1:00:00"], {"type": "duration"}, [timedelta(hours=26, minutes=30), timedelta(hours=1)]),
    ([5.0, 1e15, 0.1, 1e22], {"type": "text"}, ["5", "1000000000000000.0", "0.1", "1e+22"]),
    ([5.0, 7.0, None], {"type": "integer"}, [5, 7, None]),
    ([20241231, 20240201], {"type": "date", "format": "%Y%m%d"}, [date(2024, 12, 31), date(2024, 2, 1)]),
    ([True, False], {"type": "category"}, ["true", "false"]),
    ([date(2024, 1, 2)], {"type": "datetime"}, [datetime(2024, 1, 2)]),
    ([datetime(2024, 1, 2), None], {"type": "date"}, [date(2024, 1, 2), None]),
]


@pytest.mark.parametrize(("cells", "wish", "expected"), CASES)
def test_cells_become_what_is_wished(
    tmp_path: Path, cells: list[Any], wish: dict[str, Any], expected: list[Any]
) -> None:
    kinds = {float: "decimal", int: "integer", bool: "boolean", date: "date", datetime: "datetime"}
    bench = Bench(tmp_path, pa.table({"c": cells}), {"c": kinds.get(type(cells[0]), "text")})
    cleaned, table = bench.clean({"step": "cast", "column": "c", **wish})
    assert table["c"].to_pylist() == expected
    assert cleaned.misfits == ()
    assert cleaned.columns[0].type == wish.get("type", "date")
    assert "as chosen" in cleaned.columns[0].evidence


MISFITS: list[tuple[list[Any], dict[str, Any], int, tuple[int, ...], str]] = [
    (["1", "x", "2", "y", "x"], {"type": "integer"}, 3, (2, 4, 5), "x"),
    (["1", "2.5"], {"type": "integer"}, 1, (2,), "2.5"),
    (["13/01/2024", "01/02/2024", "01/14/2024"], {"type": "date", "format": "month-first"}, 1, (1,), "13/01/2024"),
    (["yes", "no", "maybe"], {"type": "boolean"}, 1, (3,), "maybe"),
    ([1.0, 1.5, 2.0], {"type": "integer"}, 1, (2,), "1.5"),
    ([datetime(2024, 1, 1), datetime(2024, 1, 2, 3)], {"type": "date"}, 1, (2,), "2024-01-02 03:00:00"),
    (["1.234", "2,5"], {"type": "decimal", "format": "1,234.5"}, 1, (2,), "2,5"),
]


@pytest.mark.parametrize(("cells", "wish", "count", "rows", "example"), MISFITS)
def test_cells_that_do_not_fit_are_refused_by_row_and_counted_when_they_may_go(tmp_path: Path, cells: list[Any], wish: dict[str, Any], count: int, rows: tuple[int, ...],
                                                                               example: str) -> None:  # fmt: skip
    kinds = {float: "decimal", datetime: "datetime"}
    bench = Bench(tmp_path, pa.table({"c": cells}), {"c": kinds.get(type(cells[0]), "text")})
    with pytest.raises(StepRefused) as refused:
        bench.clean({"step": "cast", "column": "c", **wish})
    assert refused.value.code == "cells_do_not_fit"
    assert repr(example) in refused.value.detail
    cleaned, table = bench.clean({"step": "cast", "column": "c", "misfits": "null", **wish})
    found = cleaned.misfits[0]
    assert (found.count, found.rows, found.examples[0]) == (count, rows, example)
    assert table["c"].null_count == count
    assert any("became missing" in warning for warning in cleaned.profile["warnings"])


@pytest.mark.parametrize(
    "wish", [{"type": "integer"}, {"type": "boolean"}, {"type": "date"}, {"type": "date", "format": "%Y-%m"}]
)
def test_type_that_no_cell_bears_is_refused_even_when_cells_may_go(tmp_path: Path, wish: dict[str, Any]) -> None:
    bench = Bench(tmp_path, pa.table({"c": ["red", "green"]}), {})
    with pytest.raises(StepRefused, match="no cell of column 'c'"):
        bench.clean({"step": "cast", "column": "c", "misfits": "null", **wish})


def test_unit_is_a_label_only(tmp_path: Path) -> None:
    bench = Bench(tmp_path, pa.table({"c": [1, 2]}), {"c": "integer"})
    cleaned, table = bench.clean({"step": "cast", "column": "c", "unit": "EUR"})
    assert (cleaned.columns[0].unit, cleaned.columns[0].type, table["c"].to_pylist()) == ("EUR", "integer", [1, 2])
    removed, _ = bench.clean(
        {"step": "cast", "column": "c", "unit": "EUR"}, {"step": "cast", "column": "c", "unit": ""}
    )
    assert removed.columns[0].unit is None
