"""Ranks: the greatest and the least, by a figure of each group or a value of each row."""

from __future__ import annotations

from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.meanings import Figure, Rank, Rows, Value
from services.nlq.planner.grammar.rules import Costly
from shared.columns import Family

ENGLISH.phrases("SUP", {True: "most|highest|largest|biggest|greatest|maximum|max|top|longest|busiest", False: "least|lowest|smallest|fewest|minimum|min|bottom|shortest|quietest"})  # fmt: skip
ENGLISH.phrases(
    "SUPADJ",
    {
        ("amount", "price", "cost", "fee", "charge", "value", "salary"): "most expensive|priciest|dearest|costliest",
        ("-", "price", "cost", "fee", "charge"): "cheapest|least expensive",
        ("age", "-birth", "-born", "-founded", "-built", "-hire", "-since", "-published", "-date", "-year"): "oldest",
        ("-age", "birth", "born"): "youngest",
        (
            "length",
            "duration",
            "runtime",
            "distance",
            "time",
            "pages",
            "minutes",
            "seconds",
            "hours",
            "days",
            "talk",
        ): "longest",
        ("-", "length", "duration", "runtime", "distance", "time", "pages", "minutes", "seconds"): "shortest",
        ("height", "tall", "elevation", "altitude"): "tallest|highest",
        ("-", "height", "elevation", "altitude"): "lowest",
        ("population",): "most populous|most populated",
        ("-", "population"): "least populous|least populated",
        ("density",): "most densely populated|densest|most dense",
        ("-", "density"): "least densely populated|least dense|sparsest",
        ("rating", "score", "stars", "grade"): "best|best rated|highest rated|top rated",
        ("-", "rating", "score", "stars", "grade"): "worst|worst rated|lowest rated",
        ("depth",): "deepest",
        ("speed",): "fastest",
        ("weight",): "heaviest",
        ("size", "area", "population", "capacity", "amount", "total", "length"): "largest|biggest",
        ("-", "size", "area", "population", "capacity", "amount", "total"): "smallest",
        ("value", "worth", "price"): "most valuable",
        ("-", "value", "worth", "price"): "least valuable",
        ("salary", "pay", "wage", "income", "fee"): "highest paid|best paid|highest earning|top earning",
        ("-", "salary", "pay", "wage", "income", "fee"): "lowest paid|worst paid|lowest earning",
        ("date", "time", "timestamp", "on", "at"): "latest|newest|most recent|last|the latest",
        ("-", "date", "time", "timestamp", "on", "at"): "earliest|first|oldest",
    },
)


@ENGLISH.rule(
    "RANK",
    "@have? the? SUP FIG",
    "by|with|having SUP FIG",
    "@have the? SUP EXPR",
    "SUP EXPR",
    "with the? SUP EXPR",
    "the SUP EXPR",
)
def rank_by(largest: bool, by: Figure | Value) -> Rank | None:
    if isinstance(by, Figure) and (by.assumed or by.left is not None):
        return None
    if isinstance(by, Value) and by.column is not None and by.column.family not in (Family.NUMBER, Family.DATE):
        return None
    if isinstance(by, Value) and by.column is not None and by.column.is_key_like:
        return None
    return Rank(1, largest, by=by)


ENGLISH.phrases("MERIT", {True: "best", False: "worst"})
_THE_LESS_THE_BETTER = frozenset(
    "wait waiting delay delays cost costs price expense expenses error errors waste wasted late lateness complaint complaints defect defects "
    "absence sick loss losses failure failures downtime debt debts rank ranking place fine fines churn".split()
)


def is_largest(best: bool, of: Figure | Value | None) -> bool:
    """Whether the best (the worst) is the greatest: of waiting times it is the least."""
    value = of.of if isinstance(of, Figure) else of
    column = value.column if value is not None else None
    turned = column is not None and bool(_THE_LESS_THE_BETTER.intersection(column.words))
    return best != turned


@ENGLISH.rule("FIG", "MERIT EXPR")
def extreme_by_merit(best: bool, of: Value) -> Figure | Costly | None:
    if of.column is not None and of.column.is_key_like and not of.column.is_place:
        return None  # keys tell apart, and none is better than another
    return aggregate("max" if is_largest(best, of) else "min", of)


@ENGLISH.rule(
    "RANK",
    "@have? the? MERIT FIG",
    "by|with|having the? MERIT FIG",
    "@have the? MERIT EXPR",
    "MERIT EXPR",
    "with the? MERIT EXPR",
)
def rank_by_merit(best: bool, by: Figure | Value) -> Rank | None:
    return rank_by(is_largest(best, by), by)


ENGLISH.phrases("MANY", {True: "most|highest number of|largest number of|greatest number of|biggest number of|most number of|maximum number of", False: "least|fewest|lowest number of|smallest number of|least number of|minimum number of"})  # fmt: skip


@ENGLISH.rule("RANK", "@have? the? MANY ROWS", "with the? MANY ROWS", "MANY ROWS")
def rank_by_count(largest: bool, rows: Rows) -> Rank | Costly:
    return Rank(1, largest, by=Figure("count", rows=rows))


@ENGLISH.rule("RANK", "the? most often", "most frequently", "the? most times", "most of all")
def most_often() -> Rank:
    return Rank(1, True, by=Figure("count"))


@ENGLISH.rule("RANK", "the? least often", "least frequently")
def least_often() -> Rank:
    return Rank(1, False, by=Figure("count"))


@ENGLISH.rule("RANK", "@be the? ORDINAL in|by FIG|EXPR", "come|comes|came|ranked|ranks ORDINAL in|by FIG|EXPR")
def nth_by(ordinal: int, by: Figure | Value) -> Rank | None:
    """ "Which campaign is second in total clicks?"."""
    found = rank_by(True, by)
    return None if found is None else replace(found, skip=ordinal - 1)


@ENGLISH.rule("RANK", "@have? the? ORDINAL RANK", "ORDINAL RANK")
def nth(ordinal: int, rank: Rank) -> Rank | None:
    return Rank(1, rank.descending, ordinal - 1, rank.by) if rank.skip == 0 and rank.count == 1 else None
