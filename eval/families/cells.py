"""What cells there are: gaps, different values, values again, beginnings of texts, one cell against another."""

from __future__ import annotations

from collections.abc import Iterator

from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Role, World
from eval.families.wording import counting


@family("missing")
def rows_with_gaps(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in s.gapped():
            if c.role is Role.DATE:
                asked = [f"how many {s.many} have not been {c.phrase}", f"how many {s.many} have no {c.name} date"]
            else:
                asked = [
                    f"how many {s.many} have no {c.phrase}",
                    f"number of {s.many} without a {c.phrase}",
                    f"how many {s.many} are missing a {c.phrase}",
                    f"count {s.many} where {c.phrase} is missing",
                    f"how many {s.many} have an empty {c.phrase}",
                ]
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} IS"
            yield Drawn(asked, int(s.frame[c.name].isna().sum()), f"{sql} NULL")
            if c.role is not Role.DATE:
                there = [
                    f"how many {s.many} have a {c.phrase}",
                    f"number of {s.many} where the {c.phrase} is not missing",
                    f"how many {s.many} have a known {c.phrase}",
                ]
                yield Drawn(there, int(s.frame[c.name].notna().sum()), f"{sql} NOT NULL")


@family("missing")
def gaps_per_group(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in pick.some([c for c in s.gapped() if c.role is Role.CATEGORY], 1):
            g = pick.one([g for g in s.whole(Role.CATEGORY) if g is not c] or [c])
            if g is c:
                continue
            counts = s.frame[s.frame[c.name].isna()].groupby(g.name).size()
            asked = [
                f"how many {s.many} without a {c.phrase} are there per {g.phrase}",
                f"number of {s.many} with no {c.phrase} by {g.phrase}",
            ]
            yield Drawn(
                asked, counts, f"SELECT {g.name}, count(*) FROM {s.name} WHERE {c.name} IS NULL GROUP BY 1", "rows"
            )


@family("distinct")
def different_values(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in s.categories:
            asked = [
                f"how many different {c.plural} are there",
                f"number of distinct {c.plural}",
                f"how many unique {c.plural} do we have",
                f"count of different {c.plural}",
            ]
            yield Drawn(asked, int(s.frame[c.name].nunique()), f"SELECT count(DISTINCT {c.name}) FROM {s.name}")
        for c in s.whole(Role.CATEGORY):
            asked = [
                f"list the different {c.plural}",
                f"which {c.plural} are there",
                f"show all distinct {c.plural}",
                f"what are the unique {c.plural}",
            ]
            yield Drawn(asked, s.values(c), f"SELECT DISTINCT {c.name} FROM {s.name}", "set")


@family("distinct")
def different_values_per_group(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        if len(s.whole(Role.CATEGORY)) > 1:
            c, g = pick.some(s.whole(Role.CATEGORY), 2)
            asked = [
                f"how many different {c.plural} are there per {g.phrase}",
                f"number of distinct {c.plural} by {g.phrase}",
            ]
            found = s.frame.groupby(g.name)[c.name].nunique()
            yield Drawn(asked, found, f"SELECT {g.name}, count(DISTINCT {c.name}) FROM {s.name} GROUP BY 1", "rows")


@family("text_match")
def names_that_begin_or_hold(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in s.of(Role.LABEL):
            text = pick.one(s.values(c)).split()[0]
            asked = [f"how many {c.plural} start with {text}", f"number of {c.plural} beginning with {text}"]
            yield Drawn(
                asked,
                int(s.frame[c.name].str.startswith(text).sum()),
                f"SELECT count(*) FROM {s.name} WHERE starts_with({c.name}, '{text}')",
            )
            part = pick.one(s.values(c)).split()[-1]
            holding = [f"how many {c.plural} contain {part}", f"number of {c.plural} containing {part}"]
            yield Drawn(
                holding,
                int(s.frame[c.name].str.contains(part, regex=False).sum()),
                f"SELECT count(*) FROM {s.name} WHERE contains({c.name}, '{part}')",
            )


@family("compare_columns")
def rows_where_one_column_exceeds_another(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for one, other in s.twins():
            found = int((s.frame[other.name] > s.frame[one.name]).sum())
            rows = [
                f"{s.many} where the {other.phrase} is higher than the {one.phrase}",
                f"{s.many} with more {other.phrase} than {one.phrase}",
                f"{s.many} whose {other.phrase} exceeds the {one.phrase}",
            ]
            yield Drawn(
                tuple(w for r in rows for w in counting(r)),
                found,
                f"SELECT count(*) FROM {s.name} WHERE {other.name} > {one.name}",
            )
            equal = [
                f"how many {s.many} have the same {one.phrase} and {other.phrase}",
                f"how many {s.many} have {one.phrase} equal to {other.phrase}",
            ]
            yield Drawn(
                equal,
                int((s.frame[other.name] == s.frame[one.name]).sum()),
                f"SELECT count(*) FROM {s.name} WHERE {other.name} = {one.name}",
            )


@family("duplicates")
def values_that_occur_again(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.whole(Role.MEASURE), 2):
            times = s.frame[m.name].value_counts()
            repeated = sorted(times[times > 1].index.tolist())
            if not repeated:
                continue
            asked = [
                f"which values of {m.phrase} occur more than once",
                f"list the {m.phrase} values that appear more than once",
                f"which {m.phrase} values are duplicated",
            ]
            yield Drawn(asked, repeated, f"SELECT {m.name} FROM {s.name} GROUP BY 1 HAVING count(*) > 1", "set")
        if s.of(Role.KEY):
            k = s.of(Role.KEY)[0]
            asked = [f"how many {k.phrase}s occur more than once", f"how many duplicate {k.phrase}s are there"]
            yield Drawn(
                asked,
                int((s.frame[k.name].value_counts() > 1).sum()),
                f"SELECT count(*) FROM (SELECT {k.name} FROM {s.name} GROUP BY 1 HAVING count(*) > 1)",
            )


@family("value_lookup")
def a_cell_of_a_named_row(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for k in pick.some(s.of(Role.KEY, Role.LABEL), 2):
            for v in pick.some(s.frame[k.name].astype(str).tolist(), 2):
                row = s.frame[s.frame[k.name].astype(str) == v].iloc[0]
                c = pick.one([*s.whole(Role.MEASURE), *s.whole(Role.CATEGORY)])
                named = f"{k.phrase} {v}" if k.role is Role.KEY else v
                asked = [
                    f"what is the {c.phrase} of {named}",
                    f"show the {c.phrase} of {named}",
                    f"which {c.phrase} does {named} have",
                ]
                value = row[c.name]
                yield Drawn(asked, value, f"SELECT {c.name} FROM {s.name} WHERE {k.name}::VARCHAR = '{v}'")
