"""Columns and tables that do not exist are named, with what was meant; columns that the code makes are its own."""

from __future__ import annotations

import pytest

from services.nlq.validation import validate

TABLES = {"sales": ["Revenue", "Region", "Order Date", "qty"], "shops": ["Region", "manager"]}

UNKNOWN = [
    ("result = df['Revenu'].sum()", "Revenu", "Revenue"),
    ("result = df['revenue'].sum()", "revenue", "Revenue"),
    ("result = df['order_date'].max()", "order_date", "Order Date"),
    ("result = df[['Region', 'Qty']]", "Qty", "qty"),
    ("result = df.groupby('Regoin')['Revenue'].sum()", "Regoin", "Region"),
    ("result = df.groupby(['Region', 'Qty']).size()", "Qty", "qty"),
    ("result = df.groupby('Region')['Revenu'].sum()", "Revenu", "Revenue"),
    ("result = df.groupby('Region').agg({'Revenu': 'sum'})", "Revenu", "Revenue"),
    ("result = df.groupby('Region').agg(t=('Revenu', 'sum'))", "Revenu", "Revenue"),
    ("result = df.groupby('Region').agg(total=('Revenue', 'sum')).sort_values('totl')", "totl", "total"),
    ("result = df.sort_values('Revenu')", "Revenu", "Revenue"),
    ("result = df.sort_values(by=['Region', 'Qty'])", "Qty", "qty"),
    ("result = df[df['Revenu'] > 1]", "Revenu", "Revenue"),
    ("result = df.loc[df['qty'] > 1, 'Revenu']", "Revenu", "Revenue"),
    ("result = df.nlargest(3, 'Revenu')", "Revenu", "Revenue"),
    ("result = df.pivot_table(index='Regoin', values='Revenue')", "Regoin", "Region"),
    ("result = df.query('Revenu > 1')", "Revenu", "Revenue"),
    ("result = df.query('`Order Dat` > 1')", "Order Dat", "Order Date"),
    ("result = df.merge(tables['shops'], on='Regoin')", "Regoin", "Region"),
    ("result = df.merge(tables['shops'], on='Region')['manger']", "manger", "manager"),
    ("result = df.assign(x=lambda d: d['Revenu'] * 2)", "Revenu", "Revenue"),
    ("result = df.apply(lambda r: r['Revenu'], axis=1)", "Revenu", "Revenue"),
    ("result = df.rename(columns={'Revenue': 'total'})['Revenue']", "Revenue", None),
    ("result = df.drop(columns=['Revenu'])", "Revenu", "Revenue"),
    ("c = 'Revenu'\nresult = df[c].sum()", "Revenu", "Revenue"),
    ("x = df[df['qty'] > 1]\nresult = x['Revenu']", "Revenu", "Revenue"),
    ("for k, g in df.groupby('Region'):\n    result = g['Revenu'].sum()", "Revenu", "Revenue"),
    ("def f():\n    return df['Revenu'].sum()\nresult = f()", "Revenu", "Revenue"),
]

KNOWN = [
    "df['x'] = 1\nresult = df['x']",
    "df.loc[df['qty'] > 1, 'tier'] = 'big'\nresult = df['tier'].value_counts()",
    "result = df.assign(x=1)['x']",
    "result = df.rename(columns={'Revenue': 'total'})['total'].sum()",
    "df.rename(columns={'Revenue': 'total'}, inplace=True)\nresult = df['total'].sum()",
    "result = df.groupby('Region').agg(total=('Revenue', 'sum')).reset_index().sort_values('total')[['Region', 'total']]",
    "result = df.groupby('Region')['Revenue'].sum().reset_index(name='total')['total']",
    "result = df['Region'].value_counts().reset_index()['count']",
    "x = df.groupby('Region').agg({'qty': ['sum', 'max']})\nx.columns = ['a', 'b']\nresult = x['a']",
    "df.columns = [c.lower() for c in df.columns]\nresult = df['revenue'].sum()",
    "result = df.pivot_table(index='Region', columns='qty', values='Revenue').reset_index()['Region']",
    "result = df.melt(id_vars='Region', value_vars=['qty'])['variable']",
    "result = df.reset_index()['index']",
    "result = df['Order Date'].dt.isocalendar()['week']",
    "result = df.merge(tables['shops'], on='Region')['manager']",
    "result = df.merge(df, on='Region')['qty_x'].sum()",
    "try:\n    result = df['missing'].sum()\nexcept KeyError:\n    result = 0",
    "result = df['extra'].sum() if 'extra' in df.columns else 0",
    "if 'extra' in df:\n    result = df['extra'].sum()\nelse:\n    result = 0",
    "def prepare():\n    df['made'] = 1\nprepare()\nresult = df['made'].sum()",
    "for c in df.columns:\n    df[c + '_2'] = df[c]\nresult = df['qty_2'].sum()",
    "if len(df) > 3:\n    df['x'] = 1\nelse:\n    df['x'] = 2\nresult = df['x']",
    "x = pd.DataFrame({'a': [1]})\nresult = x['a'].sum()",
    "x = pd.concat([df, df.assign(z=1)])\nresult = x['z'].sum()",
    "result = df.eval('x = qty * 2')['x']",
    "result = df.query('`Order Date` > \"2024-01-01\"')",
    "result = df.query('index < 5')",
    "df.insert(0, 'first', 1)\nresult = df['first'].sum()",
    "result = df.set_index('Region').loc['North', 'qty']",
    "x = df.T\nresult = x[0]",
    "result = df.groupby('Region', as_index=False)['qty'].sum().rename(columns={'qty': 'n'})['n']",
]


@pytest.mark.parametrize(("code", "name", "meant"), UNKNOWN)
def test_an_unknown_column_is_found_and_the_nearest_named(code: str, name: str, meant: str | None) -> None:
    found = validate(code, TABLES, "sales")
    codes = {one.code for one in found.findings}
    assert codes == {"unknown_column"}
    assert any(name in one.message or meant is None for one in found.findings)
    assert meant is None or any(f"'{meant}'" in one.hint for one in found.findings)


@pytest.mark.parametrize("code", KNOWN)
def test_columns_that_the_code_makes_are_known(code: str) -> None:
    found = validate(code, TABLES, "sales")
    assert found.ok, found.findings


def test_an_unknown_table_is_found_and_the_nearest_named() -> None:
    (found,) = validate("result = tables['shop']['manager']", TABLES, "sales").findings
    assert (found.code, found.hint) == ("unknown_table", "Did you mean 'shops'?")


def test_without_a_near_name_the_columns_are_listed() -> None:
    (found,) = validate("result = df['zzz']", TABLES, "sales").findings
    assert "Order Date" in found.hint


def test_a_mistake_is_reported_once() -> None:
    found = validate("for x in [1, 2]:\n    y = df['Revenu']\nresult = y", TABLES, "sales").findings
    assert len(found) == 1
