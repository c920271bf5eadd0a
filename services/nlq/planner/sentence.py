"""A query as a sentence: what is computed of which rows, then what else is done."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.wording import (
    Words,
    and_list,
    condition_text,
    expression_text,
    key_text,
    measure_text,
    ordinal,
)
from shared.plan import (
    All,
    Anything,
    Derive,
    Distinct,
    Field,
    Group,
    Join,
    Keep,
    Pivot,
    Predicate,
    Query,
    Show,
    Sort,
    SortKey,
    Step,
    Take,
    Window,
)

_WINDOWS = {
    "running": "running total of {of}",
    "moving": "moving average of {of} over {size} rows",
    "previous": "{of} of {before}",
    "difference": "change of {of} against {before}",
    "growth": "growth of {of} in percent against {before}",
    "rank": "rank by {of}",
    "share": "percentage of the total of {of}",
}


def describe_query(query: Query) -> str:
    """ "total net amount of orders where region is North, by month of ordered"."""
    sentence = _Sentence(query.table)
    for step in query.steps:
        sentence.tell(step)
    return sentence.text()


WORDS = Words(describe_query)


class _Sentence:
    """A sentence on its way: `what` of `source` where `conditions`, by `keys`, and `remarks` about what is done then."""

    def __init__(self, source: str) -> None:
        self._begin(source)

    def _begin(self, source: str) -> None:
        self.source = source
        self.what = ""
        self.conditions: list[str] = []
        self.keys: list[str] = []
        self.remarks: list[str] = []
        self.grouped = False
        self.words = WORDS

    def text(self) -> str:
        where = f" where {' and '.join(self.conditions)}" if self.conditions else ""
        by = [f"by {and_list(self.keys)}"] if self.keys else []
        return ", ".join([f"{self.what or 'all columns'} of {self.source}{where}", *by, *self.remarks])

    def tell(self, step: Step) -> None:
        match step:
            case Join():
                self._join(step)
            case Keep():
                self._keep(step.where)
            case Group():
                self._group(step)
            case Show():
                self._show(step)
            case Distinct():
                names = and_list([field.name for field in step.of])
                self.remarks.append(f"each different {names or 'row'} once")
            case Derive():
                self.remarks.append(f"with {step.name} = {expression_text(step.of, self.words)}")
            case Window():
                self.remarks.append(_window_text(step))
            case Sort():
                self.remarks.append(f"sorted by {_order_text(step.by)}")
            case Take():
                self.remarks.append(_take_text(step))
            case Pivot():
                self.remarks.append(f"with a column for each {step.columns.name}")

    def _join(self, step: Join) -> None:
        self.source += f" with {step.table}" + (f" as {step.alias}" if step.alias else "")
        if step.multiplies:
            self.remarks.append(f"where a row may meet several of {step.table}")

    def _keep(self, where: Predicate) -> None:
        parts = where.of if isinstance(where, All) else (where,)
        texts = [condition_text(part, self.words) for part in parts]
        if self.grouped or self.what:
            self.remarks.append(f"only where {' and '.join(texts)}")
            return
        several = len(self.conditions) + len(parts) > 1
        self.conditions += [
            f"({text})" if several and isinstance(part, Anything) else text
            for part, text in zip(parts, texts, strict=True)
        ]

    def _group(self, step: Group) -> None:
        """Groups of groups are about what was said so far."""
        if self.grouped or self.what or any(not remark.startswith(("with ", "where ")) for remark in self.remarks):
            self._begin(f"[{self.text()}]")
        self.grouped = True
        keys = list(
            dict.fromkeys(key_text(key.of, key.name) for key in step.by)
        )  # a weekday is there by its place, too
        if step.measures:
            self.what = and_list([measure_text(measure, self.words) for measure in step.measures])
            self.keys = keys
        else:
            self.what = f"the different values of {and_list(keys)}"
        if not step.by:
            self.words = Words(describe_query, {m.name: measure_text(m, WORDS) for m in step.measures})

    def _show(self, step: Show) -> None:
        """Of groups the keys and measures are told already; of a single row, what is made of its measures."""
        if not self.grouped or not self.keys:
            article = "" if self.grouped else "the "
            self.what = article + and_list([expression_text(named.of, self.words) for named in step.columns])
            return
        made = [f"{n.name} = {expression_text(n.of)}" for n in step.columns if not isinstance(n.of, Field)]
        self.remarks += [f"with {text}" for text in made]


def _order_text(keys: Sequence[SortKey]) -> str:
    return and_list([key.of.name + (" descending" if key.descending else "") for key in keys])


def _take_text(step: Take) -> str:
    within = f" for each {and_list([field.name for field in step.within])}" if step.within else ""
    if step.by is None:
        place = "last" if step.descending else "first"
        after = f" after {step.skip}" if step.skip else ""
        rows = f"the {place} {step.count} rows" if step.count > 1 else f"the {place} row"
        return rows + after + within
    superlative = "highest" if step.descending else "lowest"
    if step.skip:
        last = f" to {ordinal(step.skip + step.count)}" if step.count > 1 else ""
        return f"the {ordinal(step.skip + 1)}{last} {superlative} {step.by.name}{within}"
    return f"the {f'{step.count} ' if step.count > 1 else ''}{superlative} by {step.by.name}{within}"


def _window_text(step: Window) -> str:
    before = "the row before" if step.size == 1 else f"{step.size} rows before"
    text = f"with the {_WINDOWS[step.function].format(of=step.of.name, size=step.size, before=before)}"
    if step.order and step.function not in ("rank", "share"):
        text += f" in the order of {_order_text(step.order)}"
    return text + (f" for each {and_list([field.name for field in step.within])}" if step.within else "")
