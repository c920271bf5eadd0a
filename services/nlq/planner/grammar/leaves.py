"""The leaves of the chart: what single words and stretches may be before any rule applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date

from services.nlq.planner.grammar.asides import names_of_formulas
from services.nlq.planner.grammar.chart import Item
from services.nlq.planner.grammar.conditions.flags import holds, is_flag
from services.nlq.planner.grammar.conditions.refunds import refunds
from services.nlq.planner.grammar.conditions.times import When, columns_of_time
from services.nlq.planner.grammar.groups import CALENDAR_WORDS, Calendar
from services.nlq.planner.grammar.meanings import Cells, Figure, Number, Rows, Value
from services.nlq.planner.grammar.nominals import flagged, kinds, nouns_of_states
from services.nlq.planner.grammar.questions.buckets import written_ranges
from services.nlq.planner.grammar.word_classes import CLASSES_OF
from services.nlq.planner.lexicon.periods import Period, periods
from services.nlq.planner.lexicon.quantities import quantities
from services.nlq.planner.lexicon.spoken import Spoken
from services.nlq.planner.lexicon.tokens import Token, bracketed_spans, quoted_spans, stem
from services.nlq.planner.lexicon.vocabulary import FUNCTION_WORDS, PERSON
from services.nlq.planner.linking.cells import CellLink, cell_links
from services.nlq.planner.linking.described import described_columns
from services.nlq.planner.linking.domains import stands_for_another
from services.nlq.planner.linking.hyphens import hyphened_columns
from services.nlq.planner.linking.kinship import kin_links
from services.nlq.planner.linking.names import column_links, spoken_at
from services.nlq.planner.linking.nouns import nouns_of_counts, nouns_of_rows
from services.nlq.planner.linking.rivals import rival_links
from services.nlq.planner.linking.rows import subjects, table_links
from services.nlq.planner.linking.schema import Column, Schema, Table
from services.nlq.planner.linking.verbs import deed_links, verb_links
from shared.columns import Family
from shared.plan import Literal

NAMED = -0.4  # a definition that somebody wrote down goes before what a name suggests
IN_A_ROLE = 0.4
"""A cell that is known as a thing by itself, taken for what it is to some other thing ("Austin" for a state's capital): to be said."""
OF_A_THING = 0.5
"""The "most valuable film" is a film, and not the greatest value."""
A_NUMBERED_ROW = 1.0  # nobody who sees a column of weeks means the calendar's by "week 9"
A_CELL_TOO = 0.6  # "W1" is rather the warehouse than the first week of the year


def leaves(text: str, tokens: Sequence[Token], schema: Schema, today: date) -> Iterator[Item]:
    found = list(_of_words(text, tokens, schema, today))
    linked = frozenset(at for i in found if i.symbol in _LINKS and i.cost < A_CELL_TOO for at in range(i.start, i.end))
    yield from found
    yield from refunds(tokens, schema)
    yield from names_of_formulas(tokens, bracketed_spans(text, tokens), linked)


_LINKS = frozenset({"TAB", "COL", "VAL", "WHEN"})


def _describes_a_thing(tokens: Sequence[Token], start: int, end: int, column: Column) -> bool:
    """Whether the noun for the table's rows stands right behind another word of the stretch: that word describes it."""
    things = set(column.home.stems) - set(column.stems)
    return (
        any(tokens[at].stem in things and tokens[at - 1].norm not in FUNCTION_WORDS for at in range(start + 1, end))
        and tokens[start].norm not in column.words
    )


_EVERY = frozenset({"columns", "column", "variables", "variable", "features", "fields", "field", "attributes"})
_WHOLE = frozenset({"data", "dataset", "table", "file"})
WHICH_TABLE = 0.4
"""Where there are several tables, which one "all columns" is about is to be asked."""


def _all_of_a_table(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """Words that stand for all columns of a table, or for all of it."""
    kinds = (
        ("EVERY", _EVERY),
        ("WHOLE", _WHOLE),
        ("MATRIX", frozenset({"matrix", "pairwise"})),
        ("ALL_COPIES", frozenset({"duplicates"})),
    )
    cost = 0.0 if len(schema.tables) == 1 else WHICH_TABLE
    for at, token in enumerate(tokens):
        for symbol, said in kinds:
            if token.norm in said:
                yield from (Item(symbol, at, at + 1, table, cost) for table in schema.tables)


def _of_words(text: str, tokens: Sequence[Token], schema: Schema, today: date) -> Iterator[Item]:
    yield from _words(tokens)
    for start, end, table, cost in table_links(tokens, schema):
        yield Item("TAB", start, end, table, cost)
    for at, table, cost in nouns_of_rows(tokens, schema):
        yield Item("TAB", at, at + 1, table, cost)
    for at, column, cost in nouns_of_counts(tokens, schema):
        yield Item("COL", at, at + 1, column, cost)
    yield from _all_of_a_table(tokens, schema)
    called = list(column_links(text, tokens, schema))
    akin = list(kin_links(tokens, schema, called))
    for start, end, column, cost in (*called, *akin, *rival_links(tokens, (*called, *akin))):
        yield Item("COL", start, end, column, cost + OF_A_THING * _describes_a_thing(tokens, start, end, column))
    for start, end, table in subjects(tokens, schema):
        yield Item("ABOUT", start, end, table, 0.0)
    for start, end, column, cost in (
        *verb_links(tokens, schema),
        *described_columns(text, tokens, schema),
        *hyphened_columns(text, tokens, schema),
    ):
        yield Item("COL", start, end, column, cost)
    for at, table in deed_links(tokens, schema):
        yield Item("DEED", at, at + 1, table, 0.05)
    cells: set[tuple[int, int]] = set()
    links = list(cell_links(text, tokens, schema))
    for link in links:
        named = Cells(link.match.column, link.match.cells, link.match.whole, _is_located(tokens, link.start))
        yield Item("VAL", link.start, link.end, named, link.cost + link.doubt + _role_doubt(link, links))
        yield Item("CELL", link.start, link.end, named, link.cost)
        if link.match.whole:
            cells.add((link.start, link.end))
    yield from kinds(tokens, links)
    yield from flagged(tokens, schema)
    yield from nouns_of_states(tokens, schema)
    yield from _texts(text, tokens)
    yield from _named_measures(tokens, schema)
    yield from _persons(tokens, schema)
    yield from _numbers(text, tokens, schema)
    yield from written_ranges(text, tokens)
    yield from _prefixed(tokens, schema)
    yield from _times(text, tokens, schema, today, cells)


def _times(
    text: str, tokens: Sequence[Token], schema: Schema, today: date, cells: Set[tuple[int, int]]
) -> Iterator[Item]:
    dates = columns_of_time(schema.columns)
    if not dates:
        return
    for spoken in periods(text, tokens):
        yield Item(
            "WHEN",
            spoken.start,
            spoken.end,
            When(spoken.value, dates, today),
            spoken.cost
            + A_CELL_TOO * ((spoken.start, spoken.end) in cells)
            + A_NUMBERED_ROW * _is_numbered(spoken, tokens, schema),
        )
    for at, token in enumerate(tokens):
        if token.norm in CALENDAR_WORDS:
            adverb = token.norm.endswith("ly") or token.norm == "annual"
            yield Item("CAL", at, at + 1, Calendar(CALENDAR_WORDS[token.norm], dates, adverb), 0.0)
        if [t.norm for t in tokens[at : at + 3]] == ["day", "of", "week"] or [t.norm for t in tokens[at : at + 4]] == [
            "day",
            "of",
            "the",
            "week",
        ]:
            yield Item("CAL", at, at + 3 + (tokens[at + 2].norm == "the"), Calendar("weekday", dates), 0.0)


def _is_numbered(spoken: Spoken[Period], tokens: Sequence[Token], schema: Schema) -> bool:
    """ "Week 9" is the row of that number, where a column is called so."""
    unit, number = tokens[max(spoken.start, spoken.end - 2)], tokens[spoken.end - 1]
    return number.is_number and any(c.is_numeric and c.stems == (unit.stem,) for c in schema.columns)


def _role_doubt(link: CellLink, links: Sequence[CellLink]) -> float:
    others = [o.match.column for o in links if (o.start, o.end) == (link.start, link.end) and o.match.whole]
    return IN_A_ROLE if link.match.whole and stands_for_another(link.match.column, others) else 0.0


def _is_located(tokens: Sequence[Token], at: int) -> bool:
    """Whether the stretch from there says where something is: "in the Colorado", "through Ohio"."""
    before = next((t.norm for t in reversed(tokens[:at]) if t.norm != "the"), "")
    return before in ("in", "through", "within", "inside", "across")


def _numbers(text: str, tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    for spoken in quantities(text, tokens):
        said = spoken.value
        if said.approximate:
            continue
        if said.ordinal:
            yield Item("ORDINAL", spoken.start, spoken.end, said.value, spoken.cost)
            continue
        plain = said.unit is None and said.currency is None and not said.percent
        money = tuple(c for c in schema.columns if said.currency and c.is_numeric and c.facts.unit == said.currency)
        number = Number(said.value, said.unit or said.currency, said.percent, money)
        yield Item("NUM" if plain else "QTY", spoken.start, spoken.end, number, spoken.cost)


def _words(tokens: Sequence[Token]) -> Iterator[Item]:
    for at, token in enumerate(tokens):
        for symbol in (token.norm, *CLASSES_OF.get(token.norm, ())):
            yield Item(symbol, at, at + 1, token.norm, 0.0)


def _texts(text: str, tokens: Sequence[Token]) -> Iterator[Item]:
    """Quoted stretches, and single words, as texts to look for."""
    for first, last, inner in quoted_spans(text):
        inside = [i for i, t in enumerate(tokens) if t.start >= first and t.end <= last]
        if inside:
            yield Item("TEXT", inside[0], inside[-1] + 1, inner, 0.0)
    for at, token in enumerate(tokens):
        yield Item("TEXT", at, at + 1, token.text, 0.2)


def _persons(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """ "Who" asks for the rows of a table whose rows are persons, or for a column of persons."""
    for at, token in enumerate(tokens):
        if token.norm not in ("who", "whom", "people", "persons", "person"):
            continue
        for table in schema.tables:
            naming = table.naming_column
            if naming is not None and _is_of_persons(table, naming):
                yield Item("ROWS", at, at + 1, Rows(table), 0.1)
            for column in table.columns:
                if column is not naming and column.family is Family.TEXT and set(column.stems) & PERSON:
                    yield Item("ROWS", at, at + 1, Rows(table, column), 0.25)
        if token.norm == "who":
            continue


def _is_of_persons(table: Table, naming: Column) -> bool:
    """A table of names that says of what they are is of persons only where they are; one that counts inhabitants is of places."""
    counts_people = any("population" in c.words or "inhabitants" in c.words for c in table.columns)
    said = set(naming.stems) - {"name"} or set(naming.stems)
    return not counts_people and bool(said & PERSON or set(table.stems) & PERSON)


_PREFIXES = ("un", "in", "non", "im", "dis", "ir")


def _prefixed(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """ "unpaid", "inactive": the negation of a flag or a cell, said in one word."""
    for at, token in enumerate(tokens):
        for prefix in _PREFIXES:
            rest = token.norm.removeprefix(prefix)
            if rest == token.norm or len(rest) < 4:
                continue
            for column in schema.columns:
                if is_flag(column) and stem(rest) in column.stems:
                    yield Item("PRED", at, at + 1, holds(column, False), 0.05)


def _named_measures(tokens: Sequence[Token], schema: Schema) -> Iterator[Item]:
    """Measures that the dictionary defines ("revenue"): they go before a column of that name."""
    for table in schema.tables:
        for measure in table.facts.measures:
            value = Value(Literal(value=0, type="number"), measure.name, None, frozenset({table.name}))
            figure = Figure("named", value, named=measure.measure)
            for label in measure.labels:
                for start, end in spoken_at(label, tokens):
                    yield Item("FIG", start, end, figure, NAMED)
