"""Whatever the code looks like, texts are never joined by a sum; everything else that pandas adds up still is."""

from __future__ import annotations

import pytest

from services.dataproc.jail.text_sums import REASON
from tests.unit.dataproc.jail.conftest import Run

JOINING = [
    "result = df['city'].sum()",
    "result = df['city'].cumsum()",
    "result = df.groupby('qty')['city'].sum()",
    "result = df.groupby('qty')['city'].cumsum()",
    "result = df.groupby('qty')['city'].transform('sum')",
    "result = df.groupby('qty').agg(total=('city', 'sum'))",
    "result = df.groupby('qty').sum()",
    "result = df.sum()",
    "result = df[['city', 'qty']].agg('sum')",
    "result = df.pivot_table(index='qty', values='city', aggfunc='sum')",
    "result = df.resample('D', on='day')['city'].sum()",
    "result = df.set_index('day')['city'].resample('D').sum()",
    "result = np.sum(df['city'])",
    "result = df['city'].astype(object).sum()",
    "result = df['city'].astype(object).cumsum()",
    "result = df['city'].astype('string[python]').sum()",
    "result = df.assign(city=df['city'].astype(object)).groupby('qty')['city'].sum()",
    "result = pd.Series([['a'], ['b']]).sum()",
    "result = df.fillna('')['city'].sum()",
    "result = df[['city', 'city']].fillna('').sum(axis=1)",
    "result = df['city'].fillna('').dot(df['qty'])",
    "result = df['qty'] @ df['city'].fillna('')",
    "result = df[['city']].fillna('').T.dot(df['qty'])",
]
NUMBERS = [
    ("result = df['qty'].sum()", 10),
    ("result = df['amount'].sum()", 34.5),
    ("result = df['qty'].cumsum().iloc[-1]", 10),
    ("result = df['city'].str.len().sum()", 12),
    ("result = (df['city'] == 'Oslo').sum()", 2),
    ("result = df['city'].isna().sum()", 1),
    ("result = df.sum(numeric_only=True)['qty']", 10),
    ("result = df.groupby('city').sum(numeric_only=True)['qty'].max()", 4),
    ("from decimal import Decimal\nresult = pd.Series([Decimal('1.5'), Decimal('2')]).sum()", 3.5),
    ("result = (df['day'] - df['day'].min()).sum()", "6 days 00:00:00"),
    ("result = ', '.join(df['city'].dropna())", "Oslo, Rome, Oslo"),
    ("result = df['city'].max()", "Rome"),
    ("result = df['qty'].dot(df['qty'])", 30),
    ("result = df[['qty', 'amount']].sum(axis=1).sum()", 44.5),
    ("result = df['city'].dropna().any()", True),
]


@pytest.mark.parametrize("code", JOINING)
async def test_sum_of_texts_is_an_error_that_says_what_to_do(run: Run, code: str) -> None:
    outcome = await run(code)
    assert outcome.outcome == "failed", outcome.value
    assert f"TypeError: {REASON}" in outcome.reasons[0]


@pytest.mark.parametrize(("code", "value"), NUMBERS)
async def test_sum_of_anything_else_is_what_it_was(run: Run, code: str, value: object) -> None:
    outcome = await run(code)
    assert (outcome.outcome, outcome.value) == ("ok", value), outcome.reasons
