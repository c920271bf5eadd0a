"""Rows in a year, a month, before a day, on a weekday, at an hour."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from eval.families.drawing import Drawn, Pick, family
from eval.families.subjects import Role, World
from eval.families.wording import counting


@family("date_range")
def rows_in_a_time(world: World, pick: Pick) -> Iterator[Drawn]:
    for s in world.subjects:
        for d in pick.some(s.whole(Role.DATE, Role.MOMENT), 1):
            when = s.frame[d.name]
            years = sorted(when.dt.year.unique())
            for year in pick.some([int(y) for y in years], 2):
                rows = [f"{s.many} {d.phrase} in {year}", f"{s.many} that were {d.phrase} in {year}"]
                yield Drawn(
                    tuple(w for r in rows for w in counting(r)),
                    int((when.dt.year == year).sum()),
                    f"SELECT count(*) FROM {s.name} WHERE year({d.name}) = {year}",
                )
            month = pd.Timestamp(pick.one(sorted(when.dt.to_period("M").astype(str).unique())))
            shown = month.strftime("%B %Y")
            found = int((when.dt.to_period("M") == month.to_period("M")).sum())
            yield Drawn(
                counting(f"{s.many} {d.phrase} in {shown}"),
                found,
                f"SELECT count(*) FROM {s.name} WHERE date_trunc('month', {d.name}) = DATE '{month:%Y-%m-%d}'",
            )
            day = when.sort_values().iloc[len(when) // 2].normalize()
            for word, kept, operator in (("before", when < day, "<"), ("since", when >= day, ">=")):
                rows = [
                    f"{s.many} {d.phrase} {word} {day:%Y-%m-%d}",
                    f"{s.many} {d.phrase} {word} {day.day} {day:%B %Y}",
                ]
                yield Drawn(
                    tuple(w for r in rows for w in counting(r)),
                    int(kept.sum()),
                    f"SELECT count(*) FROM {s.name} WHERE {d.name} {operator} TIMESTAMP '{day}'",
                )


@family("calendar")
def rows_by_weekday_and_hour(world: World, pick: Pick) -> Iterator[Drawn]:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for s in world.subjects:
        for d in pick.some(s.whole(Role.DATE, Role.MOMENT), 1):
            weekday = s.frame[d.name].dt.day_of_week
            number = pick.one(range(7))
            rows = [f"{s.many} {d.phrase} on a {names[number]}", f"{s.many} {d.phrase} on {names[number]}s"]
            yield Drawn(
                tuple(w for r in rows for w in counting(r)),
                int((weekday == number).sum()),
                f"SELECT count(*) FROM {s.name} WHERE isodow({d.name}) = {number + 1}",
            )
            weekend = [f"{s.many} {d.phrase} on weekends", f"{s.many} {d.phrase} at the weekend"]
            yield Drawn(
                tuple(w for r in weekend for w in counting(r)),
                int((weekday >= 5).sum()),
                f"SELECT count(*) FROM {s.name} WHERE isodow({d.name}) > 5",
            )
        for d in s.of(Role.MOMENT):
            hour = s.frame[d.name].dt.hour
            rows = [f"{s.many} {d.phrase} between 9:00 and 12:00", f"{s.many} {d.phrase} from 9:00 to 12:00"]
            exact = (s.frame[d.name].dt.hour == 12) & (s.frame[d.name].dt.minute == 0)
            if not exact.any():
                yield Drawn(
                    tuple(w for r in rows for w in counting(r)),
                    int(hour.isin([9, 10, 11]).sum()),
                    f"SELECT count(*) FROM {s.name} WHERE hour({d.name}) BETWEEN 9 AND 11",
                )
            busiest = hour.value_counts()
            if busiest.iloc[0] > busiest.iloc[1]:
                asked = [f"in which hour of the day were most {s.many} {d.phrase}", f"which hour has the most {s.many}"]
                yield Drawn(
                    asked,
                    int(busiest.index[0]),
                    f"SELECT hour({d.name}) FROM {s.name} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
                )
