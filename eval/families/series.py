"""Over time: per month, running, smoothed, against the month before; and how long things took."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Column, Role, Subject, World


def dated_cases(s: Subject, pick: Pick, most: int) -> list[tuple[Column, Column]]:
    return pick.some([(d, m) for d in s.whole(Role.DATE, Role.MOMENT) for m in s.whole(Role.MEASURE)], most)


def monthly(s: Subject, d: Column, m: Column) -> pd.Series:
    return s.frame.groupby(s.frame[d.name].dt.to_period("M"))[m.name].sum()


def monthly_sql(s: Subject, d: Column, m: Column) -> str:
    return f"(SELECT date_trunc('month', {d.name}) AS month, sum({m.name}) AS x FROM {s.name} GROUP BY 1)"


def is_gapless(months: pd.Series) -> bool:
    """A month without rows is no row of the series, and its neighbours are no months before and after."""
    return len(months) == len(pd.period_range(months.index[0], months.index[-1], freq="M"))


@family("grouping_by_time")
def a_number_per_unit_of_time(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 2):
            by_month = monthly(s, d, m)
            asked = [f"total {m.phrase} per month", f"monthly total {m.phrase}", f"total {m.phrase} by month"]
            yield Drawn(asked, by_month.tolist(), f"SELECT x FROM {monthly_sql(s, d, m)} ORDER BY month", "order")
            years = s.frame.groupby(s.frame[d.name].dt.year)[m.name].mean()
            asked = [f"average {m.phrase} per year", f"mean {m.phrase} by year", f"yearly average {m.phrase}"]
            yield Drawn(
                asked,
                years.tolist(),
                f"SELECT avg({m.name}) FROM {s.name} GROUP BY year({d.name}) ORDER BY year({d.name})",
                "order",
            )
            weekdays = s.frame.groupby(s.frame[d.name].dt.day_of_week).size()
            asked = [f"number of {s.many} per weekday", f"how many {s.many} are there by day of the week"]
            yield Drawn(asked, weekdays.tolist(), f"SELECT count(*) FROM {s.name} GROUP BY isodow({d.name})", "set")


@family("cumulative")
def running_totals(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 2):
            asked = [
                f"cumulative {m.phrase} by month",
                f"running total of {m.phrase} per month",
                f"cumulative monthly {m.phrase}",
            ]
            yield Drawn(
                asked,
                monthly(s, d, m).cumsum().tolist(),
                f"SELECT sum(x) OVER (ORDER BY month) FROM {monthly_sql(s, d, m)} ORDER BY month",
                "order",
            )


@family("rolling")
def moving_averages(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 1):
            months = monthly(s, d, m)
            if len(months) < 5 or not is_gapless(months):
                continue
            asked = [
                f"3 month moving average of total {m.phrase}",
                f"rolling 3-month average of the monthly total {m.phrase}",
            ]
            sql = f"SELECT CASE WHEN row_number() OVER (ORDER BY month) >= 3 THEN avg(x) OVER (ORDER BY month ROWS 2 PRECEDING) END FROM {monthly_sql(s, d, m)} ORDER BY month"
            yield Drawn(asked, months.rolling(3).mean().tolist(), sql, "order")


@family("change")
def against_the_month_before(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 2):
            months = monthly(s, d, m)
            if not is_gapless(months):
                continue
            source = monthly_sql(s, d, m)
            asked = [
                f"month over month change in total {m.phrase}",
                f"change of total {m.phrase} from month to month",
                f"difference of total {m.phrase} to the previous month, per month",
            ]
            yield Drawn(
                asked,
                months.diff().tolist(),
                f"SELECT x - lag(x) OVER (ORDER BY month) FROM {source} ORDER BY month",
                "order",
            )
            asked = [
                f"month over month growth of total {m.phrase} in percent",
                f"monthly growth rate of total {m.phrase} in percent",
            ]
            yield Drawn(
                asked,
                (100 * months.pct_change()).tolist(),
                f"SELECT 100 * (x / lag(x) OVER (ORDER BY month) - 1) FROM {source} ORDER BY month",
                "order",
            )


@family("compare_periods")
def one_year_against_another(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d, m in dated_cases(s, pick, 2):
            years = s.frame.groupby(s.frame[d.name].dt.year)[m.name].sum()
            if len(years) < 2:
                continue
            one, other = (int(year) for year in years.index[-2:])
            sql = f"sum({m.name}) FILTER (year({d.name}) = {other})"
            before = f"sum({m.name}) FILTER (year({d.name}) = {one})"
            asked = [
                f"difference in total {m.phrase} between {one} and {other}",
                f"how much did total {m.phrase} change from {one} to {other}",
            ]
            yield Drawn(asked, years[other] - years[one], f"SELECT {sql} - {before} FROM {s.name}", times=(1, -1))
            growth = [
                f"growth of total {m.phrase} from {one} to {other} in percent",
                f"by what percentage did total {m.phrase} change from {one} to {other}",
            ]
            yield Drawn(
                growth, 100 * (years[other] / years[one] - 1), f"SELECT 100 * ({sql} / {before} - 1) FROM {s.name}"
            )


@family("duration")
def from_one_date_to_another(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        dates = s.of(Role.DATE)
        if len(dates) < 2:
            continue
        start, end = dates[:2]
        days = (s.frame[end.name] - s.frame[start.name]).dt.days
        length = f"date_diff('day', {start.name}, {end.name})"
        between = f"between {start.name} and {end.name}"
        asked = [
            f"average number of days {between}",
            f"how many days are there on average {between}",
            f"mean duration {between} in days",
        ]
        yield Drawn(asked, days.mean(), f"SELECT avg({length}) FROM {s.name}")
        asked = [f"longest number of days {between}", f"maximum days {between}"]
        yield Drawn(asked, days.max(), f"SELECT max({length}) FROM {s.name}")
        bound = int(days.median())
        asked = [
            f"how many {s.many} have more than {bound} days {between}",
            f"number of {s.many} with over {bound} days {between}",
        ]
        yield Drawn(asked, int((days > bound).sum()), f"SELECT count(*) FROM {s.name} WHERE {length} > {bound}")
        for c in pick.some(s.whole(Role.CATEGORY), 1):
            asked = [f"average number of days {between} per {c.phrase}"]
            yield Drawn(
                asked,
                days.groupby(s.frame[c.name]).mean(),
                f"SELECT {c.name}, avg({length}) FROM {s.name} GROUP BY 1",
                "rows",
            )


@family("date_extremes")
def first_and_last_day(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d in s.of(Role.DATE):
            asked = [
                f"what is the latest {d.name} date",
                f"most recent {d.name}",
                f"when was the last of the {s.many} {d.phrase}",
            ]
            yield Drawn(asked, s.frame[d.name].max(), f"SELECT max({d.name}) FROM {s.name}")
            asked = [f"what is the earliest {d.name} date", f"when was the first of the {s.many} {d.phrase}"]
            yield Drawn(asked, s.frame[d.name].min(), f"SELECT min({d.name}) FROM {s.name}")
