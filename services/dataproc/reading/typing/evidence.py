"""The sentences that tell a person why a column has its type. All of them are made here, of what was found as types; none is ever read by a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from services.dataproc.reading.typing.column_plan import ValueCounts
from services.dataproc.reading.typing.moments.conventions import TemporalInterpretation
from services.dataproc.reading.typing.moments.day_order import DayOrder, OrderFinding
from services.dataproc.reading.typing.moments.durations import ClockSign
from services.dataproc.reading.typing.moments.formats import ALL_MONTH_FORMATS, SPREADSHEETS_UNTIL, stated, until_year
from services.dataproc.reading.typing.numbers.codes import CodeSign, bare_bodies, is_padded
from services.dataproc.reading.typing.numbers.conventions import NumberInterpretation, is_bare
from services.dataproc.reading.typing.numbers.decimal_sign import StyleSource
from services.dataproc.reading.typing.numbers.magnitudes import Letters
from services.dataproc.reading.typing.numbers.marks import Marks
from services.dataproc.reading.typing.numbers.sides import Sides
from services.dataproc.reading.typing.numbers.units import Units
from services.dataproc.reading.typing.numbers.written import has_leading_zero, is_shown_zero
from services.dataproc.reading.typing.wrappings import Wrapping
from shared.columns import ColumnType

LONGEST_SHOWN = 40
NOT_IN_DIGITS = "all are numbers, some of more digits than can be kept exactly; kept as text"
COMPACT_DAYS = "eight digits that are days, and the name says date"
JSON_CELLS = "every value is a JSON object or list"
DIGIT_GROUPS = "groups of digits, as in telephone and card numbers"
FIRST_DAYS = "months, each as its first day"
NO_VALUE = "no value in any row"
ZERO_SHOWN = "a dash beside the currency is zero, as accounting formats show it"
KEPT_EXACTLY = "kept as exact decimals"
CODE_SENTENCES: Mapping[CodeSign, str] = {
    CodeSign.LEADING_ZEROS: "{zeros:,} values with leading zeros",
    CodeSign.NAME_OF_CODES: "digits only, and the name says that they are codes",
    CodeSign.CHECK_DIGITS: "long numbers that all end in their check digit, as those of cards do",
    CodeSign.NAME_OF_VERSIONS: "the name says that they are versions, in which 1.10 is not 1.1",
    CodeSign.PARTS_OF_ORDER: "numbered parts, of which 1.10 is the tenth and not 1.1",
    CodeSign.PARTS_PERHAPS: "",
}
CLOCK_SENTENCES: Mapping[ClockSign, str] = {
    ClockSign.FRACTION: "minutes and seconds, as those with a fraction",
    ClockSign.HOURS_BEFORE_OTHERS: "minutes and seconds, for the longer ones have hours before them",
}
SOURCE_SENTENCES: Mapping[StyleSource, str] = {
    StyleSource.CELLS: "",
    StyleSource.OTHER_COLUMNS: "decimal sign as in the other columns",
    StyleSource.COORDINATES: "degrees of latitude and longitude have a decimal point",
    StyleSource.CURRENCY: "the currency has no decimal places",
    StyleSource.DIVIDER: "the comma divides the cells of this file, so that the point is the decimal sign",
    StyleSource.GROUPS: "numbers from a thousand on are grouped by a comma, and only those",
    StyleSource.PERSON: "convention as chosen",
}


WRAPPING_SENTENCES: Mapping[Wrapping, str] = {
    Wrapping.GUARD: 'written as ="…", which keeps a spreadsheet from reading it; the cell is what stands between',
    Wrapping.MARKS: "marks that nobody sees (of direction, without width) left out of the cells",
}


def join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def null_sentence(column: ValueCounts, nulls: Set[str]) -> str:
    """The null tokens that the column holds, with counts."""
    found = Counter[str]()
    for text, token, count in column.tokens:
        if token and token in nulls:
            found[text.strip()] += count
    shown = ", ".join(f"{token!r} {count:,}×" for token, count in found.most_common(8))
    return f"null tokens: {shown}" if found else ""


def total_name_sentence(names: Mapping[str, int]) -> str:
    shown = ", ".join(repr(name.strip()[:LONGEST_SHOWN]) for name in list(names)[:5])
    return f"what a totals row is called is no value of the column, and is missing here: {shown}"


def misfit_sentence(misfits: Mapping[str, int]) -> str:
    shown = ", ".join(f"{text.strip()[:LONGEST_SHOWN]!r} {count:,}×" for text, count in list(misfits.items())[:5])
    return f"cells that do not fit became null: {shown}" if misfits else ""


def number_sentence(numbers: NumberInterpretation, *, integer: bool) -> str:
    return join(
        f"every value is a {'whole ' if integer else ''}number",
        style_sentence(numbers),
        numbers.open_choice.sentence() if numbers.open_choice else SOURCE_SENTENCES[numbers.source],
    )


def style_sentence(numbers: NumberInterpretation) -> str:
    separated = any(not written.body.isdigit() for written in numbers.written.values())
    notes = [f"written like {numbers.style}"] if separated and not is_bare(numbers) else []
    notes += [unit_sentence(numbers.rules.units)] if numbers.rules.units.counts else []
    if numbers.rules.letters is Letters.UNIT and numbers.unit:
        notes.append(f"{numbers.unit!r} could also stand for a magnitude; no number is multiplied")
    notes += [ZERO_SHOWN] if any(map(is_shown_zero, numbers.written)) else []
    notes += [side_sentence(numbers.rules.sides)] if numbers.rules.sides.negative else []
    notes += [mark_sentence(numbers.rules.marks)] if numbers.rules.marks.counts else []
    return ", ".join(note for note in notes if note)


def unit_sentence(units: Units) -> str:
    """The column's unit with the number of different cells, or those of a column whose numbers are in several."""
    if not units.several:
        return f"unit {units.unit!r} on {units.counts[units.unit]:,} cells" if units.unit else ""
    shown = ", ".join(f"{unit or 'none'} on {count:,} cells" for unit, count in units.counts.items())
    what = "units are mixed" if len(units.several) > 1 else "the unit is partly missing"
    return f"{what}: {shown}; no number is converted"


