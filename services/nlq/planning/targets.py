"""What is asked for: measures, columns, or whole rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.nlq.planning.draft import Draft, Unclear, option_id
from services.nlq.planning.grouping import naming_column
from services.nlq.planning.lexicon import PERSON, PLACE, TIME
from services.nlq.planning.mentions import ColumnMention, SignMention, TableMention, ValueMention, WordMention
from services.nlq.planning.plan import ColumnRef, Function, Measure
from services.nlq.planning.schema import Column

_ORDINAL = frozenset("rank number no round game match week season episod lane pick posit plac heat finish grid stag group lap_number seri jersey code zip phone draft rnd pos".split())
_NUMERIC_ONLY = frozenset({"sum", "mean", "median", "std", "var", "skew", "kurt", "range", "iqr", "q1", "q3", "cv"})


def read_measures(draft: Draft) -> None:
    """"total amount", "average price and rating", "number of cities"."""
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
    numeric = function in _NUMERIC_ONLY
    found = _measured(draft, index)
    if numeric and not found:
        _ask_for_numeric(draft, index, ())
    for at in found:
        expression = draft.text(draft.mentions[at])
        matches = [m for m in draft.columns_named(at) if not numeric or summable(m.column)]
        if numeric and (not matches or not matches[0].exact):
            _ask_for_numeric(draft, index, found)
        if not matches:
            continue
        column = draft.choose("column", expression, matches)
        draft.measures.append(Measure(function=function, column=column.ref, as_number=column.numeric_text and numeric))
        draft.take("measure", index, at)


def summable(column: Column) -> bool:
    return column.is_numeric or column.numeric_text


def _asks_for_number(draft: Draft, index: int, mention: SignMention) -> bool:
    """"how many total goals": "total" only repeats the question for a number."""
    return mention.text in ("total", "overall total") and draft.is_sign(index - 1, "measure")


def _not_summable(draft: Draft, index: int) -> bool:
    at = draft.next_content(index, reach=3)
    return at is None or not any(summable(m.column) and not is_ordinal(m.column) for m in draft.columns_named(at)[:1])


def _ask_for_numeric(draft: Draft, index: int, found: Sequence[int]) -> None:
    """A statistic of something that no numeric column is called: ask which one, rather than put another in its place."""
    last = max(found, default=index)
    run = _expression(draft, index, last)
    if not run:
        return
    text = draft.text_of(run[0], run[-1])
    related = [m for at in run for m in draft.columns_named(at) if summable(m.column)]
    related.sort(key=lambda m: -m.score)
    named = list(dict.fromkeys(m.column for m in related))
    alone = len(run) == 1 and len(named) == 1 and related[0].score >= 0.6
    slot = f"measure:{text.casefold()}"
    others = [c for c in _numeric_columns(draft) if c not in named]
    options = [*named, *others][:6]
    chosen = next((c for c in options if draft.choices.get(slot) == option_id(c)), None)
    if chosen is None and len(options) == 1 and named:
        chosen = options[0]
    if chosen is not None:
        mention = draft.mentions[index]
        assert isinstance(mention, SignMention)
        draft.measures.append(Measure(function=mention.sign.value, column=chosen.ref, as_number=chosen.numeric_text))  # type: ignore[arg-type]
        draft.take("measure", index, *run)
    elif len(options) > 1 and not alone and not draft.is_sign(index + 1, "measure"):
        raise Unclear(slot, text, options)


def _expression(draft: Draft, index: int, last: int) -> list[int]:
    """The words and inexact columns that follow a measure without a break."""
    run: list[int] = []
    for at in range(index + 1, len(draft.mentions)):
        mention = draft.at(at)
        if draft.is_filler(at):
            if run and _word_at(draft, at) != "of":
                break
            continue
        inexact = isinstance(mention, ColumnMention) and not mention.best.exact
        if not draft.free(at) or not (inexact or isinstance(mention, WordMention)):
            break
        run.append(at)
    return run


def _word_at(draft: Draft, index: int) -> str:
    mention = draft.at(index)
    return mention.token.norm if isinstance(mention, WordMention) else ""


def _numeric_columns(draft: Draft) -> list[Column]:
    spoken = draft.tables_spoken_of() or {draft.schema.tables[0].name}
    return [c for c in draft.schema.columns if summable(c) and not c.is_year and c.ref.table in spoken]


def _measured(draft: Draft, index: int) -> list[int]:
    """The columns a measure is of: after it, and those joined to that by "and"; else just before it."""
    at = next(_free_columns(draft, index + 1, index + 7), None)
    if at is None:
        at = next(_free_columns(draft, index - 1, max(-1, index - 5), -1), None)
        return [at] if at is not None else []
    found = [at]
    while draft.is_sign(at + 1, "and") and isinstance(draft.at(at + 2), ColumnMention) and draft.free(at + 2):
        at += 2
        found.append(at)
    return found


def _free_columns(draft: Draft, start: int, stop: int, step: int = 1) -> Iterator[int]:
    for at in range(start, stop, step):
        mention = draft.at(at)
        if isinstance(mention, ColumnMention) and draft.free(at):
            yield at
        elif isinstance(mention, SignMention) and mention.sign.kind in ("measure", "group", "bucket", "order", "superlative"):
            return


def _read_count(draft: Draft, index: int, mention: SignMention) -> None:
    """"how many": a number that a column already holds, the different ones of a column, or the rows."""
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
    if at is not None and (draft.is_sign(at, "rows") or isinstance(following, TableMention)):
        draft.take("measure", at)
    elif at is not None and isinstance(following, WordMention) and draft.free(at):
        draft.take("entity", at)
        draft.doubt("counted thing is no column", 0.1)
    draft.measures.append(Measure(function="count"))


def _counted(draft: Draft, column: Column) -> Measure:
    if draft.distinct:
        return Measure(function="nunique", column=column.ref)
    if (column.is_numeric or (column.numeric_text and draft.where)) and not is_ordinal(column):
        return Measure(function="sum", column=column.ref)
    if column.family == "text" and not draft.where and not draft.groups and column.facts.name not in _keys(draft, column):
        return Measure(function="nunique", column=column.ref)
    return Measure(function="count", column=column.ref)


def is_ordinal(column: Column) -> bool:
    """Numbers that order or name things, so that adding them up makes no sense: years, rounds, ranks, ids."""
    if any(w in ("no", "number", "num", "count", "total") for w in column.words[:-1]) and "of" in column.words:
        return False
    return column.is_key_like or any(s in TIME or s in _ORDINAL for s in column.stems)


def _keys(draft: Draft, column: Column) -> tuple[str, ...]:
    return draft.schema.tables[column.table].facts.candidate_keys


def read_columns(draft: Draft) -> None:
    """The columns to show: the one after the asking word and those joined to it, else the first free one."""
    free = [i for i, m in enumerate(draft.mentions) if isinstance(m, ColumnMention) and draft.free(i)]
    if not free:
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
    signs = [(order[m.sign.kind], i) for i, m in enumerate(draft.mentions) if isinstance(m, SignMention) and m.sign.kind in order]
    return [i for _, i in sorted(signs)]


def _joined(draft: Draft, earlier: int, later: int) -> bool:
    """Whether only "and", commas and articles stand between two columns."""
    between = range(earlier + 1, later)
    joint = any(draft.is_sign(i, "and") for i in between)
    text = draft.question.text
    comma = "," in text[draft.question.tokens[draft.mentions[earlier].end - 1].end : draft.question.tokens[draft.mentions[later].start].start]
    plain = all(draft.is_sign(i, "and") or (draft.is_filler(i) and _article(draft, i)) for i in between)
    return plain and (joint or comma)


def _article(draft: Draft, index: int) -> bool:
    mention = draft.at(index)
    return isinstance(mention, WordMention) and mention.token.norm in ("the", "its", "their", "a", "all", "his", "her", "of")


def asked_kind(draft: Draft) -> str:
    """"who", "when" or "where" when that word is what asks, and no column is named right after it."""
    for at in _asking(draft):
        mention = draft.at(at)
        assert isinstance(mention, SignMention)
        if mention.sign.kind not in ("who", "when", "where"):
            return ""
        following = draft.next_content(at, reach=3)
        while following is not None and draft.is_sign(following, "yes_no"):
            following = draft.next_content(following, reach=3)
        directly = following is not None and isinstance(draft.at(following), ColumnMention) and draft.is_sign(at + 1, "yes_no")
        return "" if directly and mention.sign.kind == "who" else mention.sign.kind
    return ""


def _suited(draft: Draft, kind: str, free: list[int]) -> list[int]:
    return [at for at in free if _is_of_kind(kind, draft.columns_named(at)[0].column)]


def _is_of_kind(kind: str, column: Column) -> bool:
    if kind == "when":
        return column.family in ("date", "time") or any(s in TIME for s in column.stems)
    if kind == "who":
        return column.family == "text" and (any(s in PERSON for s in column.stems) or not any(s in TIME or s in PLACE for s in column.stems))
    return column.family == "text" and any(s in PLACE for s in column.stems)


def guess_column(draft: Draft) -> ColumnRef | None:
    """Who, when, where or which, with no column named: the column of that kind."""
    used = {ref for ref in draft.refs()}
    open_columns = [c for c in draft.schema.columns if c.ref not in used]
    spoken = draft.tables_spoken_of()
    open_columns = [c for c in open_columns if c.ref.table in spoken] or open_columns
    kind = asked_kind(draft) or _kind_of_noun(draft)
    found = _of_kind(kind, open_columns) if kind else None
    if found is not None:
        draft.doubt("column chosen by the asking word", 0.12)
        return found.ref
    return None


def _kind_of_noun(draft: Draft) -> str:
    """"what date", "which person", when no column is called so."""
    for at in _asking(draft):
        following = draft.at(draft.next_content(at, reach=3) or -1)
        if isinstance(following, WordMention):
            stems = following.token.stem
            return "when" if stems in TIME else "where" if stems in PLACE else "who" if stems in PERSON else ""
    return ""


def _of_kind(kind: str, columns: list[Column]) -> Column | None:
    wanted = {"who": PERSON, "where": PLACE, "when": TIME}[kind]
    suited = [c for c in columns if (c.family == "text" or kind == "when") and any(s in wanted for s in c.stems)]
    if kind == "when":
        suited.sort(key=lambda c: (c.family != "date", not any(s == "dat" for s in c.stems)))
    return suited[0] if suited else None


def entity_column(draft: Draft) -> ColumnRef | None:
    """The column that names a row, of the table most spoken of."""
    spoken = draft.tables_spoken_of()
    table = next((t for t in draft.schema.tables if t.name in spoken), draft.schema.tables[0])
    column = naming_column(draft, table.index)
    return column.ref if column is not None and column.ref not in set(draft.refs()) else None
