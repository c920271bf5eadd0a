"""What is asked for: measures, columns, or whole rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from services.nlq.planning.linking.mentions import ColumnMention, SignMention, TableMention, ValueMention, WordMention
from services.nlq.planning.linking.schema import Column
from services.nlq.planning.plan import ColumnRef, Function, Measure
from services.nlq.planning.reading.draft import Draft
from services.nlq.planning.reading.grouping import naming_column
from services.nlq.planning.reading.measured import NoColumn, is_ordinal, measured_column, summable
from services.nlq.planning.words.lexicon import PERSON, PLACE, TIME

_NUMERIC_ONLY = frozenset({"sum", "mean", "median", "std", "var", "skew", "kurt", "range", "iqr", "q1", "q3", "cv"})


def read_measures(draft: Draft) -> None:
    """As in "total amount", "average price and rating", "number of cities"."""
    if any(draft.signs("count_distinct")):
        draft.distinct = True
    for index, mention in draft.signs("measure"):
        function: Function = mention.sign.value  # type: ignore[assignment]
        if function == "count":
            _read_count(draft, index, mention)
        else:
            _read_statistic(draft, index, mention, function)


def _read_statistic(draft: Draft, index: int, mention: SignMention, function: Function) -> None:
    if _asks_for_number(draft, index, mention):
        draft.take("measure", index)
        return
    if "number of" in mention.text and _not_summable(draft, index):
        _read_count(draft, index, mention)
        return
    if function in _NUMERIC_ONLY and _read_numeric(draft, index, function):
        return
    for at in _measured(draft, index):
        matches = [m for m in draft.columns_named(at) if function not in _NUMERIC_ONLY or summable(m.column)]
        if matches:
            _measure(draft, function, draft.choose("column", draft.text(draft.mentions[at]), matches), index, at)


def _read_numeric(draft: Draft, index: int, function: Function) -> bool:
    """The columns that follow a numeric statistic, the first and those joined to it; False when none does."""
    try:
        found = measured_column(draft, index)
    except NoColumn as missing:
        draft.doubt(f"no column for {missing.text}", 0.6)
        return True
    if found is None:
        return False
    column, mentions = found
    _measure(draft, function, column, index, *mentions)
    for at in _joined_columns(draft, mentions[-1]):
        matches = [m for m in draft.columns_named(at) if summable(m.column)]
        if matches:
            _measure(draft, function, draft.choose("column", draft.text(draft.mentions[at]), matches), at)
    return True


def _measure(draft: Draft, function: Function, column: Column, *mentions: int) -> None:
    draft.measures.append(
        Measure(function=function, column=column.ref, as_number=column.numeric_text and function in _NUMERIC_ONLY)
    )
    draft.take("measure", *mentions)


def _joined_columns(draft: Draft, at: int) -> list[int]:
    found = []
    while draft.is_sign(at + 1, "and") and isinstance(draft.at(at + 2), ColumnMention) and draft.free(at + 2):
        at += 2
        found.append(at)
    return found


def _asks_for_number(draft: Draft, index: int, mention: SignMention) -> bool:
    """As in "how many total goals": "total" only repeats the question for a number."""
    return mention.text in ("total", "overall total") and draft.is_sign(index - 1, "measure")


def _not_summable(draft: Draft, index: int) -> bool:
    at = draft.next_content(index, reach=3)
    return at is None or not any(summable(m.column) and not is_ordinal(m.column) for m in draft.columns_named(at)[:1])


def _measured(draft: Draft, index: int) -> list[int]:
    """The columns a measure is of: after it, and those joined to that by "and"; else just before it."""
    at = next(_free_columns(draft, index + 1, index + 7), None)
    if at is None:
        at = next(_free_columns(draft, index - 1, max(-1, index - 5), -1), None)
        return [at] if at is not None else []
    return [at, *_joined_columns(draft, at)]


def _free_columns(draft: Draft, start: int, stop: int, step: int = 1) -> Iterator[int]:
    for at in range(start, stop, step):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention) and draft.free(at):
            yield at
        elif isinstance(mention, SignMention) and mention.sign.kind in (
            "measure",
            "group",
            "bucket",
            "order",
            "superlative",
        ):
            return


def _read_count(draft: Draft, index: int, mention: SignMention) -> None:
    """As in "how many": a number that a column already holds, the different ones of a column, or the rows."""
    at = draft.next_content(index, reach=3)
    following = draft.at(at) if at is not None else None
    if at is not None and draft.is_sign(at, "distinct"):
        draft.distinct = True
        draft.take("distinct", at)
        at = draft.next_content(at, reach=3)
        following = draft.at(at) if at is not None else None
    if at is not None and isinstance(following, ColumnMention) and draft.free(at):
        matches = draft.columns_named(at)
        column = draft.choose("column", draft.text(following), matches)
        draft.take("measure", index, at)
        draft.measures.append(_counted(draft, column))
        return
    draft.take("measure", index)
    if (
        at is not None
        and isinstance(following, WordMention)
        and (numbered := _number_column_after(draft, at)) is not None
    ):
        draft.measures.append(Measure(function="sum", column=numbered.ref, as_number=numbered.numeric_text))
        draft.take("entity", at)
        draft.doubt("number taken from a column that the verb resembles", 0.15)
        return
    if at is not None and (draft.is_sign(at, "rows") or isinstance(following, TableMention)):
        draft.take("measure", at)
    elif at is not None and isinstance(following, WordMention) and draft.free(at):
        draft.take("entity", at)
        draft.doubt("counted thing is no column", 0.1)
    draft.measures.append(Measure(function="count"))


def _number_column_after(draft: Draft, index: int) -> Column | None:
    """As in "how many people attended": the thing counted is no column, but a numeric column follows at once."""
    at = draft.next_content(index, reach=2)
    if at is None or not draft.free(at) or not draft.where:
        return None
    for match in draft.columns_named(at)[:1]:
        if match.column.is_numeric and not is_ordinal(match.column):
            draft.take("measure", at)
            return match.column
    return None


def _counted(draft: Draft, column: Column) -> Measure:
    if draft.distinct:
        return Measure(function="nunique", column=column.ref)
    if (column.is_numeric or (column.numeric_text and draft.where)) and not is_ordinal(column):
        return Measure(function="sum", column=column.ref)
    if (
        column.family == "text"
        and not draft.where
        and not draft.groups
        and column.facts.name not in _keys(draft, column)
    ):
        return Measure(function="nunique", column=column.ref)
    return Measure(function="count", column=column.ref)


def _keys(draft: Draft, column: Column) -> tuple[str, ...]:
    return draft.schema.at(column.table).facts.candidate_keys


def read_columns(draft: Draft) -> None:
    """The columns to show: the one after the asking word and those joined to it, else the first free one."""
    free = [i for i, m in enumerate(draft.mentions) if isinstance(m, ColumnMention) and draft.free(i)]
    free = _heads(draft, free)
    if not free or draft.groups or any(draft.signs("rows")):
        return
    kind = asked_kind(draft)
    if kind:
        free = _suited(draft, kind, free)
        if not free:
            return
    first = _asked_first(draft, free)
    taken = [first]
    for at in free:
        if at > taken[-1] and _joined(draft, taken[-1], at):
            taken.append(at)
    for at in taken:
        column = draft.choose("column", draft.text(draft.mentions[at]), draft.columns_named(at))
        score = next(m.score for m in draft.columns_named(at) if m.column is column)
        if score < 0.9:
            draft.doubt("target column only resembles", 0.25 * (1 - score))
        draft.columns.append(column.ref)
        draft.take("target", at)


def beside_measure(draft: Draft) -> bool:
    """As in "the city and the average price": a column joined to a measure is what that is measured for."""
    for index, role in draft.roles.items():
        if role == "target":
            after = draft.next_content(index, reach=2)
            before = draft.next_content(index, -1, reach=2)
            for joint, step in ((after, 1), (before, -1)):
                other = (
                    draft.next_content(joint, step, reach=2)
                    if joint is not None and draft.is_sign(joint, "and")
                    else None
                )
                if other is not None and draft.roles.get(other) == "measure":
                    return True
    return False


def group_measure(draft: Draft) -> Measure:
    """As in "amount per month": what is grouped without a function is added up; with no number named, rows are counted."""
    for index, mention in enumerate(draft.mentions):
        if isinstance(mention, ColumnMention) and draft.free(index):
            matches = [m for m in mention.matches if m.column.is_numeric and not is_ordinal(m.column)]
            if matches and mention.best.column.is_numeric:
                column = draft.choose("column", draft.text(mention), matches)
                draft.take("measure", index)
                draft.doubt("numbers added up unasked", 0.1)
                return Measure(function="sum", column=column.ref)
    return Measure(function="count")


def _heads(draft: Draft, free: list[int]) -> list[int]:
    """Of names that stand together as one ("population density"), the last: the others only modify it."""
    modifiers = [a for a, b in itertools.pairwise(free) if b == a + 1 and "," not in draft.text_of(a, b)]
    draft.take("modifier", *modifiers)
    return [at for at in free if at not in modifiers]


def _asked_first(draft: Draft, free: list[int]) -> int:
    """The column just after the word that asks."""
    for sign in _asking(draft):
        for at in free:
            if 0 < at - sign <= 5 and not any(isinstance(draft.at(i), ValueMention) for i in range(sign, at)):
                return at
    return free[0]


def _asking(draft: Draft) -> list[int]:
    """Words that ask, the likeliest first: "what" before "when", which may only begin a clause."""
    order = {"which": 0, "who": 0, "where": 1, "list": 2, "when": 3}
    signs = [
        (order[m.sign.kind], i)
        for i, m in enumerate(draft.mentions)
        if isinstance(m, SignMention) and m.sign.kind in order
    ]
    if signs and any(rank == order["list"] and at == 0 for rank, at in signs):
        signs = [(rank, at) for rank, at in signs if rank != order["where"] and rank != order["when"]]
    if any(draft.is_sign(i, "measure") for i in (0, 1)):
        signs = [(rank, at) for rank, at in signs if at < 2]
    return [i for _, i in sorted(signs)]


def _joined(draft: Draft, earlier: int, later: int) -> bool:
    """Whether only "and", commas and articles stand between two columns."""
    between = range(earlier + 1, later)
    joint = any(draft.is_sign(i, "and") for i in between)
    text = draft.question.text
    comma = (
        ","
        in text[
            draft.question.tokens[draft.mentions[earlier].end - 1].end : draft.question.tokens[
                draft.mentions[later].start
            ].start
        ]
    )
    plain = all(draft.is_sign(i, "and") or (draft.is_filler(i) and _article(draft, i)) for i in between)
    return plain and (joint or comma)


def _article(draft: Draft, index: int) -> bool:
    mention = draft.at(index)
    return isinstance(mention, WordMention) and mention.token.norm in (
        "the",
        "its",
        "their",
        "a",
        "all",
        "his",
        "her",
        "of",
    )


def asked_kind(draft: Draft) -> str:
    """As in "who", "when" or "where" when that word is what asks, and no column is named right after it."""
    for at in _asking(draft):
        mention = draft.at(at)
        assert isinstance(mention, SignMention)
        if mention.sign.kind not in ("who", "when", "where"):
            return ""
        following = draft.next_content(at, reach=3)
        while following is not None and draft.is_sign(following, "yes_no"):
            following = draft.next_content(following, reach=3)
        directly = (
            following is not None and isinstance(draft.at(following), ColumnMention) and draft.is_sign(at + 1, "yes_no")
        )
        return "" if directly and mention.sign.kind == "who" else mention.sign.kind
    return ""


def _suited(draft: Draft, kind: str, free: list[int]) -> list[int]:
    return [at for at in free if _is_of_kind(kind, draft.columns_named(at)[0].column)]


def _is_of_kind(kind: str, column: Column) -> bool:
    if kind == "when":
        return column.family in ("date", "time") or any(s in TIME for s in column.stems)
    if kind == "who":
        return column.family == "text" and (
            any(s in PERSON for s in column.stems) or not any(s in TIME or s in PLACE for s in column.stems)
        )
    return column.family == "text" and any(s in PLACE for s in column.stems)


def guess_column(draft: Draft) -> ColumnRef | None:
    """Who, when, where or which, with no column named: the column of that kind."""
    used = set(draft.refs())
    open_columns = [c for c in draft.schema.columns if c.ref not in used]
    spoken = draft.tables_spoken_of()
    open_columns = [c for c in open_columns if c.ref.table in spoken] or open_columns
    if any(draft.signs("rows")):
        return None
    kind = asked_kind(draft) or _kind_of_noun(draft)
    found = _of_kind(kind, open_columns) if kind else None
    if found is not None:
        draft.doubt("column chosen by the asking word", 0.12)
        return found.ref
    return None


def _kind_of_noun(draft: Draft) -> str:
    """As in "what date", "which person", when no column is called so."""
    for at in _asking(draft):
        following = draft.at(draft.next_content(at, reach=3) or -1)
        if isinstance(following, WordMention):
            stems = following.token.stem
            return "when" if stems in TIME else "where" if stems in PLACE else "who" if stems in PERSON else ""
    return ""


def _of_kind(kind: str, columns: list[Column]) -> Column | None:
    wanted = {"who": PERSON, "where": PLACE, "when": TIME}[kind]
    suited = [c for c in columns if (c.family == "text" or kind == "when") and any(s in wanted for s in c.stems)]
    if kind == "where":
        suited.sort(key=lambda c: -(c.facts.distinct or 0))
    if kind == "when":
        suited.sort(key=lambda c: (c.family != "date", not any(s == "dat" for s in c.stems)))
    return suited[0] if suited else None


def asks_for_thing(draft: Draft) -> bool:
    """As in "which submarine had the most …", "the state with the largest …": a row of the table is asked for, not a number."""
    if any(isinstance(m, TableMention) and draft.free(i) for i, m in enumerate(draft.mentions)):
        return True
    for at in _asking(draft):
        mention = draft.at(at)
        if draft.is_sign(at, "who"):
            return True
        following = draft.at(at + 1)
        if (
            draft.is_sign(at, "which")
            and isinstance(following, WordMention | TableMention)
            and not draft.is_filler(at + 1)
        ):
            draft.take("entity", at + 1)
            return isinstance(mention, SignMention)
    return False


def how_column(draft: Draft) -> ColumnRef | None:
    """As in "how long", "how old": the column that such a word speaks of."""
    for index, mention in draft.signs("how"):
        fitting = [
            c
            for c in draft.schema.columns
            if any(s in mention.sign.hints for s in c.stems) and c.ref not in set(draft.refs())
        ]
        fitting.sort(key=lambda c: min(mention.sign.hints.index(s) for s in c.stems if s in mention.sign.hints))
        if fitting:
            draft.take("target", index)
            return fitting[0].ref
    return None


def asked_entity(draft: Draft) -> ColumnRef | None:
    """As in "which state …", "name the rivers …", when that is what the table is of: the column that names its rows."""
    for at in _asking(draft):
        following = draft.next_content(at, reach=4)
        while following is not None and draft.is_sign(following, "yes_no", "superlative", "distinct"):
            following = draft.next_content(following, reach=4)
        mention = draft.at(following) if following is not None else None
        if isinstance(mention, TableMention):
            column = naming_column(draft, mention.table)
            if column is not None and column.ref not in set(draft.refs()):
                draft.distinct = True
                return column.ref
        return None
    return None


def entity_column(draft: Draft) -> ColumnRef | None:
    """The column that names a row, of the table most spoken of."""
    spoken = draft.tables_spoken_of()
    table = next((t for t in draft.schema.tables if t.name in spoken), draft.schema.tables[0])
    column = naming_column(draft, table.index)
    return column.ref if column is not None and column.ref not in set(draft.refs()) else None
