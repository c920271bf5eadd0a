"""pandas joins texts when it is asked for their sum; code that asks is sent back with what to do instead."""

from __future__ import annotations

import pytest

from services.nlq.validation import Validated, validate

TABLES = {"trips": ["city", "note", "fare", "tip"], "cities": ["city", "country"]}
TEXTS = {"trips": ["city", "note"], "cities": ["city", "country"]}


def checked(code: str) -> Validated:
    return validate(code, TABLES, "trips", TEXTS)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("result = df['note'].sum()", "'note' is"),
        ("result = df.note.sum()", "'note' is"),
        ("result = df['note'].mean()", "'note' is"),
        ("result = df['note'].cumsum()", "'note' is"),
        ("result = df['note'].agg('sum')", "'note' is"),
        ("result = df['note'].agg(['count', 'sum'])", "'note' is"),
        ("notes = df[df['fare'] > 3]['note']\nresult = notes.sum()", "'note' is"),
        ("result = df.loc[df['fare'] > 3, 'note'].sum()", "'note' is"),
        ("result = np.sum(df['note'])", "'note' is"),
        ("result = df.groupby('city')['note'].sum()", "'note' is"),
        ("result = df.groupby('city')['note'].transform('sum')", "'note' is"),
        ("result = df.groupby('city').agg(total=('note', 'sum'))", "'note' is"),
        ("result = df.groupby('city').agg(n=('note', 'count'), total=('note', np.sum))", "'note' is"),
        ("result = df.groupby('city').agg({'fare': 'sum', 'note': ['count', 'sum']})", "'note' is"),
        ("result = df.groupby('city').apply(lambda g: g['note'].sum())", "'note' is"),
        ("result = df.groupby('city').sum()", "'note' is"),
        ("result = df.groupby('city')[['fare', 'note']].sum()", "'note' is"),
        ("result = df.sum()", "'city', 'note' are"),
        ("result = df.agg({'note': 'sum'})", "'note' is"),
        ("result = df.pivot_table(index='city', values='note', aggfunc='sum')", "'note' is"),
        ("result = df.pivot_table(index='city', values='note')", "'note' is"),
        ("result = df.pivot_table(index='city', values=['fare', 'note'], aggfunc={'fare': 'sum', 'note': 'sum'})", "'note' is"),
        ("x = df.rename(columns={'note': 'remark'})\nresult = x['remark'].sum()", "'remark' is"),
        ("x = df.merge(tables['cities'], on='city')\nresult = x['country'].sum()", "'country' is"),
        ("result = df['note'].to_numpy().sum()", "'note' is"),
        ("result = df['note'].values.sum()", "'note' is"),
        ("result = np.sum(df['note'].to_numpy())", "'note' is"),
        ("result = np.cumsum(df['note'].values)", "'note' is"),
        ("result = df['note'].dot(df['fare'])", "'note' is"),
        ("x = df.sort_values('fare').dropna()\nresult = x['note'].sum()", "'note' is"),
    ],
)  # fmt: skip
def test_arithmetic_with_a_column_of_text_is_refused_by_its_name(code: str, names: str) -> None:
    findings = checked(code).findings
    assert [finding.code for finding in findings] == ["text_arithmetic"]
    assert f"{names} not numeric" in findings[0].message
    assert "pd.to_numeric" in findings[0].hint or "numeric_only" in findings[0].hint


@pytest.mark.parametrize(
    "code",
    [
        "result = df['fare'].sum()",
        "result = df['note'].count() + df['note'].nunique()",
        "result = df['note'].max()",
        "result = df['note'].str.len().sum()",
        "result = (df['note'] == 'late').sum()",
        "result = df['note'].isna().mean()",
        "result = df['note'].astype(float).sum()",
        "result = pd.to_numeric(df['note']).sum()",
        "result = ', '.join(df['note'])",
        "df['note'] = pd.to_numeric(df['note'])\nresult = df['note'].sum()",
        "df.note = 1\nresult = df['note'].sum()",
        "df.loc[:, 'note'] = 1\nresult = df['note'].sum()",
        "x = df.assign(note=df['note'].astype(float))\nresult = x['note'].sum()",
        "x = df.astype({'note': float})\nresult = x['note'].sum()",
        "df = df.astype(float)\nresult = df['note'].sum()",
        "if len(df) > 3:\n    df['note'] = 1\nresult = df['note'].sum()",
        "def clean(d):\n    d['note'] = d['note'].astype(float)\nclean(df)\nresult = df['note'].sum()",
        "def clean():\n    df['note'] = df['note'].astype(float)\nclean()\nresult = df['note'].sum()",
        "for c in ['note']:\n    df[c] = pd.to_numeric(df[c])\nresult = df['note'].sum()",
        "df.replace({'note': {'a': 1}}, inplace=True)\nresult = df['note'].sum()",
        "result = df.sum(numeric_only=True)",
        "result = df.groupby('city').sum(numeric_only=True)",
        "result = df.groupby(['city', 'note']).sum()",
        "result = df.groupby('city')[['fare', 'tip']].sum()",
        "result = df.groupby('city').agg(n=('note', 'count'), total=('fare', 'sum'))",
        "result = df.groupby('city')['note'].agg(', '.join)",
        "result = df.groupby('city')['note'].count().sum()",
        "result = df.isna().sum()",
        "result = df.pivot_table(index='city', columns='note', values='fare', aggfunc='sum')",
        "result = df.pivot_table(index='city', values='note', aggfunc='count')",
    ],
)
def test_counting_comparing_and_converting_text_is_not(code: str) -> None:
    found = checked(code)
    assert found.ok, found.findings
