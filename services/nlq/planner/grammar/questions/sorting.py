"""Groups in an order that is asked for first: "sort the genres by average fee, cheapest first", "rank the suppliers by sales"."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.groups import key_of_column
from services.nlq.planner.grammar.meanings import Ask, Figure, Key, Order, Rows, Value
from services.nlq.planner.grammar.rules import Costly

ENGLISH.phrases("SORT", {False: "sort|order|arrange", True: "rank"})


@ENGLISH.rule("Q", "SORT all? the? ROWS by|on the? their? FIG|EXPR ORDERING?")
def sorted_groups(ranked: bool, rows: Rows, by: Figure | Value, order: Order | None = None) -> list[Costly]:
    """What is ranked begins with the greatest; what is sorted, with the least, unless it is said."""
    if rows.counted is None or (order is not None and order.by is not None):
        return []
    figure = aggregate("sum", by) if isinstance(by, Value) else by
    figure, cost = (figure.meaning, figure.cost) if isinstance(figure, Costly) else (figure, 0.0)
    key = key_of_column(rows.counted)
    key, doubt = (key.meaning, key.cost) if isinstance(key, Costly) else (key, 0.0)
    if not isinstance(figure, Figure) or not isinstance(key, Key) or figure.assumed or figure.left is not None:
        return []
    asked = Ask(
        figures=(figure,), keys=(key,), where=rows.where, order=Order(None, order.descending if order else ranked)
    )
    return [Costly(asked, cost + doubt)]


@ENGLISH.rule("Q", "SORT Q", "SORT me? the? Q")
def ranked_first(_: bool, asked: Ask) -> Ask | None:
    """ "Rank the top 3 suppliers by sales"."""
    return replace(asked) if asked.rank is not None and asked.order is None else None
