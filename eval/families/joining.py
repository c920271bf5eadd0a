"""Questions over two tables: what belongs to what, and what has nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eval.families.drawing import Drawn, Pick, any_of, family
from eval.families.subjects import Link, Role, Subject, World


def sides(world: World) -> Iterator[tuple[Link, Subject, Subject, pd.DataFrame]]:
    for link in world.links:
        parent, child = world.subject(link.parent), world.subject(link.child)
        yield link, parent, child, child.frame.merge(parent.frame, on=link.key, how="left")


@family("join")
def numbers_by_the_other_tables_groups(world: World, pick: Pick) -> Iterator[Drawn]:
    for link, parent, child, joined in sides(world):
        tables = f"{child.name} JOIN {parent.name} USING ({link.key})"
        for c in pick.some(parent.whole(Role.CATEGORY), 3):
            for m in pick.some(child.whole(Role.MEASURE), 2):
                groups = joined.groupby(c.name)[m.name]
                asked = [
                    f"total {m.phrase} per {c.phrase} of the {parent.one}",
                    f"total {m.phrase} of {child.many} by {c.phrase}",
                    f"total {m.phrase} per {c.phrase}",
                ]
                yield Drawn(asked, groups.sum(), f"SELECT {c.name}, sum({m.name}) FROM {tables} GROUP BY 1", "rows")
                v = pick.one(parent.values(c))
                one = joined.loc[joined[c.name] == v, m.name]
                asked = [
                    f"average {m.phrase} of {child.many} from {parent.many} with {c.phrase} {v}",
                    f"average {m.phrase} for {c.phrase} {v}",
                ]
                yield Drawn(asked, one.mean(), f"SELECT avg({m.name}) FROM {tables} WHERE {c.name} = '{v}'")
            counted = [
                f"number of {child.many} per {c.phrase} of the {parent.one}",
                f"how many {child.many} are there per {c.phrase}",
            ]
            yield Drawn(
                counted, joined.groupby(c.name).size(), f"SELECT {c.name}, count(*) FROM {tables} GROUP BY 1", "rows"
            )
        for f in parent.of(Role.FLAG):
            found = int(joined[f.name].fillna(value=False).astype(bool).sum())
            asked = [
                f"how many {child.many} are from {f.phrase} {parent.many}",
                f"number of {child.many} of {f.phrase} {parent.many}",
            ]
            yield Drawn(asked, found, f"SELECT count(*) FROM {tables} WHERE {f.name}")


@family("join")
def which_of_them_has_the_most(world: World, pick: Pick) -> Iterator[Drawn]:
    """Told by name or by code."""
    for link, parent, child, joined in sides(world):
        names = [c.name for c in parent.of(Role.LABEL, Role.KEY)]
        sizes = joined.groupby(link.key).size()
        if sizes.nlargest(2).is_unique:
            most = parent.frame.set_index(link.key, drop=False).loc[str(sizes.idxmax())]
            first = f"FROM {child.name} JOIN {parent.name} USING ({link.key}) GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            asked = [
                f"which {parent.one} has the most {child.many}",
                f"{parent.one} with the highest number of {child.many}",
            ]
            yield any_of([Drawn(asked, most[name], f"SELECT {name} {first}", "set") for name in names])
        for m in pick.some(child.whole(Role.MEASURE), 1):
            totals = joined.groupby(link.key)[m.name].sum()
            if totals.nlargest(2).is_unique:
                most = parent.frame.set_index(link.key, drop=False).loc[str(totals.idxmax())]
                first = f"FROM {child.name} JOIN {parent.name} USING ({link.key}) GROUP BY 1 ORDER BY sum({m.name}) DESC LIMIT 1"
                asked = [
                    f"which {parent.one} has the highest total {m.phrase}",
                    f"{parent.one} with the largest total {m.phrase}",
                ]
                yield any_of([Drawn(asked, most[name], f"SELECT {name} {first}", "set") for name in names])


@family("anti_join")
def what_has_nothing(world: World, pick: Pick) -> Iterator[Drawn]:
    for link, parent, child, _ in sides(world):
        lone = parent.frame[~parent.frame[link.key].isin(child.frame[link.key])]
        without = f"FROM {parent.name} ANTI JOIN {child.name} USING ({link.key})"
        asked = [
            f"how many {parent.many} have no {child.many}",
            f"number of {parent.many} without any {child.many}",
            f"how many {parent.many} don't have a {child.one}",
            f"how many {parent.many} never had a {child.one}",
        ]
        yield Drawn(asked, len(lone), f"SELECT count(*) {without}")
        listed = [
            f"which {parent.many} have no {child.many}",
            f"list the {parent.many} without {child.many}",
            f"{parent.many} that have no {child.one}",
        ]
        names = parent.of(Role.LABEL, Role.KEY)
        yield any_of([Drawn(listed, lone[c.name].tolist(), f"SELECT {c.name} {without}", "set") for c in names])
        for c in pick.some(child.whole(Role.CATEGORY), 2):
            v = pick.one(child.values(c))
            having = child.frame.loc[child.frame[c.name] == v, link.key]
            asked = [
                f"how many {parent.many} have no {child.many} with {c.phrase} {v}",
                f"number of {parent.many} without a {child.one} whose {c.phrase} is {v}",
            ]
            sql = f"SELECT count(*) FROM {parent.name} WHERE {link.key} NOT IN (SELECT {link.key} FROM {child.name} WHERE {c.name} = '{v}')"
            yield Drawn(asked, int((~parent.frame[link.key].isin(having)).sum()), sql)


@family("semi_join")
def what_has_something(world: World, pick: Pick) -> Iterator[Drawn]:
    for link, parent, child, _ in sides(world):
        having = parent.frame[link.key].isin(child.frame[link.key])
        asked = [
            f"how many {parent.many} have at least one {child.one}",
            f"number of {parent.many} with at least one {child.one}",
            f"how many {parent.many} have any {child.many}",
        ]
        yield Drawn(
            asked, int(having.sum()), f"SELECT count(*) FROM {parent.name} SEMI JOIN {child.name} USING ({link.key})"
        )
        sizes = child.frame[child.frame[link.key].isin(parent.frame[link.key])].groupby(link.key).size()
        bound = int(sizes.median())
        asked = [
            f"how many {parent.many} have more than {bound} {child.many}",
            f"number of {parent.many} with more than {bound} {child.many}",
        ]
        sql = f"SELECT count(*) FROM (SELECT {link.key} FROM {child.name} JOIN {parent.name} USING ({link.key}) GROUP BY 1 HAVING count(*) > {bound})"
        yield Drawn(asked, int((sizes > bound).sum()), sql)
        for c in pick.some(child.whole(Role.CATEGORY), 2):
            v = pick.one(child.values(c))
            some = parent.frame[link.key].isin(child.frame.loc[child.frame[c.name] == v, link.key])
            asked = [
                f"how many {parent.many} have a {child.one} with {c.phrase} {v}",
                f"number of {parent.many} with at least one {child.one} whose {c.phrase} is {v}",
            ]
            sql = f"SELECT count(*) FROM {parent.name} WHERE {link.key} IN (SELECT {link.key} FROM {child.name} WHERE {c.name} = '{v}')"
            yield Drawn(asked, int(some.sum()), sql)
