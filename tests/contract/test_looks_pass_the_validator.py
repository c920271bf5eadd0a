"""A look that llm writes by names is code that nlq's validator accepts, whatever the tables and columns are called, and it does what it says."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.llm.looking import MOST_SEEN, code_of_look
from services.nlq.validation import validate

HOSTILE = (
    "plain",
    "it's",
    'say "so"',
    "'''",
    '"""',
    "back\\slash",
    "ends in \\",
    "{braces}",
    "{0.real}",
    "two\nlines",
    "a\r\nb\tc",
    "'] + open('x').name + ['",
    "# comment",
    "%s %(x)s",
    "größe €",
    "\u2028",
    "_",
    " ",
    "🙂",
)
ANOTHER = "\x7f"  # in no name
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=20).filter(lambda name: name.isprintable()))


def run(code: str, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    given = {"tables": {table: frame}}
    exec(code, given)
    result = given["result"]
    assert isinstance(result, pd.DataFrame)
    return result


def accepted(code: str, table: str, columns: Sequence[str]) -> str:
    validated = validate(code, {table: columns}, table)
    assert validated.ok, [finding.message for finding in validated.findings]
    return code


@given(table=NAMES, column=NAMES, containing=st.one_of(st.just(""), NAMES))
def test_values_of_a_column_are_counted(table: str, column: str, containing: str) -> None:
    cells = [ANOTHER, ANOTHER, f"a{containing}b", None]
    code = accepted(code_of_look(table, column, containing, "", ()), table, [column, f"other {column}"])
    seen = run(code, table, pd.DataFrame({column: cells, f"other {column}": range(4)}))
    counted = dict(seen.itertuples(index=False, name=None))
    assert counted[f"a{containing}b"] == 1
    assert counted.get(ANOTHER, 0) == (0 if containing else 2)
    assert len(counted) == (1 if containing else 3), "gaps are counted, too"


@given(table=NAMES, columns=st.lists(NAMES, min_size=1, max_size=3, unique=True))
def test_rows_are_shown_with_the_columns_that_are_asked_for(table: str, columns: list[str]) -> None:
    code = accepted(code_of_look(table, "", "", "", columns), table, [*columns, "left out"])
    frame = pd.DataFrame({name: range(80) for name in [*columns, "left out of it"]})
    seen = run(code, table, frame)
    assert (list(seen.columns), len(seen)) == (columns, MOST_SEEN)


@pytest.mark.parametrize(
    "where",
    [
        "amount > 40 and city == 'Lyon'",
        'city == "Lyon" and amount > 40',
        '`the city` == "it\'s"',
        "city.str.contains('ly', case=False)",
        "city in ['Lyon', 'Oslo']",
        "amount.isna()",
    ],
)
def test_rows_by_a_condition_are_accepted(where: str) -> None:
    accepted(code_of_look("orders", "", "", where, ("city",)), "orders", ["city", "the city", "amount"])


@pytest.mark.parametrize(
    "where", ["town == 'Lyon'", "@__import__('os').name == 'x'", "city.__class__ == 1", "__class__ == 1"]
)
def test_condition_that_is_wrong_or_means_harm_is_refused(where: str) -> None:
    assert not validate(code_of_look("orders", "", "", where, ()), {"orders": ["city", "amount"]}, "orders").ok


@pytest.mark.parametrize(("table", "column"), [("ordres", "city"), ("orders", "town")])
def test_names_that_do_not_exist_are_refused_by_their_names(table: str, column: str) -> None:
    validated = validate(code_of_look(table, column, "", "", ()), {"orders": ["city", "amount"]}, "orders")
    assert not validated.ok
    assert any(name in validated.findings[0].message for name in ("ordres", "town"))


def test_inside_of_python_cannot_be_looked_for_but_a_column_may_be_called_so() -> None:
    named, sought = code_of_look("t", "__class__", "", "", ()), code_of_look("t", "city", "__class__", "", ())
    assert validate(named, {"t": ["__class__"]}, "t").ok
    (finding,) = validate(sought, {"t": ["city"]}, "t").findings
    assert finding.code == "forbidden_name"


def test_nothing_to_look_at_is_no_code() -> None:
    assert code_of_look("", "city", "x", "amount > 1", ("city",)) == ""
