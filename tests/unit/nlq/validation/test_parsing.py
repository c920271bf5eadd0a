"""Text that cannot be a snippet is refused before it can hurt the reader."""

from __future__ import annotations

import time

import pytest

from services.nlq.validation import validate

TABLES = {"t": ["a"]}


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("", "empty_code"),
        ("  \n\t\n", "empty_code"),
        ("result = (", "syntax_error"),
        ("result = 1\n  x = 2", "syntax_error"),
        ("result = '\0'", "syntax_error"),
        ("result = 'a" + "b" * 30_000 + "'", "too_long"),
        ("result = [" + "1," * 9_000 + "]", "too_long"),
        ("result = " + "-" * 15_000 + "1", "too_deep"),
        ("result = " + "not " * 3_000 + "1", "too_deep"),
        ("result = " + "(" * 5_000 + "1" + ")" * 5_000, "too_deep"),
        ("result = " + "[" * 9_000, "too_deep"),
        ("result = " + "lambda: " * 2_000 + "1", "too_deep"),
        ("result = df" + ".a" * 5_000, "too_deep"),
        ("result = " + "1 if 1 else " * 1_000 + "1", "too_deep"),
        ("result = " + "1 + " * 4_000 + "1", "too_deep"),
        ("".join(" " * n + "if 1:\n" for n in range(95)) + " " * 95 + "x = 1", "too_deep"),
        ("x = 1", "no_result"),
        ("import math", "no_result"),
    ],
)
def test_it_is_refused_at_once(code: str, finding: str) -> None:
    started = time.process_time()
    found = validate(code, TABLES, "t")
    assert [one.code for one in found.findings] == [finding]
    assert time.process_time() - started < 2


def test_code_with_many_steps_is_given_up_not_followed_for_ever() -> None:
    loops = "".join("    " * n + f"for x{n} in df['a']:\n" for n in range(18)) + "    " * 18 + "result = 1"
    started = time.process_time()
    found = validate(loops, TABLES, "t")
    assert found.ok
    assert found.columns_used is None
    assert time.process_time() - started < 5


def test_a_syntax_error_has_its_line() -> None:
    (found,) = validate("x = 1\nresult = = 2", TABLES, "t").findings
    assert (found.line, found.code) == (2, "syntax_error")
