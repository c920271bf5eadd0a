"""Aggregates of the figures of groups: "average of total sales per customer"."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Figure, Key, Rows, Value
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family


@ENGLISH.rule(
    "FIG", "AGG of? FIG per|by KEY", "AGG FIG per|by KEY", "AGG of? FIG for each KEY", "AGG of the? FIG per KEY"
)
def nested(outer: str, inner: Figure, key: Key) -> Figure | Costly | None:
    """ "average of total sales per customer"."""
    if inner.left is not None or outer not in ("mean", "median", "max", "min", "std") or inner.function == "mean":
        return None
    return Costly(
        Figure(
            "nested",
            left=inner,
            right=None,
            rows=None,
            of=Value(key.of, key.label, key.column, key.tables),
            where=(),
            percentile=None,
            scale=_OUTER.index(outer),
        ),
        _doubt_of_totals(inner, key),
    )


def _doubt_of_totals(inner: Figure, key: Key) -> float:
    """ "average revenue per day" is that of the days' totals; "average rent per house" is one average for each house."""
    if not inner.assumed:
        return 0.0
    daily = key.column is not None and key.column.family is Family.DATE and key.unit in (None, "day")
    return 0.1 if daily else 0.2 if key.unit else 0.6


_OUTER = ("mean", "median", "max", "min", "std")


def outer_of(figure: Figure) -> str:
    return _OUTER[figure.scale]


@ENGLISH.rule("FIG", "EXPR per TAB")
def unsaid_mean_per_row(value: Value, table: Table) -> Figure | None:
    """ "Cost per stay", of a table of stays: of each there is one, and what is asked for is the average."""
    column = value.column
    if column is None or column.home is not table or not column.is_numeric or column.is_key_like or column.is_year:
        return None
    return Figure("mean", value)


@ENGLISH.rule("FIG", "FIG per TAB", "FIG for each|every TAB", "FIG per COL")
def per_row(figure: Figure, of: object) -> Figure | None:
    """ "average net amount per order": of each order there is one amount."""
    if figure.function not in ("mean", "median") or figure.of is None:
        return None
    table = (
        of
        if isinstance(of, Table)
        else of.home
        if isinstance(of, Column) and of.facts.name in of.home.facts.candidate_keys
        else None
    )
    return figure if table is not None and figure.of.tables == {table.name} else None


ENGLISH.phrases(
    "SOME_OF_THEM",
    {
        True: "who has at least one|that has at least one|with at least one|who have at least one|that have at least one|which have at least one|with any|that have any|who have any|having at least one|with one or more"
    },
)


@ENGLISH.rule(
    "FIG",
    "AGG number|count of ROWS per|by KEY SOME_OF_THEM ROWS?",
    "AGG number|count of ROWS per|by KEY among|of|for those|these? SOME_OF_THEM ROWS?",
    "AGG number|count of ROWS per|by KEY among|of|for ROWS SOME_OF_THEM ROWS?",
    "AGG number|count of ROWS per|by KEY among|of|for ROWS @light|lent|borrowed|used|visited|ordered at least once",
)
def nested_of_those_with_some(outer: str, counted: Rows, key: Key, *said: object) -> Figure | Costly | None:
    """ "Average number of loans per film among films lent at least once": things without any are in no group."""
    others = [p for p in said if isinstance(p, Rows)]
    things = (key.column.home, counted.table) if key.column is not None else ()
    if counted.where or any(o.where or (o.table not in things) for o in others):
        return None
    return nested(outer, Figure("count", rows=counted), key)
