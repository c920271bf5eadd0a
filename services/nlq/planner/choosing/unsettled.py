"""Columns whose cells can be read in several ways, each another answer: asked before one is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.nlq.planner.facts import Clarify, ColumnFacts, Option, TableFacts
from services.nlq.planner.linking.schema import Column
from services.nlq.planner.plan.uses import Use, tables_with_all_columns, uses_of
from services.nlq.planner.planner import Reading, Readings
from shared.open_choices import WORDINGS, OpenChoice, OpenQuestion, ReadingTaken
from shared.plan import Plan

_SAME_DAYS = frozenset({Use.PRESENCE, Use.IDENTITY, Use.HOUR})
KEPT: Mapping[OpenQuestion, frozenset[Use]] = {
    OpenQuestion.DAY_ORDER: _SAME_DAYS | {Use.YEAR},
    OpenQuestion.YEAR_PLACE: _SAME_DAYS,
    OpenQuestion.CENTURY: _SAME_DAYS | {Use.MONTH, Use.DAY},
    OpenQuestion.COMMA_MEANING: frozenset({Use.PRESENCE}),
    OpenQuestion.POINT_MEANING: frozenset({Use.PRESENCE}),
    OpenQuestion.CLOCK_PARTS: frozenset({Use.PRESENCE}),
    OpenQuestion.PART_NUMBERS: frozenset({Use.PRESENCE}),
    OpenQuestion.CALENDAR: frozenset({Use.PRESENCE, Use.IDENTITY}),
    OpenQuestion.MISSING_WORDS: frozenset(Use) - {Use.PRESENCE, Use.IDENTITY},
    OpenQuestion.UNIT: frozenset(Use),
}
"""What of a column is the same whichever option is taken. Each day stays a day of its own where day and month, or day and year, change places
or a century is added; numbers do not, for 12 and 12.000 are one number or two. Strings that may say "missing" change what is counted, and no sum.
A unit is a label: numbers of several are refused elsewhere."""
KEPT_BY_SCALING = frozenset({Use.PRESENCE, Use.IDENTITY, Use.ORDER})


def first_unsettled(reading: Reading, facts: Sequence[TableFacts], choices: Mapping[str, str]) -> Clarify | None:
    """The question about the first column whose open choice the answer hangs on. What was chosen is not asked again."""
    named = named_columns(reading)
    for use, table, column in _unsettled(reading.query, facts):
        unasked = use is Use.SHOWN and (table.name, column.name) not in named
        if not unasked and slot_of(table, column) not in choices:
            return _asked(table, column)
    return None


def unsettled_obstacle(readings: Readings, facts: Sequence[TableFacts], choices: Mapping[str, str]) -> Clarify | None:
    """The question about a column that is to be reckoned with and was read as text, where it could be numbers as well. Minutes or hours
    are elapsed times whichever is taken: no choice makes them numbers."""
    if readings.obstacle is None:
        return None
    ref, column = readings.obstacle.column.ref, readings.obstacle.column.facts
    if column.open_choice is None or column.open_choice.answered_by != "type":
        return None
    table = next((table for table in facts if table.name == ref.table), None)
    if table is None or reading_told(column.name, column.open_choice) is None or slot_of(table, column) in choices:
        return None
    return _asked(table, column)


def shown_as_read(reading: Reading, facts: Sequence[TableFacts]) -> tuple[str, ...]:
    """What to say of columns that are shown beside what was asked for: to ask about each of them would be in the way."""
    beside = tables_with_all_columns(reading.query)
    shown = [column for table in facts if table.name in beside for column in table.columns]
    shown += [column for use, _, column in _unsettled(reading.query, facts) if use is Use.SHOWN]
    return tuple(
        dict.fromkeys(told for column in shown if (told := reading_told(column.name, column.open_choice)) is not None)
    )


def named_columns(reading: Reading) -> frozenset[tuple[str, str]]:
    """Those that a word of the question stands for."""
    meanings = (leaf.meaning for leaf in reading.derivation.leaves())
    return frozenset((meaning.ref.table, meaning.ref.column) for meaning in meanings if isinstance(meaning, Column))


def _unsettled(plan: Plan, facts: Sequence[TableFacts]) -> Iterator[tuple[Use, TableFacts, ColumnFacts]]:
    tables = {table.name: table for table in facts}
    for use in uses_of(plan):
        table = tables.get(use.table)
        column = next((c for c in table.columns if c.name == use.column), None) if table else None
        if table and column and column.open_choice and use.use not in kept(column.open_choice):
            yield use.use, table, column


def kept(choice: OpenChoice) -> frozenset[Use]:
    return KEPT[choice.question] | (KEPT_BY_SCALING if choice.scaled else frozenset())


def reading_told(name: str, choice: OpenChoice | None) -> str | None:
    """How a column was read, and how to say that it is otherwise; nothing where its values are the same whichever option is taken."""
    if choice is None or Use.VALUE in kept(choice):
        return None
    others = " or ".join(f'"{option}"' for option in choice.options if option != choice.taken)
    return f"{name}: {choice.sentence()}. If that is wrong, set its {choice.answered_by} to {others} (PATCH …/columns)."


def slot_of(table: TableFacts, column: ColumnFacts) -> str:
    """Of the one question: where the year stands first its century may be the next."""
    question = column.open_choice.question if column.open_choice else ""
    return f"{question}:{table.table_id}.{column.name}"


def _asked(table: TableFacts, column: ColumnFacts) -> Clarify:
    choice = column.open_choice
    assert choice is not None
    example = choice.example
    if example is None:
        question = f"Nothing tells whether {WORDINGS[choice.question].whether} in {column.name}: which holds?"
        return Clarify(question, tuple(_options(table, column, choice)), "other", {}, slot_of(table, column))
    values = " or ".join(example.values)
    question = f"{example.cell} in {column.name} is {values}: which holds for the whole column?"
    return Clarify(question, tuple(_options(table, column, choice)), "other", {}, slot_of(table, column))


def _options(table: TableFacts, column: ColumnFacts, choice: OpenChoice) -> Iterator[Option]:
    """Each with what it makes of the example, which stands in a cell and is no word of the schema's."""
    for at, option in enumerate(choice.options):
        called, taken = choice.called(option), ReadingTaken(table.table_id, column.name, option)
        if choice.example is None:
            yield Option(option, called, called, taken)
        else:
            yield Option(option, f"{choice.example.values[at]} ({called})", None, taken)
