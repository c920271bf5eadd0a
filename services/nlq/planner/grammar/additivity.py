"""What adds up over rows, and what is no number of anything: a column's own nature, told by its name, type and values."""

from __future__ import annotations

from services.nlq.planner.grammar.meanings import Value
from services.nlq.planner.lexicon.tokens import stem
from services.nlq.planner.linking.schema import Column, Table
from shared.columns import ColumnType, Family
from shared.plan import Arithmetic

_NOT_ADDITIVE = frozenset(
    "delay latency lag wait temp dewp humid humidity pressure wind gust visib visibility length elevation age price rate score rating average avg mean temperature percent percentage pct ratio index level rank ranking position grade year latitude longitude share margin density per height weight speed altitude depth ph value raw corrected concentration satisfaction nps salary wage discount iq bmi size division lane".split()
)


THE_ROWS_THEMSELVES = 0.5
"""How many flights there are is how many rows of `flights`, also where a column of numbers is called `flight`."""


def is_called_as_its_table(column: Column) -> bool:
    return column.stems == column.home.stems


def measures_its_rows(column: Column) -> bool:
    """`amount_claimed` of claims: their name is heard in it, though it says more."""
    rest = set(column.stems) - set(column.home.stems)
    return column.is_numeric and not column.is_key_like and bool(rest) and len(rest) < len(set(column.stems))


def is_its_rows_date(column: Column) -> bool:
    """When the rows themselves came about: `loaned_on` of loans, `scanned_at` of scans."""
    return column.family is Family.DATE and tuple(s for s in column.stems if s not in ("on", "at")) == column.home.stems


def is_additive(column: Column) -> bool:
    """Whether rows of it add up to something: money and quantities do, prices, ages and rates do not."""
    return not column.is_place and not numbers_its_rows(column) and not _NOT_ADDITIVE.intersection(column.words)


_PLACES_IN_ORDER = frozenset(
    "rank ranks ranking priority priorities grade grades level levels tier term rating ratings line position pos seq sequence step index".split()
)
_SHARES = frozenset("pct percent percentage rate ratio share speed velocity pace".split())
_EACH = frozenset("unit per each".split())
_PRICES = frozenset("price cost fee rate".split())


def adds_up_to_nothing(column: Column) -> bool:
    """Whether not even a sum that is asked for means anything: of places in an order, shares, prices of one piece."""
    words = set(column.words)
    return column.words[-1] in _PLACES_IN_ORDER | _SHARES or bool(words & _EACH and words & _PRICES)


PAY = frozenset("salary salaries wage wages rent pension".split())
"""Money that is so much a month for as long as it runs, whenever that began."""
MONEY_OF_ONE = frozenset("fee cost expense payment donation sale amount tax fine bonus".split())


_MONEY_STEMS = frozenset(map(stem, MONEY_OF_ONE))


def is_money_itself(table: Table) -> bool:
    """Whether its rows are sums of money, so that their total is rather that than how many there are: donations, payments."""
    return bool(_MONEY_STEMS.intersection(table.stems))


def numbers_its_rows(column: Column) -> bool:
    """ "Flight" of `flights` is the flight's number, unless such a thing is money: a column of counts is called `flights` as well."""
    return (
        column.facts.type == ColumnType.INTEGER
        and is_called_as_its_table(column)
        and not column.words[-1].endswith("s")
        and not MONEY_OF_ONE.intersection(column.words)
    )


def measures_what_the_table_is(column: Column) -> bool:
    """ "Weight" of `weights`, "Umsatz" of `umsatz`: a file of one measure is often called by it, and their total is that of the measure."""
    return column.facts.type.is_number and is_called_as_its_table(column) and not numbers_its_rows(column)


def is_quotient(value: Value) -> bool:
    """A rate of each row, which adds up to nothing."""
    return isinstance(value.of, Arithmetic) and value.of.op == "/"


def holds_years(column: Column) -> bool:
    """Whether all of its numbers may be years, whatever it is called: "first elected", "founded"."""
    low, high = column.facts.minimum, column.facts.maximum
    whole = column.facts.type == ColumnType.INTEGER and isinstance(low, int | float) and isinstance(high, int | float)
    return whole and low >= FIRST_YEAR and high <= LAST_YEAR


FIRST_YEAR, LAST_YEAR = 1700, 2100
