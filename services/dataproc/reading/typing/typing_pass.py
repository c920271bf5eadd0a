"""Typing a table: what its columns hold, decided on counted cells and verified on every row while it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.reading.sources import DirectTypes, RawTable, SampledBatches
from services.dataproc.reading.typing.chosen import choose
from services.dataproc.reading.typing.column_plan import ColumnPlan, ValueCounts
from services.dataproc.reading.typing.convert import ColumnConverter, MisfitCounts
from services.dataproc.reading.typing.evidence import demotion_sentence
from services.dataproc.reading.typing.infer import FEWEST_FOR_TOLERANCE, TOLERANCE, infer
from services.dataproc.reading.typing.moments.conventions import interpret_times
from services.dataproc.reading.typing.moments.day_order import DayOrder
from services.dataproc.reading.typing.moments.vectorised import ISO_DATE, ISO_STAMPS
from services.dataproc.reading.typing.numbers.codes import code_like
from services.dataproc.reading.typing.numbers.conventions import interpret_numbers
from services.dataproc.reading.typing.numbers.decimal_sign import clear_style
from services.dataproc.reading.typing.plans import text_plan
from shared.columns import ColumnType

MOST_DISTINCT = 20_000
"""Different cells that are counted of one column; one that has more is decided on a sample of them."""

MOST_LOOKED_AT = 800_000
"""Different cells of all columns together that are interpreted, one by one in Python; where there are more, each column is decided on fewer."""

LOOKED_AT, SAMPLED_DISTINCT, FEWEST_LOOKED_AT = 200_000, 1_200, 100
"""Then: how many cells of all columns together, at most and at least of one column."""

HABITS_FROM = 50_000
"""Different cells of all columns together from which the file's order of days and decimal sign are told."""

OFTEN = 0.01
"""Share of the cells from which a value is so common that no sample may miss it."""

COUNTED_ROWS, COUNTED_CELLS, FEWEST_COUNTED = 200_000, 4_000_000, 200
"""Rows that are counted before the types are decided: as many as make up so many cells, and never fewer than a few hundred."""

GOLDEN = 0x9E37_79B1
"""Multiples of the golden ratio are spread as evenly as any (Knuth, The Art of Computer Programming, 6.4)."""

MOST_WIDENED = 100_000
"""Different misfits that may still decide anew on a column; with more of them it becomes text."""

MOST_UNFORESEEN = 50
"""Different cells that may become null though no sample showed them: more of them are values of another kind, however few of the rows they are in."""


