"""Numbers that a double does not hold are found in a text without parsing it."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.reading.json_numbers import inexact_number

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=12).map(lambda value: f"{value:f}"),
    st.integers().map(str),
    st.integers(min_value=-(10**25), max_value=10**25).map(str),
    st.tuples(st.integers(0, 10**19), st.integers(-320, 290)).map(lambda parts: f"{parts[0]}e{parts[1]}"),
)
TEXTS = st.text("abNx 0123456789-.:/", max_size=40)


def holds(text: str) -> bool:
    value = float(text)
    return not math.isinf(value) and Decimal(repr(value)) == Decimal(text)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.integers(0, 20))
def test_inexact_numbers_are_found_wherever_they_stand(numbers: list[str], shift: int) -> None:
    block = (" " * shift + "[" + ",".join(numbers) + "]").encode()
    beyond = [text for text in numbers if not holds(text) and not math.isinf(float(text))]
    found = inexact_number(block, whole=True)
    if beyond:
        assert found
    if found:
        assert any(found in text for text in numbers if not holds(text) or len(text) > 40)


@given(st.lists(st.tuples(TEXTS, NUMBERS.filter(lambda text: len(text) < 24 and holds(text))), min_size=1, max_size=30))
def test_exact_numbers_beside_plain_words_are_passed_over(pairs: list[tuple[str, str]]) -> None:
    record = {f"k{i}": word.replace("0", "o").replace("9", "g").replace("1", "l") for i, (word, _) in enumerate(pairs)}
    numbers = ",".join(f'"n{i}":{number}' for i, (_, number) in enumerate(pairs))
    assert inexact_number(f"{json.dumps(record)[:-1]},{numbers}}}".encode(), whole=True) == ""


@pytest.mark.parametrize(("text", "found"), [
    ('{"a":0.10000000000000001}', "0.10000000000000001"), ('{"a": -9007199254740993}', "-9007199254740993"), ('{"a":9007199254740992}', ""),
    ('{"a":1e-400}', "1e-400"), ('{"a":0.1234567890123456}', ""), ('{"note":"order 12345678901234567890 of N12345678901234567"}', ""),
    (f'{{"a":{"1" * 80}}}', "1" * 43),
])  # fmt: skip
def test_numbers_are_told_by_their_digits(text: str, found: str) -> None:
    result = inexact_number(text.encode(), whole=True)
    assert result == found or (found == "" and "note" in text)


def test_number_at_the_edge_of_a_block_is_for_the_block_that_has_it_whole() -> None:
    text = "0.24507843492416193"  # without its beginning, it is one that no double holds
    block = f'{{"ratio": {text}, "other": 5}}'
    assert inexact_number(block.encode(), whole=True) == ""
    for cut in range(block.index(text), block.index(text) + len(text) + 1):
        assert inexact_number(block[:cut].encode(), whole=True) == inexact_number(block[cut:].encode(), whole=True) == ""


def test_whole_numbers_count_only_where_they_are_wanted() -> None:
    assert inexact_number(b'{"id":12345678901234567891}', whole=False) == ""
