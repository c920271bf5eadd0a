"""How the cells of a column of each kind become values: the plans for numbers, times, truth values, text and nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.evidence import (
    NO_VALUE,
    NOT_IN_DIGITS,
    blanks_sentence,
    join,
    misfit_sentence,
    mixture_sentence,
    null_sentence,
    time_reason,
    times_called,
    truth_sentence,
)
from services.dataproc.reading.typing.moments.conventions import interpret_times
from services.dataproc.reading.typing.nulls import MEANS_NOTHING, TEXT_CODES_TOKENS, TEXT_TOKENS
from services.dataproc.reading.typing.numbers.codes import code_sign
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, interpret_numbers, looks_integer
from services.dataproc.reading.typing.storage import STORAGE, number_storage
from services.dataproc.reading.typing.text_kinds import TruthWords
from shared.columns import ColumnType

LONGEST_CODE = 3  # letters: country and currency codes, of which NA is one
LONGEST_CAPITALS = 5  # letters: names of regions and exchanges in capitals, such as EMEA
FEWEST_CAPITALS = 2  # different words in capitals that show how the column writes its names
ALSO_NAMES = frozenset({"null", "nan", "na"})
NAMES_IN_CAPITALS = frozenset({"nan"})  # of those, what no program writes so
MOSTLY = 0.5  # share of the cells from which a column is said to be mixed, and not simply text


def truth_plan(column: ValueCounts, words: TruthWords) -> ColumnPlan:
    def parse(text: str) -> bool:
        word = text.strip().lower()
        if word in (words.yes, words.no):
            return word == words.yes
        raise ValueError(text)

    evidence = join(
        truth_sentence(words.yes, words.no),
        null_sentence(column, column.null_tokens),
        misfit_sentence(words.misfits),
    )
    return ColumnPlan(
        ColumnType.BOOLEAN,
        STORAGE[ColumnType.BOOLEAN],
        parse,
        column.null_tokens,
        evidence,
        format=f"{words.yes}/{words.no}",
        misfits=words.misfits,
    )


def empty_plan(column: ValueCounts) -> ColumnPlan:
    evidence = join(NO_VALUE, null_sentence(column, MEANS_NOTHING))
    return ColumnPlan(ColumnType.EMPTY, STORAGE[ColumnType.EMPTY], reject, MEANS_NOTHING, evidence)


def reject(text: str) -> Any:
    raise ValueError(text)


def text_plan(kind: ColumnType, column: ValueCounts, evidence: str) -> ColumnPlan:
    """A plan that keeps the cells; in columns of codes and categories the blanks around them are dropped, and counted."""
    plan = ColumnPlan(kind, STORAGE[kind], str, text_nulls(column), "")
    mixture, offending = find_mixture(column)
    notes = join(
        evidence, null_sentence(column, plan.nulls), blanks_sentence(padded_cells(column) if plan.trims else 0), mixture
    )
    return ColumnPlan(kind, plan.storage, str.strip if plan.trims else str, plan.nulls, notes, offending=offending)


def text_nulls(column: ValueCounts) -> frozenset[str]:
    """Null tokens of a text column; fewer where the column's own words look like them (NA among FR and DE, or EMEA and APAC)."""
    if column.quoted:
        return frozenset({""})
    words = [text.strip() for text in column.present()]
    short = sum(
        len(word) <= LONGEST_CODE or (len(word) <= LONGEST_CAPITALS and word.isalpha() and word.isupper())
        for word in words
    )
    codes = len(words) >= 2 and short >= 0.8 * len(words)
    return (TEXT_CODES_TOKENS if codes else TEXT_TOKENS) - names_among(column, words)


def names_among(column: ValueCounts, words: list[str]) -> frozenset[str]:
    """People are called Null, Nan and Na, and so are tickers and airports: tokens that are written like the names beside them.

    NULL and NA in capitals are what databases and R write for missing; beside words in capitals they are names only where each cell is another
    one, as names are, and these too. NAN in capitals is written by no program. What most cells are is no name.
    """
    spelled: dict[str, set[str]] = {}
    for text, token, _ in column.tokens:
        spelled.setdefault(token, set()).add(text.strip())
    common = {token for token, count in token_counts(column).items() if count > MOSTLY * column.rows}
    written = {token: spelled[token] for token in ALSO_NAMES - common if token in spelled}
    if words and sum(map(is_capitalised, words)) >= MOSTLY * len(words):
        return frozenset(token for token, spellings in written.items() if spellings == {token.capitalize()})
    if len(words) < FEWEST_CAPITALS or not all(word.isupper() and word.isalpha() for word in words):
        return frozenset()
    once = column.complete and column.rows == len(column.counts)
    names = ALSO_NAMES if once else NAMES_IN_CAPITALS
    return frozenset(token for token in names if written.get(token) == {token.upper()})


def token_counts(column: ValueCounts) -> Counter[str]:
    counts = Counter[str]()
    for _, token, count in column.tokens:
        counts[token] += count
    return counts


def is_capitalised(word: str) -> bool:
    return word[:1].isupper() and word[1:2].islower()


def padded_cells(column: ValueCounts) -> int:
    """Cells with blanks around their text."""
    return sum(count for text, count in column.counts.items() if text != text.strip() and text.strip())


def find_mixture(column: ValueCounts) -> tuple[str, Mapping[str, int]]:
    """When a text column is mostly numbers, or mostly points in time: the sentence that says so, and the cells that are something else."""
    values = column.values()
    numbers = interpret_numbers(column, values)
    if numbers is not None and numbers.written:
        if only_too_long(column, numbers):
            return NOT_IN_DIGITS, {}
        return mostly("numbers", sum(values[text] for text in numbers.written), values, numbers.misfits)
    times = interpret_times(values, MOSTLY, column.order_hint, torn=True, name=column.name)
    if times is None:
        return "", {}
    said, others = mostly(times_called(times), times.total - sum(times.misfits.values()), values, times.misfits)
    return join(said, time_reason(times) if times.torn else ""), others


def only_too_long(column: ValueCounts, numbers: NumberInterpretation) -> bool:
    """Is nothing but the length of some numbers in the way of a column of numbers?"""
    return (
        not numbers.misfits
        and code_sign(column, numbers) is None
        and number_storage(list(numbers.values().values()), looks_integer(numbers)) is None
    )


def mostly(
    things: str, fitting: int, values: Mapping[str, int], misfits: Mapping[str, int]
) -> tuple[str, Mapping[str, int]]:
    share = fitting / max(1, sum(values.values()))
    if not MOSTLY <= share < 1:
        return "", {}
    return mixture_sentence(things, share, list(misfits)), misfits
