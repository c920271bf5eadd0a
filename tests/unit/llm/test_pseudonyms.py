"""Pseudonyms go out, and names come back: in words, in charts and in code that runs."""

from __future__ import annotations

import ast

import pandas as pd
import pytest

from services.llm.privacy.pseudonyms import Pseudonyms
from services.nlq.validation import validate

NAMES = Pseudonyms(
    {"48213.77": "column_3", "Ann Smith": "column_1", "milan": "column_31", "ann@example.com": "table_1"}
)
NONE = Pseudonyms({})


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ("The mean of column_3 by column_1.", "The mean of 48213.77 by Ann Smith."),
        ("column_31, not column_3", "milan, not 48213.77"),
        ("total_column_3 and column_1_x", "total_48213.77 and Ann Smith_x"),
        ("xcolumn_3 column_32 columns_3", "xcolumn_3 column_32 columns_3"),
    ],
)
def test_words_that_come_back_have_the_names(shown: str, real: str) -> None:
    assert NAMES.reveal(shown) == real


def test_words_that_go_out_have_none() -> None:
    text = "'48213.77' is no column of ann@example.com; there are Ann Smith, milan; 148213.77 is 48213.771."
    assert (
        NAMES.hide(text) == "'column_3' is no column of table_1; there are column_1, column_31; 148213.77 is 48213.771."
    )


def test_charts_that_come_back_have_the_names() -> None:
    spec = {
        "mark": "bar",
        "encoding": {"x": {"field": "column_1"}, "y": [{"field": "column_3", "title": "column_3"}, 3]},
    }
    revealed = {
        "mark": "bar",
        "encoding": {"x": {"field": "Ann Smith"}, "y": [{"field": "48213.77", "title": "48213.77"}, 3]},
    }
    assert NAMES.reveal_leaves(spec) == revealed


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ("df['column_3'].sum()", "df['48213.77'].sum()"),
        ("df.column_3.sum()", "df['48213.77'].sum()"),
        ("df.column_31.sum()", "df.milan.sum()"),
        ("tables['table_1'].groupby('column_1')", "tables['ann@example.com'].groupby('Ann Smith')"),
        ("df.agg(column_3=('column_3', 'sum'))", "df.agg(**{'48213.77': ('48213.77', 'sum')})"),
        ("df.assign(column_31=1)", "df.assign(milan=1)"),
        ("df.query('column_3 > 5 and `column_1` == 1')", "df.query('`48213.77` > 5 and `Ann Smith` == 1')"),
        ("f'{x} of column_1'", "f'{x} of Ann Smith'"),
        ("df.column_3 = 1", "df['48213.77'] = 1"),
        ("column_3 = df[['column_3', 'amount']]", "column_3 = df[['48213.77', 'amount']]"),
    ],
)
def test_code_that_comes_back_has_the_names(shown: str, real: str) -> None:
    assert ast.unparse(ast.parse(NAMES.reveal_code(shown))) == ast.unparse(ast.parse(real))


@pytest.mark.parametrize(
    ("real", "shown"),
    [
        ("df['48213.77'].sum()", "df['column_3'].sum()"),
        ("df.milan.sum()", "df.column_31.sum()"),
        ("df.query('`Ann Smith` == 1')", "df.query('`column_1` == 1')"),
        ("df.agg(**{'48213.77': ('48213.77', 'sum')})", "df.agg(**{'column_3': ('column_3', 'sum')})"),
        ("df.rename(columns={'Ann Smith': 'name'})", "df.rename(columns={'column_1': 'name'})"),
    ],
)
def test_code_that_goes_out_has_none(real: str, shown: str) -> None:
    assert NAMES.hide_code(real) == shown


@pytest.mark.parametrize("code", ["df['x']  # as it is", "result = (", "", "df.query('a > 5')"])
def test_code_in_which_nothing_is_renamed_stays_to_the_letter(code: str) -> None:
    assert NAMES.reveal_code(code) == NAMES.hide_code(code) == NONE.reveal_code(code) == code


def test_code_written_with_pseudonyms_is_valid_and_computes_the_same() -> None:
    df = pd.DataFrame({"Ann Smith": ["a", "b", "a"], "48213.77": [1.0, 2.0, 4.0]})
    code = (
        "kept = df.query('column_3 > 0.5').assign(column_3=lambda d: d.column_3 * 2)\n"
        "result = kept.groupby('column_1').agg(total_column_3=('column_3', 'sum')).reset_index()"
    )
    revealed = NAMES.reveal_code(code)
    assert validate(revealed, {"people": tuple(df.columns)}, "people").ok
    names: dict[str, object] = {"df": df}
    exec(revealed, names)
    result = names["result"]
    assert isinstance(result, pd.DataFrame)
    assert result.to_dict("list") == {"Ann Smith": ["a", "b"], "total_48213.77": [10.0, 4.0]}


@pytest.mark.parametrize("name", ["it's", 'say "so"', "back\\slash", "tick`ed", "{brace}", "a\tb", "数量 10482"])
def test_any_name_comes_back_whole(name: str) -> None:
    names = Pseudonyms({name: "column_1"})
    found = ast.literal_eval(names.reveal_code("['column_1', 'x']"))
    assert found == [name, "x"]
    assert name not in names.hide_code(names.reveal_code("df['column_1'].sum()"))
