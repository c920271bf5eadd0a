"""The order in which a question is read, and how the pieces become one plan."""

from __future__ import annotations

from collections.abc import Sequence

from services.nlq.planner.facts import Turn
from services.nlq.planning.plan import ColumnRef, Compare, Extreme, Group, Measure, Order, Plan, Share, TableQuery
from services.nlq.planning.reading.asking import asked_entity, asks_for_thing, entity_column, guess_column, how_column
from services.nlq.planning.reading.booleans import read_booleans, read_implied
from services.nlq.planning.reading.comparisons import read_comparisons, read_numbers
from services.nlq.planning.reading.conditions import consume_settled, read_values
from services.nlq.planning.reading.contrasts import read_contrast
from services.nlq.planning.reading.correlations import read_correlation
from services.nlq.planning.reading.describe import read_description
from services.nlq.planning.reading.draft import Draft, Unanswerable
from services.nlq.planning.reading.followups import merged, previous_query, says_something
from services.nlq.planning.reading.grouping import read_groups
from services.nlq.planning.reading.having import read_having
from services.nlq.planning.reading.limits import read_limit, read_number_of_answers
from services.nlq.planning.reading.literals import read_blanks, read_literals, read_text_matches
from services.nlq.planning.reading.measures import beside_measure, group_measure, read_measures
from services.nlq.planning.reading.neighbours import read_neighbour
from services.nlq.planning.reading.ordering import read_order, read_rank, read_superlatives
from services.nlq.planning.reading.shares import read_share
from services.nlq.planning.reading.shown import read_columns
from services.nlq.planning.reading.sources import sourced
from services.nlq.planning.reading.timeframes import read_dates
from services.nlq.planning.reading.totals import without_total_rows
from services.nlq.planning.refs import plan_refs


def assemble(draft: Draft, history: Sequence[Turn] = ()) -> Plan:
    described = read_description(draft)
    if described is not None:
        draft.take("description", *(i for i in range(len(draft.mentions))))
        return described
    read_text_matches(draft)
    read_blanks(draft)
    read_limit(draft)
    read_number_of_answers(draft)
    read_having(draft)
    read_comparisons(draft)
    read_values(draft)
    read_dates(draft)
    read_numbers(draft)
    read_literals(draft)
    read_booleans(draft)
    consume_settled(draft)
    correlation = read_correlation(draft)
    if correlation is not None:
        _require_one_table(correlation)
        return correlation
    previous = previous_query(draft, history)
    special = None if previous else read_neighbour(draft) or read_contrast(draft)
    if special is not None:
        _require_one_table(special)
        return without_total_rows(special, draft) if isinstance(special, TableQuery) else special
    read_order(draft)
    read_groups(draft)
    share = read_share(draft)
    if share is not None:
        return _share_sourced(share, draft)
    read_measures(draft)
    if draft.measures:
        read_implied(draft)
    if previous is not None and says_something(draft):
        return sourced(merged(previous, draft), draft.schema)
    read_rank(draft)
    read_superlatives(draft)
    read_columns(draft)
    _settle_target(draft)
    return without_total_rows(_query(draft), draft)


def _settle_target(draft: Draft) -> None:
    """Decide what a superlative selects and what is shown."""
    if not draft.columns and not draft.measures and not draft.groups:
        guessed = how_column(draft) or guess_column(draft) or asked_entity(draft)
        if guessed is not None:
            draft.columns.append(guessed)
    _sum_of_total(draft)
    if draft.extreme is not None and isinstance(draft.extreme.by, ColumnRef):
        _settle_extreme(draft, draft.extreme)
    if draft.groups and not draft.measures:
        draft.measures.append(group_measure(draft))
    if draft.measures and draft.columns:
        if not draft.groups and (draft.extreme is not None or draft.limit or beside_measure(draft)):
            _group_by_target(draft)
        elif not draft.groups:
            draft.columns.clear()
            draft.doubt("a column beside the measure", 0.15)
    if draft.measures and not draft.groups and isinstance(getattr(draft.extreme, "by", None), int):
        draft.extreme = None
        draft.doubt("nothing to rank", 0.6)
    _settle_order(draft)


def _sum_of_total(draft: Draft) -> None:
    """As in "the total of orders from France", with a numeric column called total: its sum."""
    targets = [i for i, role in draft.roles.items() if role == "target"]
    asked = [draft.text(draft.mentions[i]).casefold() for i in targets]
    specified = any(draft.word(i + 1) and not draft.is_filler(i + 1) for i in targets)
    if (
        asked == ["total"]
        and not specified
        and draft.extreme is None
        and draft.schema.column(draft.columns[0]).is_numeric
    ):
        draft.measures.append(Measure(function="sum", column=draft.columns.pop()))


