"""What not, and, and or make of conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.nlq.planner.grammar.conditions.flags import negated, yes_cells
from services.nlq.planner.grammar.conditions.holding import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Cells, Condition
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.schema import Column
from shared.plan import (
    All,
    Among,
    Anything,
    Comparison,
    Field,
    Not,
    Part,
    Predicate,
    Within,
)
from shared.plan.expressions import Scalar

ENGLISH.phrases(
    "NEG",
    {
        "not": "not|excluding|except|except for|without|non|other than|apart from|aside from|besides|but not|outside|outside of|outside the|isn t|aren t|wasn t|weren t|isnt|arent|wasnt|werent|exclude|not counting|not including|ignoring|leaving out|rather than|were not|are not|is not|was not|not in|not from|not by|anything but|everything but|all but",
        "never": "don t|doesn t|didn t|hasn t|haven t|dont|doesnt|didnt|did not|does not|do not|have not|has not",
    },
)


@ENGLISH.rule("PRED", "NEG PRED", "that? @be? NEG PRED")
def negate(how: str, found: Condition) -> Condition | list[Costly] | None:
    """What things "did not" do, none of their rows does; what is "not so" is said of each row."""
    if (
        found.column is not None
        and isinstance(found.where, Among)
        and found.where.values == yes_cells(found.column) != ()
    ):
        return None  # of a flag that is spelled out, "not" is what says no (`flag_off`)
    return replace(negated(found), never=True) if how == "never" else _with_gaps(negated(found))


@ENGLISH.rule(
    "PRED",
    "COL that|which? @be? NEG either? COL? CELL",
    "COL that|which? @be? NEG either? COL? CELL or|nor|and CELL",
    "COL that|which? @be? NEG either? CELL CELL or|nor|and CELL",
    cost=0.02,
)
def cell_is_not(column: Column, how: str, *parts: object) -> Condition | list[Costly] | None:
    """ "Whose zone is not Isle", "with a zone other than Isle or Hills"."""
    found = [p for p in parts if isinstance(p, Cells)]
    if any(f.column is not column for f in found) or any(p is not column for p in parts if isinstance(p, Column)):
        return None
    either = joined([of_cells(f) for f in found], Anything)
    return negate(how, either) if isinstance(either, Condition) else None


THE_GAPS_TOO = 0.09
"""Where nothing is said it is not said to be so either: "not charter" over a column that says "charter" or nothing. The figures tell
whether it matters."""


def _with_gaps(found: Condition) -> Condition | list[Costly]:
    where, column = found.where, found.column
    said = isinstance(where, Not) and (isinstance(where.of, Among) or _date_of(where.of) is not None)
    if column is None or not column.facts.nullable or not isinstance(where, Not) or not said:
        return found
    with_gaps = replace(found, where=where.model_copy(update={"missing_too": True}))
    return [Costly(found, 0.0), Costly(with_gaps, THE_GAPS_TOO)]


@ENGLISH.rule("PRED", "never PRED", "@have never PRED", "but never PRED", cost=-0.01)
def at_no_time(found: Condition) -> Condition:
    """Of things with several rows: none of them is so, which is more than that some are not."""
    return replace(negated(found), never=True)


@ENGLISH.rule("PRED", "neither PRED nor PRED", "NEG either? PRED or|nor PRED", "neither PRED or PRED")
def neither(*parts: object) -> Condition | None:
    found = [p for p in parts if isinstance(p, Condition)]
    either = joined(found, Anything)
    return negated(either) if isinstance(either, Condition) else None


@ENGLISH.rule("PRED", "NEG PRED and PRED", cost=0.02)
def neither_of_one_column(_: str, left: Condition, right: Condition) -> Condition | None:
    """ "except East and West"."""
    if left.column is None or left.column is not right.column:
        return None
    either = joined([left, right], Anything)
    return negated(either) if isinstance(either, Condition) else None


def joined(found: list[Condition], how: type[All] | type[Anything]) -> Condition | Costly | None:
    tables = frozenset().union(*(f.tables for f in found))
    column = found[0].column if all(f.column is found[0].column for f in found) else None
    if how is Anything:
        return Condition(_merged_cells(found) or Anything(of=_flat(found, Anything)), tables, column)
    parts = _flat(found, All)
    doubt = conflict(parts)
    if doubt is None:
        return None
    made = Condition(All(of=parts), tables, column)
    return Costly(made, doubt) if doubt else made


TWO_PERIODS = 0.5  # "November 2023" is one period, not every November and the year 2023


def conflict(parts: tuple[Predicate, ...]) -> float | None:
    """None where two parts about one column cannot both be meant; else what it costs to believe that they are."""
    if _in_pieces(parts):
        return None
    cells: dict[Field, set[Scalar]] = {}
    times: dict[Field, int] = {}
    for part in parts:
        inner = part.of if isinstance(part, Not) else part
        if isinstance(inner, Among) and isinstance(inner.of, Field):
            values = set(inner.values)
            if not cells.setdefault(inner.of, values) & values:
                return None
        about = _date_of(inner)
        if about is not None:
            times[about] = times.get(about, 0) + 1
    return TWO_PERIODS * sum(count - 1 for count in times.values())


def _in_pieces(parts: tuple[Predicate, ...]) -> bool:
    """A piece of a month is no quarter or half of a year as well: "the last quarter of February" is a part of February."""
    pieces: dict[Field, set[str]] = {}
    for part in parts:
        if isinstance(part, Within) and isinstance(part.of, Field) and not _spans_a_year(part):
            pieces.setdefault(part.of, set()).add("span")
        of = part.left if isinstance(part, Comparison) else part.of if isinstance(part, Among) else None
        if isinstance(of, Part) and isinstance(of.of, Field) and of.part in ("month", "quarter"):
            pieces.setdefault(of.of, set()).add(of.part)
    return any(len(said) > 1 for said in pieces.values())


def _spans_a_year(part: Within) -> bool:
    return not (part.start and part.end) or (part.end[4:10] == part.start[4:10] and part.end[:4] > part.start[:4])


def dead_alternative(parts: Sequence[Predicate]) -> bool:
    """Whether one of the alternatives cannot be, given what holds beside them: of "damaged and (novel or worn)" nothing is worn. Then
    the words were split up otherwise."""
    for at, part in enumerate(parts):
        if isinstance(part, Anything):
            beside = tuple(p for p in (*parts[:at], *parts[at + 1 :]) if not isinstance(p, Anything))
            branches = (branch.of if isinstance(branch, All) else (branch,) for branch in part.of)
            if any(conflict((*beside, *branch)) is None for branch in branches):
                return True
    return False


def _date_of(part: Predicate) -> Field | None:
    if isinstance(part, Within) and isinstance(part.of, Field):
        return part.of
    left = part.left if isinstance(part, Comparison) else part.of if isinstance(part, Among) else None
    return (
        left.of if isinstance(left, Part) and isinstance(left.of, Field) and left.part not in ("hour", "day") else None
    )


def _flat(found: list[Condition], how: type[All] | type[Anything]) -> tuple[Predicate, ...]:
    out: list[Predicate] = []
    for one in found:
        out += one.where.of if isinstance(one.where, how) else (one.where,)
    return tuple(dict.fromkeys(out))


def _merged_cells(found: list[Condition]) -> Among | None:
    cells = [f.where for f in found if isinstance(f.where, Among)]
    if len(cells) != len(found) or len({c.of for c in cells}) != 1:
        return None
    return Among(of=cells[0].of, values=tuple(dict.fromkeys(v for c in cells for v in c.values)))


@ENGLISH.rule("PRED", "PRED or PRED", "either PRED or PRED", "PRED or else PRED")
def either(left: Condition, right: Condition) -> Condition | Costly | None:
    if _holds_with(left.where, right.where) or _holds_with(right.where, left.where):
        return None
    made = joined([left, right], Anything)
    if isinstance(made, Condition) and (_also_speaks_of(left, right) or _also_speaks_of(right, left)):
        return Costly(made, ACROSS)
    return made


def _holds_with(denied: Predicate, said: Predicate) -> bool:
    """Whether an alternative adds nothing: "not Plains or Hills" denies both, for whoever is in Hills is not in Plains anyway."""
    if not (isinstance(denied, Not) and isinstance(denied.of, Among) and isinstance(said, Among)):
        return False
    return denied.of.of == said.of and set(denied.of.values).isdisjoint(said.values)


ACROSS = 0.3
""" "Uninsured and in City or Rural": the alternatives are the two cells of one column, and not all before the "or"."""


def _also_speaks_of(whole: Condition, part: Condition) -> bool:
    """Whether one of the conditions that hold together is about what the alternative is about."""
    if not isinstance(whole.where, All) or not isinstance(part.where, Among) or len(whole.where.of) < 2:
        return False
    return any(isinstance(p, Among) and p.of == part.where.of for p in whole.where.of)


@ENGLISH.rule("PRED", "PRED and PRED", "PRED but PRED", "PRED and also PRED", "PRED as well as PRED")
def both(left: Condition, right: Condition) -> Condition | Costly | list[Costly] | None:
    if not _excludes(left, right):
        return joined([left, right], All)
    made = joined([left, right], Anything)  # no cell is two things: "in Berlin and Paris" is either
    if not isinstance(made, Condition):
        return made
    return [Costly(made, 0.0), Costly(_apart(left, right), OR_A_ROW_FOR_EACH)]


OR_A_ROW_FOR_EACH = 0.08
"""Of a thing that has several rows, "who ordered rye and cake" may be said of those with a row for each: where the figures differ it is
asked about (choosing.decide.TIED). Of other things that is no reading."""


@ENGLISH.rule("PRED", "both PRED and PRED", "PRED and also PRED")
def each_of_both(left: Condition, right: Condition) -> Condition | Costly | None:
    """ "bought both a desk and a chair": the thing has a row for each."""
    if not _excludes(left, right):
        return joined([left, right], All)
    return _apart(left, right)


@ENGLISH.rule("PRED", "PRED but|and|yet NEG PRED", "PRED but|and|yet never PRED")
def one_without_the_other(*parts: object) -> Condition | None:
    """ "in 2022 but not in 2023": what no row of 2022 could be told apart by."""
    left, right = (p for p in parts if isinstance(p, Condition))
    return _apart(left, negated(right)) if _excludes(left, right) else None


def _apart(left: Condition, right: Condition) -> Condition:
    where = All(of=(left.where, right.where))
    return Condition(where, left.tables | right.tables, left.column, apart=(left, right))


def _excludes(left: Condition, right: Condition) -> bool:
    """Two cells, or two periods, of one column: no row has both."""
    if left.column is None or left.column is not right.column:
        return False
    if isinstance(left.where, Comparison) and isinstance(right.where, Comparison):
        return left.where.op == right.where.op == "==" and left.where.right != right.where.right
    kinds = (Among, Within)
    return (isinstance(left.where, kinds) and isinstance(right.where, kinds)) or {
        type(left.where),
        type(right.where),
    } == {Anything, Within}


@ENGLISH.rule("PRED", "PRED PRED", cost=0.01)
def side_by_side(left: Condition, right: Condition) -> Condition | Costly | None:
    return None if _excludes(left, right) else joined([left, right], All)
