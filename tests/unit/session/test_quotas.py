"""Quotas: what is granted never passes the limit, whatever the order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.session.service import Overview, Quotas
from tests.fakes.session import Clock, MemoryReservations

LIMITS = {"bytes": 100, "tables": 3, "questions_per_minute": 5, "concurrent_questions": 2}
STEPS = st.lists(
    st.tuples(st.sampled_from(["reserve", "release"]), st.sampled_from("abcdefgh"), st.integers(0, 120)), max_size=40
)


def quotas(clock: Clock | None = None) -> Quotas:
    return Quotas(MemoryReservations(), LIMITS, clock or Clock())  # type: ignore[arg-type]


@given(STEPS)
async def test_the_sum_of_what_is_held_stays_within_the_limit(steps: list[tuple[str, str, int]]) -> None:
    subject = quotas()
    held: dict[str, int] = {}
    for action, name, amount in steps:
        if action == "reserve":
            reserved = await subject.reserve("s", "bytes", [name], amount)
            assert reserved.granted == (name in held or sum(held.values()) + amount <= 100)
            if reserved.granted:
                held.setdefault(name, amount)
            assert reserved.used == sum(held.values())
        else:
            await subject.release("s", "bytes", [name])
            held.pop(name, None)
        assert sum(held.values()) <= 100


@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)), max_size=30
    )
)
async def test_places_are_granted_all_or_none_and_never_more_than_there_are(
    steps: list[tuple[bool, list[str]]],
) -> None:
    subject, held = quotas(), set[str]()
    for reserves, names in steps:
        if reserves:
            granted = (await subject.reserve("s", "tables", names)).granted
            assert granted == (len(held | set(names)) <= 3 or set(names) <= held)
            held |= set(names) if granted else set()
        else:
            await subject.release("s", "tables", names)
            held -= set(names)
        assert await subject._store.used("s", 0) in ({"tables": len(held)}, {})


async def test_questions_of_the_last_minute_count_and_older_ones_do_not() -> None:
    clock = Clock()
    subject = quotas(clock)
    for number in range(5):
        assert (await subject.reserve("s", "questions_per_minute", [str(number)])).granted
        clock.now += 10
    refused = await subject.reserve("s", "questions_per_minute", ["late"])
    assert not refused.granted and refused.retry_after == 10
    clock.now += 10
    assert (await subject.reserve("s", "questions_per_minute", ["late"])).granted


async def test_a_question_that_ended_makes_room_and_one_that_was_lost_does_later() -> None:
    clock = Clock()
    subject = quotas(clock)
    for name in ("a", "b"):
        assert (await subject.reserve("s", "concurrent_questions", [name])).granted
    assert not (await subject.reserve("s", "concurrent_questions", ["c"])).granted
    await subject.release("s", "concurrent_questions", ["a"])
    assert (await subject.reserve("s", "concurrent_questions", ["c"])).granted
    clock.now += 601
    assert (await subject.reserve("s", "concurrent_questions", ["d"])).granted


async def test_bytes_of_tables_are_held_beside_those_of_files() -> None:
    subject = quotas()
    assert not (refused := await subject.reserve("s", "bytes", ["f_1"], 61, files=40)).granted
    assert (refused.used, refused.limit) == (40, 100)
    assert (await subject.reserve("s", "bytes", ["f_1"], 60, files=40)).granted
    assert not (await subject.reserve("s", "bytes", ["f_2"], 1, files=40)).granted
    await subject.release("s", "bytes", ["f_1"])
    assert (await subject.reserve("s", "bytes", ["f_2"], 60, files=40)).granted


async def test_shown_are_bytes_of_files_and_tables_and_the_larger_number_of_tables() -> None:
    subject = quotas()
    await subject.reserve("s", "bytes", ["upload"], 40)
    await subject.reserve("s", "questions_per_minute", ["q"])
    overview = Overview({"file": 1, "table": 2}, bytes=10, usage={})
    shown = await subject.shown("s", overview)
    assert {kind: (q.used, q.limit) for kind, q in shown.items()} == {
        "bytes": (50, 100),
        "tables": (2, 3),
        "questions_per_minute": (1, 5),
        "concurrent_questions": (0, 2),
    }