def _settle_order(draft: Draft) -> None:
    """Among groups, the order is by what is measured; "top 3" cuts by it."""
    if not draft.groups:
        return
    by_column = {m.column: i for i, m in enumerate(draft.measures)}
    keys = {g.column for g in draft.groups}
    draft.order = [
        o
        if o.by in keys
        else Order(by=by_column.get(o.by, 0), descending=o.descending)
        if isinstance(o.by, ColumnRef)
        else o
        for o in draft.order
    ]
    if draft.extreme is not None and ((draft.limit or 1) > 1 or draft.skip):
        by = draft.extreme.by if isinstance(draft.extreme.by, int) else by_column.get(draft.extreme.by, 0)
        draft.order, draft.extreme = [Order(by=by, descending=draft.extreme.largest)], None
    elif draft.limit and not draft.order:
        draft.order = [Order(by=0, descending=not any(m.text == "bottom" for _, m in draft.signs("superlative")))]
        draft.take("superlative", *(i for i, m in draft.signs("superlative") if m.text in ("top", "bottom")))


def _settle_extreme(draft: Draft, extreme: Extreme) -> None:
    assert isinstance(extreme.by, ColumnRef)
    if draft.groups:
        _settle_group_extreme(draft, extreme)
        return
    if not draft.columns and (asks_for_thing(draft) or draft.adjective_only) and (entity := entity_column(draft)):
        draft.columns.append(entity)
    several = (draft.limit or 1) > 1 or draft.skip > 0
    if draft.columns or several:
        if several:
            draft.order.append(Order(by=extreme.by, descending=extreme.largest))
            draft.extreme = None
            if not draft.columns and (entity := entity_column(draft)):
                draft.columns.append(entity)
        if draft.columns and extreme.by not in draft.columns:
            draft.columns.append(extreme.by)
        return
    if extreme.as_number:
        draft.columns.append(extreme.by)  # the cell as it is written, with its unit
        return
    draft.extreme = None
    draft.measures.append(
        Measure(function="max" if extreme.largest else "min", column=extreme.by, as_number=extreme.as_number)
    )


def _settle_group_extreme(draft: Draft, extreme: Extreme) -> None:
    """As in "the highest price per city": the greatest of each group."""
    assert isinstance(extreme.by, ColumnRef)
    if not draft.measures and (draft.limit or 1) == 1:
        draft.measures.append(
            Measure(function="max" if extreme.largest else "min", column=extreme.by, as_number=extreme.as_number)
        )
        draft.extreme = None


def _group_by_target(draft: Draft) -> None:
    """As in "Which city has the highest average price": the column asked for is what is grouped by."""
    draft.groups += [Group(column=c) for c in draft.columns]
    draft.columns.clear()


def _query(draft: Draft) -> TableQuery:
    _reject_contradictions(draft)
    table = next((ref.table for ref in draft.refs()), None) or next(iter(sorted(draft.tables_spoken_of())), None)
    shown = tuple(dict.fromkeys(draft.columns))
    if not (draft.where or shown or draft.measures or draft.position or draft.limit or draft.root):
        raise Unanswerable("The question names nothing in the data.", _hint(draft))
    query = TableQuery(
        table=draft.root or table or draft.schema.tables[0].name,
        where=tuple(draft.where),
        groups=tuple(draft.groups),
        measures=tuple(draft.measures),
        columns=shown,
        order=tuple(draft.order),
        extreme=draft.extreme,
        position=draft.position,  # type: ignore[arg-type]
        having=tuple(draft.having),
        limit=draft.limit,
        skip=draft.skip,
        count_groups=draft.count_groups,
        distinct=draft.distinct or _lists_values(draft, shown),
    )
    return sourced(query, draft.schema, rooted=draft.root is not None)


def _share_sourced(share: Share, draft: Draft) -> Share:
    """The share with the tables joined that its conditions speak of."""
    everything = TableQuery(
        table=share.whole.table,
        where=share.whole.where + share.part,
        columns=tuple(r for r in (share.of, share.by) if r),
    )
    source = sourced(everything, draft.schema)
    if any(join.multiplies for join in source.joins):
        raise Unanswerable("Joining the tables would count some rows several times.", "Ask about one table at a time.")
    return share.model_copy(
        update={"whole": share.whole.model_copy(update={"table": source.table, "joins": source.joins})}
    )


def _require_one_table(plan: Plan) -> None:
    tables = {ref.table for ref in plan_refs(plan)}
    if len(tables) > 1:
        raise Unanswerable(
            f"This would need {' and '.join(sorted(tables))} together.", "Ask about one table at a time."
        )


def _lists_values(draft: Draft, shown: tuple[ColumnRef, ...]) -> bool:
    """As in "list the cities": each value once, unless rows are ranked or placed."""
    plain = (
        draft.extreme is None and not draft.order and draft.position is None and not draft.limit and not draft.measures
    )
    return plain and bool(shown) and all(draft.schema.column(ref).family == "text" for ref in shown)


def _reject_contradictions(draft: Draft) -> None:
    """Two different values for one column can never both hold: the question was not understood."""
    fixed: dict[tuple[ColumnRef, str | None], object] = {}
    for condition in draft.where:
        if not isinstance(condition, Compare) or condition.op != "==":
            continue
        if fixed.setdefault((condition.column, condition.part), condition.value) != condition.value:
            draft.doubt("conditions that contradict each other", 0.6)


def _hint(draft: Draft) -> str:
    names = ", ".join(c.ref.column for c in draft.schema.tables[0].columns[:12])
    return f"The table has {names}."
