"""Numbers made of columns, and statistics of them."""

from __future__ import annotations

from collections.abc import Iterator

from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Role, World


@family("arithmetic")
def products_of_columns(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for left, right in s.products:
            one, other = s.column(left), s.column(right)
            value = s.frame[left] * s.frame[right]
            product = f"{one.phrase} times {other.phrase}"
            yield Drawn(
                (
                    f"total {product}",
                    f"sum of {product}",
                    f"total of {one.phrase} multiplied by {other.phrase}",
                    f"total {one.phrase} * {other.phrase}",
                ),
                value.sum(),
                f"SELECT sum({left} * {right}) FROM {s.name}",
            )
            for c in pick.some(s.whole(Role.CATEGORY), 2):
                asked = [f"total {product} per {c.phrase}", f"sum of {one.phrase} * {other.phrase} by {c.phrase}"]
                yield Drawn(
                    asked,
                    value.groupby(s.frame[c.name]).sum(),
                    f"SELECT {c.name}, sum({left} * {right}) FROM {s.name} GROUP BY 1",
                    "rows",
                )


@family("arithmetic")
def differences_of_columns(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for one, other in s.twins():
            value = s.frame[other.name] - s.frame[one.name]
            sql = f"{other.name} - {one.name}"
            asked = [
                f"average difference between {other.phrase} and {one.phrase}",
                f"mean of {other.phrase} minus {one.phrase}",
                f"average {other.phrase} - {one.phrase}",
            ]
            yield Drawn(asked, value.mean(), f"SELECT avg({sql}) FROM {s.name}", times=(1, -1))
            yield Drawn(
                (f"total of {other.phrase} minus {one.phrase}", f"total {other.phrase} less total {one.phrase}"),
                value.sum(),
                f"SELECT sum({sql}) FROM {s.name}",
            )
            added = [f"total of {one.phrase} plus {other.phrase}", f"sum of {one.phrase} and {other.phrase} together"]
            yield Drawn(
                added,
                (s.frame[one.name] + s.frame[other.name]).sum(),
                f"SELECT sum({one.name} + {other.name}) FROM {s.name}",
            )
            for c in pick.some(s.whole(Role.CATEGORY), 1):
                asked = [f"total {other.phrase} minus {one.phrase} per {c.phrase}"]
                yield Drawn(
                    asked,
                    value.groupby(s.frame[c.name]).sum(),
                    f"SELECT {c.name}, sum({sql}) FROM {s.name} GROUP BY 1",
                    "rows",
                )


@family("ratio")
def quotients_of_totals(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for above, below in s.quotients:
            one, other = s.column(above), s.column(below)
            value = s.frame[above].sum() / s.frame[below].sum()
            asked = [
                f"ratio of total {one.phrase} to total {other.phrase}",
                f"total {one.phrase} divided by total {other.phrase}",
                f"total {one.phrase} / total {other.phrase}",
            ]
            yield Drawn(asked, value, f"SELECT sum({above}) / sum({below}) FROM {s.name}")
            for c in pick.some(s.whole(Role.CATEGORY), 1):
                sums = s.frame.groupby(c.name)[[above, below]].sum()
                asked = [
                    f"total {one.phrase} divided by total {other.phrase} per {c.phrase}",
                    f"ratio of total {one.phrase} to total {other.phrase} by {c.phrase}",
                ]
                yield Drawn(
                    asked,
                    sums[above] / sums[below],
                    f"SELECT {c.name}, sum({above}) / sum({below}) FROM {s.name} GROUP BY 1",
                    "rows",
                )


@family("percentile")
def percentiles(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 2):
            share = pick.one((10, 25, 75, 90, 95))
            asked = [f"{share}th percentile of {m.phrase}", f"what is the {share}th percentile of the {m.phrase}"]
            yield Drawn(
                asked,
                s.frame[m.name].quantile(share / 100),
                f"SELECT quantile_cont({m.name}, {share / 100}) FROM {s.name}",
            )
        for m in pick.some(s.measures, 1):
            asked = [f"interquartile range of {m.phrase}", f"IQR of {m.phrase}"]
            cells = s.frame[m.name]
            yield Drawn(
                asked,
                cells.quantile(0.75) - cells.quantile(0.25),
                f"SELECT quantile_cont({m.name}, 0.75) - quantile_cont({m.name}, 0.25) FROM {s.name}",
            )


@family("statistics")
def measures_together(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        whole = s.whole(Role.MEASURE)
        if len(whole) > 1:
            one, other = pick.some(whole, 2)
            asked = [
                f"correlation between {one.phrase} and {other.phrase}",
                f"how strongly do {one.phrase} and {other.phrase} correlate",
                f"Pearson correlation of {one.phrase} and {other.phrase}",
            ]
            yield Drawn(
                asked,
                s.frame[one.name].corr(s.frame[other.name]),
                f"SELECT corr({one.name}, {other.name}) FROM {s.name}",
            )
            slope = [f"slope of the linear regression of {other.phrase} on {one.phrase}"]
            covariance = s.frame[[one.name, other.name]].cov().to_numpy()
            yield Drawn(
                slope,
                covariance[0, 1] / covariance[0, 0],
                f"SELECT regr_slope({other.name}, {one.name}) FROM {s.name}",
            )


@family("statistics")
def spread_of_a_measure(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 2):
            asked = [f"variance of {m.phrase}", f"what is the variance of the {m.phrase}"]
            yield Drawn(asked, s.frame[m.name].var(), f"SELECT var_samp({m.name}) FROM {s.name}")
            asked = [f"range of {m.phrase}", f"difference between the highest and the lowest {m.phrase}"]
            yield Drawn(
                asked,
                s.frame[m.name].max() - s.frame[m.name].min(),
                f"SELECT max({m.name}) - min({m.name}) FROM {s.name}",
            )


@family("outliers")
def values_far_from_the_rest(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for m in pick.some(s.measures, 1):
            cells = s.frame[m.name]
            low, high = cells.quantile(0.25), cells.quantile(0.75)
            margin = 1.5 * (high - low)
            found = int(((cells < low - margin) | (cells > high + margin)).sum())
            asked = [
                f"how many outliers are there in {m.phrase} by the IQR rule",
                f"number of outliers of {m.phrase} (1.5 IQR)",
            ]
            sql = f"SELECT count(*) FROM {s.name}, (SELECT quantile_cont({m.name}, 0.25) AS a, quantile_cont({m.name}, 0.75) AS b FROM {s.name}) WHERE {m.name} < a - 1.5 * (b - a) OR {m.name} > b + 1.5 * (b - a)"
            yield Drawn(asked, found, sql)
