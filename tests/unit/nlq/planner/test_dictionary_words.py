"""Words that a dictionary has for columns, tables and measures are read as if the data were called so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.nlq.planner.facts import ColumnFacts, TableFacts
from services.nlq.planner.planner import read
from shared.columns import ColumnType
from shared.dictionary import NamedMeasure
from shared.plan import Arithmetic, Comparison, Field, Group, Keep, Literal, Measure, Query

TODAY = date(2026, 11, 29)


def column(name: str, kind: ColumnType, **facts: object) -> ColumnFacts:
    return ColumnFacts(name, name, kind, distinct=40, minimum=1, maximum=90, **facts)  # type: ignore[arg-type]


PRICE, PIECES = column("p1", ColumnType.DECIMAL), column("q7", ColumnType.INTEGER)
STATE = ColumnFacts("state", "state", ColumnType.CATEGORY, distinct=2, values=("open", "refund"), values_complete=True)
TABLE = TableFacts("t_1", "ledger", 50, (PRICE, PIECES, STATE))


def best(question: str, *tables: TableFacts) -> Query | None:
    found = read(question, tables, today=TODAY).best
    return found[0].query if found else None


def measures(query: Query | None) -> list[Measure]:
    assert query is not None
    return [m for step in query.steps if isinstance(step, Group) for m in step.measures]


def test_a_label_is_as_good_as_the_columns_name() -> None:
    assert best("total pieces sold", TABLE) is None
    described = replace(TABLE, columns=(PRICE, replace(PIECES, labels=("pieces sold", "units")), STATE))
    for question in ("total pieces sold", "total units"):
        assert measures(best(question, described)) == measures(best("total q7", TABLE))


def test_rows_are_called_what_the_dictionary_calls_the_table() -> None:
    assert best("how many bookings are open?", TABLE) is None
    assert best("how many bookings are open?", replace(TABLE, labels=("booking",))) == best(
        "how many rows are open?", TABLE
    )


@pytest.mark.parametrize("question", ["total takings", "what are the takings?", "takings by state"])
def test_a_named_measure_is_computed_as_it_is_defined(question: str) -> None:
    product = Arithmetic(op="*", left=Field(name="p1", table="ledger"), right=Field(name="q7", table="ledger"))
    no_refund = Comparison(
        left=Field(name="state", table="ledger"), op="!=", right=Literal(value="refund", type="text")
    )
    takings = NamedMeasure(measure=Measure(name="takings", function="sum", of=product, where=no_refund))
    found = measures(best(question, replace(TABLE, measures=(takings,))))
    assert [(m.function, m.of, m.where) for m in found] == [("sum", product, no_refund)]


def test_conditions_of_the_question_narrow_a_named_measure_too() -> None:
    takings = NamedMeasure(measure=Measure(name="takings", function="sum", of=Field(name="p1", table="ledger")))
    query = best("takings of open rows", replace(TABLE, measures=(takings,)))
    assert query is not None
    assert any(isinstance(step, Keep) for step in query.steps)
