"""What stands in brackets: the formula or condition that a word beside it is a name for, the column that is meant, how dates are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Ask, Condition, Figure, Key, Rows, Value
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.lexicon.tokens import Token
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.pieces import fields_of
from shared.plan import Field

LONGEST_NAME = 4
COMPUTED = frozenset("rate rates ratio ratios share margin percentage yield roas roi cpa cpc ctr cpm".split())
"""Words that say of a name that it is computed: what else it holds is only what the formula speaks of."""
_NAMED, _FIRST_WORDS = 0.1, frozenset({"the", "overall", "total", "average", "highest", "lowest", "best", "worst"})


def names_of_formulas(
    tokens: Sequence[Token], bracketed: frozenset[tuple[int, int]], linked: frozenset[int]
) -> Iterator[Item]:
    """`NAME`: words before a bracket that it may explain: nothing in the data is called so, or a rate. `RATE`: the name of a rate
    whose formula follows later. `linked` are tokens that columns, tables or cells explain."""
    for first, _ in bracketed:
        for start in range(max(0, first - LONGEST_NAME), first):
            span = tokens[start:first]
            if any(_is_no_name(t) for t in span):
                continue
            if span[-1].norm in COMPUTED or not linked.intersection(range(start, first)):
                yield Item("NAME", start, first, span[-1].norm, _NAMED)
    for at, token in enumerate(tokens):
        if token.norm in COMPUTED:
            for start in range(max(0, at - 2), at):
                if not any(_is_no_name(t) for t in tokens[start:at]):
                    yield Item("RATE", start, at + 1, token.norm, _NAMED)


def _is_no_name(token: Token) -> bool:
    return (
        (token.norm in FUNCTION_WORDS and token.norm != "through")
        or token.norm in _FIRST_WORDS
        or token.is_number
        or token.is_symbol
    )


@ENGLISH.rule("FIG", "FIG totals", "totals FIG")
def of_totals(figure: Figure) -> Figure | None:
    return figure if figure.function == "ratio" else None


@ENGLISH.rule("FIG", "NAME ~IN_FIG", "overall|total NAME ~IN_FIG")
def named_figure(_: str, figure: Figure) -> Figure | None:
    return None if figure.assumed and figure.left is None else figure


@ENGLISH.rule("EXPR", "NAME ~IN_EXPR")
def named_value(_: str, value: Value) -> Value:
    return value


@ENGLISH.rule("PRED", "NAME ~IN_PRED")
def named_condition(_: str, found: Condition) -> Condition:
    return found


@ENGLISH.rule("FIG", "FIG ~IN_FIG", cost=0.02)
def said_exactly(figure: Figure, exactly: Figure) -> Figure | None:
    """ "parts cost (sum of line_total)"."""
    return exactly if figure.assumed and not exactly.assumed else figure if figure == exactly else None


@ENGLISH.rule("ROWS", "ROWS ~IN_COL", cost=0.02)
def things_by_their_column(rows: Rows, column: Column) -> Rows | None:
    """ "which agent (name)": by what they are to be shown."""
    return rows if column.home is rows.table else None


@ENGLISH.rule("PRED", "PRED ~IN_COL", cost=-0.05)
def by_that_column(found: Condition, column: Column) -> Condition | None:
    """ "in Feb 2024 (loaned_on)": of several dates that one."""
    return found if Field(name=column.ref.column, table=column.ref.table) in set(fields_of(found.where)) else None


@ENGLISH.rule(
    "Q",
    "Q dates @be? day month year",
    "Q dates @be? month day year",
    "Q both ends included",
    "Q inclusive",
    cost=0.02,
)
def with_a_remark(ask: Ask) -> Ask:
    """How dates are written is decided where they are read; days of a range are included anyway."""
    return ask


# Rates whose formula comes after the groups


@ENGLISH.rule(
    "Q",
    "overall? RATE GROUPING FIG",
    "overall? RATE GROUPING @of? the? TAB FIG",
    "overall? RATE GROUPING IN_FIG",
)
def rate_of_groups(*parts: object) -> Ask | None:
    figure = the(Figure, parts)
    keys = the(tuple, parts)
    return Ask(figures=(figure,), keys=keys) if figure.function == "ratio" else None


@ENGLISH.rule("Q", "RATE GROUPING IN_ROWS")
def share_of_groups(_: str, keys: tuple[Key, ...], rows: Rows) -> Ask | None:
    """ "vacancy rate per house (flats without a tenant)"."""
    if len(rows.where) != 1:
        return None
    whole = Figure("count", rows=Rows(rows.table, rows.counted))
    part = Figure("count", rows=Rows(rows.table, rows.counted), where=rows.where)
    return Ask(figures=(Figure("share", left=part, right=whole, scale=100),), keys=keys)
