"""Groups and their measures: a table with a row for each group, or a single row of values."""

from __future__ import annotations

from services.nlq.planner.codegen.expressions import as_whole, column_of
from services.nlq.planner.codegen.predicates import condition_of
from services.nlq.planner.codegen.scope import Column, Identity, IllTyped, Scope
from services.nlq.planner.codegen.text import Kind, Value, one_or_list, quoted, renaming, scalar_text, unique
from services.nlq.planner.wording import expression_text
from shared.columns import ColumnType
from shared.plan import AGGREGATES, Field, Group, Measure, Named

# Of one value, or of few, there is no spread, no skew.
_NEEDS_SEVERAL = frozenset({"std", "variance", "skewness", "kurtosis"})
_COUNTS = frozenset({"count", "distinct"})
# A longer heading for an expression tells less than a short word.
_LONGEST_HEADING = 40


def group(step: Group, scope: Scope) -> None:
    scope.tabulate()
    names = [*(key.name for key in step.by), *(measure.name for measure in step.measures)]
    if len(set(names)) < len(names):
        raise IllTyped("two columns of a group have one name")
    if step.by:
        _grouped(step, scope)
    elif step.measures:
        _single_row(step, scope)
    else:
        raise IllTyped("a group without keys and measures has no columns")


def _single_row(step: Group, scope: Scope) -> None:
    """Each measure becomes a variable. All are written before the first is one, since they are about the same rows."""
    values = [(measure.name, _of_all_rows(measure, scope)) for measure in step.measures]
    scope.become({})
    scope.single = True
    for name, value in values:
        scope.add(name, value)


def _of_all_rows(measure: Measure, scope: Scope) -> Value:
    if measure.of is None:
        text = f"len({scope.frame})" if measure.where is None else f"{condition_of(measure.where, scope).bound()}.sum()"
        return Value(text, Kind(ColumnType.INTEGER), scalar=True)
    values = _taken_by(measure, scope)
    cells = values.bound()
    if measure.where is not None:
        mask = condition_of(measure.where, scope).text
        if isinstance(measure.of, Field):
            cells = f"{scope.frame}.loc[{mask}, {quoted(scope.column(measure.of).label)}]"
        else:
            cells = f"{cells}[{mask}]"
    kind = _kind(measure, values.kind.with_gaps())
    return Value(_aggregated(measure, cells), kind, scalar=True)


def _taken_by(measure: Measure, scope: Scope) -> Value:
    """The values that an aggregate is made of, when it can be made of them."""
    assert measure.of is not None
    values = column_of(measure.of, scope)
    if values.kind.family not in AGGREGATES[measure.function].takes:
        raise IllTyped(f"there is no {AGGREGATES[measure.function].label} {values.text}")
    return values


def _aggregated(measure: Measure, cells: str) -> str:
    share = scalar_text(round((measure.percentile or 0) / 100, 12))
    return AGGREGATES[measure.function].pandas.format(values=cells, share=share)


def _kind(measure: Measure, of: Kind) -> Kind:
    """Of the result; `of` is of the values, and says whether a group may have none."""
    if measure.function in _COUNTS:
        return Kind(ColumnType.INTEGER)
    nullable = of.nullable or measure.where is not None or measure.function in _NEEDS_SEVERAL
    keeps = AGGREGATES[measure.function].keeps_type or measure.function == "sum"
    return Kind(of.type if keeps else ColumnType.DECIMAL, nullable, of.zoned and keeps)


def _grouped(step: Group, scope: Scope) -> None:
    keys: list[Column] = []
    for named in step.by:
        keys.append(_key(named, scope, [key.label for key in keys]))
    sources = [_source(measure, scope) for measure in step.measures]
    by = f"{scope.frame}.groupby({one_or_list([key.label for key in keys])})"
    match step.measures:
        case ():
            labels = [key.label for key in keys]
            distinct = f"{scope.frame}[[{', '.join(map(quoted, labels))}]].dropna().drop_duplicates()"
            scope.move("groups", f"{distinct}.sort_values({one_or_list(labels)})")
        case (measure,):
            scope.move("summary", f"{_of_groups(measure, by, sources[0])}.reset_index(name={quoted(measure.name)})")
        case measures:
            groups = scope.program.fresh("groups")
            scope.program.assign(groups, by)
            cells = "".join(
                f"    {quoted(m.name)}: {_of_groups(m, groups, source)},\n"
                for m, source in zip(measures, sources, strict=True)
            )
            scope.move("summary", f"pd.DataFrame({{\n{cells}}}).reset_index()")
    _rename_keys(step.by, keys, scope)
    columns: dict[Identity, Column] = {
        (None, n.name): Column(n.name, key.kind.with_gaps(False)) for n, key in zip(step.by, keys, strict=True)
    }
    made: dict[Identity, Column] = {
        (None, m.name): Column(m.name, source.kind) for m, source in zip(step.measures, sources, strict=True)
    }
    scope.become(columns | made, tuple(((None, named.name), False) for named in step.by))


def _key(named: Named, scope: Scope, used: list[str]) -> Column:
    """The column to group by, made where the frame does not have it, or it is a key already. Whole numbers beside gaps are floats in
    a frame, but no keys."""
    known = scope.column(named.of) if isinstance(named.of, Field) else None
    floats = known is not None and known.kind.is_whole and known.kind.nullable
    if known is not None and not floats and known.label not in used:
        return known
    scope.own()
    value = column_of(named.of, scope)
    label = known.label if known is not None and known.label not in used else unique(named.name, scope.labels)
    scope.reserve(label)
    scope.write(label, as_whole(value).text if floats else value.text)
    return Column(label, value.kind)


def _rename_keys(by: tuple[Named, ...], keys: list[Column], scope: Scope) -> None:
    if renamed := renaming({key.label: named.name for named, key in zip(by, keys, strict=True)}):
        scope.move("summary", scope.frame + renamed)


def _source(measure: Measure, scope: Scope) -> Column:
    """The column that a measure is made of, and the kind of its result; the frame gets one where the measure needs its own."""
    if measure.of is None and measure.where is None:
        return Column("", Kind(ColumnType.INTEGER))
    if isinstance(measure.of, Field) and measure.where is None:
        values = _taken_by(measure, scope)
        return Column(scope.column(measure.of).label, _kind(measure, values.kind))
    scope.own()
    if measure.of is None:
        assert measure.where is not None
        label = unique(measure.name, scope.labels)
        scope.write(label, condition_of(measure.where, scope).text)
        kind = Kind(ColumnType.INTEGER)
    else:
        values = _taken_by(measure, scope)
        text, heading = values.text, expression_text(measure.of)
        if measure.where is not None:
            text, heading = f"{values.bound()}.where({condition_of(measure.where, scope).text})", measure.name
        label = unique(heading if len(heading) <= _LONGEST_HEADING else measure.name, scope.labels)
        scope.write(label, text)
        kind = _kind(measure, values.kind)
    scope.reserve(label)
    return Column(label, kind)


def _of_groups(measure: Measure, groups: str, source: Column) -> str:
    if measure.of is None and measure.where is None:
        return f"{groups}.size()"
    cells = f"{groups}[{quoted(source.label)}]"
    return f"{cells}.sum()" if measure.of is None else _aggregated(measure, cells)
