"""What ordinary analysis says is accepted; ways out of the data are refused with a hint."""

from __future__ import annotations

import pytest

from services.nlq.validation import validate
from shared.snippets import refusals
from shared.snippets.modules import MODULES

TABLES = {"trips": ["id", "city", "day", "fare", "tip", "style", "format"], "cities": ["city", "country"]}

ANALYSIS = [
    "result = df.groupby('city')['fare'].agg(['sum', 'mean'])",
    "result = df.groupby('city', as_index=False).agg(total=('fare', 'sum')).nlargest(3, 'total')",
    "result = df.pivot_table(index='city', columns='style', values='fare', aggfunc={'fare': ['sum', 'count']})",
    "result = df.query('fare > 10 and city in [\"Oslo\"]')",
    "limit = 3\nresult = df.query('fare > @limit')",
    "limit = 3\nresult = df.query(f'fare > {limit}')",
    "condition = 'fare > 10'\nresult = df.query(condition)",
    "result = df.eval('total = fare + tip')['total'].sum()",
    "import numpy as np\nresult = float(np.log(df['fare']).mean())",
    "from scipy import stats\nresult = stats.pearsonr(df['fare'], df['tip']).statistic",
    "from datetime import datetime, timedelta\nresult = (df['day'] > datetime(2024, 1, 1)).sum()",
    "import json\nresult = json.dumps({'n': len(df)})",
    "from collections import Counter\nresult = Counter(df['city']).most_common(1)",
    "result = '{:.2f} per {}'.format(df['fare'].mean(), 'trip')",
    "result = df['fare'].map('{:.1f}'.format)",
    "result = f\"{df['fare'].mean():.2f}\"",
    "result = [c for c in df.columns if df[c].isna().any()]",
    "result = {c: n for c, n in df['city'].value_counts().items()}",
    "def band(x, low=5):\n    return 'low' if x < low else 'high'\nresult = df['fare'].apply(band)",
    "def outer(n):\n    def inner(m):\n        return m * n\n    return inner(2)\nresult = outer(3)",
    "result = df.head().to_csv(index=False)",
    "result = df.to_dict('records')",
    "result = df['style'].nunique()",
    "result = df['format'].max()",
    "open = df['fare'].iloc[0]\nresult = open",
    "try:\n    result = df['fare'].sum()\nexcept (KeyError, ValueError) as error:\n    result = str(error)",
    "result = df['fare'].agg(['sum'] + ['max'])",
    "functions = ['sum', 'max']\nresult = df.groupby('city')['fare'].agg(functions)",
    "for name in ['sum', 'mean']:\n    result = df['fare'].agg(name)",
    "result = df.groupby('city')['fare'].transform('rank')",
    "result = df['city'].map({'Oslo': 'to_csv'})",
    "x = df.copy()\nx.columns = [c.upper() for c in x.columns]\nresult = x",
    "pd.set_option('display.max_rows', 20)\nresult = df",
    "result = pd.api.types.is_numeric_dtype(df['fare'])",
    "result = type(df['fare'].iloc[0]) is float",
    "while len(df) > 100:\n    df = df.head(len(df) // 2)\nresult = len(df)",
    "df['fare'].mean()",
]

