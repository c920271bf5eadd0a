"""Conditions on rows: comparisons, cells, missing values, negation, and what and/or join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Cells, Condition, Number, Value, field_of
from services.nlq.planner.grammar.measures import times
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.grammar.values import OF_ONE_KIND, are_of_one_kind
from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType, Family
from shared.plan import (
    All,
    Among,
    Anything,
    Comparison,
    Elapsed,
    Field,
    Literal,
    Matches,
    Missing,
    Not,
    Part,
    Predicate,
    Within,
)
from shared.plan.expressions import Scalar


def condition(where: Predicate, column: Column | None, tables: Iterable[str], said: str = "") -> Condition:
    return Condition(where, frozenset(tables), column, said)


def _of_column(column: Column, where: Predicate) -> Condition:
    return condition(where, column, {column.ref.table})


_TIME_UNITS = {"second": "seconds", "minute": "minutes", "hour": "hours", "day": "days", "week": "days"}
ANOTHER_UNIT = 0.6
"""A unit beside the number that neither the column's name nor its facts speak of: the cells may be in another one."""


def compared(value: Value, op: str, number: Number) -> Condition | Costly | None:
    column = value.column
    if column is not None and not column.is_numeric:
        return None
    left, doubt = value.of, 0.0
    if isinstance(left, Elapsed):
        unit = _TIME_UNITS.get(number.unit or "day")
        if unit is None:
            return None
        left = left.model_copy(update={"unit": unit})
        number = Number(number.value * 7, "day") if number.unit == "week" else number
    elif number.unit is not None and column is not None and not _is_in(column, number.unit):
        factor = times(number.unit, column)
        doubt = ANOTHER_UNIT if factor is None else 0.0
        number = replace(number, value=number.value * (factor or 1))
    operand = Literal(value=_scaled(column, number), type="number")
    found = condition(Comparison(left=left, op=op, right=operand), column, value.tables)  # type: ignore[arg-type]
    if column is not None and column.is_key_like and not column.is_place and op not in ("==", "!="):
        doubt += 0.9
    if op == "==" and column is not None and not _may_hold(column, operand.value):
        doubt += NO_SUCH_NUMBER
    return Costly(found, doubt) if doubt else found


NO_SUCH_NUMBER = 0.5
"""Equal to a number beyond all that the column holds: the number rather belongs to another ("the wins for 2004")."""


def _may_hold(column: Column, number: Scalar) -> bool:
    low, high = column.facts.minimum, column.facts.maximum
    if not all(isinstance(n, int | float) for n in (low, high, number)):
        return True
    return bool(low <= number <= high)


_SAID_OF = {"year": {"age", "years"}, "USD": set(), "EUR": set(), "GBP": set()}


def _is_in(column: Column, unit: str) -> bool:
    """Whether the column may well be in that unit: money whatever its sign, a length where the name says so."""
    if unit.isupper():
        return column.facts.unit in (None, unit)
    words = {unit, stem(unit), *_SAID_OF.get(unit, ())}
    return bool(words & ({*column.words, *column.stems} | {(column.facts.unit or "").casefold()}))


def _scaled(column: Column | None, number: Number) -> float | int:
    """A percentage against a column of fractions (0 to 1) is a fraction."""
    if not number.percent or column is None:
        return number.value
    high = column.facts.maximum
    is_fraction = isinstance(high, int | float) and 0 < high <= 1
    return number.value / 100 if is_fraction else number.value


@ENGLISH.rule("PRED", "EXPR be? CMP QTY", "have? EXPR of? CMP QTY", "@have EXPR of? CMP QTY", "EXPR @be CMP QTY")
def compare(value: Value, op: str, number: Number) -> Condition | Costly | None:
    return compared(value, op, number)


@ENGLISH.rule("PRED", "CMP QTY in? EXPR", "@have CMP QTY EXPR", cost=0.02)
def compare_before(op: str, number: Number, value: Value) -> Condition | Costly | None:
    return compared(value, op, number)


@ENGLISH.rule("PRED", "EXPR @be? of? QTY AFTERWARDS", "@have? EXPR of QTY AFTERWARDS")
def compare_afterwards(value: Value, number: Number, op: str) -> Condition | Costly | None:
    return compared(value, op, number)


@ENGLISH.rule("PRED", "QTY AFTERWARDS EXPR", "QTY EXPR AFTERWARDS", cost=0.02)
def compare_afterwards_first(number: Number, first: object, second: object) -> Condition | Costly | None:
    value, op = (first, second) if isinstance(first, Value) else (second, first)
    return compared(value, op, number) if isinstance(value, Value) and isinstance(op, str) else None


