"""The reading of one question while it grows: which mention plays which role, and what the plan has so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.nlq.planner.lexicon.vocabulary import STOPWORDS
from services.nlq.planner.linking.annotate import Question
from services.nlq.planner.linking.columns import ColumnMatch
from services.nlq.planner.linking.mentions import (
    ColumnMention,
    Mention,
    SignMention,
    TableMention,
    WordMention,
)
from services.nlq.planner.linking.schema import Column, Schema
from services.nlq.planning.plan import ColumnRef, Condition, Extreme, Group, Having, Measure, Order
from services.nlq.planning.refs import condition_refs

CLOSE = 0.88  # a runner-up this near to the best reading makes the choice a coin toss


class Unclear(Exception):
    """Several columns fit one expression about equally well: the person has to say which."""

    def __init__(self, slot: str, expression: str, columns: Sequence[Column]) -> None:
        super().__init__(slot)
        self.slot, self.expression, self.columns = slot, expression, tuple(columns)


class Unanswerable(Exception):
    """The question cannot be answered from these tables, or not by this planner."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


@dataclass
class Draft:
    question: Question
    schema: Schema
    today: date
    choices: Mapping[str, str]
    offered: int = 1  # how many tables the question could be about
    roles: dict[int, str] = field(default_factory=dict)
    where: list[Condition] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    columns: list[ColumnRef] = field(default_factory=list)
    order: list[Order] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    root: str | None = None  # the table whose rows are counted or listed, when its name says so
    extreme: Extreme | None = None
    adjective_only: bool = False  # the superlative's column was not named: "the best restaurant", not "the best rating"
    position: str | None = None
    limit: int | None = None
    skip: int = 0
    distinct: bool = False
    count_groups: bool = False
    doubts: list[tuple[str, float]] = field(default_factory=list)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.question.mentions

    def free(self, index: int) -> bool:
        return index not in self.roles

    def take(self, role: str, *indexes: int) -> None:
        for index in indexes:
            self.roles[index] = role

    def doubt(self, what: str, weight: float) -> None:
        """Something about the reading that makes it less certain."""
        self.doubts.append((what, weight))

    def signs(self, *kinds: str) -> Iterator[tuple[int, SignMention]]:
        """The free signs of these kinds, in order."""
        for index, mention in enumerate(self.mentions):
            if isinstance(mention, SignMention) and mention.sign.kind in kinds and self.free(index):
                yield index, mention

    def is_sign(self, index: int, *kinds: str) -> bool:
        mention = self.at(index)
        return isinstance(mention, SignMention) and mention.sign.kind in kinds

    def word(self, index: int) -> str:
        """The unclaimed word at a place; empty for anything else."""
        mention = self.at(index)
        return mention.token.norm if isinstance(mention, WordMention) else ""

    def sign_value(self, index: int) -> str:
        mention = self.at(index)
        return mention.sign.value if isinstance(mention, SignMention) else ""

    def at(self, index: int) -> Mention | None:
        return self.mentions[index] if 0 <= index < len(self.mentions) else None

    def text(self, mention: Mention) -> str:
        tokens = self.question.tokens[mention.start : mention.end]
        return self.question.text[tokens[0].start : tokens[-1].end]

    def text_of(self, first: int, last: int) -> str:
        """The question's text from one mention through another."""
        tokens = self.question.tokens
        return self.question.text[tokens[self.mentions[first].start].start : tokens[self.mentions[last].end - 1].end]

    def is_filler(self, index: int) -> bool:
        """A word that carries no meaning of its own here."""
        mention = self.at(index)
        return isinstance(mention, WordMention) and mention.token.norm in STOPWORDS

    def next_content(self, index: int, step: int = 1, reach: int = 6) -> int | None:
        """The nearest mention in a direction that is not a filler word."""
        for at in range(index + step, index + step * (reach + 1), step):
            if self.at(at) is None:
                return None
            if not self.is_filler(at):
                return at
        return None

    def columns_named(self, index: int) -> tuple[ColumnMatch, ...]:
        mention = self.at(index)
        return mention.matches if isinstance(mention, ColumnMention) else ()

    def choose(
        self, kind: str, expression: str, matches: Sequence[ColumnMatch], fits: Callable[[Column], bool] | None = None
    ) -> Column:
        """The column that an expression names, asking when two are about as good."""
        fitting = [m for m in matches if fits is None or fits(m.column)] or list(matches)
        slot = f"{kind}:{expression.casefold()}"
        chosen = self.choices.get(slot)
        if chosen is not None:
            for match in matches:
                if option_id(match.column) == chosen:
                    return match.column
        best = fitting[0]
        rivals = [m for m in fitting if m.exact == best.exact and m.score >= CLOSE * best.score]
        rivals = self._near_tables(rivals)
        if len(rivals) > 1:
            raise Unclear(slot, expression, [m.column for m in rivals[:6]])
        return rivals[0].column

    def only(self, slot: str, expression: str, columns: Sequence[Column]) -> Column:
        """The one column, the one in a table spoken of, the chosen one; else a question back."""
        for column in columns:
            if self.choices.get(slot) == option_id(column):
                return column
        spoken = self.tables_spoken_of()
        near = [c for c in columns if c.ref.table in spoken] or list(columns)
        if len(near) > 1:
            raise Unclear(slot, expression, near[:6])
        return near[0]

    def _near_tables(self, rivals: list[ColumnMatch]) -> list[ColumnMatch]:
        """Of equally good columns, those in tables that the question already speaks of."""
        spoken = self.tables_spoken_of()
        near = [m for m in rivals if m.column.ref.table in spoken]
        return near or rivals

    def tables_spoken_of(self) -> set[str]:
        named = {self.schema.at(m.table).name for m in self.mentions if isinstance(m, TableMention)}
        return named | {ref.table for ref in self.refs()}

    def refs(self) -> Iterable[ColumnRef]:
        for condition in self.where:
            yield from condition_refs(condition)
        yield from (g.column for g in self.groups)
        yield from (m.column for m in self.measures if m.column)
        yield from self.columns
        if self.extreme and isinstance(self.extreme.by, ColumnRef):
            yield self.extreme.by
        yield from (o.by for o in self.order if isinstance(o.by, ColumnRef))


def option_id(column: Column) -> str:
    return f"{column.ref.table}.{column.ref.column}"
