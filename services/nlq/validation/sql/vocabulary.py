"""What a computation in SQL may be made of. Names are those of sqlglot's classes; everything that is not here is refused."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp


def classes(text: str) -> frozenset[type[exp.Expr]]:
    return frozenset(getattr(exp, name) for name in text.split())


CLAUSES = classes(
    "Select Union Except Intersect With CTE Subquery From Join Where Group Having Order Ordered Limit Offset Distinct Qualify Values "
    "Rollup Cube GroupingSets Window WindowSpec Filter WithinGroup Alias TableAlias Table Column Identifier Star Tuple Paren"
)
EXPRESSIONS = classes(
    "Literal Boolean Null Interval Var DataType DataTypeParam Cast TryCast Case If In Between Is Like ILike Escape Exists "
    "Any All And Or Not EQ NEQ NullSafeEQ NullSafeNEQ GT GTE LT LTE Add Sub Mul Div IntDiv Mod Neg DPipe Extract RegexpLike "
    "IgnoreNulls RespectNulls"
)
AGGREGATES = classes(
    "Sum Avg Count CountIf Min Max Median Mode Stddev StddevSamp StddevPop Variance VariancePop Quantile PercentileCont PercentileDisc "
    "LogicalAnd LogicalOr AnyValue First Last ArgMin ArgMax GroupConcat Corr CovarPop CovarSamp RegrSlope RegrIntercept RegrR2 RegrCount "
    "Skewness Kurtosis"
)
WINDOWS = classes("RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue")
NUMBERS = classes("Abs Round Floor Ceil Trunc Sqrt Exp Ln Log Pow Sign Greatest Least IsNan IsInf Coalesce Nullif")
TEXTS = classes(
    "Lower Upper Trim Length Substring Left Right Replace Concat ConcatWs Contains StartsWith EndsWith StrPosition SplitPart Reverse "
    "RegexpReplace RegexpExtract RegexpFullMatch"
)
TIMES = classes(
    "Year Month Day Quarter Week WeekOfYear DayOfWeek DayOfWeekIso DayOfYear Hour Minute Second TimestampTrunc DateDiff "
    "DateAdd LastDay TimeToStr StrToTime DateFromParts Dayname Monthname Date TimeToUnix ToDays CurrentDate"
)
FUNCTIONS = AGGREGATES | WINDOWS | NUMBERS | TEXTS | TIMES
NODES = CLAUSES | EXPRESSIONS | FUNCTIONS

# Functions of DuckDB that sqlglot has no class for.
NAMED_FUNCTIONS = frozenset(
    "mean entropy product mad geomean fsum favg round_even strip_accents prefix suffix weekday date_part datepart date_sub "
    "datesub isoyear yearweek age isfinite try_strptime to_months to_years to_hours to_minutes to_seconds".split()
)

TYPES = frozenset(
    getattr(exp.DType, name)
    for name in (
        "BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE DECIMAL TEXT DATE TIME "
        "TIMESTAMPNTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS INTERVAL"
    ).split()
)

# What is no node of its own: words that a node carries. A natural or positional join hangs on which columns and rows are there.
WORDS: Mapping[type[exp.Expr], Mapping[str, frozenset[str]]] = {
    exp.Join: {
        "method": frozenset({"", "ASOF"}),
        "kind": frozenset({"", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"}),
        "side": frozenset({"", "LEFT", "RIGHT", "FULL"}),
    },
    exp.Select: {"kind": frozenset({""})},
    exp.With: {"recursive": frozenset({""})},
}

# By what is refused: what a person calls it, and what does the same.
SUBSTITUTES: Mapping[type[exp.Expr], tuple[str, str]] = {
    exp.Pivot: ("PIVOT and UNPIVOT are", "Write SUM(CASE WHEN … THEN … END) for each column."),
    exp.TableSample: ("Samples are", "Compute over all rows."),
    exp.Lateral: ("LATERAL is", "Write a join with a subquery."),
    exp.Unnest: ("UNNEST is", "Compute with plain columns."),
    exp.Lambda: ("Functions of one's own are", "Compute with plain columns."),
    exp.Placeholder: ("Parameters are", "Write the value itself."),
    exp.Parameter: ("Parameters are", "Write the value itself."),
    exp.SessionParameter: ("Settings are", "Compute over the session's tables."),
    exp.Into: ("SELECT INTO is", "Select the rows."),
    exp.Lock: ("Locks are", "Leave them out: nothing here is ever written."),
    exp.Dot: ("Fields of structs are", "Write alias.column."),
    exp.Columns: ("COLUMNS(…) is", "Name the columns."),
    exp.With: ("WITH RECURSIVE is", "Write WITH steps that follow one another."),
    exp.Join: ("NATURAL and POSITIONAL joins are", "Say what belongs together: JOIN … ON …"),
    exp.DataType: ("This type is", "Cast to BIGINT, DOUBLE, VARCHAR, DATE or TIMESTAMP."),
    exp.Rand: ("Random numbers are", "Compute over all rows."),
}