@dataclass
class CellCounter:
    """Distinct cells of one column with their counts; of a column that has very many, a sample."""

    counts: dict[str, int]
    complete: bool = True

    def add(self, cells: pa.Array) -> None:
        if not self.complete:
            return
        counted = pc.value_counts(cells)
        if len(counted) > MOST_DISTINCT:
            counted, self.complete = counted.slice(0, MOST_DISTINCT), False
        for text, count in zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True):
            key = "" if text is None else text
            self.counts[key] = self.counts.get(key, 0) + count
        self.complete = self.complete and len(self.counts) <= MOST_DISTINCT

    def sampled(self, most: int) -> dict[str, int]:
        """Evenly chosen distinct cells, all of the common ones among them: enough to decide on, when every row is looked at later."""
        step, often = -(-len(self.counts) // most), OFTEN * sum(self.counts.values())
        thinned = (
            (text, max(1, count // step) if count > often else count * (scattered(place) % step == 0))
            for place, (text, count) in enumerate(self.counts.items())
        )
        return {text: count for text, count in thinned if count} if step > 1 else self.counts


def scattered(place: int) -> int:
    """Places in an order of their own, so that no rhythm of the rows (a currency on every fourth) is the sample's as well."""
    return (place * GOLDEN & 0xFFFF_FFFF) >> 16


def count_cells(table: RawTable) -> dict[int, CellCounter]:
    """Counted cells of every string column, of the first rows or of a sample when there are very many."""
    wanted = [i for i, f in enumerate(table.batches.schema) if pa.types.is_string(f.type) and i not in table.evidence]
    if not wanted:
        return {}
    counting = {i: CellCounter({}) for i in wanted}
    batches = table.batches
    sampled, rows = isinstance(batches, SampledBatches), 0
    enough = min(COUNTED_ROWS, max(FEWEST_COUNTED, COUNTED_CELLS // len(wanted)))
    for batch in batches.sample() if isinstance(batches, SampledBatches) else batches:
        for index in wanted:
            counting[index].add(batch.column(index))
        rows += batch.num_rows
        if rows >= enough or not any(c.complete for c in counting.values()):
            sampled = True
            break
    few = sum(len(c.counts) for c in counting.values()) <= MOST_LOOKED_AT
    whole = {i: c.complete and not sampled and few for i, c in counting.items()}
    most = min(SAMPLED_DISTINCT, max(FEWEST_LOOKED_AT, LOOKED_AT // len(wanted)))
    return {i: CellCounter(c.counts if whole[i] else c.sampled(most), whole[i]) for i, c in counting.items()}


def plan_columns(table: RawTable, names: list[str], chosen: Mapping[str, Mapping[str, Any]]) -> dict[int, ColumnPlan]:
    """A plan for every string column. Dates and decimal signs decided in one column help to decide the others."""
    columns = {
        i: ValueCounts(names[i], c.counts, c.complete, quoted=table.quoted) for i, c in count_cells(table).items()
    }
    habits = table_habits(columns)
    hinted = {
        i: replace(
            c,
            order_hint=habits.day_order,
            style_hint=habits.style,
            comma_likely=table.comma_likely,
            comma_divides=table.comma_divides,
        )
        for i, c in columns.items()
    }
    return {i: choose(c, chosen.get(c.name, {})) for i, c in hinted.items()}


@dataclass(frozen=True)
class Habits:
    """How the columns that are decided write their days and numbers: their neighbours, by the same hand, will do the same."""

    day_order: DayOrder | None
    style: str | None


def table_habits(columns: Mapping[int, ValueCounts]) -> Habits:
    orders, styles = set[DayOrder](), set[str]()
    most = min(500, max(20, HABITS_FROM // max(1, len(columns))))
    for column in columns.values():
        sample = dict(islice(column.present().items(), most))
        numbers = interpret_numbers(column, sample)
        if numbers and numbers.written and not numbers.misfits:
            styles |= {style for style in [clear_style(numbers.written.values())] if style}
        elif (times := interpret_times(sample, TOLERANCE, None)) is not None and times.order and times.order.decided:
            orders.add(times.order.decided)
    return Habits(orders.pop() if len(orders) == 1 else None, styles.pop() if len(styles) == 1 else None)


@dataclass
class Demotion(Exception):
    """Columns whose cells did not bear out their plan; they have to become text."""

    columns: dict[int, MisfitCounts]


class TypedBatches:
    """The table's batches with every string column converted. Iterating raises Demotion at the end when columns do not hold."""

    def __init__(
        self, table: RawTable, plans: Mapping[int, ColumnPlan], names: list[str], *, direct: bool = True
    ) -> None:
        self._names = names
        batches = table.batches
        self._source = batches.typed(direct_types(plans)) if direct and isinstance(batches, SampledBatches) else batches
        self.direct = self._source is not batches
        self.plans = plans
        self.converters: dict[int, ColumnConverter] = {}
        self.rows = 0
        self.decoded_bytes = 0

    def schema(self) -> pa.Schema:
        fields = [self.plans[i].storage if i in self.plans else f.type for i, f in enumerate(self._source.schema)]
        return pa.schema(list(zip(self._names, fields, strict=True)))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self.converters = {i: ColumnConverter(plan) for i, plan in self.plans.items()}
        self.rows, self.decoded_bytes, schema = 0, 0, self.schema()
        for batch in self._source:
            columns = [
                self.converters[i](c, self.rows) if i in self.converters else c for i, c in enumerate(batch.columns)
            ]
            self.rows += batch.num_rows
            typed = pa.record_batch(columns, schema=schema)
            self.decoded_bytes += decoded_size(typed)
            yield typed
        failed = {i: c.misfits for i, c in self.converters.items() if self._too_many(c) or self._decide_anew(i, c)}
        if failed:
            raise Demotion(failed)

    def _too_many(self, converter: ColumnConverter) -> bool:
        if converter.plan.forced:
            return False
        if converter.plan.type is ColumnType.EMPTY:
            return converter.misfits.total() > 0
        known = converter.plan.misfits
        unforeseen = converter.misfits.total() - sum(converter.misfits.counts[text] for text in known)
        allowed = TOLERANCE * self.rows if self.rows >= FEWEST_FOR_TOLERANCE else 0
        return unforeseen > 0 and (
            converter.misfits.total() > allowed or len(converter.misfits.counts) > MOST_UNFORESEEN
        )

    def _decide_anew(self, index: int, converter: ColumnConverter) -> bool:
        """Few cells that do not fit may show what all the others are: one 4.10 among thousands of 4.512, one 31b among house numbers."""
        return not converter.plan.forced and (
            widen(converter.plan, converter.misfits) is not None or is_made_text(converter.plan, converter.misfits)
        )


def decoded_size(batch: pa.RecordBatch) -> int:
    """Bytes that the workers' caches need for it: there the ends of texts are numbers of 64 bits."""
    texts = sum(pa.types.is_string(field.type) for field in batch.schema)
    size: int = batch.nbytes + 4 * texts * batch.num_rows
    return size


def direct_types(plans: Mapping[int, ColumnPlan]) -> DirectTypes:
    """Columns that a reader of text parses exactly as the plan does: ISO dates and stamps, true and false."""
    types = {
        i: plan.storage
        for i, plan in plans.items()
        if plan.format in ISO_STAMPS or plan.format in (ISO_DATE, "true/false")
    }
    nulls = {text for i in types for text in plans[i].seen_nulls} | {""}
    return DirectTypes(types, tuple(sorted(nulls)))


def demote(plans: Mapping[int, ColumnPlan], failure: Demotion, names: list[str]) -> dict[int, ColumnPlan]:
    """The same plans, with the columns that failed widened to decimals or bigger numbers where that is enough, else as text."""
    result = dict(plans)
    for index, misfits in failure.columns.items():
        if plans[index].type is ColumnType.EMPTY:
            result[index] = plan_filled(misfits, names[index])
        else:
            result[index] = widen(plans[index], misfits) or keep_as_text(plans[index], misfits, names[index])
    return result


def plan_filled(misfits: MisfitCounts, name: str) -> ColumnPlan:
    """A column without a value in the sample that has some further on: these are all of its values, so they decide."""
    if len(misfits.counts) > MOST_WIDENED:
        return text_plan(
            ColumnType.TEXT,
            ValueCounts(name, {}, complete=False),
            f"no value before row {misfits.rows[0]:,}; kept as text",
        )
    return infer(ValueCounts(name, misfits.counts))


def widen(plan: ColumnPlan, misfits: MisfitCounts) -> ColumnPlan | None:
    """A plan for numbers that takes in all of the misfits too, or None."""
    anew = decide_with(plan, misfits)
    if anew is None or not anew.type.is_number or misfits.counts.keys() & anew.misfits.keys():
        return None
    if any(anew.is_null(text) for text in misfits.counts):
        return None
    return replace(anew, distinct=plan.distinct)


def is_made_text(plan: ColumnPlan, misfits: MisfitCounts) -> bool:
    """Do the misfits show that the digits of this column are codes?"""
    return bool(code_like(misfits.counts)) and (anew := decide_with(plan, misfits)) is not None and anew.type.is_text


def decide_with(plan: ColumnPlan, misfits: MisfitCounts) -> ColumnPlan | None:
    """What the cells that a column of numbers was decided on say together with those that did not fit, which weigh as much as they are."""
    seen = plan.column
    unforeseen = misfits.counts.keys() - plan.misfits.keys()
    if not plan.type.is_number or seen is None or not unforeseen or len(misfits.counts) > MOST_WIDENED:
        return None
    counts = Counter(seen.counts) + Counter({text: misfits.counts[text] for text in unforeseen})
    return infer(replace(seen, counts=counts, complete=False))


def keep_as_text(plan: ColumnPlan, misfits: MisfitCounts, name: str) -> ColumnPlan:
    example = next(iter(misfits.counts))
    why = demotion_sentence(plan.type, misfits.total(), example, misfits.rows[0])
    return text_plan(ColumnType.TEXT, ValueCounts(name, {}, complete=False), why)
