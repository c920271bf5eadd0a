"""Columns of a data frame as a model needs them: numbers as floats, groups as they are, and only rows that have them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from shared.analysis.refusals import AnalysisRefused, Reason
from shared.analysis.results import Concern, Note
from shared.columns import Family

# Values whose spread is lost in the rounding of doubles are all the same: every standardised statistic of them is noise.
_ROUNDING = 1e-13
# A column with more different values than this names things rather than groups them; tests of so many groups say nothing.
MOST_GROUPS = 50


@dataclass(frozen=True)
class Sample:
    """The complete rows, numbers as float64, with their labels in the data; `notes` say what was left out."""

    values: pd.DataFrame
    notes: tuple[Note, ...]

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> np.ndarray:
        return self.values[name].to_numpy()


@dataclass(frozen=True)
class Groups:
    """The numbers of each group, by the group's name as text, in the order of the names."""

    values: dict[str, np.ndarray]
    notes: tuple[Note, ...]

    @property
    def arrays(self) -> list[np.ndarray]:
        return list(self.values.values())

    def __len__(self) -> int:
        return sum(map(len, self.values.values()))


def family_of(column: pd.Series[Any]) -> Family:
    """By what the cells are; objects count as what their present values all are."""
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind):
        return Family.BOOLEAN
    if pd.api.types.is_numeric_dtype(kind):
        return Family.NUMBER
    if pd.api.types.is_datetime64_any_dtype(kind) or isinstance(kind, pd.PeriodDtype):
        return Family.DATE
    if pd.api.types.is_timedelta64_dtype(kind):
        return Family.TIME
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    families = {"date": Family.DATE, "datetime": Family.DATE, "boolean": Family.BOOLEAN, "time": Family.TIME}
    numbers = ("integer", "floating", "decimal", "mixed-integer-float")
    return Family.NUMBER if inferred in numbers else families.get(inferred, Family.TEXT)


def to_floats(column: pd.Series[Any]) -> pd.Series[float]:
    """Truth values as 1 and 0; what is missing or infinite as NaN."""
    values = pd.to_numeric(column).to_numpy(dtype="float64", na_value=np.nan)
    return pd.Series(np.where(np.isfinite(values), values, np.nan), index=column.index)


def complete(
    rows: pd.DataFrame, numbers: Sequence[str], others: Sequence[str] = (), *, least: int, why: str = ""
) -> Sample:
    """The rows that have every one of these; refuses fewer than `least`, and numbers that are all the same."""
    columns = {name: to_floats(rows[name]) for name in numbers} | {name: rows[name] for name in others}
    values = pd.DataFrame(columns, index=rows.index)
    kept = values.dropna()
    refuse_few(len(kept), least, [*numbers, *others], why)
    for name in numbers:
        refuse_constant(kept[name].to_numpy(), name)
    return Sample(kept, _left_out(len(values) - len(kept), len(values), [*numbers, *others]))


def groups(
    rows: pd.DataFrame, value: Sequence[str], group: Sequence[str], *, least: int, exactly: int | None = None
) -> Groups:
    """One column of numbers split by another column, or several columns of numbers side by side.

    Groups of fewer than `least` rows are left out and told, unless there must be `exactly` so many groups.
    """
    if group and len(value) == 1:
        sample = complete(rows, value, group, least=2 * least)
        by_name = {
            group_name(key): part[value[0]].to_numpy() for key, part in sample.values.groupby(group[0], observed=True)
        }
        return _enough(by_name, sample.notes, least, exactly, group[0])
    if group or len(value) < 2:
        raise AnalysisRefused(
            Reason.WRONG_COLUMNS,
            "Either one column of numbers and the column that groups it, or two or more columns of numbers are compared.",
        )
    columns = {name: to_floats(rows[name]) for name in value}
    present = {name: column.dropna().to_numpy() for name, column in columns.items()}
    missing = max(len(rows) - len(found) for found in present.values())
    return _enough(present, _left_out(missing, len(rows), value), least, exactly, "")


def group_name(value: object) -> str:
    """Days without their midnight, whole numbers without a fraction."""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return value.date().isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def refuse_few(found: int, least: int, names: Sequence[str], why: str = "") -> None:
    if found < least:
        raise AnalysisRefused(
            Reason.TOO_FEW_ROWS,
            f"Only {found} rows have a value in {listed(names)}; at least {least} are needed{why and ' ' + why}.",
        )


def refuse_constant(values: np.ndarray, name: str) -> None:
    if np.ptp(values) <= _ROUNDING * np.abs(values).max():
        raise AnalysisRefused(
            Reason.CONSTANT,
            f"{name} has the same value in all {len(values)} rows that can be used, so that nothing can vary with it.",
        )


def listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _left_out(missing: int, total: int, names: Sequence[str]) -> tuple[Note, ...]:
    if not missing:
        return ()
    where = "a value is" if len(names) == 1 else "a value of these is"
    return (
        Note(Concern.ROWS, f"{missing:,} of {total:,} rows were left out, because {where} missing: {listed(names)}."),
    )


def _enough(
    by_name: dict[str, np.ndarray], notes: tuple[Note, ...], least: int, exactly: int | None, group: str
) -> Groups:
    """Refuses too few and too many groups, and values that vary in no group."""
    if exactly is not None and len(by_name) != exactly:
        reason = Reason.TOO_FEW_GROUPS if len(by_name) < exactly else Reason.TOO_MANY_GROUPS
        raise AnalysisRefused(
            reason,
            f"Exactly {exactly} groups are compared, and {group or 'these columns'} has {len(by_name)}"
            + ("; an analysis of variance compares more." if len(by_name) > exactly else "."),
        )
    small = [name for name, values in by_name.items() if len(values) < least]
    if small and exactly is not None:
        raise AnalysisRefused(
            Reason.TOO_FEW_ROWS,
            f"The group {small[0]} has {len(by_name[small[0]])} rows with a value; at least {least} are needed.",
        )
    kept = {name: values for name, values in by_name.items() if len(values) >= least}
    if len(kept) < 2:
        raise AnalysisRefused(
            Reason.TOO_FEW_GROUPS, f"Fewer than two groups have {least} rows or more; there is nothing to compare."
        )
    if len(kept) > MOST_GROUPS:
        raise AnalysisRefused(
            Reason.TOO_MANY_GROUPS,
            f"{group} has {len(kept):,} different values; at most {MOST_GROUPS} groups are compared.",
        )
    if small:
        notes = (
            *notes,
            Note(Concern.ROWS, f"{len(small)} groups with fewer than {least} rows were left out: {listed(small[:5])}."),
        )
    together = np.concatenate(list(kept.values()))
    refuse_constant(together, "What is compared")
    if all(np.ptp(values) <= _ROUNDING * np.abs(together).max() for values in kept.values()):
        raise AnalysisRefused(
            Reason.CONSTANT, "No group varies within itself, so that no test can weigh their difference."
        )
    return Groups(kept, notes)
