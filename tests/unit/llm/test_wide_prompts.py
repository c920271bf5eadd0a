"""A prompt has a largest size whatever the tables, and says what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from services.llm.context import read_context
from services.llm.errors import PrivacyViolation
from services.llm.limits.budget import BYTES_PER_TOKEN
from services.llm.prompt import CUT, MOST_TOKENS, Prompt, build_prompt
from services.llm.retrieval.fitting import compact
from services.llm.retrieval.words import likeness, words_of
from tests.fakes.llm import context_document
from tests.fakes.prompts import step, steps_document, tables_of, tables_text

MOST_BYTES = MOST_TOKENS * BYTES_PER_TOKEN


def columns(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"name": f"reading_{n}", "type": "decimal", "nullable": False, **changes} for n in range(count)]


def table(name: str, columns: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return {"name": name, "rows": 10, "columns": columns, **changes}


def prompt_of(*tables: dict[str, Any], steps: Sequence[dict[str, Any]] = (), **changes: Any) -> Prompt:
    document = context_document(tables=list(tables), privacy="profile", **changes)
    return build_prompt(read_context(document, steps_document(*steps)))


def names(prompt: Prompt) -> list[str]:
    return [column["name"] for one in tables_of(prompt) for column in one.get("columns", ())]


def test_tables_that_fit_are_told_whole_and_without_a_word_of_cuts() -> None:
    prompt = prompt_of(table("t", columns(300)))
    assert names(prompt) == [f"reading_{n}" for n in range(300)]
    assert CUT not in tables_text(prompt) and "further" not in tables_text(prompt)


@pytest.mark.parametrize(
    "tables",
    [
        [table("wide", columns(15_000))],
        [table("long", [{"name": f"{'x' * 290} {n}", "type": "text"} for n in range(300)])],
        [table("told", columns(2_000, definition="d" * 900, labels=["l" * 90] * 9, examples=["e" * 900] * 8))],
        [table(f"sheet {n}", columns(40)) for n in range(600)],
        [table("中" * 60, [{"name": f"{'列' * 60}{n}", "type": "text"} for n in range(900)])],
        [table("measured", columns(900), measures=[{"name": f"m{n}", "aggregate": "sum", "of": "reading_1"} for n in range(900)])],
        [table("totals", columns(900), totals=[[{"column": "reading_1", "value": "Total " * 9}]] * 3_000)],
    ],
    ids=["wide", "long names", "much said", "many tables", "three bytes a letter", "many measures", "many totals"],
)  # fmt: skip
def test_prompt_stays_within_its_size(tables: list[dict[str, Any]]) -> None:
    prompt = prompt_of(*tables, question="What is the mean of reading 77?")
    assert prompt.tokens <= MOST_TOKENS
    assert len(tables_text(prompt).encode()) > MOST_BYTES / 3, "the room is used"
    assert names(prompt)


def test_what_is_left_out_is_counted_and_named_as_far_as_it_goes() -> None:
    (shown,) = tables_of(prompt_of(table("t", columns(3_000), labels=["everything"]), question="reading 77"))
    listed = {column["name"] for column in shown["columns"]}
    assert "reading_77" in listed
    assert shown["further_columns"]["count"] == 3_000 - len(listed)
    (entry,) = shown["further_columns"]["names"]
    assert entry.endswith(f" … reading_2999 ({3_000 - len(listed)})")
    assert shown["also_called"] == ["everything"]


def test_tables_of_which_nothing_is_told_are_named() -> None:
    sheets = [table(f"sheet {n}", columns(40)) for n in range(600)]
    shown = tables_of(prompt_of(*sheets, question="mean of reading 7 in sheet 431"))
    assert "sheet 431" in {one.get("name") for one in shown}
    assert shown[-1]["further_tables"]["count"] == 600 - (len(shown) - 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": [step(outcome="rejected", code="result = df['odd one'].sum()")]},
        {"steps": [step(outcome="failed", said=["There is no column 'x'; near are 'odd one'."])]},
        {"history": [{"question": "Sum?", "code": "result = df['odd one'].sum()"}]},
        {"entities": {"columns": ["t.odd one"]}},
        {"clarified": [{"question": "Which?", "choice": "odd one"}]},
        {"advice": {"question": "Which?", "options": ["odd one", "reading_3"]}},
        {"question": "Now `odd one` please"},
    ],
    ids=["code", "reasons", "history", "entities", "clarified", "advice", "question"],
)
def test_column_that_was_named_before_is_told(changes: dict[str, Any]) -> None:
    odd = {"name": "odd one", "type": "decimal"}
    wide = table("t", [*columns(2_000), odd, *columns(4_000)[2_000:]])
    assert "odd one" in names(prompt_of(wide, **{"question": "And now for it all: readings?", **changes}))
    assert "odd one" not in names(prompt_of(wide, question="readings?"))


def test_columns_of_a_measure_that_is_asked_for_are_told() -> None:
    measure = {
        "name": "idle share",
        "aggregate": "mean",
        "of": "zz_a / zz_b",
        "where": [{"column": "zz_c", "value": "x"}],
    }
    wide = table("t", [*columns(4_000), *({"name": f"zz_{n}", "type": "decimal"} for n in "abc")], measures=[measure])
    shown = tables_of(prompt_of(wide, question="readings by idle share"))
    assert {"zz_a", "zz_b", "zz_c"} <= {column["name"] for column in shown[0]["columns"]}
    assert shown[0]["measures"][0]["name"] == "idle share"


def test_values_that_the_question_names_are_told_as_they_are_spelt() -> None:
    place = {"name": "plc", "type": "category", "examples": list("abcdefgh"), "named": ["Saint-Étienne"]}
    wide = table("t", [*columns(4_000), place])
    (shown,) = [
        c for c in tables_of(prompt_of(wide, question="only saint-étienne"))[0]["columns"] if c["name"] == "plc"
    ]
    assert shown["examples"][0] == "Saint-Étienne"
    with pytest.raises(PrivacyViolation):
        read_context(context_document(tables=[wide]))


def test_one_word_that_floods_the_table_does_not_crowd_out_another() -> None:
    flood = [{"name": f"sales_{n}_net_total", "type": "decimal"} for n in range(5_000)]
    wide = table("t", [*flood, {"name": "regn", "type": "category"}, {"name": "booked", "type": "date"}])
    assert {"regn", "booked"} <= set(names(prompt_of(wide, question="net sales total by region in 2024")))


def test_equal_questions_get_equal_prompts() -> None:
    wide = table("t", columns(3_000))
    assert prompt_of(wide) == prompt_of(wide)


def test_names_are_counted_by_their_beginning_where_they_do_not_fit() -> None:
    many = [f"{word}_{other}" for word in ("alpha", "beta") for other in "abcdefghijklmnopqrstuvwxyz"]
    entries = list(compact(many, 150))
    assert sum(len(entry.encode()) + 4 for entry in entries) <= 150
    assert entries[0] == "alpha_a"
    assert entries[-2:] == ["beta… (26)", f"alpha… ({26 - (len(entries) - 2)})"]


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("quantity", "qty"), ("departments", "dept"), ("manager", "mgr"), ("categories", "category"), ("temp", "temperature"),
        ("people", "person"), ("number", "no"), ("shipped", "shipping"), ("satisfied", "satisfaction"), ("umsatz", "nettoumsatz"),
        ("17", "17"), ("amount", "amt"), ("percent", "pct"),
    ],
)  # fmt: skip
def test_words_that_stand_for_one_another(spoken: str, written: str) -> None:
    assert likeness(spoken, written) > 0.3


@pytest.mark.parametrize(
    ("spoken", "written"), [("cost", "city"), ("17", "170"), ("orders", "date"), ("region", "reason")]
)
def test_words_that_do_not(spoken: str, written: str) -> None:
    assert likeness(spoken, written) == 0


def test_names_are_split_as_people_read_them() -> None:
    assert words_of("NetRev_Q3") == ("net", "rev", "q3", "q", "3")
    assert words_of("HTTPStatusCode-007 Größe") == ("http", "status", "code", "7", "grosse")
    assert words_of("20 %") == ("20", "percent")
