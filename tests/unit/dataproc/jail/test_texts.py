"""Whatever the code looks like, texts are never joined by a sum, repeated by a product or taken for numbers; what holds numbers still counts."""

from __future__ import annotations

import time

import pytest

from services.dataproc.jail.texts import NOT_NUMBERS, REASON, REPEATED
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
    "result = df.groupby('qty')['city'].agg(lambda s: s.to_numpy().sum())",
    "result = df['city'].fillna('').to_numpy().sum()",
    "result = np.sum(df['city'].fillna('').to_numpy())",
    "result = np.cumsum(df['city'].fillna('').to_numpy())",
    "result = df['city'].fillna('').str.split('').sum()",
]
REPEATING = [
    "result = df['city'] * 2",
    "result = 2 * df['city'].fillna('')",
    "result = df['city'].astype(object) * df['qty']",
    "result = df['qty'] * df['city'].astype('string[python]')",
    "result = df['qty'].mul(df['city'].fillna(''))",
    "result = df[['city', 'qty']] * 2",
    "result = df['qty'] * 'x'",
]
# Texts that look like numbers, which windows and correlations would take for such.
TAKEN_FOR_NUMBERS = [
    "rolling(2).sum()", "rolling(2).mean()", "rolling(2).max()", "expanding().sum()", "ewm(1).mean()", "groupby(df['city']).rolling(2).sum()",
    "astype(object).rolling(2).sum()", "corr(df['amount'])", "cov(df['amount'])", "astype(object).corr(df['amount'])", "to_frame().corrwith(df['amount'])",
]  # fmt: skip
NUMBERS = [
    ("result = df['qty'].rolling(2).sum().iloc[-1]", 7),
    ("result = df[['qty', 'amount']].rolling(2).sum()['qty'].iloc[-1]", 7),
    ("result = df['qty'].corr(df['qty'] * 2)", 1),
    ("result = df.corr(numeric_only=True).loc['qty', 'qty']", 1),
    ("result = (df['qty'] * df['amount']).sum()", 67),
    ("result = df['qty'].to_numpy().sum()", 10),
    ("result = pd.to_numeric(df['qty'].astype(str)).rolling(2).sum().iloc[-1]", 7),
    ("result = ('x' + df['city'].dropna()).iloc[0] + '=' * 2", "xOslo=="),
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


@pytest.mark.parametrize("code", REPEATING)
async def test_product_with_texts_is_an_error_that_says_what_to_do(run: Run, code: str) -> None:
    outcome = await run(code)
    assert outcome.outcome == "failed", outcome.value
    assert f"TypeError: {REPEATED}" in outcome.reasons[0]


@pytest.mark.parametrize("what", TAKEN_FOR_NUMBERS)
async def test_texts_that_look_like_numbers_are_not_taken_for_them(run: Run, what: str) -> None:
    outcome = await run(f"result = df['qty'].astype(str).{what}")
    assert outcome.outcome == "failed", outcome.value
    assert NOT_NUMBERS in outcome.reasons[0]


async def test_what_grows_beyond_the_memory_is_ended_quickly(run: Run) -> None:
    """Texts joined again and again by the program itself: outside the jail such a line took 12 GB."""
    began = time.monotonic()
    outcome = await run("parts = ['x' * 1_000]\nwhile True: parts = parts + parts", memory_bytes=256 << 20)
    assert outcome.outcome in ("failed", "out_of_memory"), outcome.outcome
    assert time.monotonic() - began < 15  # seconds; without the limit the machine's memory ends it, or nothing


@pytest.mark.parametrize(("code", "value"), NUMBERS)
async def test_sum_of_anything_else_is_what_it_was(run: Run, code: str, value: object) -> None:
    outcome = await run(code)
    assert (outcome.outcome, outcome.value) == ("ok", value), outcome.reasons
