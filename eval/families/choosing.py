"""Which rows: conditions on one column, several, or their absence."""

from __future__ import annotations

from collections.abc import Iterator

from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Column, Role, Subject, World
from eval.families.wording import counting, crossed, having_value


def value_cases(subject: Subject, pick: Pick, most: int) -> list[tuple[Column, str]]:
    cases = [(c, v) for c in subject.whole(Role.CATEGORY) for v in subject.values(c)]
    return pick.some(cases, most)


def threshold(subject: Subject, column: Column, share: float) -> float | int:
    """A round number that no cell equals, so that "over" and "at least" are tried apart from ties."""
    value = float(subject.frame[column.name].quantile(share))
    return round(value) if value >= 10 else round(value, 1)


@family("counting")
def rows_with_a_value(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        yield Drawn(counting(s.many), len(s.frame), f"SELECT count(*) FROM {s.name}")
        for c, v in value_cases(s, pick, 3):
            found = int((s.frame[c.name] == v).sum())
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} = '{v}'"
            yield Drawn(tuple(w for rows in having_value(s, c, v) for w in counting(rows)), found, sql)


@family("condition")
def rows_beyond_a_number(world: World, pick: Pick) -> Iterator[Drawn]:
    words = {
        ">": ("more than", "above", "over"),
        "<": ("less than", "below", "under"),
        ">=": ("at least",),
        "<=": ("at most",),
    }
    for s in world.subjects:
        for m in pick.some(s.measures, 2):
            operator = pick.one(list(words))
            bound = threshold(s, m, pick.one((0.3, 0.5, 0.7)))
            kept = s.frame.query(f"{m.name} {operator} @bound")
            rows = tuple(f"{s.many} with {m.phrase} {word} {bound}" for word in words[operator])
            rows += tuple(f"{s.many} whose {m.phrase} is {word} {bound}" for word in words[operator])
            sql = f"FROM {s.name} WHERE {m.name} {operator} {bound}"
            yield Drawn(tuple(w for r in rows for w in counting(r)), len(kept), f"SELECT count(*) {sql}")
            if other := [o for o in s.measures if o.name != m.name and o in s.whole(Role.MEASURE)]:
                o = pick.one(other)
                asked = crossed((f"total {o.phrase} of", f"what is the total {o.phrase} of"), rows)
                yield Drawn(asked, kept[o.name].sum(), f"SELECT sum({o.name}) {sql}")


@family("condition")
def rows_between(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 1):
            low, high = threshold(s, m, 0.25), threshold(s, m, 0.75)
            found = int(s.frame[m.name].between(low, high).sum())
            rows = [
                f"{s.many} with {m.phrase} between {low} and {high}",
                f"{s.many} with a {m.phrase} from {low} to {high}",
            ]
            sql = f"SELECT count(*) FROM {s.name} WHERE {m.name} BETWEEN {low} AND {high}"
            yield Drawn(tuple(w for r in rows for w in counting(r)), found, sql)


@family("negation")
def rows_without_a_value(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c, v in value_cases(s, pick, 4):
            found = int((s.frame[c.name] != v).sum())
            rows = [
                f"{s.many} whose {c.phrase} is not {v}",
                f"{s.many} with a {c.phrase} other than {v}",
                f"{s.many} where the {c.phrase} isn't {v}",
                f"{s.many} that are not {v}",
            ]
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} <> '{v}'"
            yield Drawn(tuple(w for r in rows for w in counting(r)), found, sql)
            if len(s.values(c)) > 2 and s.whole(Role.MEASURE):
                m = pick.one(s.whole(Role.MEASURE))
                asked = [
                    f"total {m.phrase} excluding {c.phrase} {v}",
                    f"total {m.phrase} of all {c.plural} except {v}",
                    f"sum of {m.phrase} without {c.phrase} {v}",
                ]
                total = s.frame.loc[s.frame[c.name] != v, m.name].sum()
                yield Drawn(asked, total, f"SELECT sum({m.name}) FROM {s.name} WHERE {c.name} <> '{v}'")


