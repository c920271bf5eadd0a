"""The columns that code can touch, and all of them where it cannot be followed."""

from __future__ import annotations

import pytest

from services.nlq.validation import validate

TABLES = {"t": ["a", "b", "c", "d"], "u": ["a", "x", "y"]}
ALL = "abcd"

USED = [
    ("result = df['a'].sum()", "a", ""),
    ("result = df.a.sum()", "a", ""),
    ("result = len(df)", "", ""),
    ("result = df.shape[0]", "", ""),
    ("result = 1", "", ""),
    ("result = list(tables)", "", ""),
    ("result = df[['a', 'b']]", "ab", ""),
    ("result = df[df['a'] > 1]['b'].mean()", "ab", ""),
    ("result = df.loc[df['a'] > 1, 'b'].mean()", "ab", ""),
    ("result = df.groupby('a')['b'].sum()", "ab", ""),
    ("result = df.groupby(['a', df['c'].dt.month])['b'].sum()", "abc", ""),
    ("result = df.groupby('a').agg(n=('b', 'sum')).sort_values('n')", "ab", ""),
    ("result = df.groupby('a').size()", "a", ""),
    ("result = df.groupby('a').apply(lambda g: g['b'].sum() / g['c'].sum())", "abc", ""),
    ("result = df.query('a > 1 and b < 2')['c'].sum()", "abc", ""),
    ("k = 1\nresult = df.query('a > @k')['c'].sum()", "ac", ""),
    ("result = df.sort_values('a').head(3)['b']", "ab", ""),
    ("result = df.nlargest(3, 'a')[['b']]", "ab", ""),
    ("result = df.drop_duplicates('a')['b']", "ab", ""),
    ("result = df.dropna(subset=['a'])['b']", "ab", ""),
    ("result = df.pivot_table(index='a', columns='b', values='c')", "abc", ""),
    ("result = df.assign(z=df['a'] * 2).groupby('b')['z'].sum()", "ab", ""),
    ("df['z'] = df['a'] + df['b']\nresult = df['z'].sum()", "ab", ""),
    ("df.loc[df['a'] > 1, 'b'] = 0\nresult = df['b'].sum()", "ab", ""),
    ("result = df.apply(lambda r: r['a'] * r['b'], axis=1).max()", "ab", ""),
    ("result = df.rename(columns={'a': 'z'})['z'].sum()", "a", ""),
    ("result = df.drop(columns=['d'])['a'].sum()", "ad", ""),
    ("result = df.set_index('a')['b'].resample('ME').sum()", "ab", ""),
    ("result = df.merge(tables['u'], on='a').groupby('x')['b'].sum()", "ab", "ax"),
    ("result = pd.merge(df, tables['u'], left_on='a', right_on='a')['x']", "a", "ax"),
    ("result = tables['u']['x'].sum()", "", "x"),
    ("x = df[df['a'] > 1]\ny = x.copy()\nresult = y['b'].sum()", "ab", ""),
    ("for k, g in df.groupby('a'):\n    result = g['b'].sum()", "ab", ""),
    ("result = {k: g['b'].sum() for k, g in df.groupby('a')}", "ab", ""),
    ("def f():\n    return s['b'].sum()\ns = df[df['a'] > 1]\nresult = f()", "ab", ""),
    ("cols = ['a', 'b']\nresult = df[cols].mean()", "ab", ""),
    ("if len(df) > 1:\n    x = df[['a']]\nelse:\n    x = df[['b']]\nresult = x", "ab", ""),
    # where it cannot be told
    ("result = df", ALL, ""),
    ("df", ALL, ""),
    ("result = df[df['a'] > 1]", ALL, ""),
    ("result = df.describe()", ALL, ""),
    ("result = df.columns", ALL, ""),
    ("result = df.shape", ALL, ""),
    ("result = df.empty", ALL, ""),
    ("result = df.dropna()['a']", ALL, ""),
    ("result = df.drop_duplicates()['a']", ALL, ""),
    ("result = df.iloc[0, 1]", ALL, ""),
    ("result = df.isna().sum()", ALL, ""),
    ("result = [c for c in df]", ALL, ""),
    ("c = ''.join(['a'])\nresult = df[c].sum()", ALL, ""),
    ("result = df.groupby('a').sum()", ALL, ""),
    ("result = sum(1 for _, r in df.iterrows() if r['a'])", ALL, ""),
    ("def f(d):\n    return d['a'].sum()\nresult = f(df)", ALL, ""),
    ("result = df.merge(tables['u'])", ALL, "axy"),
    ("result = {n: len(t.columns) for n, t in tables.items()}", ALL, "axy"),
    ("name = 'u' if len(df) else 't'\nresult = tables[name]['a'].sum()", ALL, "axy"),
    (
        "prev = None\nfor k, g in df.groupby('a'):\n    if prev is not None:\n        x = prev['b'].sum()\n    prev = g\nresult = x",
        ALL,
        "",
    ),
    ("x = df\nfor c in [1, 2]:\n    x = x[x['a'] > c]\nresult = x['b'].sum()", ALL, ""),
    ("f = lambda: late['b'].sum()\nlate = df[df['a'] > 1]\nresult = f()", ALL, ""),
    ("def f():\n    return df['b'].sum()\ndf = df[df['a'] > 1]\nresult = f()", ALL, ""),
]


@pytest.mark.parametrize(("code", "t", "u"), USED)
def test_the_columns_that_code_can_touch(code: str, t: str, u: str) -> None:
    found = validate(code, TABLES, "t")
    assert found.ok, found.findings
    assert found.columns_used == {"t": frozenset(t), "u": frozenset(u)}


def test_nothing_can_be_told_about_code_that_does_not_parse() -> None:
    assert validate("result = (", TABLES, "t").columns_used is None
