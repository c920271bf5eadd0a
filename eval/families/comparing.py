"""Parts of a whole, one group beside another, and tables of two."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eval.families.choosing import value_cases
from eval.families.drawing import Drawn, Pick, any_of, family
from eval.families.grouping import grouped_cases
from eval.families.subjects import Role, World


@family("shares")
def part_of_the_whole(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c, v in value_cases(s, pick, 2):
            found = 100 * float((s.frame[c.name] == v).mean())
            asked = [
                f"what percentage of {s.many} have {c.phrase} {v}",
                f"share of {s.many} with {c.phrase} {v}",
                f"what share of {s.many} has {c.phrase} {v}",
            ]
            yield Drawn(asked, found, f"SELECT 100 * avg(({c.name} = '{v}')::INT) FROM {s.name}", times=(1, 0.01))
        for m, c in grouped_cases(s, pick, 1):
            v = pick.one(s.values(c))
            found = 100 * s.frame.loc[s.frame[c.name] == v, m.name].sum() / s.frame[m.name].sum()
            asked = [
                f"what percentage of the total {m.phrase} comes from {c.phrase} {v}",
                f"share of {c.phrase} {v} in the total {m.phrase}",
            ]
            yield Drawn(
                asked,
                found,
                f"SELECT 100 * sum({m.name}) FILTER ({c.name} = '{v}') / sum({m.name}) FROM {s.name}",
                times=(1, 0.01),
            )
            shares = 100 * s.frame.groupby(c.name)[m.name].sum() / s.frame[m.name].sum()
            each = [f"share of total {m.phrase} per {c.phrase}", f"percentage of the total {m.phrase} by {c.phrase}"]
            yield Drawn(
                each,
                shares,
                f"SELECT {c.name}, 100 * sum({m.name}) / (SELECT sum({m.name}) FROM {s.name}) FROM {s.name} GROUP BY 1",
                "rows",
                times=(1, 0.01),
            )
        for f in s.of(Role.FLAG):
            asked = [
                f"what percentage of {s.many} are {f.phrase}",
                f"share of {f.phrase} {s.many}",
                f"percentage of {f.phrase} {s.many}",
            ]
            yield Drawn(
                asked,
                100 * float(s.frame[f.name].mean()),
                f"SELECT 100 * avg({f.name}::INT) FROM {s.name}",
                times=(1, 0.01),
            )


@family("shares")
def part_of_each_group(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for f in s.of(Role.FLAG):
            for c in pick.some(s.whole(Role.CATEGORY), 1):
                rates = 100 * s.frame.groupby(c.name)[f.name].mean()
                asked = [
                    f"percentage of {f.phrase} {s.many} per {c.phrase}",
                    f"share of {s.many} that are {f.phrase} by {c.phrase}",
                ]
                yield Drawn(
                    asked,
                    rates,
                    f"SELECT {c.name}, 100 * avg({f.name}::INT) FROM {s.name} GROUP BY 1",
                    "rows",
                    times=(1, 0.01),
                )


@family("compare_groups")
def one_group_against_another(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m, c in grouped_cases(s, pick, 2):
            one, other = pick.some(s.values(c), 2)
            totals = s.frame.groupby(c.name)[m.name].sum()
            asked = [
                f"difference in total {m.phrase} between {c.phrase} {one} and {other}",
                f"how much more total {m.phrase} does {c.phrase} {one} have than {c.phrase} {other}",
            ]
            sql = f"SELECT sum({m.name}) FILTER ({c.name} = '{one}') - sum({m.name}) FILTER ({c.name} = '{other}') FROM {s.name}"
            yield Drawn(asked, totals[one] - totals[other], sql, times=(1, -1))
            both = [
                f"compare the average {m.phrase} of {c.phrase} {one} and {other}",
                f"average {m.phrase} of {c.phrase} {one} versus {other}",
            ]
            means = s.frame[s.frame[c.name].isin([one, other])].groupby(c.name)[m.name].mean()
            where = f"FROM {s.name} WHERE {c.name} IN ('{one}', '{other}')"
            ours, theirs = (f"avg({m.name}) FILTER ({c.name} = '{v}')" for v in (one, other))
            side_by_side = pd.DataFrame([[means[one], means[other]]])
            yield any_of(
                [
                    Drawn(both, means, f"SELECT {c.name}, avg({m.name}) {where} GROUP BY 1", "rows"),
                    Drawn(both, side_by_side, f"SELECT {ours}, {theirs} {where}", "rows"),
                ]
            )


@family("pivot")
def a_table_of_two_groups(world: World, pick: Pick) -> Iterator[Drawn]:
    """Rows and columns may be given long, too; so only full tables are drawn, in which every pair occurs."""
    for s in world.subjects:
        pairs = [(a, b) for a in s.whole(Role.CATEGORY) for b in s.whole(Role.CATEGORY) if a is not b]
        for one, other in pick.some(pairs, 1):
            wide = s.frame.pivot_table(index=one.name, columns=other.name, aggfunc="size")
            if wide.isna().any().any():
                continue
            asked = [
                f"pivot the number of {s.many} with {one.phrase} as rows and {other.phrase} as columns",
                f"cross table of {one.phrase} and {other.phrase}",
                f"number of {s.many} by {one.phrase} in rows and {other.phrase} in columns",
            ]
            columns = ", ".join(f"count(*) FILTER ({other.name} = '{v}')" for v in s.values(other))
            yield Drawn(asked, wide.reset_index(), f"SELECT {one.name}, {columns} FROM {s.name} GROUP BY 1", "rows")


@family("buckets")
def groups_of_numbers(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some([m for m in s.whole(Role.MEASURE) if s.frame[m.name].max() > 40], 1):
            width = 10 ** (len(str(int(s.frame[m.name].max()))) - 1)
            sizes = s.frame.groupby(s.frame[m.name] // width * width).size()
            asked = [
                f"how many {s.many} are there per {m.phrase} in steps of {width}",
                f"number of {s.many} by {m.phrase} in bins of {width}",
                f"group the {s.many} by {m.phrase} in buckets of {width} and count them",
            ]
            yield Drawn(
                asked, sizes.tolist(), f"SELECT count(*) FROM {s.name} GROUP BY floor({m.name} / {width})", "set"
            )