@family("negation")
def rows_between_neither(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in pick.some([c for c in s.whole(Role.CATEGORY) if len(s.values(c)) > 2], 1):
            one, other = pick.some(s.values(c), 2)
            rows = [
                f"{s.many} whose {c.phrase} is neither {one} nor {other}",
                f"{s.many} with a {c.phrase} that is not {one} or {other}",
            ]
            found = int((~s.frame[c.name].isin([one, other])).sum())
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} NOT IN ('{one}', '{other}')"
            yield Drawn(tuple(w for r in rows for w in counting(r)), found, sql)


@family("flag")
def rows_by_a_flag(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for f in s.of(Role.FLAG):
            true = int(s.frame[f.name].sum())
            sql = f"SELECT count(*) FROM {s.name} WHERE"
            yield Drawn(counting(f"{f.phrase} {s.many}"), true, f"{sql} {f.name}")
            negated = [
                f"how many {s.many} are not {f.phrase}",
                f"number of non-{f.phrase} {s.many}",
                f"count the {s.many} that are not {f.phrase}",
            ]
            yield Drawn(negated, len(s.frame) - true, f"{sql} NOT {f.name}")
            for m in pick.some(s.whole(Role.MEASURE), 1):
                asked = [f"average {m.phrase} of {f.phrase} {s.many}", f"mean {m.phrase} for {f.phrase} {s.many}"]
                mean = s.frame.loc[s.frame[f.name], m.name].mean()
                yield Drawn(asked, mean, f"SELECT avg({m.name}) FROM {s.name} WHERE {f.name}")


@family("either_or")
def one_of_two_values(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for c in pick.some(s.whole(Role.CATEGORY), 2):
            one, other = pick.some(s.values(c), 2)
            rows = [
                f"{s.many} with {c.phrase} {one} or {other}",
                f"{s.many} whose {c.phrase} is either {one} or {other}",
                f"{s.many} where {c.phrase} is {one} or {other}",
            ]
            found = int(s.frame[c.name].isin([one, other]).sum())
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} IN ('{one}', '{other}')"
            yield Drawn(tuple(w for r in rows for w in counting(r)), found, sql)


@family("either_or")
def conditions_on_two_columns(world: World, pick: Pick) -> Iterator[Drawn]:
    """A condition on a category and one on a number, joined by either word."""
    for s in world.subjects:
        for c, v in value_cases(s, pick, 2):
            if not s.whole(Role.MEASURE):
                continue
            m = pick.one(s.whole(Role.MEASURE))
            bound = threshold(s, m, 0.6)
            equal, beyond = s.frame[c.name] == v, s.frame[m.name] > bound
            both = [
                f"{s.many} with {c.phrase} {v} and {m.phrase} above {bound}",
                f"{s.many} whose {c.phrase} is {v} and whose {m.phrase} is over {bound}",
            ]
            sql = f"SELECT count(*) FROM {s.name} WHERE {c.name} = '{v}'"
            yield Drawn(
                tuple(w for r in both for w in counting(r)),
                int((equal & beyond).sum()),
                f"{sql} AND {m.name} > {bound}",
            )
            either = [
                f"{s.many} with {c.phrase} {v} or {m.phrase} above {bound}",
                f"{s.many} whose {c.phrase} is {v} or whose {m.phrase} is over {bound}",
            ]
            yield Drawn(
                tuple(w for r in either for w in counting(r)),
                int((equal | beyond).sum()),
                f"{sql} OR {m.name} > {bound}",
            )


@family("either_or")
def conditions_on_three_columns(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        if len(s.whole(Role.CATEGORY)) < 2 or not s.of(Role.FLAG):
            continue
        first, second = pick.some(s.whole(Role.CATEGORY), 2)
        f = pick.one(s.of(Role.FLAG))
        one, other = pick.some(s.values(first), 2)
        v = pick.one(s.values(second))
        rows = f"{f.phrase} {s.many} with {first.phrase} {one} or {other} and {second.phrase} {v}"
        kept = s.frame[s.frame[f.name] & s.frame[first.name].isin([one, other]) & (s.frame[second.name] == v)]
        sql = f"SELECT count(*) FROM {s.name} WHERE {f.name} AND {first.name} IN ('{one}', '{other}') AND {second.name} = '{v}'"
        yield Drawn(counting(rows), len(kept), sql)
