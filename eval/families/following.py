"""Conversations: each turn changes the question before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eval.families.drawing import Drawn, Pick, Told, family
from eval.families.grouping import grouped_cases
from eval.families.ranking import parted
from eval.families.series import dated_cases
from eval.families.subjects import Column, Role, Subject, World


@family("follow_up")
def another_value(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in pick.some(s.whole(Role.CATEGORY), 2):
            one, other = pick.some(s.values(c), 2)
            start = _counted(s, c, one, f"how many {s.many} have {c.phrase} {one}")
            yield replace(
                start, then=(_counted(s, c, other, f"and {other}?", f"what about {other}?", f"and for {other}?"),)
            )


def _counted(s: Subject, c: Column, value: str, *wordings: str) -> Drawn:
    found = int((s.frame[c.name] == value).sum())
    return Drawn(wordings, found, f"SELECT count(*) FROM {s.name} WHERE {c.name} = '{value}'")


@family("follow_up")
def groups_then_fewer_then_ordered(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2):
            totals = s.frame.groupby(c.name)[m.name].sum()
            sql = f"SELECT {c.name}, sum({m.name}) FROM {s.name}"
            start = Drawn((f"total {m.phrase}",), s.frame[m.name].sum(), f"SELECT sum({m.name}) FROM {s.name}")
            grouped = Drawn(
                (f"per {c.phrase}", f"by {c.phrase}", f"and by {c.phrase}?", f"split that by {c.phrase}"),
                totals,
                f"{sql} GROUP BY 1",
                "rows",
            )
            turns: list[Drawn | Told] = [grouped]
            if parted(totals, 2):
                turns.append(
                    Drawn(
                        ("only the top 2", "just the top 2"),
                        totals.nlargest(2).index.tolist(),
                        f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC LIMIT 2",
                        "set",
                    )
                )
            elif totals.is_unique:
                turns.append(
                    Drawn(
                        ("sort descending",),
                        totals.sort_values(ascending=False).index.tolist(),
                        f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC",
                        "order",
                    )
                )
            yield replace(start, then=tuple(turns))


@family("follow_up")
def without_one_of_them(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 1):
            v = pick.one(s.values(c))
            means = s.frame.groupby(c.name)[m.name].mean()
            sql = f"SELECT {c.name}, avg({m.name}) FROM {s.name}"
            start = Drawn((f"average {m.phrase} per {c.phrase}",), means, f"{sql} GROUP BY 1", "rows")
            less = Drawn(
                (f"without {v}", f"not {v}", f"exclude {v}"),
                means.drop(v),
                f"{sql} WHERE {c.name} <> '{v}' GROUP BY 1",
                "rows",
            )
            yield replace(start, then=(less,))


@family("follow_up")
def another_measure_or_function(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        if len(s.whole(Role.MEASURE)) > 1:
            one, other = pick.some(s.whole(Role.MEASURE), 2)
            start = Drawn((f"total {one.phrase}",), s.frame[one.name].sum(), f"SELECT sum({one.name}) FROM {s.name}")
            changed = Drawn(
                (f"and {other.phrase}?", f"and the {other.phrase}?", f"same for {other.phrase}"),
                s.frame[other.name].sum(),
                f"SELECT sum({other.name}) FROM {s.name}",
            )
            average = Drawn(
                ("and the average?", "and on average?"),
                s.frame[other.name].mean(),
                f"SELECT avg({other.name}) FROM {s.name}",
            )
            yield replace(start, then=(changed, average))


@family("follow_up")
def another_time(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 1):
            years = s.frame.groupby(s.frame[d.name].dt.year)[m.name].sum()
            if len(years) > 1:
                before, year = (int(y) for y in years.index[-2:])
                sql = f"SELECT sum({m.name}) FROM {s.name} WHERE year({d.name}) ="
                start = Drawn((f"total {m.phrase} in {year}",), years[year], f"{sql} {year}")
                previous = Drawn(
                    (f"and in {before}?", "for the previous year", "and the year before?"),
                    years[before],
                    f"{sql} {before}",
                )
                yield replace(start, then=(previous,))


@family("follow_up")
def a_whole_new_question(world: World, pick: Pick) -> Iterator[Drawn]:
    """Nothing of the first question may be left in the second."""
    for s in world.subjects:
        for c in pick.some(s.whole(Role.CATEGORY), 1):
            v = pick.one(s.values(c))
            start = Drawn(
                (f"how many {s.many} have {c.phrase} {v}",),
                int((s.frame[c.name] == v).sum()),
                f"SELECT count(*) FROM {s.name} WHERE {c.name} = '{v}'",
            )
            anew = Drawn((f"how many {s.many} are there in total?",), len(s.frame), f"SELECT count(*) FROM {s.name}")
            yield replace(start, then=(anew,))
