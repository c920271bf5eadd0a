"""The most, the least, the first few, the second, and those of each group."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eval.families.drawing import Drawn, Pick, any_of, family
from eval.families.grouping import grouped_cases
from eval.families.subjects import Column, Role, Subject, World
from eval.families.wording import crossed


def parted(values: pd.Series, count: int) -> bool:
    """Whether the first `count` are clearly the first: a tie at the edge would leave open who is in."""
    first = values.nlargest(count + 1)
    return len(first) > count and first.is_unique


def names(s: Subject) -> list[str]:
    """Columns that tell a row from all others."""
    return [column.name for column in s.of(Role.LABEL, Role.KEY)]


@family("superlative")
def the_row_with_the_most(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for name in pick.some(names(s), 1):
            k = s.column(name)
            for m in pick.some(s.measures, 3):
                for values, words, order in (
                    (s.frame[m.name], ("highest", "largest", "most"), "DESC"),
                    (-s.frame[m.name], ("lowest", "smallest", "least"), "ASC"),
                ):
                    if parted(values, 1):
                        asks = (f"which {k.phrase} has the", f"{k.phrase} with the")
                        asked = crossed(asks, tuple(f"{word} {m.phrase}" for word in words))
                        yield Drawn(
                            asked,
                            s.frame[name].iloc[int(values.argmax())],
                            f"SELECT {name} FROM {s.name} ORDER BY {m.name} {order} NULLS LAST LIMIT 1",
                            "set",
                        )


@family("superlative")
def the_group_with_the_most(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2):
            totals = s.frame.groupby(c.name)[m.name].sum()
            if parted(totals, 1):
                asked = [
                    f"which {c.phrase} has the highest total {m.phrase}",
                    f"{c.phrase} with the largest total {m.phrase}",
                    f"what {c.phrase} has the most total {m.phrase}",
                ]
                yield Drawn(
                    asked,
                    totals.idxmax(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC LIMIT 1",
                    "set",
                )
            means = s.frame.groupby(c.name)[m.name].mean()
            if parted(-means, 1):
                asked = [
                    f"which {c.phrase} has the lowest average {m.phrase}",
                    f"{c.phrase} with the smallest mean {m.phrase}",
                ]
                yield Drawn(
                    asked,
                    means.idxmin(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY avg({m.name}) LIMIT 1",
                    "set",
                )
        for c in pick.some(s.whole(Role.CATEGORY), 2):
            sizes = s.frame.groupby(c.name).size()
            if parted(sizes, 1):
                asked = [
                    f"which {c.phrase} has the most {s.many}",
                    f"{c.phrase} with the highest number of {s.many}",
                    f"what is the most common {c.phrase}",
                    f"which {c.phrase} occurs most often",
                ]
                yield Drawn(
                    asked,
                    sizes.idxmax(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
                    "set",
                )


@family("top_n")
def the_first_few_groups(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 3):
            totals = s.frame.groupby(c.name)[m.name].sum()
            count = pick.one((2, 3))
            if parted(totals, count):
                asked = [
                    f"top {count} {c.plural} by total {m.phrase}",
                    f"the {count} {c.plural} with the highest total {m.phrase}",
                    f"which {count} {c.plural} have the largest total {m.phrase}",
                ]
                yield Drawn(
                    asked,
                    totals.nlargest(count).index.tolist(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC LIMIT {count}",
                    "set",
                )
            if parted(-totals, count):
                asked = [
                    f"bottom {count} {c.plural} by total {m.phrase}",
                    f"the {count} {c.plural} with the lowest total {m.phrase}",
                ]
                yield Drawn(
                    asked,
                    totals.nsmallest(count).index.tolist(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) LIMIT {count}",
                    "set",
                )


@family("top_n")
def the_first_few_rows(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 2 if names(s) else 0):
            count = pick.one((3, 5))
            if parted(s.frame[m.name], count):
                asked = [
                    f"top {count} {s.many} by {m.phrase}",
                    f"the {count} {s.many} with the highest {m.phrase}",
                    f"show the {count} {s.many} with the largest {m.phrase}",
                ]
                first = s.frame.nlargest(count, m.name)
                sql = f"FROM {s.name} ORDER BY {m.name} DESC NULLS LAST LIMIT {count}"
                yield any_of([Drawn(asked, first[name].tolist(), f"SELECT {name} {sql}", "set") for name in names(s)])


@family("second_best")
def the_one_after_the_first(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for name in pick.some(names(s), 1):
            for m in pick.some(s.measures, 2):
                if parted(s.frame[m.name], 3):
                    for position, word in ((1, "second"), (2, "third")):
                        k = s.column(name)
                        asked = [
                            f"which {k.phrase} has the {word} highest {m.phrase}",
                            f"{k.phrase} with the {word} largest {m.phrase}",
                        ]
                        yield Drawn(
                            asked,
                            s.frame.nlargest(3, m.name)[name].iloc[position],
                            f"SELECT {name} FROM {s.name} ORDER BY {m.name} DESC NULLS LAST LIMIT 1 OFFSET {position}",
                            "set",
                        )
        for m, c in grouped_cases(s, pick, 1):
            totals = s.frame.groupby(c.name)[m.name].sum()
            if parted(totals, 2):
                asked = [
                    f"which {c.phrase} has the second highest total {m.phrase}",
                    f"{c.phrase} with the second largest total {m.phrase}",
                ]
                yield Drawn(
                    asked,
                    totals.nlargest(2).index[1],
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC LIMIT 1 OFFSET 1",
                    "set",
                )


@family("top_per_group")
def the_first_of_each_group(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2 if names(s) else 0):
            for count in (1, 2):
                if not all(parted(part, count) for _, part in s.frame.groupby(c.name)[m.name]):
                    continue
                first = s.frame.dropna(subset=[m.name]).sort_values(m.name, ascending=False).groupby(c.name).head(count)
                rank = f"row_number() OVER (PARTITION BY {c.name} ORDER BY {m.name} DESC NULLS LAST)"
                answers = [
                    Drawn(
                        _first_of_each(s, m, c, count),
                        first[[c.name, name]],
                        f"SELECT {c.name}, {name} FROM {s.name} QUALIFY {rank} <= {count}",
                        "rows",
                    )
                    for name in names(s)
                ]
                yield any_of(answers)


def _first_of_each(s: Subject, m: Column, c: Column, count: int) -> tuple[str, ...]:
    if count > 1:
        return (
            f"top {count} {s.many} by {m.phrase} in each {c.phrase}",
            f"the {count} {s.many} with the highest {m.phrase} per {c.phrase}",
        )
    return (
        f"which {s.one} has the highest {m.phrase} in each {c.phrase}",
        f"for each {c.phrase} the {s.one} with the highest {m.phrase}",
        f"top {s.one} by {m.phrase} per {c.phrase}",
    )


@family("sort")
def groups_in_an_order(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2):
            totals = s.frame.groupby(c.name)[m.name].sum()
            if totals.is_unique:
                asked = [
                    f"total {m.phrase} per {c.phrase}, highest first",
                    f"total {m.phrase} by {c.phrase} sorted descending",
                    f"rank the {c.plural} by total {m.phrase}, largest first",
                ]
                yield Drawn(
                    asked,
                    totals.sort_values(ascending=False).index.tolist(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name}) DESC",
                    "order",
                )
                upward = [
                    f"total {m.phrase} per {c.phrase}, lowest first",
                    f"total {m.phrase} by {c.phrase} in ascending order of total {m.phrase}",
                ]
                yield Drawn(
                    upward,
                    totals.sort_values().index.tolist(),
                    f"SELECT {c.name} FROM {s.name} GROUP BY 1 ORDER BY sum({m.name})",
                    "order",
                )