def side_sentence(sides: Sides) -> str:
    return f"amounts marked {sides.negative} are negative"


def mark_sentence(marks: Marks) -> str:
    shown = ", ".join(f"{mark!r} {count:,}×" for mark, count in sorted(marks.counts.items(), key=lambda m: -m[1])[:8])
    return f"marks beside the numbers left out: {shown}"


def code_sentence(sign: CodeSign, numbers: NumberInterpretation) -> str:
    return CODE_SENTENCES[sign].format(
        zeros=sum(has_leading_zero(body) or is_padded(body) for body in bare_bodies(numbers))
    )


def time_sentence(times: TemporalInterpretation) -> str:
    return join(f"every value is a {times.type} like {shown_formats(times.formats)}", time_reason(times))


def time_reason(times: TemporalInterpretation) -> str:
    """What decided between several ways to read the cells, or that nothing did."""
    if times.open_choice is not None:
        decided = times.open_choice.sentence()
    elif times.chosen:
        decided = "as chosen"
    elif times.clock_sign:
        decided = CLOCK_SENTENCES[times.clock_sign]
    else:
        decided = order_sentence(times.order) if times.order else ""
    months = FIRST_DAYS if times.formats and set(map(stated, times.formats)) <= set(ALL_MONTH_FORMATS) else ""
    return join(months, decided, century_sentence(times.formats))


def century_sentence(formats: Sequence[str]) -> str:
    """Which hundred years two digits stand for; nothing where years have four."""
    short = [fmt for fmt in formats if "%y" in fmt]
    last = until_year(short[0]) or SPREADSHEETS_UNTIL if short else 0
    return f"years of two digits are those from {last - 99} to {last}" if short else ""


def order_sentence(found: OrderFinding) -> str:
    if not found.deciding:
        return f"undecidable from its values; {found.order} as in the other date columns"
    against = f", but {found.against:,} can only be the other way round" if found.against else ""
    which = "day" if found.order is DayOrder.DAY_FIRST else "a second number"
    return f"{found.order}: {found.deciding:,} rows have {which} > 12{against}"


def shown_formats(formats: Sequence[str]) -> str:
    return " or ".join(formats)


def truth_sentence(yes: str, no: str) -> str:
    return f"only {yes!r} and {no!r}"


def share_sentence(share: float, things: str) -> str:
    return f"{share:.0%} are {things}"


def values_sentence(distinct: int, total: int) -> str:
    return f"{distinct:,} distinct values in {total:,} cells"


def codes_sentence(distinct: int, total: int) -> str:
    return f"codes, {distinct:,} distinct in {total:,} cells"


def blanks_sentence(padded: int) -> str:
    return f"blanks around {padded:,} cells dropped" if padded else ""


def mixture_sentence(things: str, share: float, others: Sequence[str]) -> str:
    shown = ", ".join(repr(text[:30]) for text in others[:3])
    return f"{share:.0%} of the cells are {things}, but not {shown}; kept as text"


def times_called(times: TemporalInterpretation) -> str:
    return f"{times.type}s like {shown_formats(times.formats)}"


def chosen_sentence(kind: ColumnType) -> str:
    return f"{kind}, as chosen"


def storage_sentence(storage: object) -> str:
    return f"the file stores it as {storage}"


def demotion_sentence(kind: ColumnType, misfits: int, example: str, first_row: int) -> str:
    return (
        f"looked like {kind}, but {misfits:,} cells such as {example[:LONGEST_SHOWN]!r} (row {first_row:,}) "
        "do not fit; kept as text"
    )
