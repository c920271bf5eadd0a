"""Which columns of a newer file are perhaps the older file's under another name."""

from __future__ import annotations

import pytest

from services.dataproc.reading import Column
from services.dataproc.tables.drift import SIMILAR_NAME, Renaming, TypeChange, compare_columns, likeness
from shared.columns import ColumnType


def column(name: str, kind: str = "text") -> Column:
    return Column(name, name, ColumnType(kind), nullable=True, unit=None, evidence="")


@pytest.mark.parametrize(
    ("old", "new", "same_place", "golden"),
    [
        (column("customer"), column("customer"), False, 100),
        (column("Customer_Name"), column("name customer"), False, 100),
        (column("customer"), column("custumer"), False, 88),
        (column("customer"), column("custumer"), True, 88),
        (column("amount"), column("zzz"), True, SIMILAR_NAME),
        (column("amount"), column("zzz"), False, 0),
        (column("amount"), column("zzz", "decimal"), True, 0),
        (column("amount"), column("zzz", "decimal"), False, 0),
        (column("customer"), column("custumer", "category"), False, 88),
        (column("customer"), column("custumer", "category"), True, 88),
        (column("abcd"), column("abce", "category"), False, 0),
    ],
)
def test_likeness_of_names_counts_and_the_same_type_in_the_same_place(
    old: Column, new: Column, same_place: bool, golden: int
) -> None:
    assert likeness(old, new, same_place=same_place) == golden


def test_column_of_the_same_type_in_the_same_place_is_perhaps_the_same() -> None:
    before = [column("id", "integer"), column("amount", "decimal"), column("city")]
    moved = [column("id", "integer"), column("total", "decimal"), column("city")]
    elsewhere = [column("id", "integer"), column("city"), column("total", "decimal")]
    assert compare_columns(before, moved) == (["amount"], ["total"], [Renaming("amount", "total", SIMILAR_NAME)], [])
    assert compare_columns(before, elsewhere) == (["amount"], ["total"], [], [])


def test_of_several_that_came_the_likest_is_meant() -> None:
    before = [column("customer name"), column("city")]
    after = [column("zzz"), column("name of customer"), column("customer names"), column("city")]
    assert compare_columns(before, after)[2] == [Renaming("customer name", "customer names", 96)]


def test_column_of_another_type_is_told_under_its_name() -> None:
    gone, came, renamed, types = compare_columns([column("amount")], [column("amount", "decimal")])
    assert (gone, came, renamed) == ([], [], [])
    assert types == [TypeChange("amount", ColumnType.TEXT, ColumnType.DECIMAL)]
