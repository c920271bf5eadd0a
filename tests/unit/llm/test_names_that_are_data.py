"""Names that look like data do not reach the model, and what it writes of them comes back under their names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.llm import reply
from services.llm.context import GenerationContext, Step, read_context
from services.llm.errors import CannotAnswer, GenerationFailed, NeedsClarification
from services.llm.service.writing import CheckAnswer
from tests.fakes.llm import context_document

NAMES = {"Ann Smith": "column_1", "48213.77": "column_2", "ann@example.com": "table_1"}
TABLE: dict[str, Any] = {
    "name": "ann@example.com",
    "rows": 3,
    "columns": [{"name": "Ann Smith", "type": "text"}, {"name": "48213.77", "type": "decimal"}],
    "measures": [
        {"name": "all", "aggregate": "sum", "of": "48213.77", "where": [{"column": "Ann Smith", "value": "x"}]}
    ],
    "totals_columns": ["Ann Smith"],
}


def context(**changes: Any) -> GenerationContext:
    return read_context(
        context_document(**{"tables": [TABLE], "pseudonyms": NAMES, "privacy": "schema_only", **changes})
    )


def told(found: GenerationContext) -> str:
    return json.dumps(found.model_dump(mode="json", exclude={"pseudonyms"}), ensure_ascii=False)


def test_the_schema_has_pseudonyms_in_every_place_of_a_name() -> None:
    sent = told(context())
    assert not [name for name in NAMES if name in sent]
    table = context().tables[0]
    assert (table.name, [column.name for column in table.columns]) == ("table_1", ["column_1", "column_2"])
    assert (table.measures[0].of, table.measures[0].where[0].column, table.totals_columns) == (
        "column_2",
        "column_1",
        ("column_1",),
    )


def test_earlier_code_has_them_too_and_no_number_that_nobody_said() -> None:
    code = "df[df['48213.77'] > 731904.25].groupby('Ann Smith').head(10)"
    (turn,) = context(question="Above 40?", history=[{"question": "?", "code": code}]).history
    assert turn.code == "df[df['column_2'] > …].groupby('column_1').head(10)"
    (turn,) = context(question="Above 731904.25?", history=[{"question": "?", "code": code}]).history
    assert turn.code is not None and "> 731904.25]" in turn.code


def test_what_the_planner_would_ask_and_what_a_model_asked_have_them() -> None:
    advice = {"question": "Which column: Ann Smith or 48213.77?", "options": ["Ann Smith", "48213.77"]}
    found = context(advice=advice, asked=["Is it Ann Smith?"])
    assert found.advice is not None
    assert (found.advice.options, found.asked) == (("column_1", "column_2"), ("Is it column_1?",))
    assert "Smith" not in told(found)


def test_what_the_person_wrote_is_told_as_they_wrote_it() -> None:
    assert context(question="What of Ann Smith?").question == "What of Ann Smith?"


def test_under_profile_names_are_names() -> None:
    assert context(privacy="profile", pseudonyms={}).tables[0].columns[0].name == "Ann Smith"


@pytest.mark.parametrize(
    ("said", "revealed"),
    [
        (
            NeedsClarification("Which of column_1?", ("column_1", "column_2")),
            ("Which of Ann Smith?", ("Ann Smith", "48213.77")),
        ),
        (CannotAnswer("There is no column_2."), ("There is no 48213.77.", ())),
    ],
)
def test_a_question_back_and_a_refusal_have_the_names(
    said: GenerationFailed, revealed: tuple[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(_: object) -> None:
        raise said

    monkeypatch.setattr(reply, "read_reply", raising)
    with pytest.raises(type(said)) as raised:
        reply.read_with_names(None, context().names)  # type: ignore[arg-type]
    assert (raised.value.detail, getattr(raised.value, "options", ())) == revealed


def test_a_choice_among_names_goes_back_by_their_pseudonyms() -> None:
    over = {"step": 1, "attempt": 1, "outcome": "chosen", "said": ["Ann Smith"]}
    document = context_document(tables=[TABLE], pseudonyms=NAMES, privacy="schema_only")
    (step,) = read_context(document, json.dumps({"left": 8, "steps": [over]}).encode()).steps
    assert step.said == ("column_1",)


@pytest.mark.parametrize("guess", ["731,904.25", "731,904.26"])
def test_a_model_that_sees_no_cell_is_not_told_whether_a_number_that_it_guessed_stands_in_one(guess: str) -> None:
    result = {"kind": "table", "columns": ["48213.77"], "rows": [[731904.25], [1.0]], "total_rows": 2}
    over = Step(step=1, attempt=1, outcome="ok", purpose="compute", name="top", result=result)
    check = CheckAnswer(context().model_copy(update={"steps": (over,)}))
    assert check(f"The top is {guess}.").missing == (guess,)
    told = check("The top of 2 is {top.column_2.1}, not {top.column_2.7}.")
    assert told.text.startswith("The top of 2 is 731,904.25, not {top.48213.77.7}")
    assert "731,904.25" not in told.missing