@ENGLISH.rule("PRED", "EXPR @be? of? QTY", "@have EXPR QTY", cost=0.1)
def equals_number(value: Value, number: Number) -> Condition | Costly | None:
    return compared(value, "==", number)


@ENGLISH.rule("PRED", "QTY EXPR", cost=0.3)
def number_of_them(number: Number, value: Value) -> Condition | Costly | None:
    """ "5 rooms"."""
    return compared(value, "==", number)


@ENGLISH.rule(
    "PRED",
    "EXPR @be? between QTY and|to QTY",
    "@have EXPR between QTY and QTY",
    "EXPR @be? from QTY to QTY",
    "EXPR @be? QTY to QTY",
)
def between(value: Value, low: Number, high: Number) -> Condition | None:
    if (value.column is not None and not value.column.is_numeric) or low.value > high.value:
        return None
    bounds = (
        Comparison(left=value.of, op=">=", right=Literal(value=_scaled(value.column, low), type="number")),
        Comparison(left=value.of, op="<=", right=Literal(value=_scaled(value.column, high), type="number")),
    )
    return condition(All(of=bounds), value.column, value.tables)


@ENGLISH.rule("PRED", "between QTY and QTY EXPR")
def between_first(low: Number, high: Number, value: Value) -> Condition | None:
    return between(value, low, high)


@ENGLISH.rule("PRED", "EXPR CMP QTY and|but CMP QTY", "CMP QTY and|but CMP QTY EXPR")
def two_bounds(*parts: object) -> Condition | Costly | None:
    value = next(p for p in parts if isinstance(p, Value))
    ops = [p for p in parts if isinstance(p, str)]
    numbers = [p for p in parts if isinstance(p, Number)]
    found = [compared(value, op, number) for op, number in zip(ops, numbers, strict=True)]
    if not all(isinstance(f, Condition) for f in found):
        return None
    return joined([f for f in found if isinstance(f, Condition)], All)


@ENGLISH.rule(
    "PRED",
    "EXPR @be? CMP EXPR",
    "@have? EXPR CMP EXPR",
    "EXPR CMP the? EXPR ones|one?",
    "EXPR @be? CMP the? EXPR ones|one?",
)
def compare_values(left: Value, op: str, right: Value) -> Condition | Costly | None:
    if left.of == right.of or _family(left) != _family(right) or _family(left) not in (Family.NUMBER, Family.DATE):
        return None
    if any(v.column is not None and v.column.is_key_like for v in (left, right)):
        return None
    found = condition(Comparison(left=left.of, op=op, right=right.of), None, left.tables | right.tables)  # type: ignore[arg-type]
    return Costly(found, OF_ONE_KIND) if are_of_one_kind(left, right) else found


@ENGLISH.rule("PRED", "EXPR @be? after|later EXPR")
def later_than(left: Value, right: Value) -> Condition | Costly | None:
    return compare_values(left, ">", right) if _family(left) is Family.DATE else None


@ENGLISH.rule("PRED", "EXPR @be? before EXPR")
def earlier_than(left: Value, right: Value) -> Condition | Costly | None:
    return compare_values(left, "<", right) if _family(left) is Family.DATE else None


@ENGLISH.rule(
    "PRED",
    "EXPR and EXPR @be the? same",
    "same EXPR and|as EXPR",
    "EXPR equals|equal EXPR",
    "EXPR @be the? same as EXPR",
)
def same_values(left: Value, right: Value) -> Condition | None:
    if left.of == right.of or _family(left) != _family(right):
        return None
    return condition(Comparison(left=left.of, op="==", right=right.of), None, left.tables | right.tables)


def _family(value: Value) -> Family:
    return value.column.family if value.column is not None else Family.NUMBER


@ENGLISH.rule("PRED", "negative EXPR", "EXPR @be? negative", "EXPR below zero", "EXPR less than zero")
def negative(value: Value) -> Condition | Costly | None:
    return compared(value, "<", Number(0))


@ENGLISH.rule("PRED", "positive EXPR", "EXPR @be? positive", "EXPR above zero")
def positive(value: Value) -> Condition | Costly | None:
    return compared(value, ">", Number(0))


# Cells


def of_cells(found: Cells) -> Condition:
    where: Predicate = Among(of=field_of(found.column), values=found.cells)
    return Condition(where, frozenset({found.column.ref.table}), found.column, located=found.located)


@ENGLISH.rule("PRED", "VAL")
def cell(found: Cells) -> Condition:
    return of_cells(found)


@ENGLISH.rule(
    "PRED",
    "@have? COL @be? of? CELL",
    "COL = CELL",
    "COL equals|equal|called|named|like CELL",
    "COL equal to CELL",
    "by COL CELL",
)
def cell_of_column(column: Column, found: Cells) -> Condition | Costly | None:
    if column is found.column:
        return of_cells(found)
    if any(cell in column.facts.values for cell in found.cells):
        return None  # the column that is named has such cells itself
    if set(column.stems) & set(found.column.stems) and column.ref.table == found.column.ref.table:
        return Costly(of_cells(found), 0.25)
    return None


