"""Places in a text that are filled with values of results: how somebody writes an answer who may not see them.

`{total}` is the value of the result `total`; `{by_city.amount.1}` the cell of its column `amount` in the first row; `{by_city.rows}` how many rows it has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.prose.results import ShownResult
from shared.prose.values import shown_value

_SLOT = re.compile(r"\{([^{}\n]{1,400})\}")
ROWS = "rows"


@dataclass(frozen=True)
class Filled:
    """The text with its values, and the slots that name nothing there is."""

    text: str
    unknown: tuple[str, ...] = ()


def filled(text: str, results: Sequence[ShownResult]) -> Filled:
    """Put the values of `results` into their slots; an unknown slot stays as it stands."""
    unknown: list[str] = []

    def value(found: re.Match[str]) -> str:
        shown = _value(found[1].strip(), results)
        if shown is None:
            unknown.append(found[0])
            return found[0]
        return shown

    text = _SLOT.sub(value, text)
    return Filled(text, tuple(unknown))


def without_slots(text: str) -> str:
    """What was written around them."""
    return _SLOT.sub("", text)


def _value(slot: str, results: Sequence[ShownResult]) -> str | None:
    """Names of results have no point in them; names of columns may."""
    name, _, rest = slot.partition(".")
    result = next((one for one in results if one.name == name), None)
    if result is None:
        return None
    if not rest:
        return shown_value(result.rows[0][0]) if len(result.rows) == 1 == len(result.columns) else None
    if rest == ROWS:
        return shown_value(len(result.rows) if result.total_rows is None else result.total_rows)
    column, _, row = rest.rpartition(".")
    if not row.isascii() or not row.isdigit() or column not in result.columns or not 1 <= int(row) <= len(result.rows):
        return None
    return shown_value(result.rows[int(row) - 1][list(result.columns).index(column)])
