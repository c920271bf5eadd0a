"""Questions of the families, asked again where nothing that matters has changed, or where something has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from eval.conversations import shown
from eval.engines import Answered
from eval.families.doubting import NARROWING
from eval.families.drawing import FAMILIES, Drawn
from eval.properties.checking import Check, Ground, holds, same_outcome
from eval.tables import Table

TRIED = 12
"""Questions per world and property."""
POLITE = ("Please {}", "{}, please", "Could you tell me {}", "Hi, {}")
KINDS = (
    "aggregate",
    "counting",
    "condition",
    "negation",
    "grouping",
    "superlative",
    "distinct",
    "date_range",
    "having",
    "flag",
    "join",
    "ambiguous",
)


def questions(ground: Ground) -> list[str]:
    """Some questions of simple kinds, each in one wording: kinds that few engines answer would say nothing here."""
    drawn = [one for kind in KINDS for one in FAMILIES[kind](ground.world, ground.pick)]
    return [ground.pick.one(one.wordings) for one in ground.pick.some(drawn, TRIED)]


@holds
def a_polite_word_changes_nothing(ground: Ground) -> Iterator[Check]:
    for question in questions(ground):
        polite = ground.pick.one(POLITE).format(question)
        yield _unchanged("a_polite_word_changes_nothing", ground, question, polite)


@holds
def an_unrelated_table_changes_nothing(ground: Ground) -> Iterator[Check]:
    """Beside the tables that a question is about lie those of another business, before and after them."""
    both = (*ground.strangers[:1], *ground.tables, *ground.strangers[1:])
    for question in questions(ground):
        yield _unchanged("an_unrelated_table_changes_nothing", ground, question, question, both)


@holds
def the_order_of_columns_changes_nothing(ground: Ground) -> Iterator[Check]:
    turned = tuple(_turned(table, ground.folder) for table in ground.tables)
    for question in questions(ground):
        yield _unchanged("the_order_of_columns_changes_nothing", ground, question, question, turned)


@holds
def a_renamed_column_with_its_entry_changes_nothing(ground: Ground) -> Iterator[Check]:
    """Columns get names that say nothing, and the dictionary the words that they had."""
    renamed = tuple(_renamed(table, ground) for table in ground.tables)
    for question in questions(ground):
        yield _unchanged("a_renamed_column_with_its_entry_changes_nothing", ground, question, question, renamed)


@holds
def a_word_of_no_table_changes_the_answer(ground: Ground) -> Iterator[Check]:
    """Or there is none: the same number would be the answer to another question."""
    for s in ground.world.subjects:
        for kind in ("counting", "aggregate", "grouping"):
            mine = replace(ground.world, subjects=(s,), links=())
            drawn = [one for one in FAMILIES[kind](mine, ground.pick) if isinstance(one, Drawn)]
            for one in ground.pick.some(drawn, 3):
                question = one.wordings[0]
                before = ground.ask(question)
                if not isinstance(before, Answered):
                    yield Check("a_word_of_no_table_changes_the_answer", (question,), None)
                    continue
                word = ground.pick.one(NARROWING)
                longer = (
                    question.replace(s.many, f"{word} {s.many}", 1)
                    if s.many in question
                    else f"{question} of {word} {s.many}"
                )
                held = not same_outcome(before, ground.ask(longer))
                yield Check("a_word_of_no_table_changes_the_answer", (question, longer), held, before.rows.shown())


def _unchanged(name: str, ground: Ground, question: str, again: str, over: tuple[Table, ...] | None = None) -> Check:
    """Whatever came the first time comes again: an answer, a question back, or a refusal."""
    before, after = ground.ask(question), ground.ask(again, over)
    return Check(name, (question, again), same_outcome(before, after), f"{shown(before)} / {shown(after)}")


def _turned(table: Table, folder: Path) -> Table:
    """The columns from last to first, in the data, too."""
    cells = pq.read_table(table.data)
    data = _stored(cells.select(cells.column_names[::-1]), folder / f"turned-{table.facts.name}.parquet")
    return replace(table, data=data, facts=replace(table.facts, columns=table.facts.columns[::-1]))


def _renamed(table: Table, ground: Ground) -> Table:
    phrases = {c.name: c.phrase for s in ground.world.subjects if s.name == table.facts.name for c in s.columns}
    names = {c.name: f"f{number:02d}x" for number, c in enumerate(table.facts.columns)}
    columns = tuple(
        replace(c, name=names[c.name], source_name=names[c.name], labels=(c.name, phrases.get(c.name, c.name)))
        for c in table.facts.columns
    )
    keys = tuple(names[k] for k in table.facts.candidate_keys)
    cells = pq.read_table(table.data)
    data = _stored(
        cells.rename_columns([names[n] for n in cells.column_names]),
        ground.folder / f"renamed-{table.facts.name}.parquet",
    )
    return replace(table, data=data, facts=replace(table.facts, columns=columns, candidate_keys=keys))


def _stored(cells: object, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(cells, path)
    return path
