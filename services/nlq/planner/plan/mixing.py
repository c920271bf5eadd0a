"""Numbers of several units that an answer would mix: a column beside them says what each row is in, grams or kilograms, euros or dollars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.nlq.planner.facts import Decline, TableFacts
from services.nlq.planner.lexicon.tokens import name_words
from shared.columns import ColumnType, Family
from shared.open_choices import OpenChoice, OpenQuestion
from shared.plan import Comparison, Field, Group, Keep, Measure, Plan, Query, Sort, Take
from shared.plan.model import rows_of
from shared.plan.walking import pieces_of

_OF_AMOUNTS = frozenset("currency ccy".split())
_OF_QUANTITIES = frozenset("unit units uom".split())
_MONEY = frozenset(
    "amount price rate cost fee fare total revenue value paid due salary pay wage income budget premium balance charge tax net gross spend".split()
)
MOST_UNITS = 20
"""A column of more different cells than that names units of some other kind: flats, departments."""
_RECKONED = frozenset({"sum", "mean", "median", "min", "max", "std", "variance", "percentile"})


@dataclass(frozen=True)
class Mix:
    """`count` gives how many units there are, at most, among the numbers that one figure of the answer is made of."""

    count: Query
    number: str
    unit: str
    units: tuple[str, ...]

    @property
    def refusal(self) -> Decline:
        several = ", ".join(self.units[:4])
        return Decline(
            f"The numbers in {self.number} are in several units ({self.unit}: {several}), which cannot be taken together.",
            f"Ask for those of one {self.unit}, or for each {self.unit} by itself.",
            "aggregate",
        )


def mixes(plan: Plan, facts: Sequence[TableFacts]) -> Iterator[Mix]:
    """What to count before an answer is given: figures, comparisons and orders of numbers that a column of units stands beside."""
    query = rows_of(plan)
    end = next((at for at, step in enumerate(query.steps) if isinstance(step, Group | Take | Sort)), len(query.steps))
    step = query.steps[end] if end < len(query.steps) else None
    for table in facts:
        for unit in _columns_of_units(table):
            of = Field(table=table.name, name=unit.name)
            if isinstance(step, Group) and any(of in pieces_of(key.of) for key in step.by):
                continue
            numbers = [n for n in _reckoned_with(query, table) if _is_measured_in(n, unit.name, table)]
            if numbers:
                by = step.by if isinstance(step, Group) else ()
                counted = Group(by=by, measures=(Measure(name="units", function="distinct", of=of),))
                most = Group(measures=(Measure(name="units", function="max", of=Field(name="units")),))
                steps = (*(s for s in query.steps[:end] if not _compares(s, numbers)), counted, most)
                yield Mix(Query(table=query.table, steps=steps), numbers[0], unit.name, unit.values)


def mixed_in_cells(plan: Plan, facts: Sequence[TableFacts]) -> Decline | None:
    """The refusal of a figure, comparison or order of numbers whose cells themselves are in several units: €12 above $13."""
    query = rows_of(plan)
    for table in facts:
        mixed = {column.name: ", ".join(column.mixed_units) for column in table.columns if column.mixed_units}
        number = next((name for name in _reckoned_with(query, table) if name in mixed), None)
        if number is not None:
            return Decline(
                f"The numbers in {number} are in several units ({mixed[number]}), which cannot be taken together.",
                f"Set its unit where one holds for all of {number} (PATCH …/columns), or ask for its rows.",
                "aggregate",
            )
    return None


def partly_in_units(plan: Plan, facts: Sequence[TableFacts]) -> tuple[str, ...]:
    """What is said of figures over numbers of which only some name their unit."""
    query = rows_of(plan)
    return tuple(
        told
        for table in facts
        for name in _reckoned_with(query, table)
        for column in table.columns
        if column.name == name and (told := units_told(name, column.open_choice)) is not None
    )


def units_told(name: str, choice: OpenChoice | None) -> str | None:
    """That the cells of a column do not agree in what they are in; nothing where they do."""
    if choice is None or choice.question is not OpenQuestion.UNIT:
        return None
    units = [unit for unit in choice.options if unit]
    if not units:
        return None
    differ = (
        f"in several units ({', '.join(units)})" if len(units) > 1 else f"partly in {units[0]}, partly without a unit"
    )
    return f"The numbers in {name} are {differ} and are taken as they stand. Set its unit (PATCH …/columns) where one holds for all."


@dataclass(frozen=True)
class ColumnOfUnits:
    """A column whose cells name units."""

    name: str
    values: tuple[str, ...]


def _columns_of_units(table: TableFacts) -> list[ColumnOfUnits]:
    found = []
    for column in table.columns:
        words = set(name_words(column.name))
        if ColumnType(column.type).family is not Family.TEXT or not words & (_OF_AMOUNTS | _OF_QUANTITIES):
            continue
        if len(words) <= 2 and 2 <= len(set(column.values)) <= MOST_UNITS:
            found.append(ColumnOfUnits(column.name, tuple(dict.fromkeys(column.values))))
    return found


def _reckoned_with(query: Query, table: TableFacts) -> list[str]:
    """Numeric columns of the table that are aggregated, compared or put in order."""
    numeric = {c.name for c in table.columns if ColumnType(c.type).family is Family.NUMBER}
    fields: list[Field] = []
    for piece in pieces_of(query):
        if (isinstance(piece, Measure) and piece.function in _RECKONED) or isinstance(piece, Comparison | Take | Sort):
            fields += [p for p in pieces_of(piece) if isinstance(p, Field)]
    return list(dict.fromkeys(f.name for f in fields if f.table == table.name and f.name in numeric))


def _is_measured_in(number: str, unit: str, table: TableFacts) -> bool:
    """ "weight_unit" is of weights; a currency is of what is money by its name; any other unit of every number without one of its own."""
    words, of = set(name_words(number)), set(name_words(unit))
    facts = next(c for c in table.columns if c.name == number)
    if facts.name in table.candidate_keys or facts.type == ColumnType.IDENTIFIER or facts.unit is not None:
        return False
    if of & _OF_AMOUNTS:
        return bool(words & _MONEY)
    rest = of - _OF_QUANTITIES
    return bool(words & rest) if rest else not words & {"year", "no", "number", "count", "rank", "id"}


def _compares(step: object, numbers: Sequence[str]) -> bool:
    """The comparison itself must not narrow what is looked at: of "over 100" some were grams."""
    return isinstance(step, Keep) and any(
        isinstance(piece, Comparison) and any(isinstance(p, Field) and p.name in numbers for p in pieces_of(piece))
        for piece in pieces_of(step)
    )
