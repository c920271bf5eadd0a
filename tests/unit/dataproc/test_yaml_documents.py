"""YAML that people write by hand: words stay words, and what unfolds, nests or names a class is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dataproc.tables.yaml_documents import DEEPEST, MOST_NODES, NotReadable, read_yaml, write_yaml

BOMB = b"a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("2024-12-31", "2024-12-31"), ("12:30", "12:30"), ("007", "007"), ("0x1F", "0x1F"),
        ("1_000", "1_000"), ("1e3", "1e3"), (".5", ".5"), (".inf", ".inf"), ("=", "="), ("<<", "<<"), ("'5'", "5"), ('"true"', "true"),
        ("true", True), ("False", False), ("12", 12), ("-3", -3), ("0", 0), ("1.50", 1.5), ("1.5e+3", 1500.0), ("null", None), ("~", None), ("", None),
    ],
)  # fmt: skip
def test_words_are_words_and_numbers_are_numbers(text: str, value: object) -> None:
    found = read_yaml(f"key: {text}\n".encode())["key"]
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BOMB, "anchors and aliases are not read (line 1)"),
        (b"a: !!python/object/apply:os.system [ls]\n", "tags are not read (line 1)"),
        (b"a: !x 1\n", "tags are not read"),
        (b"a: 1\n---\na: 2\n", "more than one document (line 2)"),
        (b"a: 1\nb: 2\na: 3\n", "the key 'a' stands twice in the block that begins in line 1"),
        (b"x:\n  a: 1\n  a: 1\n", "begins in line 2"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), f"more than {DEEPEST} deep"),
        (b"[" * 500, f"more than {DEEPEST} deep"),
        (b"[" * 100_000, "line 1"),  # newer libyaml looks that far ahead itself, and says so in its own words
        (b"[" + b"a," * MOST_NODES + b"]", f"more than {MOST_NODES:,} parts"),
        (b"a: [1, 2\nb: 3\n", "it is no YAML in line"),
        (b"a: \x00\n", "it is no YAML"),
        (b"a: \xff\n", "it is not UTF-8: byte 4"),
        (b"? {a: 1}\n: 2\n", "it is no YAML in line 1"),
    ],
)
def test_what_is_no_such_document_is_refused_with_its_place(text: bytes, says: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read_yaml(text)
    assert says in str(refused.value)


values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert read_yaml(write_yaml(value).encode()) == value


@given(
    st.sampled_from(
        [
            "yes",
            "No",
            "2024-01-01",
            "12:30",
            "1e3",
            "1E5",
            ".5",
            "007",
            "1_0",
            "~",
            "null",
            "true",
            "1.5",
            "1.5e3",
            "0b1",
            "=",
            "<<",
            "",
        ]
    )
)
def test_texts_that_look_like_something_else_are_read_back_as_texts(text: str) -> None:
    assert read_yaml(write_yaml({"a": [text]}).encode()) == {"a": [text]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("label: x\ncolumns\n  amount: {unit: EUR}\n", 2),
        ("label: 'x\ncolumns:\n  a: 1\n", 1),
        ("columns:\n  a:\n    synonyms: [x, y\n  b: {}\n", 3),
        ("label: x\ncolumns:\n   a: {}\n  b: {}\n", 4),
        ("label: a: b\n", 1),
    ],
)
def test_the_line_is_the_one_that_is_wrong_and_not_the_one_where_that_is_noticed(text: str, line: int) -> None:
    with pytest.raises(NotReadable, match=f"it is no YAML in line {line}: "):
        read_yaml(text.encode())