@ENGLISH.rule("PRED", "by|via|using|through|as|like VAL", cost=0.02)
def cell_as_means(found: Cells) -> Condition:
    return of_cells(found)


@ENGLISH.rule("PRED", "CMP QTY", "of? QTY AFTERWARDS", cost=0.1)
def amount_compared(first: object, second: object) -> list[Costly]:
    """ "donations of $500 or more": the columns that are in that currency."""
    number, op = (first, second) if isinstance(first, Number) else (second, first)
    if not isinstance(number, Number) or not isinstance(op, str):
        return []
    found = []
    for column in number.columns:
        made = compared(Value(field_of(column), column.facts.name, column, frozenset({column.ref.table})), op, number)
        if isinstance(made, Condition):
            found.append(Costly(made, 0.0))
    return found


@ENGLISH.rule("PRED", "CELL ~COL")
def cell_before_column(found: Cells, column: Column) -> Condition | None:
    return of_cells(found) if column is found.column else None


@ENGLISH.rule("PRED", "COL number|no|id ~NUM", "COL ~NUM", "COL = NUM", cost=0.05)
def key_is(column: Column, number: Number) -> Condition | Costly | None:
    if column.family is not Family.NUMBER or not isinstance(number.value, int):
        return None
    where = Comparison(left=field_of(column), op="==", right=Literal(value=number.value, type="number"))
    found = _of_column(column, where)
    return found if _may_hold(column, number.value) else Costly(found, NO_SUCH_NUMBER)


# Missing and present

NOWHERE = 0.5  # what is asked for is missing in no row: something else is meant, or the answer is none


@ENGLISH.rule(
    "PRED",
    "COL @be? missing|empty|blank|unknown|unspecified|null",
    "missing|blank|empty a? COL",
    "@have no|missing COL",
    "no COL recorded|given|specified?",
    "without an|a|any? COL",
    "@have no COL recorded|given|specified|assigned|set?",
    "COL not recorded|given|known|specified|available|set",
    "left no COL",
    "lacking|lack|lacks a? COL",
    "missing a? value? for COL",
    "@do? @not @have? an|a|any COL",
)
def is_missing(column: Column) -> list[Costly]:
    """Of a number, none may be said of 0 as well."""
    if column.family is Family.BOOLEAN:
        return []
    found = [Costly(_of_column(column, Missing(of=field_of(column))), 0.0 if column.facts.nullable else NOWHERE)]
    low = column.facts.minimum
    if column.is_numeric and not column.is_key_like and isinstance(low, int | float) and low <= 0:
        zero = Comparison(left=field_of(column), op="==", right=Literal(value=0, type="number"))
        found.append(Costly(_of_column(column, zero), 0.1))
    return found


@ENGLISH.rule("PRED", "never ~COL", "not yet ~COL", "still not ~COL", "never @be|@have? ~COL", cost=0.02)
def never_done(column: Column) -> list[Costly]:
    """ "never renewed", of a column that counts renewals or says when."""
    return [found for found in is_missing(column) if found.cost < NOWHERE]


@ENGLISH.rule(
    "PRED",
    "COL @be? not? known|recorded|given|present",
    "with|having a|an? COL",
    "@have an|a|any COL",
    "@have COL recorded",
    "COL @be? not missing|empty|blank|null",
    cost=0.1,
)
def is_present(column: Column) -> Condition | Costly | None:
    if column.family is Family.BOOLEAN or not column.facts.nullable or yes_cells(column):
        return None
    return _of_column(column, Not(of=Missing(of=field_of(column))))


# Booleans as adjectives


def is_flag(column: Column) -> bool:
    """Booleans, and numbers that are only 0 and 1."""
    if column.facts.type == ColumnType.BOOLEAN:
        return True
    return column.is_numeric and (column.facts.minimum, column.facts.maximum, column.facts.distinct) == (0, 1, 2)


_SAY_YES = frozenset({"yes", "y", "true", "t", "ja", "oui", "si", "x"})
_SAY_NO = frozenset({"no", "n", "false", "f", "nein", "non"})
_MOST_SPELLINGS = 10


def yes_cells(column: Column) -> tuple[str, ...]:
    """The cells of a text column that say yes, however spelled, where others say no: a flag that may have a third value."""
    values = column.facts.values
    if column.family is not Family.TEXT or not column.facts.values_complete or len(values) > _MOST_SPELLINGS:
        return ()
    return _said(values, _SAY_YES) if _said(values, _SAY_NO) else ()


