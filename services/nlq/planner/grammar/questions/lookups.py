"""Looking things up in one table: "What is the venue when the home team is X?", "Who was the opponent", "the player from Duke"."""

from __future__ import annotations

from services.nlq.planner.grammar.conditions.comparisons import compared
from services.nlq.planner.grammar.conditions.holding import of_cells
from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.figures import aggregate
from services.nlq.planner.grammar.meanings import Ask, Cells, Condition, Figure, Number, Rows, Value
from services.nlq.planner.grammar.rules import Costly, the
from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.lexicon.vocabulary import PLACE
from services.nlq.planner.linking.schema import Column
from shared.columns import ColumnType, Family

LOOKED_UP = 0.1
"""What a looked-up value costs beside a list of things (`asks.looked_up`): "which customers" rather lists customers."""


# Ways to put the question


@ENGLISH.rule(
    "Q",
    "i want|need|wish to know Q",
    "i would like to know Q",
    "can|could you? tell|show|give me? Q",
    "tell me Q",
    "do you know Q",
)
def politely(ask: Ask) -> Ask:
    return ask


@ENGLISH.rule("Q", "who|whom @be|@have the? EXPR", "who|whom @be? listed as the? EXPR", cost=LOOKED_UP)
def who_is(value: Value) -> Ask | None:
    return Ask(shown=(value,)) if value.column is not None and value.column.family is Family.TEXT else None


@ENGLISH.rule("Q", "when @be|@do the? EXPR", cost=LOOKED_UP)
def when_is(value: Value) -> Ask | None:
    column = value.column
    return Ask(shown=(value,)) if column is not None and (column.family is Family.DATE or column.is_year) else None


@ENGLISH.rule("Q", "where @be|@do the? EXPR", cost=LOOKED_UP)
def where_is(value: Value) -> Ask | None:
    column = value.column
    return Ask(shown=(value,)) if column is not None and set(column.stems) & PLACE else None


@ENGLISH.rule("Q", "how far|long|old|tall|high|large|big|heavy|deep|wide @be the? EXPR")
def how_great(value: Value) -> Ask | None:
    return Ask(shown=(value,)) if value.column is not None and value.column.is_numeric else None


@ENGLISH.rule(
    "Q",
    "@ask EXPR @do the? ROWS have|play|hold|get|receive|finish|come|take|belong|live|work|serve|in|for|on|to",
    "@ask EXPR @do the? PRED have|play|hold|get|receive|finish|come|take|belong|live|work|serve|in|for|on|to",
    cost=LOOKED_UP,
)
def of_whom(value: Value, whose: object) -> Ask | None:
    """ "Which position does the player from Duke play": the verb says nothing that the column does not."""
    where = whose.where if isinstance(whose, Rows) else (whose,)
    if value.column is None or not where or not all(isinstance(c, Condition) for c in where):
        return None
    return Ask(shown=(value,), where=where)  # type: ignore[arg-type]


# Names with a word that says what they are anyway

ENGLISH.phrases("QUANTIFIER", {True: "number of|amount of|value of|count of|level of|size of|figure of|number for|amount for"})  # fmt: skip


@ENGLISH.rule("FIG", "AGG QUANTIFIER EXPR", "AGG QUANTIFIER the? EXPR")
def greatest_number(function: str, _: bool, value: Value) -> Figure | Costly | None:
    """ "The lowest number of losses": of a column that counts them. The total of a number of things may be meant as a count of rows."""
    if function == "sum" or (value.column is not None and value.column.is_key_like):
        return None
    return aggregate(function, value)


@ENGLISH.rule("COL", "COL ~number|size|count|figure|total|value|pieces|units|items", cost=0.1)
def numbered(column: Column) -> Column | None:
    """ "Pick number", "crowd size"."""
    return column if column.is_numeric else None


@ENGLISH.rule("COL", "COL ~address|addresses")
def address_of_mail(column: Column) -> Column | None:
    return column if column.facts.type == ColumnType.EMAIL else None


_MEDALS = frozenset({"gold", "silver", "bronze", "total"})


@ENGLISH.rule("COL", "COL ~medal|medals", cost=0.02)
def medals(column: Column) -> Column | None:
    return column if _MEDALS.intersection(column.words) and column.is_numeric else None


@ENGLISH.rule("COL", "COL ~name|names", "name|names of the? COL", cost=0.1)
def called(column: Column) -> Column | None:
    """ "Stadium name", "the name of the venue": where there is no column of names beside it."""
    named = any(c.words == ("name",) for c in column.home.columns)
    return column if column.family is Family.TEXT and not column.is_key_like and not named else None


@ENGLISH.rule("COL", "type|kind|sort of COL", "types|kinds|sorts of COL", cost=0.1)
def kind_of(column: Column) -> Column | None:
    return column if column.family is Family.TEXT else None


# Conditions, as they are said of a row that is looked up


@ENGLISH.rule("PRED", "when|where|if|while|whose|once PRED", "when|where|if there|it @be PRED", cost=0.01)
def whenever(found: Condition) -> Condition:
    return found


@ENGLISH.rule(
    "PRED",
    "@have? CELL as|for the? COL",
    "@have? CELL as|for its|their|his|her COL",
    "CELL @be the? COL",
    "CELL played|playing|acted|served as the? COL",
)
def cell_as_column(found: Cells, column: Column) -> Condition | None:
    return of_cells(found) if column is found.column else None


@ENGLISH.rule("PRED", "@have? QTY as|for the? EXPR", "QTY @be the? EXPR", cost=0.05)
def number_as_column(number: Number, value: Value) -> Condition | Costly | None:
    return compared(value, "==", number)


@ENGLISH.rule("PRED", "titled|called|named|entitled CELL", cost=0.02)
def called_so(found: Cells) -> Condition | None:
    return of_cells(found) if found.whole else None


ENGLISH.phrases("AGAINST", {True: "against|versus|vs|faced|facing|played against|playing against|competed against|compete against|play against|plays against|lost to|beat"})  # fmt: skip
_OTHER_SIDE = frozenset(
    stem(w)
    for w in "opponent opponents opposition against visitor away home host versus rival loser winner team".split()
)


@ENGLISH.rule("PRED", "AGAINST the? VAL", "AGAINST the? COL CELL", cost=0.02)
def against(_: bool, *parts: object) -> Condition | None:
    found = the(Cells, parts)
    column = next((p for p in parts if isinstance(p, Column)), found.column)
    return of_cells(found) if column is found.column and _OTHER_SIDE.intersection(found.column.stems) else None
