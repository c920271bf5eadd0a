"""Two things side by side: which is more, by how much, in what ratio."""

from __future__ import annotations

from services.nlq.planner.linking.mentions import ColumnMention, SignMention
from services.nlq.planning.plan import ColumnRef, Compare, Contrast, Extreme, IsIn, Measure, Plan, TableQuery
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.measured import summable
from services.nlq.planning.reading.ordering import orderable

_MORE = frozenset({"more", "larger", "higher", "greater", "bigger", "longer", "taller", "better", "heavier", "most", "highest", "largest", "later",
                   "longest", "greatest", "biggest", "tallest", "last", "latest", "larger than", "greater than", "more than", "higher than",
                   "bigger than", "longer than", "newer", "over", "above", "latter"})  # fmt: skip
_LESS = frozenset({"less", "fewer", "smaller", "lower", "shorter", "least", "fewest", "lowest", "smallest", "shortest", "earlier", "earliest",
                   "first", "less than", "fewer than", "smaller than", "lower than", "shorter than", "before", "under"})  # fmt: skip


def read_contrast(draft: Draft) -> Plan | None:
    pair = next((c for c in draft.where if isinstance(c, IsIn) and len(c.values) == 2 and not c.negate), None)
    if pair is None:
        return None
    asked = next(draft.signs("difference", "ratio"), None)
    if asked is not None:
        return _numbers(draft, pair, asked[0], asked[1].sign.kind)
    return _which(draft, pair)


def _numbers(draft: Draft, pair: IsIn, index: int, how: str) -> Plan | None:
    """As in "the difference in sales between Paris and Lyon"."""
    at, column = _numeric(draft)
    measure = Measure(function="sum", column=column) if column else Measure(function="count")
    if column is None and not any(m.sign.value == "count" for _, m in draft.signs("measure")):
        return None
    draft.take("contrast", index, *([at] if at is not None else []))
    for other, mention in draft.signs("measure", "compare"):
        if mention.sign.kind == "measure" and mention.sign.value not in ("count", "sum"):
            measure = Measure(function=mention.sign.value, column=column)  # type: ignore[arg-type]
        draft.take("contrast", other)
    others = tuple(c for c in draft.where if c is not pair)
    sides = [_side(pair, value, others, measure) for value in pair.values]
    return Contrast(left=sides[0], right=sides[1], how=how, labels=(str(pair.values[0]), str(pair.values[1])))  # type: ignore[arg-type]


def _side(pair: IsIn, value: object, others: tuple[object, ...], measure: Measure) -> TableQuery:
    own = Compare(column=pair.column, op="==", value=value)  # type: ignore[arg-type]
    return TableQuery(table=pair.column.table, where=(own, *others), measures=(measure,))  # type: ignore[arg-type]


def _numeric(draft: Draft) -> tuple[int | None, ColumnRef | None]:
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index):
            matches = [m for m in mention.matches if m.column.is_numeric]
            if matches:
                return index, draft.choose("column", draft.text(mention), matches).ref
    return None, None


def _which(draft: Draft, pair: IsIn) -> Plan | None:
    """As in "which is taller, A or B": of the two rows, the one that is greater."""
    said_or = any(m.sign.kind == "or" for m in draft.mentions if isinstance(m, SignMention))
    sign = _comparative(draft)
    if sign is None or not said_or:
        return None
    index, text = sign
    found = next(
        (
            (i, m.column)
            for i, c in enumerate(draft.mentions)
            if isinstance(c, ColumnMention) and draft.free(i)
            for m in c.matches[:1]
            if orderable(m.column) and m.column.ref != pair.column
        ),
        None,
    )
    if found is None:
        draft.doubt("nothing to compare the two by", 0.6)
        return None
    at, column = found
    extreme = Extreme(by=column.ref, largest=text in _MORE, as_number=column.numeric_text and summable(column))
    draft.take("contrast", index, at)
    return TableQuery(
        table=pair.column.table, where=tuple(draft.where), columns=(pair.column, column.ref), extreme=extreme
    )


def _comparative(draft: Draft) -> tuple[int, str] | None:
    for index, mention in enumerate(draft.mentions):
        text = mention.text if isinstance(mention, SignMention) else draft.word(index)
        if draft.free(index) and text in _MORE | _LESS:
            return index, text
    return None
