"""A recipe as pandas code that does the same, for whoever wants to go on without Askframe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.dataproc.cleaning.code_prelude import (
    AS_TEXT,
    DIGITS,
    DOUBLES,
    IMPUTE,
    READ_DURATIONS,
    READ_NUMBERS,
    READ_TIMES,
    READ_WHOLE,
    SIMILAR,
    TYPED,
    UNPIVOT,
)
from services.dataproc.cleaning.row_steps import totals_pattern
from services.dataproc.cleaning.steps import (
    AnyStep,
    CaseStep,
    CastStep,
    ConvertUnitStep,
    DeduplicateStep,
    DropColumnsStep,
    DropTotalsRowsStep,
    FlagOutliersStep,
    MapValuesStep,
    MergeColumnsStep,
    MissingStep,
    RenameStep,
    SplitColumnStep,
    TrimStep,
    UnpivotStep,
)
from services.dataproc.reading.typing.moments.durations import Clock
from services.dataproc.reading.typing.moments.formats import FORMATS_JOINT
from services.dataproc.reading.typing.numbers.written import DECIMAL_COMMA
from shared.columns import ColumnType

TEXT = "TEXT = pd.ArrowDtype(pa.string())"
HELPERS: dict[str, str] = {"as_text(": AS_TEXT, "doubles(": DOUBLES, "typed(": TYPED, "impute(": IMPUTE, "digits(": DIGITS, "read_numbers(": READ_NUMBERS, "read_whole(": READ_WHOLE, "read_times(": READ_TIMES, "read_durations(": READ_DURATIONS,
                           "drop_similar(": SIMILAR, "unpivot(": UNPIVOT}  # fmt: skip
ORDER = list(HELPERS)


def pandas_code(steps: Sequence[AnyStep], source: str) -> str:
    """A program that reads the table as it was before cleaning from the Parquet file `source` and cleans it into `df`."""
    body = [
        line
        for number, step in enumerate(steps, 1)
        for line in [f"# {number}. {step.step.replace('_', ' ')}", *LINES[step.step](step)]
    ]
    text = "\n".join(body)
    helpers = needed(text)
    imports = ["import pandas as pd", "import pyarrow as pa"]
    if IMPUTE in helpers or DIGITS in helpers:
        imports.insert(0, f"{'import re' if DIGITS in helpers else ''}\nfrom decimal import Decimal\n".lstrip())
    if SIMILAR in helpers:
        imports.append("from rapidfuzz import fuzz, process")
    head = [
        *imports,
        "",
        TEXT,
        *(f"\n{helper.rstrip()}\n" for helper in helpers),
        "",
        f'df = pd.read_parquet({source!r}, dtype_backend="pyarrow")',
        "",
    ]
    return "\n".join([*head, text, "df = df.reset_index(drop=True)", ""])


def needed(text: str) -> list[str]:
    """The helpers that a program calls, and those that these call."""
    wanted = {name for name in ORDER if name in text}
    while more := {name for name in ORDER for used in wanted if name in HELPERS[used]} - wanted:
        wanted |= more
    return [HELPERS[name] for name in ORDER if name in wanted]


def column(name: str) -> str:
    return f"df[{name!r}]"


def trim_lines(step: TrimStep) -> list[str]:
    collapse = r'.str.replace(r"\s+", " ", regex=True)' if step.collapse else ""
    return [
        f"for name in {list(step.columns)!r}:",
        f"    text = df[name].str.strip(){collapse}",
        '    df[name] = text.mask((text == "").fillna(False))',
    ]


def case_lines(step: CaseStep) -> list[str]:
    return [f"{column(name)} = {column(name)}.str.{step.to}()" for name in step.columns]


def deduplicate_lines(step: DeduplicateStep) -> list[str]:
    if step.match == "fuzzy":
        return [f"df = drop_similar(df, {list(step.columns)!r}, {step.threshold!r})"]
    return [f"df = df.drop_duplicates({list(step.columns)!r})" if step.columns else "df = df.drop_duplicates()"]


def missing_lines(step: MissingStep) -> list[str]:
    if step.how == "drop":
        return [f"df = df.dropna(subset={list(step.columns)!r})"]
    fills: dict[str, Callable[[str], str]] = {
        "value": lambda c: f"{c}.fillna(typed({step.value!r}, {c}))",
        "mean": lambda c: f"impute({c}, doubles({c}).mean())",
        "median": lambda c: f"impute({c}, doubles({c}).median())",
        "mode": lambda c: f"{c}.fillna(next(iter({c}.mode()), None))",
        "ffill": lambda c: f"{c}.ffill()",
    }
    return [f"{column(name)} = {fills[step.how](column(name))}" for name in step.columns]


def flag_lines(step: FlagOutliersStep) -> list[str]:
    lines = [f"numbers = doubles({column(step.column)})"]
    if step.method == "iqr":
        lines += [
            "first, third = numbers.quantile([0.25, 0.75])",
            f"low, high = first - {step.reach!r} * (third - first), third + {step.reach!r} * (third - first)",
        ]
    else:
        lines += [
            f"low, high = numbers.mean() - {step.reach!r} * numbers.std(), numbers.mean() + {step.reach!r} * numbers.std()"
        ]
    return [
        *lines,
        f"df.insert(df.columns.get_loc({step.column!r}) + 1, {step.makes[0]!r}, ((numbers < low) | (numbers > high)).fillna(False))",
    ]


def split_lines(step: SplitColumnStep) -> list[str]:
    count = len(step.into)
    lines = [f"parts = {column(step.column)}.str.split({step.separator!r}, n={count - 1}, regex=False, expand=True).reindex(columns=range({count}))",
             f"place = df.columns.get_loc({step.column!r})", *dropping(() if step.keep else (step.column,))]  # fmt: skip
    lines += ["place += 1"] if step.keep else []
    return [*lines, f"for number, name in enumerate({list(step.into)!r}):", "    text = parts[number].astype(TEXT).str.strip()",
            '    df.insert(place + number, name, text.mask((text == "").fillna(False)))']  # fmt: skip


def merge_lines(step: MergeColumnsStep) -> list[str]:
    names = list(step.columns)
    lines = [
        f"texts = [as_text(df[name]) for name in {names!r}]",
        f"merged = [{step.separator!r}.join(text for text in row if not pd.isna(text)) or None for row in zip(*texts)]",
    ]
    if step.keep:
        lines += [f"place = df.columns.get_loc({names[0]!r}) + 1"]
    else:
        lines += [
            f"place = df.columns[: df.columns.get_loc({names[0]!r})].difference({names!r}).size",
            *dropping(step.columns),
        ]
    return [*lines, f"df.insert(place, {step.into!r}, pd.Series(merged, index=df.index, dtype=TEXT))"]


def dropping(names: Sequence[str]) -> list[str]:
    return [f"df = df.drop(columns={list(names)!r})"] if names else []


def unpivot_lines(step: UnpivotStep) -> list[str]:
    keep = (
        repr(list(step.keep)) if step.keep else f"[name for name in df.columns if name not in {list(step.columns)!r}]"
    )
    return [
        f"df = unpivot(df.reset_index(drop=True), {keep}, {list(step.columns)!r}, {step.names_to!r}, {step.values_to!r})"
    ]


def map_lines(step: MapValuesStep) -> list[str]:
    c = column(step.column)
    return [f"mapping = {{typed(old, {c}): typed(new, {c}) for old, new in {step.mapping!r}.items()}}",
            f"{c} = pd.Series([mapping.get(cell, cell) for cell in {c}], index=df.index, dtype={c}.dtype)"]  # fmt: skip


def convert_lines(step: ConvertUnitStep) -> list[str]:
    return [f"{column(step.column)} = doubles({column(step.column)}) * {step.factor!r} + {step.offset!r}  # {step.to}"]


def totals_lines(step: DropTotalsRowsStep) -> list[str]:
    lines = [f"pattern = {totals_pattern(step.words)!r}"]
    return [
        *lines,
        *(f"df = df[~{column(name)}.str.contains(pattern, regex=True).fillna(False)]" for name in step.columns),
    ]


def rename_lines(step: RenameStep) -> list[str]:
    return [f"df = df.rename(columns={dict(step.columns)!r})"]


def drop_lines(step: DropColumnsStep) -> list[str]:
    return [f"df = df.drop(columns={list(step.columns)!r})"]


def cast_lines(step: CastStep) -> list[str]:
    """The step carries the format that was found when it was applied."""
    c, text = column(step.column), f"as_text({column(step.column)})"
    if step.type is None and step.format is None:
        return [f"# {c} is in {step.unit}"]
    if step.type and step.type.is_number:
        read = "read_whole" if step.type is ColumnType.INTEGER else "read_numbers"
        return [f"{c} = {read}({text}, {',' if step.format in DECIMAL_COMMA else '.'!r})"]
    if step.type is ColumnType.BOOLEAN:
        yes, no = (step.format or "true/false").split("/", 1)
        return [f'{c} = {text}.str.strip().str.lower().map({{{yes!r}: True, {no!r}: False}}).astype("bool[pyarrow]")']
    if step.type is ColumnType.DURATION:
        parts = r"\g<1>00:\2:\3" if step.format == Clock.MINUTES else r"\1\2:\3:00"
        return [f"{c} = read_durations({text}, {parts!r})"]
    return time_lines(step, c, text) if step.format or (step.type and step.type.is_time) else [f"{c} = {text}"]


def time_lines(step: CastStep, c: str, text: str) -> list[str]:
    if step.type is ColumnType.DATE and step.format is None:
        return [f'{c} = {c}.where(({c} == {c}.dt.floor("D")).fillna(False)).astype("date32[pyarrow]")']
    if step.type is ColumnType.DATETIME and step.format is None:
        return [f'{c} = {c}.astype("timestamp[us][pyarrow]")']
    moment = "timestamp[us, tz=UTC][pyarrow]" if "%z" in (step.format or "") else "timestamp[us][pyarrow]"
    kind = {ColumnType.DATE: "date32[pyarrow]", ColumnType.TIME: "time64[us][pyarrow]"}.get(
        step.type or ColumnType.DATE, moment
    )
    return [f"{c} = read_times({text}, {(step.format or '').split(FORMATS_JOINT)!r}, {kind!r})"]


LINES: Mapping[str, Callable[[Any], list[str]]] = {
    "trim": trim_lines, "case": case_lines, "deduplicate": deduplicate_lines, "missing": missing_lines, "flag_outliers": flag_lines, "split_column": split_lines,
    "merge_columns": merge_lines, "unpivot": unpivot_lines, "map_values": map_lines, "convert_unit": convert_lines, "drop_totals_rows": totals_lines,
    "rename": rename_lines, "drop_columns": drop_lines, "cast": cast_lines}  # fmt: skip
