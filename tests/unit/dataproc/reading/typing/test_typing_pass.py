"""Types are decided on some cells and held against all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest

from services.dataproc.reading.sources import MemoryBatches, RawTable
from services.dataproc.reading.typing import typing_pass
from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.infer import infer
from services.dataproc.reading.typing.typing_pass import Demotion, TypedBatches, demote, plan_columns
from shared.columns import ColumnType

SAMPLED = 100
NUMBERS = [str(n) for n in range(SAMPLED)]


@pytest.fixture(autouse=True)
def decided_on_the_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typing_pass, "COUNTED_ROWS", SAMPLED)


def typed(later: Sequence[str], rows: int = 5_000) -> TypedBatches:
    """A column of whole numbers, some of whose later cells are others."""
    cells = [*NUMBERS, *later, *(str(n) for n in range(rows - SAMPLED - len(later)))]
    pieces = [pa.record_batch([pa.array(cells[start : start + SAMPLED])], ["v"]) for start in range(0, rows, SAMPLED)]
    table = RawTable("t", ("v",), MemoryBatches(pieces[0].schema, pieces), {})
    return TypedBatches(table, plan_columns(table, ["v"], {}), ["v"])


def failure_of(batches: TypedBatches) -> Iterator[Demotion]:
    try:
        list(batches)
    except Demotion as failure:
        yield failure


def words(kinds: int, cells: int) -> list[str]:
    return [f"w{'abcdefghij'[n % kinds // 10]}{'abcdefghij'[n % 10]}" for n in range(cells)]


def test_few_kinds_of_unforeseen_cells_become_null_and_are_named() -> None:
    batches = typed(words(50, 50))
    assert list(failure_of(batches)) == []
    assert batches.plans[0].type is ColumnType.INTEGER
    assert (batches.converters[0].misfits.total(), batches.converters[0].misfits.rows[0]) == (50, SAMPLED + 1)


def test_many_kinds_of_unforeseen_cells_are_values_of_another_kind() -> None:
    """51 different words on 1 % of the rows: the column is kept as it stands."""
    batches = typed([*words(50, 50), "another"])
    (failure,) = failure_of(batches)
    plan = demote(batches.plans, failure, ["v"])[0]
    assert plan.type is ColumnType.TEXT
    assert "looked like integer, but 51 cells such as 'waa' (row 101) do not fit; kept as text" in plan.evidence


def test_many_unforeseen_cells_of_one_kind_make_the_column_text() -> None:
    assert list(failure_of(typed(["w"] * 250))) == []
    assert len(list(failure_of(typed(["w"] * 251)))) == 1


def test_numbers_of_another_kind_widen_the_column() -> None:
    batches = typed(["2.5"] * 300)
    (failure,) = failure_of(batches)
    plan = demote(batches.plans, failure, ["v"])[0]
    assert plan.type is ColumnType.DECIMAL


def test_column_without_a_value_in_the_sample_is_decided_by_the_values_further_on() -> None:
    cells = ["", *[""] * SAMPLED, "2024-01-31", "2024-02-01"]
    pieces = [pa.record_batch([pa.array(cells[start : start + SAMPLED])], ["v"]) for start in (0, SAMPLED)]
    table = RawTable("t", ("v",), MemoryBatches(pieces[0].schema, pieces), {})
    batches = TypedBatches(table, plan_columns(table, ["v"], {}), ["v"])
    assert batches.plans[0].type is ColumnType.EMPTY
    (failure,) = failure_of(batches)
    assert demote(batches.plans, failure, ["v"])[0].type is ColumnType.DATE


@pytest.mark.parametrize(("numbers", "others", "kind"), [
    (1_000, 20, ColumnType.INTEGER), (1_000, 21, ColumnType.TEXT), (95, 5, ColumnType.INTEGER), (94, 6, ColumnType.TEXT), (19, 1, ColumnType.INTEGER), (18, 1, ColumnType.TEXT)])  # fmt: skip
def test_cells_that_may_fail_to_fit_are_few_and_of_few_kinds(numbers: int, others: int, kind: ColumnType) -> None:
    cells = [str(n) for n in range(numbers)] + [f"word {'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(others)]
    plan = infer(ValueCounts("v", dict.fromkeys(cells, 1)))
    assert plan.type is kind if kind.is_number else plan.type.is_text
    assert len(plan.misfits) == (others if kind is ColumnType.INTEGER else 0)


def test_whole_numbers_reach_to_the_ends_of_64_bits() -> None:
    plan = infer(ValueCounts("v", {"1": 1, "2": 1}))
    assert [plan.parse(text) for text in ("-9223372036854775808", "9223372036854775807")] == [-(2**63), 2**63 - 1]
    for text in ("-9223372036854775809", "9223372036854775808"):
        with pytest.raises(ValueError):
            plan.parse(text)
    assert infer(ValueCounts("v", {"-9223372036854775808": 1, "9223372036854775807": 1})).storage == pa.int64()
    assert infer(ValueCounts("v", {"9223372036854775808": 1})).storage == pa.decimal128(38, 0)
    assert infer(ValueCounts("v", {"-9223372036854775809": 1})).storage == pa.decimal128(38, 0)


@pytest.mark.parametrize(("short", "kept"), [(8, True), (7, False)])
def test_abbreviation_among_codes_is_a_code_and_among_words_missing(short: int, kept: bool) -> None:
    """NA is Namibia where four in five of the words are as short as it is."""
    words = [f"{'ABCDEFGH'[n]}X" for n in range(short)] + [f"long word {'abc'[n]}" for n in range(10 - short)]
    plan = infer(ValueCounts("country", {**dict.fromkeys(words, 1), "NA": 1}))
    assert plan.type.is_text
    assert plan.is_null("NA") is not kept


@pytest.mark.parametrize("marked", [10, 9, 5, 1])
def test_digits_around_a_letter_e_are_codes(marked: int) -> None:
    cells = [f"{10 + n}E{20 + n}" for n in range(marked)] + [str(100 + n) for n in range(10 - marked)]
    assert infer(ValueCounts("part", dict.fromkeys(cells, 1))).type.is_text


def late(cells: Sequence[str], later: Sequence[str]) -> tuple[ColumnType, list[object]]:
    """A column as it is in the end, and what its later cells became."""
    pieces = [
        pa.record_batch([pa.array(part)], ["v"])
        for part in (*[[*cells] * (SAMPLED // len(cells) + 1)] * 20, list(later), list(cells) * 20)
    ]
    table = RawTable("t", ("v",), MemoryBatches(pieces[0].schema, pieces), {})
    batches = TypedBatches(table, plan_columns(table, ["v"], {}), ["v"])
    for _ in range(3):
        for failure in failure_of(batches):
            batches = TypedBatches(table, demote(batches.plans, failure, ["v"]), ["v"])
    typed_batches = list(batches)
    return batches.plans[0].type, [v for b in typed_batches[20:21] for v in b.column(0).to_pylist()]


@pytest.mark.parametrize(("cells", "later", "kind", "values"), [
    (["4.512", "8.701"], ["4.10", "5.125"], ColumnType.DECIMAL, [4.1, 5.125]),
    (["4.512", "8.701"], ["1.234,5", "5.125"], ColumnType.DECIMAL, [1234.5, 5125]),
    (["4.512.000", "8.701"], ["5.125"], ColumnType.INTEGER, [5125]),
    (["4,512", "8,701"], ["4,1", "5,125"], ColumnType.DECIMAL, [4.1, 5.125]),
    (["4", "8"], ["4.10", "5"], ColumnType.DECIMAL, [4.1, 5]),
    (["4", "8"], ["1.234,5", "5"], ColumnType.DECIMAL, [1234.5, 5]),
    (["4", "8"], ["31b", "5", "7b"], ColumnType.TEXT, ["31b", "5", "7b"]),
    (["4", "8"], ["12E4", "5", "13E4"], ColumnType.TEXT, ["12E4", "5", "13E4"]),
    (["4.5", "8.5"], ["12E4", "5.5"], ColumnType.DECIMAL, [None, 5.5]),
    (["4.5", "8.5"], ["1.5E4", "2E+04"], ColumnType.DECIMAL, [15_000, 20_000]),
    (["4.5", "8.5"], ["3b", "5.5"], ColumnType.DECIMAL, [None, 5.5]),
    (["€4.50", "€8.50"], ["$3.00", "5.50"], ColumnType.DECIMAL, [3, 5.5]),
])  # fmt: skip
def test_what_late_cells_say_of_all_the_others(
    cells: list[str], later: list[str], kind: ColumnType, values: list[object]
) -> None:
    found, became = late(cells, later)
    assert found is kind or (kind is ColumnType.TEXT and found.is_text)
    assert became == values


def test_columns_share_what_stands_for_missing() -> None:
    """Each had a copy of 8 kB, and each of its plans another: 400 MB for 15,000 columns."""
    first, second = (infer(ValueCounts(name, {"1": 1, "2": 2, "3": 1})) for name in ("a", "b"))
    assert first.nulls is second.nulls
    assert ValueCounts("c", {"1": 1}, own_nulls=frozenset({"weg"})).null_tokens >= {"weg", "n/a"}
