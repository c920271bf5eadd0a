"""Groups: their totals, which of them, and totals of totals."""

from __future__ import annotations

from collections.abc import Iterator

from eval.families.choosing import value_cases
from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Column, Role, Subject, World
from eval.families.wording import AVERAGES, TOTALS, crossed, per


def grouped_cases(s: Subject, pick: Pick, most: int) -> list[tuple[Column, Column]]:
    """Measures and categories to group them by."""
    return pick.some([(m, c) for m in s.measures for c in s.whole(Role.CATEGORY)], most)


@family("aggregate")
def one_number_of_a_column(world: World, pick: Pick) -> Iterator[Drawn]:
    words = {
        "sum": TOTALS,
        "mean": AVERAGES,
        "median": ("median",),
        "min": ("lowest", "minimum", "smallest"),
        "max": ("highest", "maximum", "largest"),
        "std": ("standard deviation of",),
    }
    functions = {"mean": "avg", "std": "stddev_samp"}
    for s in world.subjects:
        for m in s.measures:
            for function in pick.some(list(words), 3):
                asked = tuple(
                    f"{ask} {word} {m.phrase}".strip()
                    for word in words[function]
                    for ask in ("what is the", "", "show me the")
                )
                yield Drawn(
                    asked,
                    s.frame[m.name].agg(function),
                    f"SELECT {functions.get(function, function)}({m.name}) FROM {s.name}",
                )


@family("same_name_parts")
def one_of_two_alike_columns(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for one in (column for pair in s.twins() for column in pair):
            for c, v in value_cases(s, pick, 1):
                asked = [
                    f"total {one.phrase} for {c.phrase} {v}",
                    f"what is the total {one.phrase} where {c.phrase} is {v}",
                    f"sum of {one.phrase} with {c.phrase} {v}",
                ]
                yield Drawn(
                    asked,
                    s.frame.loc[s.frame[c.name] == v, one.name].sum(),
                    f"SELECT sum({one.name}) FROM {s.name} WHERE {c.name} = '{v}'",
                )


@family("grouping")
def a_number_per_group(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 4):
            groups = s.frame.groupby(c.name)[m.name]
            yield Drawn(
                crossed(tuple(f"{word} {m.phrase}" for word in TOTALS[:2]), per(c.phrase)),
                groups.sum(),
                f"SELECT {c.name}, sum({m.name}) FROM {s.name} GROUP BY 1",
                "rows",
            )
            yield Drawn(
                crossed(tuple(f"{word} {m.phrase}" for word in AVERAGES), per(c.phrase)),
                groups.mean(),
                f"SELECT {c.name}, avg({m.name}) FROM {s.name} GROUP BY 1",
                "rows",
            )
        for c in pick.some(s.whole(Role.CATEGORY), 2):
            asked = crossed(
                (f"how many {s.many} are there", f"number of {s.many}", f"count of {s.many}"), per(c.phrase)
            )
            yield Drawn(
                asked, s.frame.groupby(c.name).size(), f"SELECT {c.name}, count(*) FROM {s.name} GROUP BY 1", "rows"
            )


@family("grouping")
def a_number_per_two_groups(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        if len(s.whole(Role.CATEGORY)) > 1 and s.measures:
            one, other = pick.some(s.whole(Role.CATEGORY), 2)
            m = pick.one(s.whole(Role.MEASURE))
            asked = [
                f"total {m.phrase} per {one.phrase} and {other.phrase}",
                f"sum of {m.phrase} by {one.phrase} and {other.phrase}",
            ]
            yield Drawn(
                asked,
                s.frame.groupby([one.name, other.name])[m.name].sum(),
                f"SELECT {one.name}, {other.name}, sum({m.name}) FROM {s.name} GROUP BY 1, 2",
                "rows",
            )


@family("having")
def groups_beyond_a_number(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in pick.some(s.whole(Role.CATEGORY), 2):
            sizes = s.frame.groupby(c.name).size()
            bound = int(sizes.median())
            kept = sizes[sizes > bound]
            if kept.empty or len(kept) == len(sizes):
                continue
            asked = [
                f"which {c.plural} have more than {bound} {s.many}",
                f"{c.plural} with more than {bound} {s.many}",
                f"list the {c.plural} that have over {bound} {s.many}",
            ]
            yield Drawn(
                asked, sorted(kept.index), f"SELECT {c.name} FROM {s.name} GROUP BY 1 HAVING count(*) > {bound}", "set"
            )
            how_many = [f"how many {c.plural} have more than {bound} {s.many}"]
            yield Drawn(
                how_many,
                len(kept),
                f"SELECT count(*) FROM (SELECT {c.name} FROM {s.name} GROUP BY 1 HAVING count(*) > {bound})",
            )
        for m, c in grouped_cases(s, pick, 1):
            totals = s.frame.groupby(c.name)[m.name].sum()
            limit = round(float(totals.median()))
            asked = [
                f"which {c.plural} have a total {m.phrase} above {limit}",
                f"{c.plural} whose total {m.phrase} is more than {limit}",
            ]
            yield Drawn(
                asked,
                sorted(totals[totals > limit].index),
                f"SELECT {c.name} FROM {s.name} GROUP BY 1 HAVING sum({m.name}) > {limit}",
                "set",
            )


@family("nested_aggregate")
def totals_of_totals(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2):
            totals = s.frame.groupby(c.name)[m.name].sum()
            inner = f"(SELECT {c.name}, sum({m.name}) AS x FROM {s.name} GROUP BY 1)"
            yield Drawn(
                (
                    f"average total {m.phrase} per {c.phrase}",
                    f"what is the average of the total {m.phrase} per {c.phrase}",
                    f"mean of the total {m.phrase} by {c.phrase}",
                ),
                totals.mean(),
                f"SELECT avg(x) FROM {inner}",
            )
            yield Drawn(
                (f"highest total {m.phrase} of any {c.phrase}", f"what is the largest total {m.phrase} per {c.phrase}"),
                totals.max(),
                f"SELECT max(x) FROM {inner}",
            )
        for c in pick.some(s.whole(Role.CATEGORY), 1):
            sizes = s.frame.groupby(c.name).size()
            yield Drawn(
                (
                    f"average number of {s.many} per {c.phrase}",
                    f"how many {s.many} are there per {c.phrase} on average",
                ),
                sizes.mean(),
                f"SELECT avg(x) FROM (SELECT count(*) AS x FROM {s.name} GROUP BY {c.name})",
            )


@family("nested_aggregate")
def rows_above_the_average(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 2):
            found = int((s.frame[m.name] > s.frame[m.name].mean()).sum())
            asked = [
                f"how many {s.many} have an above average {m.phrase}",
                f"how many {s.many} have a {m.phrase} above the average",
                f"number of {s.many} whose {m.phrase} is higher than average",
            ]
            yield Drawn(
                asked, found, f"SELECT count(*) FROM {s.name} WHERE {m.name} > (SELECT avg({m.name}) FROM {s.name})"
            )
