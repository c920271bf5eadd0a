"""How long to wait before a process is started again, and when not to."""

from __future__ import annotations

from deploy.local.restart import DEATHS, LONGEST_PAUSE, WINDOW, RestartPolicy


def test_pauses_double_up_to_the_longest() -> None:
    policy = RestartPolicy()
    assert [policy.died(float(second)) for second in range(7)] == [
        0.2,
        0.4,
        0.8,
        1.6,
        3.2,
        LONGEST_PAUSE,
        LONGEST_PAUSE,
    ]


def test_a_long_life_begins_anew() -> None:
    policy = RestartPolicy()
    policy.died(0.0)
    policy.died(1.0)
    assert policy.died(1.0 + WINDOW + 1) == 0.2


def test_many_deaths_in_a_short_time_are_hopeless() -> None:
    policy = RestartPolicy()
    for second in range(DEATHS - 1):
        policy.died(float(second))
    assert not policy.hopeless(DEATHS)
    policy.died(float(DEATHS))
    assert policy.hopeless(DEATHS)


def test_deaths_far_apart_are_not_hopeless() -> None:
    policy = RestartPolicy()
    for death in range(DEATHS * 2):
        policy.died(death * WINDOW / 3)
    assert not policy.hopeless(DEATHS * 2 * WINDOW / 3)
