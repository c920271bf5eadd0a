"""Values of a row as pandas expressions."""

from __future__ import annotations

from services.nlq.planner.codegen.nested import single_value
from services.nlq.planner.codegen.scope import IllTyped, Scope
from services.nlq.planner.codegen.text import Binding, Kind, Value, quoted, scalar_text
from shared.columns import ColumnType, Family
from shared.plan import Arithmetic, Bin, Bucket, DayName, Elapsed, Expression, Field, Literal, NumberOf, Part, Statistic
from shared.plan.expressions import NOT_OF_NUMBERS, NUMBER_TEXT

_BINDINGS = {"+": Binding.SUM, "-": Binding.SUM, "*": Binding.PRODUCT, "/": Binding.PRODUCT}
_TYPES = {
    "number": ColumnType.DECIMAL,
    "text": ColumnType.TEXT,
    "boolean": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
    "datetime": ColumnType.DATETIME,
}
_PERIODS = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def value_of(expression: Expression, scope: Scope) -> Value:
    match expression:
        case Field():
            return scope.value(expression)
        case Literal():
            return _literal(expression)
        case Arithmetic():
            return _arithmetic(expression, scope)
        case Part():
            return _part(expression, scope)
        case DayName():
            dates, methods = _on_dates(expression.of, scope)
            return Value(f"{methods}.day_name()", Kind(ColumnType.TEXT, dates.kind.nullable), dates.scalar)
        case Bucket():
            return _bucket(expression, scope)
        case Bin():
            return _bin(expression, scope)
        case Elapsed():
            return _elapsed(expression, scope)
        case NumberOf():
            return _number_of(expression, scope)
        case Statistic():
            return _statistic(expression, scope)


def column_of(expression: Expression, scope: Scope) -> Value:
    """The value as a column's worth of cells to keep: a single value is repeated, and whole numbers beside gaps stay whole."""
    value = value_of(expression, scope)
    if value.scalar and not scope.single:
        return Value(f"pd.Series({value.text}, index={scope.frame}.index)", value.kind)
    if isinstance(expression, Part | Bin) and value.kind.is_whole and value.kind.nullable and not value.scalar:
        return as_whole(value)
    return value


def as_whole(value: Value) -> Value:
    """Whole numbers in a type that has gaps, for else 2024 beside a gap becomes 2024.0."""
    return Value(f'{value.bound()}.astype("Int64")', value.kind)


def _literal(literal: Literal) -> Value:
    whole = isinstance(literal.value, int) and literal.type == "number"
    kind = Kind(ColumnType.INTEGER if whole else _TYPES[literal.type])
    if kind.family is Family.DATE:
        return Value(f"pd.Timestamp({quoted(str(literal.value))})", kind, scalar=True)
    return Value(scalar_text(literal.value), kind, scalar=True)


def _arithmetic(arithmetic: Arithmetic, scope: Scope) -> Value:
    left, right = value_of(arithmetic.left, scope), value_of(arithmetic.right, scope)
    for side in (left, right):
        if side.kind.family is not Family.NUMBER:
            raise IllTyped(f"{side.text} is no number to reckon with")
    divides = arithmetic.op == "/"
    binding = _BINDINGS[arithmetic.op]
    divisor = _divisor(arithmetic.right, right) if divides else right.bound(Binding(binding + 1))
    whole = left.kind.is_whole and right.kind.is_whole and not divides
    nullable = left.kind.nullable or right.kind.nullable or (divides and not isinstance(arithmetic.right, Literal))
    kind = Kind(ColumnType.INTEGER if whole else ColumnType.DECIMAL, nullable)
    text = f"{left.bound(binding)} {arithmetic.op} {divisor}"
    return Value(text, kind, left.scalar and right.scalar, binding)


def _divisor(expression: Expression, value: Value) -> str:
    """What is divided by, with gaps in place of zeros."""
    if isinstance(expression, Literal):
        return value.text if expression.value else "np.nan"
    return f"({value.text} or np.nan)" if value.scalar else f"{value.bound()}.replace(0, np.nan)"


def _on_dates(expression: Expression, scope: Scope) -> tuple[Value, str]:
    """The dates, and where their methods are found."""
    dates = value_of(expression, scope)
    if dates.kind.family is not Family.DATE:
        raise IllTyped(f"{dates.text} is no date")
    return dates, dates.bound() if dates.scalar else f"{dates.bound()}.dt"


def _part(part: Part, scope: Scope) -> Value:
    dates, methods = _on_dates(part.of, scope)
    kind = Kind(ColumnType.INTEGER, dates.kind.nullable)
    if part.part == "weekday":
        return Value(f"{methods}.day_of_week + 1", kind, dates.scalar, Binding.SUM)
    return Value(f"{methods}.{part.part}", kind, dates.scalar)


def _bucket(bucket: Bucket, scope: Scope) -> Value:
    dates, methods = _on_dates(bucket.of, scope)
    kind = Kind(ColumnType.DATE, dates.kind.nullable)
    if dates.kind.zoned:
        methods += ".tz_localize(None)" + ("" if dates.scalar else ".dt")
    if bucket.unit == "day":
        return Value(f"{methods}.normalize()", kind, dates.scalar)
    start = "start_time" if dates.scalar else "dt.start_time"
    return Value(f'{methods}.to_period("{_PERIODS[bucket.unit]}").{start}', kind, dates.scalar)


def _bin(bins: Bin, scope: Scope) -> Value:
    numbers, width = value_of(bins.of, scope), scalar_text(bins.width)
    if numbers.kind.is_whole and isinstance(bins.width, int):
        return Value(
            f"{numbers.bound(Binding.PRODUCT)} // {width} * {width}", numbers.kind, numbers.scalar, Binding.PRODUCT
        )
    lower = f"np.floor({numbers.bound(Binding.PRODUCT)} / {width}) * {width}"
    return Value(lower, Kind(ColumnType.DECIMAL, numbers.kind.nullable), numbers.scalar, Binding.PRODUCT)


def _elapsed(elapsed: Elapsed, scope: Scope) -> Value:
    start, end = value_of(elapsed.start, scope), value_of(elapsed.end, scope)
    for side in (start, end):
        if side.kind.family is not Family.DATE:
            raise IllTyped(f"{side.text} is no date")
    kind = Kind(ColumnType.DECIMAL, start.kind.nullable or end.kind.nullable)
    span = f"({end.text} - {start.text}) / pd.Timedelta({elapsed.unit}=1)"
    return Value(span, kind, start.scalar and end.scalar, Binding.PRODUCT)


def _number_of(number: NumberOf, scope: Scope) -> Value:
    texts = value_of(number.of, scope)
    if texts.kind.family is not Family.TEXT or texts.scalar:
        raise IllTyped(f"{texts.text} is no column of texts")
    found = (
        f'{texts.bound()}.str.extract(r"{NUMBER_TEXT}", expand=False).str.replace(r"{NOT_OF_NUMBERS}", "", regex=True)'
    )
    return Value(f'pd.to_numeric({found}, errors="coerce")', Kind(ColumnType.DECIMAL, nullable=True))


def _statistic(statistic: Statistic, scope: Scope) -> Value:
    """The query is computed in lines of its own before; its value has a name."""
    return single_value(statistic.query, scope.program)