FORBIDDEN = [
    ("import os\nresult = 1", "forbidden_import"),
    ("import os.path\nresult = 1", "forbidden_import"),
    ("from os import system\nresult = 1", "forbidden_import"),
    ("from . import x\nresult = 1", "forbidden_import"),
    ("from math import *\nresult = 1", "forbidden_import"),
    ("from pandas import read_csv\nresult = 1", "forbidden_import"),
    ("import matplotlib.pyplot as plt\nresult = 1", "forbidden_import"),
    ("import numpy.f2py as f\nresult = 1", "forbidden_import"),
    ("result = eval('1')", "forbidden_name"),
    ("result = ｅｖａｌ('1')", "forbidden_name"),
    ("result = open('x').read()", "forbidden_name"),
    ("result = getattr(df, 'to_' + 'csv')", "forbidden_call"),
    ("result = __import__('os')", "forbidden_name"),
    ("p = pd\nresult = p", "forbidden_name"),
    ("result = [x for x in [np]]", "forbidden_name"),
    ("result = df.__class__", "forbidden_attribute"),
    ("result = ''.__class__.__mro__", "forbidden_attribute"),
    ("result = df._mgr", "forbidden_attribute"),
    ("result = pd.io.common.os", "forbidden_attribute"),
    ("result = pd.read_csv('/etc/hosts')", "forbidden_attribute"),
    ("import pandas as q\nresult = q.read_json('x')", "forbidden_attribute"),
    ("result = np.fromfile('x')", "forbidden_attribute"),
    ("result = np.lib.format", "forbidden_attribute"),
    ("import scipy.stats as s\nresult = s.distributions.os", "forbidden_attribute"),
    ("import json\nresult = json.codecs", "forbidden_attribute"),
    ("result = df.plot()", "forbidden_attribute"),
    ("result = df['fare'].hist()", "forbidden_attribute"),
    ("pd.Series.mean = None\nresult = 1", "forbidden_attribute"),
    ("for pd.Series.mean in [1]: pass\nresult = 1", "forbidden_attribute"),
    ("f = pd.DataFrame.query\nresult = f(df, 'fare > 1')", "forbidden_attribute"),
    ("try:\n    x = 1\nexcept ValueError as e:\n    result = e.__traceback__", "forbidden_attribute"),
    ("df.to_csv('out.csv')\nresult = 1", "forbidden_call"),
    ("df.to_csv(path_or_buf='out.csv')\nresult = 1", "forbidden_call"),
    ("k = {}\nresult = df.to_csv(**k)", "forbidden_call"),
    ("df.to_pickle('out')\nresult = 1", "forbidden_call"),
    ("result = [pd.Series.to_csv]", "forbidden_call"),
    ("t = '{0.x}'\nresult = t.format(df)", "forbidden_call"),
    ("result = '{0.head.__globals__}'.format(df)", "forbidden_call"),
    ("result = '{:{0.x}}'.format(df)", "forbidden_call"),
    ("result = '{a[0]}'.format(a=df)", "forbidden_call"),
    ("result = map(str.format, ['{0.x}'], [df])", "forbidden_call"),
    ("result = df.query('@pd.io.common.os.getpid() > 0')", "forbidden_call"),
    ("result = df.query('fare.__class__ == 1')", "forbidden_call"),
    ("q = 'fare > 1'\nresult = df.query(q + str(df))", "forbidden_call"),
    ("q = '@pd.io > 1'\nresult = df.query(q)", "forbidden_call"),
    ("for q in ['fare > 1', str(df)]:\n    result = df.query(q)", "forbidden_call"),
    ("result = df.query(f'@{1}.x')", "forbidden_call"),
    ("pd.set_option('plotting.backend', 'x')\nresult = 1", "forbidden_call"),
    ("result = type('X', (), {})", "forbidden_call"),
    ("result = df.agg('to_csv')", "unknown_function"),
    ("f = 'to_csv'\nresult = df.agg(f)", "unknown_function"),
    ("result = df.groupby('city').agg(x=('fare', 'query'))", "unknown_function"),
    ("result = df.groupby('city').agg({'fare': ['sum', 'eval']})", "unknown_function"),
    ("result = df.pivot_table(index='city', values='fare', aggfunc='pipe')", "unknown_function"),
    ("result = df['fare'].apply('to_json')", "unknown_function"),
    ("async def f():\n    pass\nresult = 1", "forbidden_syntax"),
]


@pytest.mark.parametrize("code", ANALYSIS)
def test_ordinary_analysis_is_accepted(code: str) -> None:
    found = validate(code, TABLES, "trips")
    assert found.ok, found.findings


@pytest.mark.parametrize(("code", "finding"), FORBIDDEN)
def test_ways_out_of_the_data_are_refused(code: str, finding: str) -> None:
    found = validate(code, TABLES, "trips")
    assert not found.ok
    assert finding in {one.code for one in found.findings}


@pytest.mark.parametrize(("code", "finding"), FORBIDDEN)
def test_every_finding_says_what_and_where(code: str, finding: str) -> None:
    for one in validate(code, TABLES, "trips").findings:
        assert one.message.endswith(".")
        assert one.line is not None
        assert 1 <= one.line <= code.count("\n") + 1


def test_a_chart_is_refused_with_the_way_to_get_one() -> None:
    (found,) = validate("result = df.plot.bar()", TABLES, "trips").findings
    assert "chart" in found.hint


@pytest.mark.parametrize(("name", "instead"), refusals.NAMES.items())
def test_a_refused_name_comes_with_its_substitute(name: str, instead: str) -> None:
    (found,) = validate(f"result = {name}(df)", TABLES, "trips").findings
    assert found.hint.casefold() == f"{instead}.".casefold()


@pytest.mark.parametrize(("module", "instead"), refusals.MODULES.items())
def test_a_refused_module_comes_with_its_substitute(module: str, instead: str) -> None:
    if module in {name.partition(".")[0] for name in MODULES}:
        return
    (found,) = validate(f"import {module}\nresult = 1", TABLES, "trips").findings
    assert found.hint.casefold() == f"{instead}.".casefold()


def test_all_findings_come_in_the_order_of_the_code() -> None:
    found = validate("import os\nx = df['far']\nresult = eval('1')", TABLES, "trips").findings
    assert [(one.line, one.code) for one in found] == [
        (1, "forbidden_import"),
        (2, "unknown_column"),
        (3, "forbidden_name"),
    ]
