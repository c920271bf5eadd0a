"""Looks that need no code of the model's: the values of a column, and rows by a condition. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MOST_SEEN = 50  # rows that a look shows


def code_of_look(table: str, column: str, containing: str, where: str, columns: Sequence[str]) -> str:
    """Empty where nothing says what to look at. Names are checked by the validator, as those of any code are."""
    if not table:
        return ""
    if column:
        return _values(table, column, containing)
    chosen = f"[{list(columns)!r}]" if columns else ""
    condition = f".query({where!r})" if where else ""
    return f"result = tables[{table!r}]{condition}{chosen}.head({MOST_SEEN})"


def _values(table: str, column: str, containing: str) -> str:
    """The most frequent first, with how many rows have each."""
    lines = [f"values = tables[{table!r}][{column!r}]"]
    if containing:
        lines.append(
            f"values = values[values.astype('string').str.contains({containing!r}, case=False, regex=False, na=False)]"
        )
    lines.append(f"result = values.value_counts(dropna=False).head({MOST_SEEN}).rename('rows').reset_index()")
    return "\n".join(lines)
