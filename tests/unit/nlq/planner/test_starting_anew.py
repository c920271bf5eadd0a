"""In a conversation a question that is whole, and points to nothing before, starts anew."""

from __future__ import annotations

from pathlib import Path

from services.nlq.planner.facts import Turn
from services.nlq.planner.planner import Reading, read
from shared.plan import Keep, Query

from .asking import TODAY, Tables

BERTHS = """
    berth_no,kind,crew,score
    1,sloop,4,3
    2,sloop,2,5
    3,ketch,6,4
    4,yawl,3,2
    5,ketch,5,1
"""


def _readings(over: Tables, *questions: str) -> list[Reading]:
    history: list[Turn] = []
    for question in questions:
        found = read(question, [t.facts for t in over.loaded], history=history, today=TODAY).best
        history.append(Turn(question, None, None, found[0].query.model_dump(mode="json")))
    return list(found)


def _is_filtered(reading: Reading) -> bool:
    assert isinstance(reading.query, Query)
    return any(isinstance(step, Keep) for step in reading.query.steps)


def test_a_whole_question_drops_the_filters(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"berths": BERTHS})
    first, *others = _readings(over, "average crew", "only ketch", "what is the average score?")
    assert not _is_filtered(first)
    assert all(reading.cost > first.cost + 0.3 for reading in others if _is_filtered(reading))


def test_of_a_bare_figure_both_are_readings(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"berths": BERTHS})
    one, two, *_ = _readings(over, "average crew", "only ketch", "total crew")
    assert {_is_filtered(one), _is_filtered(two)} == {True, False}
    assert abs(one.cost - two.cost) <= 0.1


def test_what_points_back_keeps_them(tmp_path: Path) -> None:
    over = Tables(tmp_path, {"berths": BERTHS})
    assert _is_filtered(_readings(over, "average crew", "only ketch", "what is their average score?")[0])