def no_cells(column: Column) -> tuple[str, ...]:
    return _said(column.facts.values, _SAY_NO) if yes_cells(column) else ()


def _said(cells: tuple[str, ...], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(cell for cell in cells if cell.strip().casefold() in words)


def holds(column: Column, truth: bool) -> Condition:
    """A flag of which there is only "yes" and nothing is not set where nothing stands."""
    field = field_of(column)
    if column.facts.type != ColumnType.BOOLEAN:
        return _of_column(column, Comparison(left=field, op="==", right=Literal(value=int(truth), type="number")))
    if not truth and column.facts.nullable and column.facts.distinct == 1:
        yes = Comparison(left=field, op="==", right=Literal(value=True, type="boolean"))
        return _of_column(column, Not(of=yes, missing_too=True))
    return _of_column(column, Comparison(left=field, op="==", right=Literal(value=truth, type="boolean")))


@ENGLISH.rule(
    "PRED",
    "COL",
    "@be COL",
    "@have? a|an? COL",
    "COL @be? yes|true|y",
    "COL = yes|true",
    "marked|flagged as? COL",
    "would|will|do|does|did COL",
)
def flag(column: Column) -> Condition | Costly | None:
    if cells := yes_cells(column):
        return _of_column(column, Among(of=field_of(column), values=cells))
    if column.family is Family.DATE and column.facts.nullable and column.words[-1].endswith("ed"):
        return Costly(
            _of_column(column, Not(of=Missing(of=field_of(column)))), 0.1
        )  # "discontinued": it has such a date
    return holds(column, True) if is_flag(column) else None


@ENGLISH.rule(
    "PRED",
    "non COL",
    "COL @be? no|false|n",
    "COL = no|false",
    "no|without a|an? COL",
    "@have no COL",
    "would|will|do|does|did? NEG COL",
)
def flag_off(*parts: object) -> Condition | list[Costly] | None:
    column = next(p for p in parts if isinstance(p, Column))
    if is_flag(column):
        return holds(column, False)
    if cells := no_cells(column):
        third = set(column.facts.values) - {*cells, *yes_cells(column)}
        noes = _of_column(column, Among(of=field_of(column), values=cells))
        return [Costly(noes, 0.0), *([Costly(negated(flag(column)), 0.1)] if third else [])]  # type: ignore[arg-type]
    found = flag(column)
    found = found.meaning if isinstance(found, Costly) else found
    return negated(found) if isinstance(found, Condition) else None


# Texts

ENGLISH.phrases("HOLDING", {"contains": "contain|contains|containing|mention|mentions|mentioning|include the word|contain the word|containing the word|with the word|including the word", "starts": "start with|starts with|starting with|begin with|begins with|beginning with", "ends": "end with|ends with|ending with|end in|ends in|ending in"})  # fmt: skip


@ENGLISH.rule("PRED", "COL HOLDING TEXT", "COL that|which? HOLDING TEXT")
def text_holds(column: Column, how: str, text: str) -> Condition | None:
    if column.family is not Family.TEXT:
        return None
    return _of_column(column, Matches(of=field_of(column), how=how, text=text))  # type: ignore[arg-type]


# Negation and joining


def negated(found: Condition) -> Condition:
    where = found.where
    if isinstance(where, Not):
        return Condition(where.of, found.tables, found.column)
    if found.column is not None and is_flag(found.column) and isinstance(where, Comparison):
        value = where.right.value if isinstance(where.right, Literal) else None
        return holds(found.column, not value)
    return Condition(Not(of=where), found.tables, found.column)


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


THE_GAPS_TOO = 0.09
"""Where nothing is said it is not said to be so either: "not charter" over a column that says "charter" or nothing. The figures tell
whether it matters."""


def _with_gaps(found: Condition) -> Condition | list[Costly]:
    where, column = found.where, found.column
    if column is None or not column.facts.nullable or not isinstance(where, Not) or not isinstance(where.of, Among):
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


def _date_of(part: Predicate) -> Field | None:
    if isinstance(part, Within) and isinstance(part.of, Field):
        return part.of
    left = part.left if isinstance(part, Comparison) else part.of if isinstance(part, Among) else None
    return left.of if isinstance(left, Part) and isinstance(left.of, Field) and left.part != "hour" else None


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
    return joined([left, right], Anything)


@ENGLISH.rule("PRED", "PRED and PRED", "PRED but PRED", "PRED and also PRED", "PRED as well as PRED")
def both(left: Condition, right: Condition) -> Condition | Costly | None:
    if _excludes(left, right):
        return joined([left, right], Anything)  # no cell is two things: "in Berlin and Paris" is either
    return joined([left, right], All)


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
