"""A choice settles what was asked, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.nlq.planner.choosing import decide as deciding
from services.nlq.planner.choosing.decide import TOO_MUCH, Chosen, decide, worth_evaluating
from services.nlq.planner.choosing.scorer import NEVER, Scorer
from services.nlq.planner.facts import Clarify, Decline

from .asking import Tables, result_of

RETURNS = """
    shop,net_revenue,gross_revenue
    A,300,400
    B,360,392
"""
AMBIGUOUS = "What is the total revenue?"
CERTAIN = "What is the total net revenue?"


@pytest.fixture
def doubting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scorer to which no reading is certain: only a choice can settle a question."""
    scorer = Scorer(0.0, {}, ((1.0, NEVER),))
    monkeypatch.setattr(deciding, "fitted_scorer", lambda: scorer)


def decided(over: Tables, choices: dict[str, str], question: str = AMBIGUOUS) -> Chosen | Clarify | Decline:
    readings = over.readings(question)
    considered = worth_evaluating(readings, choices)
    found = over.evaluate([reading.query for reading in considered])
    return decide(readings, considered, [result_of(rows) for rows in found], choices)


@pytest.mark.usefixtures("doubting")
def test_the_chosen_reading_is_answered_however_doubtful(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"returns": RETURNS})
    asked = decided(over, {})
    assert isinstance(asked, Clarify)
    for option in asked.options:
        answered = decided(over, {asked.slot: option.id})
        assert isinstance(answered, Chosen)
        assert option.schema_label is not None and option.schema_label in answered.reading.sentence


@pytest.mark.usefixtures("doubting")
@pytest.mark.parametrize(
    "choices",
    [{"column:returns.net_revenue": "x"}, {"word:cost": "returns.shop"}, {"word:net revenue": "returns.dropped"}],
)
def test_a_choice_that_is_none_of_this_question_any_more_settles_nothing(
    tmp_path: Path, choices: dict[str, str]
) -> None:
    over = Tables(tmp_path, {"returns": RETURNS})
    assert isinstance(decided(over, choices, CERTAIN), Decline)
    assert isinstance(decided(over, {"word:net revenue": "returns.net_revenue"}, CERTAIN), Chosen)


def test_a_rival_that_could_not_be_worked_out_is_not_overruled(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"returns": RETURNS})
    readings = over.readings(CERTAIN)
    considered = worth_evaluating(readings, {})
    outcomes = [result_of(rows) for rows in over.evaluate([reading.query for reading in considered])]
    assert isinstance(decide(readings, considered, outcomes, {}), Chosen)
    assert decide(readings, considered, outcomes, {}, unknown=considered[:1]) == TOO_MUCH
    assert decide(readings, considered, [None for _ in considered], {}, unknown=considered) == TOO_MUCH


@pytest.mark.parametrize("helps", [True, False])
def test_what_is_not_certain_enough_is_said_and_the_share_of_wrong_answers_where_it_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, helps: bool
) -> None:
    scorer = Scorer(0.0, {}, ((0.02, NEVER), (0.1, 0.0 if helps else NEVER)))
    monkeypatch.setattr(deciding, "fitted_scorer", lambda: scorer)
    over = Tables(tmp_path, {"returns": RETURNS})
    found = decided(over, {}, CERTAIN)
    assert isinstance(found, Decline)
    assert found.reason == f"The likeliest reading, “{sentence(over)}”, is not certain enough."
    assert ("`max_wrong`, up to 0.2" in found.hint) is helps


def test_a_reading_that_comes_to_nothing_is_not_called_unread(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"returns": RETURNS})
    readings = over.readings(CERTAIN)
    found = decide(readings, readings.best[:1], [None], {})
    assert isinstance(found, Decline)
    assert found.reason == f"The likeliest reading, “{sentence(over)}”, could not be computed."


def sentence(over: Tables) -> str:
    return over.readings(CERTAIN).best[0].sentence.rstrip(".")
