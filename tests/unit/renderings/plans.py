"""Random tables with everything that renderings could treat differently, and random well-typed plans over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from shared.plan import (
    AGGREGATES,
    All,
    Among,
    AmongRows,
    Anything,
    Arithmetic,
    Bin,
    Bucket,
    Comparison,
    DayName,
    Derive,
    Distinct,
    Elapsed,
    Field,
    Group,
    Join,
    Keep,
    Literal,
    Matches,
    Measure,
    Missing,
    Named,
    Not,
    NumberOf,
    Part,
    Pivot,
    Query,
    Show,
    Sort,
    SortKey,
    Statistic,
    Take,
    Window,
    Within,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
COLUMNS = {
    "orders": {
        "pieces": "number", "amount": "number", "full": "number", "region": "text", "note": "text", "code": "text", "paid": "boolean",
        "sure": "boolean", "ordered": "date", "sent": "date", "customer": "number",
    },
    "customers": {"id": "number", "name": "text", "region": "text", "since": "date", "credit": "number"},
}  # fmt: skip
TEXTS = ["North", "north", " North ", "South", "", "a%b", "a_b", "1,234.50 €", "$5", "-7", "12 kg", "Q3", "1,5"]
DAYS = st.dates(dt.date(2023, 12, 25), dt.date(2025, 1, 10))
MOMENTS = st.datetimes(dt.datetime(2023, 12, 25), dt.datetime(2025, 1, 10)).map(lambda at: at.replace(microsecond=0))
QUARTERS = st.integers(-20, 40).map(lambda number: number / 4)
CELLS: dict[str, tuple[st.SearchStrategy[Any], pa.DataType, bool]] = {
    "pieces": (st.integers(-3, 9), pa.int64(), True),
    "amount": (QUARTERS, pa.float64(), True),
    "full": (st.integers(0, 5), pa.int64(), False),
    "region": (st.sampled_from(TEXTS[:4]), pa.string(), True),
    "note": (st.sampled_from(TEXTS), pa.string(), True),
    "code": (st.sampled_from(["A", "B"]), pa.string(), False),
    "paid": (st.booleans(), pa.bool_(), True),
    "sure": (st.booleans(), pa.bool_(), False),
    "ordered": (DAYS, pa.date32(), True),
    "sent": (MOMENTS, pa.timestamp("us"), True),
    "customer": (st.integers(1, 4), pa.int64(), True),
    "id": (st.integers(1, 5), pa.int64(), True),
    "name": (st.sampled_from(["Ann", "Bo", "Cy"]), pa.string(), True),
    "since": (DAYS, pa.date32(), True),
    "credit": (QUARTERS, pa.float64(), True),
}


@st.composite
def tables(draw: Draw) -> dict[str, pa.Table]:
    found = {}
    for table, columns in COLUMNS.items():
        rows = draw(st.integers(0, 9))
        cells = {}
        for name in columns:
            values, kind, missing = CELLS[name]
            strategy = st.one_of(values, values, values, st.none()) if missing else values
            cells[name] = pa.array(draw(st.lists(strategy, min_size=rows, max_size=rows)), kind)
        found[table] = pa.table(cells)
    return found


@dataclass(frozen=True)
class Known:
    """What can be named at a place in a plan."""

    fields: tuple[tuple[Field, str], ...]
    depth: int = 0

    def of(self, *kinds: str) -> list[Field]:
        return [field for field, kind in self.fields if kind in kinds]


def known(table: str, alias: str | None = None, depth: int = 0) -> Known:
    return Known(tuple((Field(name=name, table=alias or table), kind) for name, kind in COLUMNS[table].items()), depth)


def value(draw: Draw, at: Known, kind: str, nesting: int = 0) -> Any:
    fields = at.of(kind)
    made: list[Callable[[], Any]] = [lambda: draw(st.sampled_from(fields))] * 3 if fields else []
    if kind == "number":
        made += _numbers(draw, at, nesting)
    if kind == "text" and nesting == 0 and at.of("date"):
        made.append(lambda: DayName(of=draw(st.sampled_from(at.of("date")))))
    if kind == "date" and fields:
        made.append(
            lambda: Bucket(
                unit=draw(st.sampled_from(["day", "week", "month", "quarter", "year"])),
                of=draw(st.sampled_from(fields)),
            )
        )
    return draw(st.sampled_from(made))() if made else None


def _numbers(draw: Draw, at: Known, nesting: int) -> list[Callable[[], Any]]:
    def inner() -> Any:
        return value(draw, at, "number", nesting + 1)

    def a(kind: str) -> Any:
        return draw(st.sampled_from(at.of(kind)))

    made: list[Callable[[], Any]] = [lambda: number(draw)]
    if nesting < 2 and at.of("number"):
        made.append(lambda: Arithmetic(op=draw(st.sampled_from("+-*/")), left=inner(), right=inner()))
        made.append(lambda: Bin(width=draw(st.sampled_from([1, 2, 2.5, 10])), of=a("number")))
    if at.of("date"):
        made.append(
            lambda: Part(
                part=draw(st.sampled_from(["year", "quarter", "month", "day", "weekday", "hour"])), of=a("date")
            )
        )
        made.append(
            lambda: Elapsed(
                unit=draw(st.sampled_from(["seconds", "minutes", "hours", "days"])), start=a("date"), end=a("date")
            )
        )
    if at.of("text"):
        made.append(lambda: NumberOf(of=a("text")))
    if at.depth == 0 and nesting == 0:
        made.append(lambda: Statistic(query=single(draw)))
    return made


def number(draw: Draw) -> Literal:
    return Literal(value=draw(st.one_of(st.integers(-2, 6), QUARTERS)), type="number")


def single(draw: Draw) -> Query:
    table = draw(st.sampled_from(list(COLUMNS)))
    at = known(table, depth=1)
    where = (Keep(where=predicate(draw, at)),) if draw(st.booleans()) else ()
    return Query(table=table, steps=(*where, Group(measures=(measure(draw, at, "only"),))))


def measure(draw: Draw, at: Known, name: str) -> Measure:
    where = predicate(draw, at) if draw(st.integers(0, 4)) == 0 else None
    if draw(st.integers(0, 4)) == 0 or not at.of("number"):
        return Measure(name=name, function="count", where=where)
    function = draw(st.sampled_from(list(AGGREGATES)))
    share = draw(st.sampled_from([0, 10, 25, 50, 90, 100])) if function == "percentile" else None
    return Measure(name=name, function=function, of=value(draw, at, "number", 1), where=where, percentile=share)


def predicate(draw: Draw, at: Known, nesting: int = 0) -> Any:
    kinds = [kind for kind in ("number", "text", "boolean", "date") if at.of(kind)]
    made: list[Callable[[], Any]] = [lambda: _about(draw, at, draw(st.sampled_from(kinds)))] * 4
    if nesting < 2:
        several = st.integers(1, 3)

        def inner() -> Any:
            return predicate(draw, at, nesting + 1)

        made.append(lambda: Not(of=inner(), missing_too=draw(st.booleans())))
        made.append(lambda: All(of=tuple(inner() for _ in range(draw(several)))))
        made.append(lambda: Anything(of=tuple(inner() for _ in range(draw(several)))))
    return draw(st.sampled_from(made))()


def _about(draw: Draw, at: Known, kind: str) -> Any:
    operator = draw(st.sampled_from(["==", "!=", ">", ">=", "<", "<="]))
    field = draw(st.sampled_from(at.of(kind)))
    if draw(st.integers(0, 5)) == 0:
        return Missing(of=field)
    if kind == "number":
        how = draw(st.sampled_from(["compare", "compare", "among", "rows"]))
        if how == "rows" and at.depth == 0:
            query = Query(table="customers", steps=(Keep(where=predicate(draw, known("customers", depth=1), 1)),))
            return AmongRows(of=field, query=query, column="id")
        if how == "among":
            return Among(of=field, values=tuple(draw(st.lists(st.integers(-2, 6), max_size=3))))
        return Comparison(
            left=value(draw, at, "number"),
            op=operator,
            right=draw(st.sampled_from([number(draw), value(draw, at, "number")])),
        )
    if kind == "text":
        text = draw(st.sampled_from(TEXTS))
        how = draw(st.sampled_from(["compare", "fold", "among", "contains", "starts", "ends"]))
        if how in ("contains", "starts", "ends"):
            return Matches(of=field, how=how, text=text)
        if how == "among":
            return Among(of=field, values=tuple(draw(st.lists(st.sampled_from(TEXTS), max_size=3))))
        other = draw(st.sampled_from([Literal(value=text, type="text"), draw(st.sampled_from(at.of("text")))]))
        return Comparison(left=field, op=operator, right=other, fold_case=how == "fold")
    if kind == "date":
        day = draw(DAYS)
        if draw(st.booleans()):
            end = draw(st.one_of(st.none(), DAYS.map(str), MOMENTS.map(dt.datetime.isoformat)))
            return Within(of=field, start=draw(st.sampled_from([None, str(day)])), end=end)
        literal = draw(
            st.sampled_from(
                [Literal(value=str(day), type="date"), Literal(value=draw(MOMENTS).isoformat(), type="datetime")]
            )
        )
        return Comparison(
            left=field, op=operator, right=draw(st.sampled_from([literal, draw(st.sampled_from(at.of("date")))]))
        )
    return Comparison(
        left=field, op=draw(st.sampled_from(["==", "!="])), right=Literal(value=draw(st.booleans()), type="boolean")
    )


@st.composite
def plans(draw: Draw) -> Query:
    table = draw(st.sampled_from(list(COLUMNS)))
    at, steps = known(table), []
    for position in range(draw(st.integers(1, 4))):
        step, at = _step(draw, at, f"made{position}", table if position == 0 else None)
        steps.append(step)
    return Query(table=table, steps=tuple(steps))


def _step(draw: Draw, at: Known, name: str, first: str | None) -> tuple[Any, Known]:
    kinds = ["keep", "keep", "group", "group", "derive", "window", "window", "sort", "take", "take", "distinct", "show"]
    kinds += ["join", "join"] if first == "orders" else []
    return _STEPS[draw(st.sampled_from(kinds))](draw, at, name)


def _keep(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    return Keep(where=predicate(draw, at)), at


def _join(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    alias = draw(st.sampled_from([None, "buyers"]))
    step = Join(
        table="customers", alias=alias, left=Field(name="customer", table="orders"), right="id", multiplies=True
    )
    return step, Known(at.fields + known("customers", alias).fields)


def _group(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    keys = []
    for number_of_key in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(sorted({kind for _, kind in at.fields})))
        keys.append((f"{name} key {number_of_key}", value(draw, at, kind, 2), kind))
    count = draw(st.integers(0 if keys else 1, 3))
    measures = tuple(measure(draw, at, f"{name} measure {place}") for place in range(count))
    fields = [(Field(name=key), kind) for key, _, kind in keys] + [(Field(name=one.name), "number") for one in measures]
    step = Group(by=tuple(Named(name=key, of=of) for key, of, _ in keys), measures=measures)
    return step, Known(tuple(fields))


def _derive(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    kind = draw(st.sampled_from([kind for kind in ("number", "date") if at.of(kind)] or [at.fields[0][1]]))
    return Derive(name=name, of=value(draw, at, kind)), Known((*at.fields, (Field(name=name), kind)))


def _some(draw: Draw, at: Known, most: int, least: int = 0) -> tuple[Field, ...]:
    every = [field for field, _ in at.fields]
    return tuple(draw(st.lists(st.sampled_from(every), unique=True, min_size=least, max_size=min(most, len(every)))))


def _keys(draw: Draw, at: Known, least: int = 0) -> tuple[SortKey, ...]:
    return tuple(SortKey(of=field, descending=draw(st.booleans())) for field in _some(draw, at, 2, least))


def _window(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    functions = ["running", "moving", "previous", "difference", "growth", "rank", "share"]
    function = draw(st.sampled_from(functions)) if at.of("number") else "running"
    of = draw(st.sampled_from(at.of("number") or [at.fields[0][0]]))
    if function in ("rank", "running", "previous"):
        of = draw(st.sampled_from(at.of("number", "date", "text")))
    order = _keys(draw, at)
    if function == "rank":
        order = draw(st.sampled_from([(), (SortKey(of=of, descending=draw(st.booleans())),)]))
    step = Window(
        name=name, function=function, of=of, order=order, within=_some(draw, at, 1), size=draw(st.integers(1, 3))
    )
    kind = dict(at.fields)[of] if function == "previous" else "number"
    return step, Known((*at.fields, (Field(name=name), kind)))


def _sort(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    return Sort(by=_keys(draw, at, 1)), at


def _take(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    by = draw(st.one_of(st.none(), st.sampled_from(at.of("number", "date")))) if at.of("number", "date") else None
    step = Take(
        count=draw(st.integers(1, 3)),
        skip=draw(st.sampled_from([0, 0, 1, 2])),
        by=by,
        descending=draw(st.booleans()),
        within=_some(draw, at, 1),
    )
    return step, at


def _distinct(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    fields = _some(draw, at, 2)
    return Distinct(of=fields), Known(
        tuple((field, kind) for field, kind in at.fields if not fields or field in fields)
    )


def _show(draw: Draw, at: Known, name: str) -> tuple[Any, Known]:
    shown = [(f"{name} {place}", field, dict(at.fields)[field]) for place, field in enumerate(_some(draw, at, 4, 1))]
    if draw(st.booleans()) and at.of("number"):
        shown.append((f"{name} value", value(draw, at, "number"), "number"))
    step = Show(columns=tuple(Named(name=label, of=of) for label, of, _ in shown))
    return step, Known(tuple((Field(name=label), kind) for label, _, kind in shown))


@st.composite
def pivots(draw: Draw) -> Query:
    at = known("orders")
    kinds: Sequence[str] = ("number", "text", "boolean", "date")
    rows, columns = (value(draw, at, draw(st.sampled_from(kinds)), 2) for _ in range(2))
    group = Group(
        by=(Named(name="row", of=rows), Named(name="column", of=columns)), measures=(measure(draw, at, "cell"),)
    )
    fill = draw(st.sampled_from([None, 0]))
    pivot = Pivot(rows=Field(name="row"), columns=Field(name="column"), values=Field(name="cell"), fill=fill)
    return Query(table="orders", steps=(group, pivot))


_STEPS: dict[str, Callable[[Draw, Known, str], tuple[Any, Known]]] = {
    "keep": _keep,
    "join": _join,
    "group": _group,
    "derive": _derive,
    "window": _window,
    "sort": _sort,
    "take": _take,
    "distinct": _distinct,
    "show": _show,
}
