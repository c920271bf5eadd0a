"""How long sessions live, at the edges."""

from __future__ import annotations

import pytest

from services.session.domain import Lifetimes, Session, begin

DAY = 86_400.0


@pytest.mark.parametrize(
    ("idle", "touch"), [(0.3, 0.03), (599.0, 59.9), (600.0, 60.0), (601.0, 60.0), (DAY, 60.0), (30 * DAY, 60.0)]
)
def test_use_is_written_a_tenth_of_the_idle_time_late_and_never_more_than_a_minute(idle: float, touch: float) -> None:
    """Later, and a session that is used would end as idle; sooner, and every request writes."""
    assert Lifetimes(idle, 2 * idle).touch == pytest.approx(touch)


@pytest.mark.parametrize(("idle_until", "until", "ends"), [(10.0, 20.0, 10.0), (20.0, 10.0, 10.0), (10.0, 10.0, 10.0)])
def test_a_session_ends_at_whichever_comes_first(idle_until: float, until: float, ends: float) -> None:
    assert Session("s", 0.0, idle_until, until).expires_at == ends


@pytest.mark.parametrize(("idle", "longest"), [(100.0, 1000.0), (1000.0, 100.0)])
def test_a_new_session_never_outlives_either_limit(idle: float, longest: float) -> None:
    session = begin("s", 50.0, Lifetimes(idle, longest))
    assert (session.idle_until, session.until) == (50.0 + idle, 50.0 + longest)
    assert session.expires_at == 150.0
