"""Values of a row: columns, parts of dates, arithmetic of columns, time between dates; and comparisons as words."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Number, Value, field_of
from services.nlq.planner.grammar.rules import Costly
from services.nlq.planner.linking.domains import is_role
from services.nlq.planner.linking.names import entity_stems
from services.nlq.planner.linking.rows import names_of_rows
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import Family
from shared.plan import Arithmetic, Elapsed
from shared.plan.expressions import ElapsedUnit

ENGLISH.phrases(
    "CMP",
    {
        ">": "more than|over|above|greater than|higher than|larger than|bigger than|exceeding|exceeds|exceed|exceeded|longer than|older than|taller than|better than|heavier than|upwards of|beyond|>|in excess of|later than|deeper than|faster than|dearer than|wider than",
        "<": "less than|under|below|fewer than|lower than|smaller than|cheaper than|shorter than|younger than|worse than|lighter than|<|earlier than|slower than",
        ">=": "at least|no less than|no fewer than|not less than|not fewer than|not under|not below|minimum of|a minimum of|> =|>=|greater than or equal to|more than or equal to|equal to or greater than",
        "<=": "at most|no more than|not more than|up to|not over|not above|maximum of|a maximum of|<=|less than or equal to|equal to or less than|not exceeding",
        "==": "equal to|equals|equal|exactly|=|==|precisely|of exactly",
        "!=": "other than|not equal to|different from|!=|unequal to|not exactly",
    },
)
ENGLISH.phrases("AFTERWARDS", {">=": "or more|or above|or over|or higher|or greater|or longer|or later|or older|or better|and above|and over|and up|and more|upwards|plus|+", "<=": "or less|or fewer|or below|or under|or lower|or shorter|or earlier|or younger|and below|and under"})  # fmt: skip
ENGLISH.phrases("UNIT_OF_TIME", {"days": "days|day", "hours": "hours|hour", "minutes": "minutes|minute", "seconds": "seconds|second"})  # fmt: skip


@ENGLISH.rule("COL", "TAB ~COL", "COL ~COL", "COL s ~COL", cost=0.03)
def compound(of: object, column: Column) -> Column | None:
    """ "product category": the category of the table whose rows are products. A column of roles is a verb there: "rivers cross"."""
    if is_role(column):
        return None
    if isinstance(of, Table):
        return column if column.home is of else None
    if (
        isinstance(of, Column)
        and of is not column
        and entity_stems(of)
        and entity_stems(of) in names_of_rows(column.home)
    ):
        return column
    return None


@ENGLISH.rule("EXPR", "COL")
def column(found: Column) -> Value:
    return Value(field_of(found), found.facts.name, found, frozenset({found.ref.table}))


def _numeric(value: Value) -> bool:
    return value.column is None or (value.column.is_numeric and not value.column.is_key_like)


def _arithmetic(op: str, left: Value, right: Value, sign: str) -> Value | None:
    if left.of == right.of or not (_numeric(left) and _numeric(right)):
        return None
    return Value(
        Arithmetic(op=op, left=left.of, right=right.of),  # type: ignore[arg-type]
        f"{left.label} {sign} {right.label}",
        None,
        left.tables | right.tables,
    )


@ENGLISH.rule(
    "EXPR", "EXPR times|x|multiplied EXPR", "EXPR multiplied by EXPR", "EXPR * EXPR", "product of EXPR and EXPR"
)
def product(left: Value, right: Value) -> Value | None:
    return _arithmetic("*", left, right, "×")


@ENGLISH.rule(
    "EXPR",
    "EXPR minus|less EXPR",
    "EXPR - EXPR",
    "difference between|of EXPR and EXPR",
    "the? difference between the? EXPR and the? EXPR",
)
def difference(left: Value, right: Value) -> Value | Costly | None:
    return _of_one_kind(left, right, _arithmetic("-", left, right, "−"))


OF_ONE_KIND = -0.3
"""Two columns that differ in one word (`area_measured`, `area_registered`) are told apart by it: what else their names say is no
word that was left out, as it otherwise is."""


def are_of_one_kind(left: Value, right: Value) -> bool:
    if left.column is None or right.column is None or left.column.home is not right.column.home:
        return False
    shared = set(left.column.stems) & set(right.column.stems)
    return bool(shared) and len(shared) >= max(len(left.column.stems), len(right.column.stems)) - 1


def _of_one_kind(left: Value, right: Value, made: Value | None) -> Value | Costly | None:
    return Costly(made, OF_ONE_KIND) if made is not None and are_of_one_kind(left, right) else made


@ENGLISH.rule(
    "EXPR",
    "EXPR plus EXPR",
    "EXPR + EXPR",
    "sum of EXPR and EXPR",
    "EXPR and EXPR combined|together",
    "combined EXPR and EXPR",
)
def total_of_both(left: Value, right: Value) -> Value | Costly | None:
    return _of_one_kind(left, right, _arithmetic("+", left, right, "+"))


@ENGLISH.rule("EXPR", "EXPR divided by EXPR", "EXPR / EXPR", "ratio of EXPR to EXPR", "EXPR over EXPR")
def quotient(left: Value, right: Value) -> Value | None:
    return _arithmetic("/", left, right, "÷")


def _elapsed(unit: str, start: Column, end: Column) -> Value | None:
    if start is end or start.family is not Family.DATE or end.family is not Family.DATE:
        return None
    named: ElapsedUnit = unit  # type: ignore[assignment]
    return Value(
        Elapsed(unit=named, start=field_of(start), end=field_of(end)),
        f"{unit} from {start.facts.name} to {end.facts.name}",
        None,
        frozenset({start.ref.table, end.ref.table}),
    )


@ENGLISH.rule(
    "EXPR",
    "number? of? UNIT_OF_TIME from|between COL to|and|until COL",
    "difference? in UNIT_OF_TIME between COL and COL",
    "UNIT_OF_TIME COL to COL",
)
def elapsed(unit: str, start: Column, end: Column) -> Value | None:
    return _elapsed(unit, start, end)


@ENGLISH.rule("EXPR", "time|duration|days from|between COL to|and|until COL", "COL to COL time|duration")
def elapsed_days(start: Column, end: Column) -> Value | None:
    return _elapsed("days", start, end)


@ENGLISH.rule("SPAN", "from? COL to|until|till COL", "between COL and COL")
def span_of_dates(start: Column, end: Column) -> Value | None:
    """Of what is said to be long: "(opened to closed)"."""
    return _elapsed("days", start, end)


@ENGLISH.rule("QTY", "NUM")
def quantity(number: Number) -> Number:
    return number


@ENGLISH.rule(
    "QTY",
    "NUM years? old",
)
def years_old(number: Number) -> Number:
    return Number(number.value, "year")
