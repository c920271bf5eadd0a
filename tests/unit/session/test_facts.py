"""What the history keeps of a whole answer."""

from __future__ import annotations

from typing import Any

import pytest

from services.session.facts import answer_details

WHOLE = {
    "answer": {"text": "Three.", "kind": "scalar", "value": 3},
    "code": "result = 3",
    "timings": {"total": 0.2},
    "warnings": ["One row has no amount."],
}


def test_text_value_code_timings_and_warnings_are_kept() -> None:
    assert answer_details(WHOLE) == {
        "answer": "Three.",
        "answer_kind": "scalar",
        "value": 3,
        "code": "result = 3",
        "timings": {"total": 0.2},
        "warnings": ["One row has no amount."],
    }


@pytest.mark.parametrize("document", [{}, {"answer": None, "code": None, "timings": None, "warnings": None}])
def test_nothing_is_kept_of_nothing(document: dict[str, Any]) -> None:
    assert answer_details(document) == {}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (0, 0),
        (False, False),
        (2**63 - 1, 2**63 - 1),
        (2**63, "9223372036854775808"),
        (-(2**63), "-9223372036854775808"),
        ("12", "12"),
    ],
)
def test_a_number_beyond_63_bits_is_kept_as_text_and_zero_is_a_value(value: Any, kept: Any) -> None:
    assert answer_details({"answer": {"kind": "scalar", "value": value}})["value"] == kept


def test_value_of_anything_but_a_scalar_is_not_kept() -> None:
    assert "value" not in answer_details({"answer": {"kind": "table", "value": 3}})


def test_long_answers_are_kept_in_part() -> None:
    kept = answer_details({"answer": {"text": "x" * 5_000}, "code": "y" * 20_000, "warnings": list(range(30))})
    assert (len(kept["answer"]), len(kept["code"]), kept["warnings"]) == (4_000, 16_000, list(range(20)))
