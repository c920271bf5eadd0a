"""Numbers as they are shown: exact, but for the last bits that adding up leaves."""

from __future__ import annotations

import pytest

from services.nlq.answers import tidy


@pytest.mark.parametrize(
    ("computed", "shown"),
    [
        (47737.649999999994, 47737.65),
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.333333333333333),
        (123456789012.25, 123456789012.25),
        (9007199254740993, 9007199254740993),
        (True, True),
        (None, None),
        ("12.50", "12.50"),
    ],
)
def test_shown_is_what_a_person_would_write(computed: object, shown: object) -> None:
    assert tidy(computed) == shown
    assert type(tidy(computed)) is type(shown)


@pytest.mark.parametrize("value", [0.1, 1e-300, 1e300, -2.5, 123456.789])
def test_a_number_that_was_written_so_stays_so(value: float) -> None:
    assert tidy(value) == value
